"""docs/accessibility.md has each criterion of WCAG 2.1 and 2.2, A and AA, once, and claims no more than tests saw."""

import re
from importlib.resources import files

import pytest

from sim.app.settings import PROJECT

TEXT = (PROJECT / "docs" / "accessibility.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d\.\d\.\d+) ([^|]+) \| (A+) \| ([^|]+) \| ?([^|]*)\|$", TEXT, re.MULTILINE)
WORDS = ("Supports", "Partially supports", "Does not support", "Does not apply", "Not evaluated")
# https://www.w3.org/TR/WCAG22/, without 4.1.1, which 2.2 removed
LEVEL_A = """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3
2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2 3.3.7 4.1.2"""
LEVEL_AA = """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6 2.4.7 2.4.11 2.5.7 2.5.8
3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3"""


def test_it_has_every_criterion_once_with_its_level() -> None:
    assert [(number, level) for number, _, level, _, _ in ROWS] == [
        *((number, "A") for number in LEVEL_A.split()),
        *((number, "AA") for number in LEVEL_AA.split()),
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_it_claims_rests_on_a_test_or_is_said_to_rest_on_none(row: tuple[str, ...]) -> None:
    number, _, _, result, remarks = row
    assert result in WORDS
    if result == "Supports":
        assert "axe" in remarks or "tests/" in remarks
    if result in WORDS[1:4]:
        assert remarks.strip()
    if "axe" in remarks:
        rules = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
        assert f"wcag{number.replace('.', '')}" in rules, "axe has no rule for it"
