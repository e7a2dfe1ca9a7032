"""Pages and docstrings lead to files, names and headings that there are; the list of pages has all of them."""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCS = PROJECT / "docs"
MOST_DECISIONS = 40
HAND_WRITTEN = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]*)\)")
PATH = re.compile(r"(?<![\w/.-])(?:sim|tests)/[\w./-]*\w")
DOTTED = re.compile(r"(?<![\w.])sim(?:\.[a-zA-Z]\w*)+")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = {
    each["name"]: [{name.strip() for name in layer.split("|")} for layer in each.get("layers", ())]
    for each in tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}


def list_anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "doc", [*HAND_WRITTEN, *DOCS.glob("decisions/*.md")], ids=lambda doc: doc.relative_to(PROJECT).as_posix()
)
def test_every_link_leads_somewhere(doc: Path) -> None:
    broken = []
    for link in LINK.findall(re.sub(r"`[^`\n]+`", "", doc.read_text(encoding="utf-8"))):
        path, _, anchor = link.partition("#")
        target = (doc.parent / path).resolve() if path else doc
        if not target.exists() or (anchor and anchor not in list_anchors(target)):
            broken.append(link)
    assert broken == []


def list_lost(text: str) -> list[str]:
    quoted = re.findall(r"`((?:docs|scenarios)/[^`*<> ]+)`", text)
    lost = [path for path in [*PATH.findall(text), *quoted] if not (PROJECT / path).exists()]
    return lost + [name for name in DOTTED.findall(text) if not is_there(name)]


def is_there(name: str) -> bool:
    parts = name.split(".")
    if PROJECT.joinpath(*parts).is_dir():
        return True
    for count in range(len(parts), 0, -1):
        place = PROJECT.joinpath(*parts[:count])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.exists():
                return count == len(parts) or parts[count] in re.findall(r"\w+", file.read_text(encoding="utf-8"))
    return False


def test_every_path_on_a_page_and_in_the_code_exists() -> None:
    code = [file for file in (PROJECT / "sim").rglob("*") if file.suffix in (".py", ".js", ".ts", ".css", ".html")]
    assert len(code) > 500
    lost = {
        str(file.relative_to(PROJECT)): list_lost(file.read_text(encoding="utf-8")) for file in [*HAND_WRITTEN, *code]
    }
    assert {file: names for file, names in lost.items() if names} == {}
    gone = ["sim/no_such.py", "sim.scoring.no_such.Mark", "sim.scoring.evidence.NoSuch"]
    assert list_lost(f"`sim/scoring/mark.py`, `{gone[0]}`, see {gone[1]}, `{gone[2]}` and sim/tasks.") == gone


def test_the_list_of_pages_has_all_of_them_and_the_readme_is_one_screen_with_five_links() -> None:
    linked = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    assert [page.name for page in DOCS.glob("*.md") if page.name not in {*linked, "README.md"}] == []
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert len([link for link in LINK.findall(text) if link.endswith(".md")]) == 5


def test_decisions_have_a_number_and_a_title_of_their_own_and_are_no_more_than_a_hand_can_hold() -> None:
    pages = [page for page in DOCS.glob("decisions/*.md") if page.name != "README.md"]
    assert len(pages) <= MOST_DECISIONS, "a page that nobody would ask for belongs into the message of a commit"
    assert len({page.name[:3] for page in pages}) == len(pages)
    assert [page.name for page in pages if not page.read_text(encoding="utf-8").startswith(f"# {page.name[:3]} ")] == []


def test_the_floors_of_the_map_of_the_code_are_those_of_the_contract() -> None:
    floors = re.findall(r"^\| \d+ \| (.*?) \|", ARCHITECTURE, flags=re.MULTILINE)
    named = [{path.removesuffix(".py").replace("/", ".") for path in re.findall(r"`([^`]+)`", row)} for row in floors]
    held = [layer for layer in CONTRACTS["Arrows point one way"] if layer != {"sim.__main__"}]
    assert named == [*held[:-2], held[-2] | held[-1]]


def test_the_features_are_those_of_the_contract() -> None:
    part = ARCHITECTURE.partition("## Features")[2].partition("## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, flags=re.MULTILINE)
    held = CONTRACTS["Features have floors"]
    assert [set(re.findall(r"sim/features/(\w+)", row)) for row in rows] == held


def test_each_question_is_answered_with_two_places_at_most() -> None:
    rows = ARCHITECTURE.partition("## Where do I change")[2].splitlines()
    answers = [re.findall(r"`([^`]+)`", row) for row in rows if row.startswith("| ") and "`" in row]
    assert len(answers) >= 10
    assert all(1 <= len(answer) <= 2 for answer in answers)
