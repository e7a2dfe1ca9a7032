"""Names to sign in with."""

import unicodedata
from typing import Final

from sim.errors import StoreError

MOST_NAME: Final = 80


def make_key(name: str) -> str:
    """Return a sign-in name as it is compared: without regard to case, to surplus blanks, and to how it was typed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())[:240]


def check_sign_in_name(name: str) -> str:
    """Return a sign-in name without surplus blanks.

    Raises:
        StoreError: empty, too long, or with control characters.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > MOST_NAME or not wanted.isprintable() or not wanted[0].isalnum():
        raise StoreError(
            f"the name {wanted[:20]!r} cannot be used to sign in",
            expected=f"1 to {MOST_NAME} characters, the first a letter or a digit",
            todo="change the name",
        )
    return wanted
