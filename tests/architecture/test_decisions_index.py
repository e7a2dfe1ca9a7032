"""docs/decisions/README.md has each page once, under its title, with the page that overrules it."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


def write_row(page: Path) -> str:
    """Return the line that the index has to have for a page."""
    number, text = page.name[:3], page.read_text(encoding="utf-8")
    title = re.match(rf"# {number} (.+)\n", text)
    assert title, f"{page.name} has to begin with `# {number} TITLE`"
    later = re.search(r"^\*\*Superseded( in part)? by (\[\d{3}\]\(.+?\))", text, flags=re.MULTILINE)
    by = f"{later[2]}{',' if later[1] else ''}{later[1] or ''} " if later else ""
    return f"| [{number}]({page.name}) | {title[1]} | {by}|"


def test_every_page_has_its_line_and_nothing_else_has_one() -> None:
    rows = re.findall(r"^\| \[\d.*$", (FOLDER / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    wanted = [write_row(page) for page in PAGES]
    assert [row for row in wanted if row not in rows] == [], "add these lines under their topics"
    assert [row for row in rows if row not in wanted] == [], "these lines fit no page"
    assert len(rows) == len(wanted)


def test_numbers_are_given_once_and_pages_that_overrule_exist() -> None:
    assert len({page.name[:3] for page in PAGES}) == len(PAGES)
    links = [
        (page.name, link)
        for page in FOLDER.glob("*.md")
        for link in re.findall(r"\]\((\d{3}-[^)#]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert [(name, link) for name, link in links if not (FOLDER / link).is_file()] == []
