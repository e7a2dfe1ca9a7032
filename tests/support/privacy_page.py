"""The table of docs/privacy.md, of what is stored: `python -m tests.support.privacy_page` writes it."""

from pathlib import Path

from sim.services.app.settings import PRACTICE_DAYS
from sim.services.privacy.stored import STORED
from tests.support.doc_table import put_into_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"
BEGIN, END = "<!-- stored: begin -->", "<!-- stored: end -->"


def write_table() -> str:
    """Return the Markdown table: each table of the database, what it holds about people, and how long."""
    lines = ["| table | what | about people | kept |", "| --- | --- | --- | --- |"]
    for name, stored in sorted(STORED.items()):
        kept = stored.kept.format(days=PRACTICE_DAYS) if stored.what else "with what it belongs to"
        lines.append(f"| `{name}` | {stored.title} | {stored.what or 'nobody'} | {kept} |")
    return "\n".join(lines)


if __name__ == "__main__":
    put_into_page(PAGE, write_table(), begin=BEGIN, end=END)
