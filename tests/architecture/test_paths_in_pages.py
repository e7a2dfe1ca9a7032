"""Pages and docstrings name files that there are. Decisions are history and are left out."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", *(f"docs/{page.name}" for page in sorted((PROJECT / "docs").glob("*.md"))))
PATH = re.compile(r"(?<![\w/.-])(?:sim|tests)/[\w./-]*\w")
DOTTED = re.compile(r"(?<![\w.])sim(?:\.[a-zA-Z]\w*)+")


def list_lost(text: str) -> list[str]:
    """Return the paths and dotted names of this project that a text has and that lead to nothing."""
    lost = [path for path in PATH.findall(text) if not (PROJECT / path).exists()]
    return lost + [name for name in DOTTED.findall(text) if not is_there(name)]


def is_there(name: str) -> bool:
    """A module, or one followed by a word that it has: `sim.scoring.evidence.Mark`."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        place = PROJECT.joinpath(*parts[:count])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.exists():
                return count == len(parts) or parts[count] in re.findall(r"\w+", file.read_text(encoding="utf-8"))
    return False


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_a_page_exists(page: str) -> None:
    assert list_lost((PROJECT / page).read_text(encoding="utf-8")) == []


def test_every_path_in_the_code_exists() -> None:
    files = [file for file in (PROJECT / "sim").rglob("*") if file.suffix in (".py", ".js", ".ts", ".css", ".html")]
    lost = {str(file.relative_to(PROJECT)): list_lost(file.read_text(encoding="utf-8")) for file in files}
    assert len(files) > 500
    assert {file: names for file, names in lost.items() if names} == {}


def test_a_path_that_is_gone_is_told() -> None:
    gone = ["sim/no_such.py", "sim.scoring.no_such.Mark", "sim.scoring.evidence.NoSuch"]
    assert list_lost(f"`{gone[0]}`, see {gone[1]} and `{gone[2]}`.") == gone
    assert list_lost("`sim/scoring/mark.py`, `sim.scoring.evidence.Mark`, see sim/tasks.") == []
