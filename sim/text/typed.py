"""Free text that somebody typed: cleaned of surplus blanks, and refused where it holds what nobody types."""

import unicodedata
from typing import Final

from sim.errors import SimError

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text that follows round, so that it reads as something else: CVE-2021-42574, https://trojansource.codes."""


def clean_typed(text: str, *, what: str, fault: type[SimError]) -> str:
    """Return a text in one line without surplus blanks.

    Right-to-left scripts, joiners and whatever else is written pass.

    Args:
        text: as it was typed.
        what: names it in the message, as "reason".
        fault: what is raised.

    Raises:
        SimError: of the kind `fault`: a control character, half a character (a lone surrogate, which no database can
            keep), or a sign that turns the direction of what follows.
    """
    cleaned = " ".join(text.split())
    wrong = next((sign for sign in cleaned if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs")), None)
    if wrong is not None:
        raise fault(
            f"the {what} holds a sign that cannot be kept (U+{ord(wrong):04X})",
            expected="letters, digits, blanks and punctuation",
            todo="type it again instead of pasting it",
        )
    return cleaned
