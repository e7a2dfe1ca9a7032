"""The table of docs/privacy.md, of what is stored: `python -m tests.support.privacy_page` writes it."""

from pathlib import Path

from sim.app.settings import PRACTICE_DAYS
from sim.features.privacy.person_data import STORED
from tests.support.doc_table import put_into_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
BEGIN, END = "<!-- stored: begin -->", "<!-- stored: end -->"


def write_table() -> str:
    lines = ["| kept | table | what | about people |", "| --- | --- | --- | --- |"]
    told = sorted((stored.kept.format(days=PRACTICE_DAYS), name) for name, stored in STORED.items() if stored.what)
    for place, (kept, name) in enumerate(told):
        is_first = place == 0 or told[place - 1][0] != kept
        lines.append(f"| {kept if is_first else ''} | `{name}` | {STORED[name].title} | {STORED[name].what} |")
    nobody = ", ".join(f"`{name}`" for name, stored in sorted(STORED.items()) if not stored.what)
    return "\n".join([*lines, f"| with what it belongs to | {nobody} | | nobody |"])


if __name__ == "__main__":
    put_into_page(PAGE, write_table(), begin=BEGIN, end=END)
