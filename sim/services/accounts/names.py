"""Names to sign in with."""

from typing import Final

from sim.errors import StoreError
from sim.text.typed import clean_name, fold_name

MOST_NAME: Final = 80


def make_key(name: str) -> str:
    """Return a sign-in name as it is compared: without regard to case, to surplus blanks, and to how it was typed."""
    return fold_name(name)[:240]


def check_sign_in_name(name: str) -> str:
    """Return a sign-in name without surplus blanks."""
    return clean_name(name, what="sign-in name", most=MOST_NAME, fault=StoreError)
