"""docs/decisions/README.md has each page once, under its title, and there are no more than a hand can hold."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
MOST_PAGES = 40
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


def write_row(page: Path) -> str:
    """Return the line that the index has to have for a page."""
    number, text = page.name[:3], page.read_text(encoding="utf-8")
    title = re.match(rf"# {number} (.+)\n", text)
    assert title, f"{page.name} has to begin with `# {number} TITLE`"
    return f"| [{number}]({page.name}) | {title[1]} |"


def test_every_page_has_its_line_and_nothing_else_has_one() -> None:
    rows = re.findall(r"^\| \[\d.*$", (FOLDER / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    wanted = [write_row(page) for page in PAGES]
    assert [row for row in wanted if row not in rows] == [], "add these lines under their topics"
    assert [row for row in rows if row not in wanted] == [], "these lines fit no page"
    assert len(rows) == len(wanted)


def test_numbers_are_given_once_and_links_lead_somewhere() -> None:
    assert len(PAGES) <= MOST_PAGES, "a page that nobody would ask for belongs into the message of a commit"
    assert len({page.name[:3] for page in PAGES}) == len(PAGES)
    links = [
        (page.name, link)
        for page in FOLDER.glob("*.md")
        for link in re.findall(r"\]\((\d{3}-[^)#]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert [(name, link) for name, link in links if not (FOLDER / link).is_file()] == []
