"""Decision pages have a number and a title of their own, and there are no more than a hand can hold."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
MOST_PAGES = 40
PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")


def test_numbers_are_given_once_and_links_lead_somewhere() -> None:
    assert len(PAGES) <= MOST_PAGES, "a page that nobody would ask for belongs into the message of a commit"
    assert len({page.name[:3] for page in PAGES}) == len(PAGES)
    assert [page.name for page in PAGES if not page.read_text(encoding="utf-8").startswith(f"# {page.name[:3]} ")] == []
    links = [
        (page.name, link)
        for page in FOLDER.glob("*.md")
        for link in re.findall(r"\]\((\d{3}-[^)#]+)\)", page.read_text(encoding="utf-8"))
    ]
    assert [(name, link) for name, link in links if not (FOLDER / link).is_file()] == []
