"""Tables with which an opponent once got "improved", or a number that had not decided: page 1 names the cause."""

import io
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

import pypdf
import pytest

from sim.compare.content.comparison import Verdict
from sim.compare.content.wording import find_forbidden
from sim.compare.data.people import EVERYBODY, Wanted
from sim.errors import ComparisonError
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
    "all twelve of them": Case(
        file="pick-six-of-twelve", word=Verdict.NO_CLEAR_CHANGE, says=("Everyone in the table is compared: 12 people.",)
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
    "the slowest quarter by two drills": Case(
        file="slowest-quarter-chosen-2-drills",
        word=Verdict.NOT_JUDGED,
        says=("These people were chosen for low results", "23 to 34% faster", "cannot tell practice from training"),
        chosen_by="low results",
    ),
    "the slowest quarter, and nobody says so": Case(
        file="slowest-quarter-chosen-1-drill",
        word=Verdict.NOT_JUDGED,
        says=("it is not known how these people were chosen", "23 to 34% faster"),
    ),
    "the slowest quarter by two, and nobody says so": Case(
        file="slowest-quarter-chosen-2-drills",
        word=Verdict.NOT_JUDGED,
        says=("it is not known how these people were chosen", "23 to 34% faster"),
    ),
    "a form seen on the wrong side": Case(
        file="form-seen-on-wrong-side",
        word=Verdict.NOTHING_TO_COMPARE,
        says=("Concerns: who is missing; same form twice", "8 drills of 8 people (met the same form more than once"),
    ),
    "a form seen with extra time": Case(
        file="form-seen-with-extra-time",
        word=Verdict.NOTHING_TO_COMPARE,
        says=("Concerns: who is missing; same form twice",),
    ),
    "six schools decide": Case(
        file="schools-decide-people-printed",
        word=Verdict.NO_CLEAR_CHANGE,
        says=("8 points higher (95% interval: from 2 points lower to 18 points higher), over 6 schools.",),
    ),
    "all after in one second": Case(
        file="all-after-in-one-second",
        word=Verdict.NOTHING_TO_COMPARE,
        says=("8 drills of 8 people (submitted within 5 seconds, which nobody can search in)",),
    ),
    "everyone twice under two ids": Case(
        file="everyone-twice-two-ids",
        word=Verdict.NOT_JUDGED,
        says=("P000 and P500 share 4 drills to the last digit", "one person under two ids"),
        chosen_by="all",
    ),
    "swapped labels without dates": Case(
        file="swapped-no-dates",
        word=Verdict.NOT_JUDGED,
        says=("before and after could be swapped", "order of the drills"),
        chosen_by="all",
    ),
}


def read_first_page(case: Case) -> tuple[Verdict, str]:
    comparison, table = compare_files([CASES / f"{case.file}.csv"], wanted=case.wanted, chosen_by=case.chosen_by)
    pdf = write_report(
        make_handover(comparison, table, title="Case", by_name=None, asked=Asked()), made_at=NOON, zone=UTC
    )
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    return comparison.word, " ".join(page.replace("\u200b", "").replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("name", CASE_LIST)
def test_none_is_called_improved_and_the_first_page_names_the_cause(name: str) -> None:
    case = CASE_LIST[name]
    word, page = read_first_page(case)
    assert word is case.word
    assert "improved" not in page
    assert find_forbidden(page) == ()
    for sentence in case.says:
        assert sentence in page


def test_a_time_and_a_name_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match=r"row 2, column elapsed_s: 1e-300 cannot be used"):
        compare_files([CASES / "70-tiny.csv"])
    long = tmp_path / "long.csv"
    long.write_text((CASES / "pick-six-of-twelve.csv").read_text().replace("P000,", f"{'M' * 100_000},", 1))
    with pytest.raises(ComparisonError, match=r"row 2, column person_id: 'M{40}\.\.\.' has 100000 characters"):
        compare_files([long])
