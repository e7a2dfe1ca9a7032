"""Text as the report's font can print it: no sign without a letter form, no word too long for its cell."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zlib import crc32

from sim.columns import CONSOLE_PROFILES

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
    longest = max((len(name) for name in names.values()), default=0)
    for letters in range(1, longest + 1):
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
