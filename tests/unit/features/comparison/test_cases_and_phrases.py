"""Tables with which an opponent once got "improved": page 1 names the cause, and no output overclaims."""

import ast
import io
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

import numpy as np
import pandas as pd
import pypdf
import pytest

from sim.app.settings import PROJECT
from sim.compare import wording as compare_wording
from sim.compare.comparison import compare_attempts
from sim.compare.facts import EVERYBODY, Wanted
from sim.compare.result import Plan
from sim.compare.verdict import Verdict
from sim.features.comparison.files import Asked, compare_files
from sim.features.comparison.handover import ReportExport
from sim.features.comparison.pdf import write_report
from tests.support.fake_clock import NOON
from tests.support.full_comparison import make_attempts, make_full_attempts
from tests.support.phrases import find_forbidden
from tests.support.shown_texts import read_shown

CASES = Path(__file__).parents[3] / "support" / "compare_cases"
SIX = ("P000", "P001", "P003", "P005", "P007", "P010")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
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


PLANTED = ("The change was caused by the training.", "Everyone is certified.", "The best performer was M003.")
PLAN = Plan(people=14, attended=9, before=4, after=4, smallest=0.3, looks=5, teams=3)
KINDS = (
    "plain", "full", "groups", "swapped", "nobody passed", "everyone perfect", "same forms", "consoles", "devices",
    "chosen", "public", "not told",
)  # fmt: skip
WITH_PDF = {("full", 12), ("groups", 12), ("nobody passed", 12), ("chosen", 12), ("plain", 4)}


def make_table(kind: str, *, people: int) -> pd.DataFrame:
    if kind in ("full", "groups"):
        table = make_full_attempts(people=people, waits=kind == "groups")
        return table.assign(group=table["group"].str.removesuffix(" by lot")) if kind == "groups" else table
    table = make_attempts(people=people, drills=4 if kind == "plain" else 2, seed=people)
    table = table.assign(familiar="yes", device="computer", origin="private", profile="classic")
    changed: dict[str, object] = {
        "swapped": {"phase": table["phase"].map({"before": "after", "after": "before"})},
        "nobody passed": {"elapsed_s": 480.0, "finished": False, "passed": "no"},
        "everyone perfect": {"idf1": 1.0, "appearance_recall": 1.0, "appearance_precision": 1.0},
        "same forms": {"form_id": "one"},
        "consoles": {"profile": np.where(np.arange(len(table)) % 3 == 0, "cloud", "classic")},
        "devices": {"device": np.where(np.arange(len(table)) % 5 == 0, "phone", "computer")},
        "chosen": {"chosen_by": "low results"},
        "public": {"origin": "public"},
        "not told": {"passed": ""},
    }.get(kind, {})
    return table.assign(**changed)


def export(table: pd.DataFrame) -> ReportExport:
    found = compare_attempts(table, plan=PLAN)
    return ReportExport(comparison=found, table=table, title="Front office", by_name=False, asked=Asked())


def test_no_comparison_overclaims_anywhere() -> None:
    words = set()
    for kind in KINDS:
        for people in (4, 12) if kind != "plain" else (1, 4, 12):
            handover = export(make_table(kind, people=people))
            for place, text in read_shown(handover, with_pdf=(kind, people) in WITH_PDF).items():
                assert len(text) > 100, (kind, place)
                assert find_forbidden(text) == (), (kind, place)
            words.add(handover.comparison.word)
    # else this test shows less than a comparison can show
    assert words >= {Verdict.NOT_JUDGED, Verdict.TOO_FEW, Verdict.NOTHING_TO_COMPARE, Verdict.NO_CLEAR_CHANGE}


def test_a_planted_headline_is_found_on_the_page_in_the_data_and_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_wording, "HEADLINES", dict.fromkeys(Verdict, " ".join(PLANTED)))
    shown = read_shown(export(make_table("plain", people=12)), with_pdf=True)
    for place in ("page", "json", "pdf"):
        assert len(find_forbidden(shown[place])) >= len(PLANTED), place
        assert all(sentence in shown[place] for sentence in PLANTED), place


def test_one_that_is_not_judged_still_shows_its_numbers() -> None:
    handover = export(make_full_attempts(waits=False).assign(origin="public", school="North"))
    assert handover.comparison.word is Verdict.NOT_JUDGED
    assert "footage whose answers anyone can look up" in handover.comparison.verdict
    assert any("99.85% interval" in sentence for sentence in handover.comparison.sentences)
    judged = replace(handover, comparison=compare_attempts(handover.table.assign(origin="private"), plan=PLAN))
    assert judged.comparison.word is Verdict.IMPROVED
    assert judged.comparison.sentences == handover.comparison.sentences


FEATURES = PROJECT / "sim" / "features"
PAGES = [*(FEATURES / "comparison").glob("*.py"), *(FEATURES / "team").glob("page*.py")]


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: page.stem)
def test_the_words_of_pages_and_report_keep_to_the_phrases(page: Path) -> None:
    nodes = ast.walk(ast.parse(page.read_text(encoding="utf-8")))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert texts
    assert find_forbidden("\n".join(texts)) == ()
