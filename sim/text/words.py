"""Text as it was typed, cleaned, and as the report's font can print it: no sign without a letter form."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from zlib import crc32

from sim.columns import CONSOLE_PROFILES
from sim.errors import SimError

FONTS = Path(__file__).parent / "fonts"
BOX = "\N{WHITE SQUARE}"
LONGEST_WORD, PIECE = 16, 8
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@cache
def load_printable() -> frozenset[int]:
    ranges = (part.split("-") for part in (FONTS / "printable.txt").read_text(encoding="ascii").split())
    return frozenset(code for bounds in ranges for code in range(int(bounds[0], 16), int(bounds[-1], 16) + 1))


def make_printable(text: str) -> str:
    """Return the text with blanks for line ends and controls, and a box for each sign the font does not have."""
    known = load_printable()
    composed = unicodedata.normalize("NFC", text)
    signs = (" " if sign.isspace() or unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return "".join(sign if ord(sign) in known else BOX for sign in signs)


def make_breakable(text: str) -> str:
    def cut(match: re.Match[str]) -> str:
        word = match.group(0)
        parts = (word[start : start + PIECE] for start in range(0, len(word), PIECE))
        return "\N{ZERO WIDTH SPACE}".join(parts)

    return _LONG_WORD.sub(cut, make_printable(text))


def shorten(text: str, *, most: int) -> str:
    printable = make_printable(text)
    return printable if len(printable) <= most else f"{printable[: most - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"


def write_count(count: int, one: str, many: str | None = None) -> str:
    """Return "1 clip", "2 clips"; `many` is the plural where an s does not make it, as in "1,200 people"."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {many or f'{one}s'}"


def shorten_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return first names, with as much of the last as tells two of one name apart; names wholly alike stay alike."""
    shown = {key: _cut(name, letters=0) for key, name in names.items()}
    for letters in range(1, max((len(name) for name in names.values()), default=0) + 1):
        taken = Counter(short.casefold() for short in shown.values())
        alike = [key for key, short in shown.items() if taken[short.casefold()] > 1]
        if not alike:
            break
        for key in alike:
            shown[key] = _cut(names[key], letters=letters)
    return shown


def _cut(name: str, *, letters: int) -> str:
    first, *rest = name.split()
    if not rest or letters == 0:
        return first
    last = rest[-1]
    return f"{first} {last[:letters]}." if letters < len(last) else name


LONGEST = 1200
"""Characters of a stored profile, at most."""
_OWN = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\?[!-~]+")


def is_own_console(name: str) -> bool:
    return len(name) <= LONGEST and _OWN.fullmatch(name) is not None


def is_console(name: str) -> bool:
    return name in CONSOLE_PROFILES or is_own_console(name)


def say_console(name: str) -> str:
    """Return a profile as texts name it: "classic", or "front-desk (settings 3fa2)" for one of a file."""
    if not is_own_console(name):
        return name
    return f"{name.partition('?')[0]} (settings {crc32(name.encode()) & 0xFFFF:04x})"


def order_console(name: str) -> tuple[int, str]:
    return (CONSOLE_PROFILES.index(name) if name in CONSOLE_PROFILES else len(CONSOLE_PROFILES), name)


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
