"""No comparison overclaims, on the page, in JSON, in CSV or on paper; and a sentence that does is found in each."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.app.settings import PROJECT
from sim.compare import wording as compare_wording
from sim.compare.comparison import compare_attempts
from sim.compare.plan import Plan
from sim.compare.verdict import Verdict
from sim.features.comparison.files import Asked
from sim.features.comparison.handover import ReportExport
from tests.support.full_comparison import make_attempts, make_full_attempts
from tests.support.phrases import find_forbidden
from tests.support.shown_texts import read_shown

PLANTED = ("The change was caused by the training.", "Everyone is certified.", "The best performer was M003.")
PLAN = Plan(people=14, attended=9, before=4, after=4, smallest=0.3, looks=5, teams=3)
KINDS = (
    "plain", "full", "groups", "swapped", "nobody passed", "everyone perfect", "same forms", "consoles", "devices",
    "chosen", "public", "not told",
)  # fmt: skip
WITH_PDF = {("full", 12), ("groups", 12), ("nobody passed", 12), ("chosen", 12), ("plain", 4)}


def make_table(kind: str, *, people: int) -> pd.DataFrame:
    """Return a table with what one kind of comparison needs."""
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
    """As of the demo team, whose footage anybody can look at."""
    handover = export(make_full_attempts(waits=False).assign(origin="public"))
    assert handover.comparison.word is Verdict.NOT_JUDGED
    assert "footage whose answers anyone can look up" in handover.comparison.verdict
    assert any("95% interval" in sentence for sentence in handover.comparison.sentences)
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
