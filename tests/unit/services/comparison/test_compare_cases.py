"""Tables with which an opponent once got "improved", or a number that had not decided: page 1 names the cause."""

import io
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pypdf
import pytest

from sim.compare.verdict import Verdict
from sim.compare.wording import find_forbidden
from sim.compare.people import EVERYBODY, Wanted
from sim.services.comparison.files import compare_files
from sim.services.comparison.handover import Asked, make_handover, write_report
from tests.support.fake_clock import NOON

CASES = Path(__file__).parents[3] / "support" / "compare_cases"
SIX = ("P000", "P001", "P003", "P005", "P007", "P010")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A table, what else is told of it, the word that it ends in, and what the first page must say."""

    file: str
    word: Verdict
    says: tuple[str, ...]
    wanted: Wanted = field(default=EVERYBODY)
    chosen_by: str | None = None


CASE_LIST = {
    "a waiting group that gained more": Case(
        file="waiting-group-gained-more",
        word=Verdict.NO_BETTER,
        says=(
            "The trained group did not do clearly better than the group that waited.",
            "the group that trained got 91 s faster (95% interval: 53 to 129 s faster), the group that waited 147 s "
            "faster (95% interval: 108 to 186 s faster): 56 s in favor of waiting",
            "(95% interval: 7 to 105 s in favor of waiting)",
        ),
    ),
    "six picked out of twelve": Case(
        file="pick-six-of-twelve",
        word=Verdict.NOT_JUDGED,
        says=("Only 6 of 12 people, picked by hand, are compared.", "24 drills of 6 people (not asked for)"),
        wanted=Wanted(people=SIX),
        chosen_by="all",
    ),
    "the slowest quarter by one drill": Case(
        file="slowest-quarter-chosen-1-drill",
        word=Verdict.NOT_JUDGED,
        says=(
            "These people were chosen for low results",
            "23 to 34% faster",
            "Give them a new drill before the training",
        ),
        chosen_by="low results",
    ),
    "a form seen on the wrong side": Case(
        file="form-seen-on-wrong-side",
        word=Verdict.NOTHING_TO_COMPARE,
        says=("Concerns: who is missing; same form twice", "8 drills of 8 people (met the same form more than once"),
    ),
    "six schools decide": Case(
        file="schools-decide-people-printed",
        word=Verdict.NO_CLEAR_CHANGE,
        says=("8 points higher (95% interval: from 2 points lower to 18 points higher), over 6 schools.",),
    ),
}


@pytest.mark.parametrize("name", CASE_LIST)
def test_none_is_called_improved_and_the_first_page_names_the_cause(name: str) -> None:
    case = CASE_LIST[name]
    comparison, table = compare_files([CASES / f"{case.file}.csv"], wanted=case.wanted, chosen_by=case.chosen_by)
    handover = make_handover(comparison, table, title="Case", by_name=None, asked=Asked())
    pdf = write_report(handover, made_at=NOON, zone=UTC)
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    page = " ".join(page.replace("\u200b", "").replace("\N{NO-BREAK SPACE}", " ").split())
    assert comparison.word is case.word
    assert "improved" not in page
    assert find_forbidden(page) == ()
    for sentence in case.says:
        assert sentence in page
