"""Links between the pages lead to pages and headings that exist, and docs/README.md has every page."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *DOCS.glob("*.md"), *DOCS.glob("decisions/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]*)\)")


def list_anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("doc", PAGES, ids=lambda doc: doc.relative_to(PROJECT).as_posix())
def test_every_link_leads_somewhere(doc: Path) -> None:
    broken = []
    for link in LINK.findall(re.sub(r"`[^`\n]+`", "", doc.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = (doc.parent / path).resolve() if path else doc
        if not target.exists() or (anchor and anchor not in list_anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_list_of_pages_has_all_of_them() -> None:
    linked = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    assert [page.name for page in DOCS.glob("*.md") if page.name not in {*linked, "README.md"}] == []


def test_the_readme_is_one_screen_with_five_links() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert len([link for link in LINK.findall(text) if link.endswith(".md")]) == 5
