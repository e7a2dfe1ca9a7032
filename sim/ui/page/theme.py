"""Colors and page furniture. Every color on the pages comes from here; the console has its own sheet.

Pages follow the system's scheme; paper is always light. Text keeps at least 4.5:1, and lines and marks that carry
meaning 3:1, against what they stand on, in both (WCAG 2.1 AA). Words on a filled area have the surface's color.
"""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    page: str
    surface: str
    field: str
    room: str
    line: str
    ink: str
    muted: str
    accent: str
    good: str
    attention: str
    wall: str
    true_path: str
    claimed_path: str
    idle: str
    heat_1: str
    heat_2: str
    heat_3: str


LIGHT: Final = Scheme(
    page="#f7f8fa",
    surface="#ffffff",
    field="#e9ecf1",
    room="#eef1f5",
    line="#c9d0da",
    ink="#1b2430",
    muted="#4d5a6b",
    accent="#1a5fb4",
    good="#1d6b3c",
    attention="#8a5200",
    wall="#5b6776",
    true_path="#1a5fb4",
    claimed_path="#b35900",
    idle="#e3e7ed",
    heat_1="#cfdcee",
    heat_2="#6d9bd3",
    heat_3="#12407c",
)
DARK: Final = Scheme(
    page="#14191f",
    surface="#1d242d",
    field="#242c36",
    room="#242c36",
    line="#3d4855",
    ink="#e8ecf2",
    muted="#a9b4c2",
    accent="#5a94e6",
    good="#6fcf97",
    attention="#f0b357",
    wall="#8f9cad",
    true_path="#6ea8f7",
    claimed_path="#f2994a",
    idle="#323c48",
    heat_1="#2b4468",
    heat_2="#4f82c6",
    heat_3="#b3d2fa",
)


def _name(key: str) -> str:
    return f"--sl-{key.replace('_', '-')}"


SCREEN: Final = Scheme(**{field.name: f"var({_name(field.name)})" for field in fields(Scheme)})
"""For SVG in a page, as the charts are: it follows the page's scheme, also when that changes, and prints light."""
_HERE = Path(__file__).parent


def write_variables() -> str:
    light, dark = (
        "".join(f"{_name(key)}: {value};" for key, value in asdict(scheme).items()) for scheme in (LIGHT, DARK)
    )
    return f":root {{ {light} }}\n@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _read_sheets(*names: str) -> str:
    sheet = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    return f"<style>{write_variables()}{sheet}</style>"


PAGE_CSS: Final = _read_sheets("page.css", "debrief.css", "exercise.css", "program.css", "session.css", "print.css")
CONSOLE_PAGE_CSS: Final = _read_sheets("console_page.css")
PLAIN_PAGE_CSS: Final = "<style>:root { --sl-page-kind: plain; }</style>"
"""Takes the place of the console's style: else that would stay until the debrief is drawn to its end."""

JOIN_PAGE_CSS: Final = _read_sheets("join.css")
PROJECTOR_CSS: Final = (
    '<style>[data-testid="stHeader"], .st-key-header { display: none; } '
    ".sl-join-scan { max-width: min(58vh, 34rem); }</style>"
)
"""Takes the menu, the team and the settings from the view for the room."""
