"""Text as the report's font can print it: no sign without a letter form, no word too long for its cell."""

import re
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
BOX = "\N{WHITE SQUARE}"
LONGEST_WORD = 22
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@cache
def load_printable() -> frozenset[int]:
    """Return the code points that the font has; a PDF for all readers may hold no others."""
    ranges = (part.split("-") for part in (FONTS / "printable.txt").read_text(encoding="ascii").split())
    return frozenset(code for bounds in ranges for code in range(int(bounds[0], 16), int(bounds[-1], 16) + 1))


def make_printable(text: str) -> str:
    """Return the text with blanks for line ends and controls, and a box for each sign the font does not have."""
    known = load_printable()
    composed = unicodedata.normalize("NFC", text)
    signs = (" " if sign.isspace() or unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return "".join(sign if ord(sign) in known else BOX for sign in signs)


def make_breakable(text: str) -> str:
    """Return printable text in which words longer than `LONGEST_WORD` signs may be broken."""

    def cut(match: re.Match[str]) -> str:
        word = match.group(0)
        parts = (word[start : start + LONGEST_WORD] for start in range(0, len(word), LONGEST_WORD))
        return _ZERO_WIDTH_SPACE.join(parts)

    return _LONG_WORD.sub(cut, make_printable(text))


def shorten(text: str, *, most: int) -> str:
    """Return printable text of at most `most` signs, the last an ellipsis where something was cut."""
    printable = make_printable(text)
    return printable if len(printable) <= most else f"{printable[: most - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
