"""How it was known who somebody is, in the words of the training record."""

from collections.abc import Mapping, Sequence
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
AT_A_SESSION: Final[Mapping[str, str]] = {**SIGNED_IN, KnownBy.SEAT.value: AT_A_DRILL[KnownBy.SEAT.value]}
AT_A_TRAINING: Final[Mapping[str, str]] = {
    **SIGNED_IN,
    KnownBy.LINK.value: "not signed in, chose the name with the sign-in code",
}
BY_LIST: Final = "list"
"""Someone else entered that they came."""
NOBODY: Final = "someone not signed in"


def write_attended(known_by: str, *, by: str, same_device: Sequence[str], words: Mapping[str, str]) -> str:
    """Return how an attendance is known: "signed in with a PIN", "entered by R. Hall", "" where nothing was noted.

    `same_device` names those who took their names in the same browser.
    """
    told = f"entered by {by or NOBODY}" if known_by == BY_LIST else words.get(known_by, known_by)
    return f"{told}; same device as {', '.join(same_device)}" if same_device else told
