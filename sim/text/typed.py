"""Text that somebody typed: cleaned of surplus blanks, and refused where it holds what nobody types; names compared."""

import unicodedata
from typing import Final

from sim.errors import SimError

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the text that follows round, so that it reads as something else: CVE-2021-42574, https://trojansource.codes."""

_JOINERS: Final = frozenset("\u200c\u200d")
"""Zero-width joiner and non-joiner: Persian, Sinhala and others cannot be spelled without them."""


def clean_typed(text: str, *, what: str, fault: type[SimError], most: int | None = None) -> str:
    cleaned = " ".join(text.split())
    wrong = next((sign for sign in cleaned if sign in _TURNING or unicodedata.category(sign) in ("Cc", "Cs")), None)
    if wrong is not None:
        raise fault(
            f"the {what} holds a sign that cannot be kept (U+{ord(wrong):04X})",
            expected="letters, digits, blanks and punctuation",
            todo="type it again instead of pasting it",
        )
    if most is not None and len(cleaned) > most:
        raise fault(f"the {what} has {len(cleaned)} characters", expected=f"at most {most}", todo="shorten it")
    return cleaned


def clean_reason(text: str, *, most: int, fault: type[SimError]) -> str:
    words = clean_typed(text, what="reason", fault=fault)
    if not 1 <= len(words) <= most:
        raise fault(f"Enter a reason (up to {most} characters).")
    return words


def clean_name(text: str, *, what: str, most: int, fault: type[SimError]) -> str:
    """Return a name in one line, composed (NFC), without surplus blanks and unseen marks but joiners."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(sign for sign in composed if sign in _JOINERS or unicodedata.category(sign) != "Cf")
    wanted = clean_typed(seen, what=what, fault=fault, most=most)
    if not wanted or not wanted[0].isalnum():
        raise fault(
            f"the {what} {wanted[:20]!r} cannot be used" if wanted else f"the {what} is missing",
            expected=f"1 to {most} characters, the first a letter or a digit",
            todo="change the name",
        )
    return wanted


def strip_accents(name: str) -> str:
    plain = unicodedata.normalize("NFKD", fold_name(name))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def fold_name(name: str) -> str:
    """Return a name as names are compared: without regard to case, to how it was typed, and to what nobody sees."""
    composed = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(sign for sign in composed if unicodedata.category(sign) != "Cf").split())
