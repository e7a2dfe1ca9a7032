"""Colours and page furniture. Every colour on the pages comes from here; the console has its own sheet.

All text and mark colours keep at least 4.5:1 against the surface they stand on (WCAG 2.1 AA).
"""

from pathlib import Path
from typing import Final

ACCENT: Final = "#1a5fb4"
INK: Final = "#1b2430"
MUTED: Final = "#4d5a6b"
SURFACE: Final = "#ffffff"
LINE: Final = "#c9d0da"
WALL: Final = "#5b6776"
ROOM: Final = "#eef1f5"
GOOD: Final = "#1d6b3c"
ATTENTION: Final = "#8a5200"
TRUE_PATH: Final = ACCENT
CLAIMED_PATH: Final = "#b35900"

_VARIABLES = {
    "accent": ACCENT,
    "ink": INK,
    "muted": MUTED,
    "surface": SURFACE,
    "line": LINE,
    "wall": WALL,
    "room": ROOM,
    "good": GOOD,
    "attention": ATTENTION,
    "true-path": TRUE_PATH,
    "claimed-path": CLAIMED_PATH,
}
_HERE = Path(__file__).parent


def _read_sheets(*names: str) -> str:
    variables = "".join(f"--sl-{key}: {value};" for key, value in _VARIABLES.items())
    sheet = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    return f"<style>:root {{ {variables} }}\n{sheet}</style>"


PAGE_CSS: Final = _read_sheets("page.css", "debrief.css", "exercise.css", "programme.css", "session.css", "print.css")
CONSOLE_PAGE_CSS: Final = _read_sheets("console_page.css")
PLAIN_PAGE_CSS: Final = "<style>:root { --sl-page: plain; }</style>"
"""Takes the place of the console's style: else that would stay until the debrief is drawn to its end."""

JOIN_PAGE_CSS: Final = _read_sheets("join.css")
