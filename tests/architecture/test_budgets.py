"""How large the house may be. A figure that falls is written here; none rises."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# aimed at: 90,000 lines, 58,000 statements and 480 files in sim; 48,000 lines of tests
SIM_FILES, SIM_LINES, SIM_STATEMENTS = 426, 101_066, 62_166
TOOLS_LINES, TESTS_LINES, SCRIPT_LINES = 8_600, 60_679, 20_000
DOC_WORDS = 50_000


def count_lines(paths: Iterable[Path]) -> int:
    return sum(path.read_text(encoding="utf-8").count("\n") for path in paths)


def test_the_house_grows_no_more() -> None:
    sim = list((PROJECT / "sim").rglob("*.py"))
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sim)
    assert sum(isinstance(node, ast.stmt) for tree in trees for node in ast.walk(tree)) <= SIM_STATEMENTS
    assert len(sim) <= SIM_FILES
    assert count_lines(sim) <= SIM_LINES
    assert count_lines((PROJECT / "tools").rglob("*.py")) <= TOOLS_LINES
    assert count_lines((PROJECT / "tests").rglob("*.py")) <= TESTS_LINES
    scripts = (path for kind in ("js", "ts", "css") for path in (PROJECT / "sim").rglob(f"*.{kind}"))
    assert count_lines(scripts) <= SCRIPT_LINES


def test_the_pages_fit_a_hand() -> None:
    pages = [*(PROJECT / "docs").rglob("*.md"), *PROJECT.glob("*.md")]
    words = (re.findall(r"[A-Za-z0-9]+", page.read_text(encoding="utf-8")) for page in pages)
    assert sum(map(len, words)) <= DOC_WORDS
