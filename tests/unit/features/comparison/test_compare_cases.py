"""Tables with which an opponent once got "improved", or a number that had not decided: page 1 names the cause."""

import io
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pandas as pd
import pypdf
import pytest

from sim.compare.facts import EVERYBODY, Wanted
from sim.compare.verdict import Verdict
from sim.features.comparison.files import Asked, compare_files
from sim.features.comparison.handover import ReportExport
from sim.features.comparison.pdf import write_report
from tests.support.fake_clock import NOON
from tests.support.phrases import find_forbidden

CASES = Path(__file__).parents[3] / "support" / "compare_cases"
SIX = ("P000", "P001", "P003", "P005", "P007", "P010")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A table, what else is told of it, the word that it ends in, and what the first page must say."""

    file: str
    word: Verdict
    says: tuple[str, ...]
    wanted: Wanted = field(default=EVERYBODY)
    chosen_by: str = "all"


CASE_LIST = {
    "a waiting group that gained more": Case(
        file="waiting-group-gained-more",
        word=Verdict.NOT_JUDGED,
        says=(
            "The table does not say when they were done, so before and after could be swapped.",
            "trained 5:21 before, 3:54 after; waiting 5:54 before, 3:32 after; trained against waiting 17% more (95% "
            "interval: 3 to 32% more), 8 and 8 people.",
        ),
    ),
    "six picked out of twelve": Case(
        file="pick-six-of-twelve",
        word=Verdict.NOT_JUDGED,
        says=("Only 6 of 12 people, picked by hand.", "6 not asked for"),
        wanted=Wanted(people=SIX),
    ),
    "the slowest quarter by one drill": Case(
        file="slowest-quarter-chosen-1-drill",
        word=Verdict.NOT_JUDGED,
        says=("Yes, for low results", "23 to 34% faster", "Give them a new drill before the training"),
        chosen_by="low results",
    ),
    "a form seen on the wrong side": Case(
        file="form-seen-on-wrong-side",
        word=Verdict.NOTHING_TO_COMPARE,
        says=("Concerns: who is missing; same form twice", "8 recorded as", "before the training"),
    ),
    "six schools decide": Case(
        file="schools-decide-people-printed",
        word=Verdict.NOT_JUDGED,
        says=("the same (95% interval: from 6% less to 6% more), over 6 schools.", "from 2 points lower to 18 points"),
    ),
}


@pytest.mark.parametrize("name", CASE_LIST)
@pytest.mark.parametrize("is_told", [True, False], ids=["passed told", "not told"])
def test_none_is_called_improved_and_the_first_page_names_the_cause(name: str, is_told: bool, tmp_path: Path) -> None:
    case, path = CASE_LIST[name], tmp_path / "case.csv"
    told = pd.read_csv(CASES / f"{case.file}.csv")
    if is_told:
        told["passed"] = told["finished"].map({True: "yes", False: "no"})
    told.to_csv(path, index=False)
    comparison, table = compare_files([path], Asked(wanted=case.wanted, chosen_by=case.chosen_by))
    handover = ReportExport(comparison=comparison, table=table, title="Case", by_name=None, asked=Asked())
    page = pypdf.PdfReader(io.BytesIO(write_report(handover, made_at=NOON, zone=UTC))).pages[0].extract_text()
    page = " ".join(page.replace("\u200b", "").replace("\N{NO-BREAK SPACE}", " ").split())
    assert "improved" not in page
    assert find_forbidden(page) == ()
    if is_told:
        assert comparison.word is case.word
        assert all(sentence in page for sentence in case.says)
    else:
        assert comparison.word in (Verdict.NOT_JUDGED, Verdict.NOTHING_TO_COMPARE)
        assert "The table does not say which drills were passed (column passed)" in page
