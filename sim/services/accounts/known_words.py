"""How it was known who somebody is, in the words of the training record."""

from collections.abc import Mapping
from typing import Final

from sim.services.accounts.viewer import KnownBy

SIGNED_IN: Final[Mapping[str, str]] = {
    KnownBy.SIGN_IN.value: "signed in",
    KnownBy.PIN.value: "signed in with a PIN",
    KnownBy.SESSION_CODE.value: "signed in with a PIN chosen in a session",
}
AT_A_DRILL: Final[Mapping[str, str]] = {
    **SIGNED_IN,
    KnownBy.SEAT.value: "not signed in, chose the name with the session's code",
    KnownBy.LINK.value: "not signed in, had the drill's link",
    KnownBy.TRAINER.value: "not signed in, drill opened by a trainer",
    "": "not recorded",
}
AT_A_TRAINING: Final[Mapping[str, str]] = {
    **SIGNED_IN,
    KnownBy.LINK.value: "not signed in, chose the name with the sign-in code",
}
