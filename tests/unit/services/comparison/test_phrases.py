"""No comparison overclaims, on the page, in JSON, in CSV or on paper; and a sentence that does is found in each."""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.compare.content import wording as compare_wording
from sim.compare.verdict import Verdict
from sim.compare.wording import find_forbidden
from sim.compare.comparison import compare_attempts
from sim.services.app.settings import PROJECT
from sim.services.comparison.handover import Asked, ReportExport, make_handover
from tests.support.full_comparison import make_attempts, make_full_comparison
from tests.support.shown_texts import read_shown

PLANTED = ("The change was caused by the training.", "Everyone is certified.", "The best performer was M003.")


def widen(table: pd.DataFrame, *, kind: str) -> pd.DataFrame:
    """Return a table with what one kind of comparison needs."""
    wide = table.assign(drill_number=table.groupby("person_id").cumcount() + 1.0, familiar="yes", device="computer")
    if kind == "types":
        return wide.assign(task_type=np.where(wide.groupby("person_id").cumcount() % 2 == 0, "trace", "locate"))
    if kind == "groups":
        waits = wide["person_id"].isin(sorted(set(wide["person_id"]))[::2])
        return wide.assign(group=np.where(waits, "waiting", "trained"))
    if kind == "schools":
        return wide.assign(school="School " + wide["person_id"].str[-1])
    if kind == "later":
        last = wide.groupby("person_id").tail(1).assign(phase="retention", elapsed_s=200.0, finished=True)
        later = [
            last.assign(form_id=f"later-{days}", days_since_training=days, drill_number=last["drill_number"] + number)
            for number, days in enumerate((8.0, 95.0), start=1)
        ]
        dated = wide.assign(days_since_training=np.where(wide["phase"] == "after", 2.0, -2.0))
        return pd.concat([dated, *later], ignore_index=True)
    if kind == "swapped":
        return wide.assign(phase=wide["phase"].map({"before": "after", "after": "before"}))
    if kind == "nobody finished":
        return wide.assign(elapsed_s=480.0, finished=False)
    if kind == "everyone perfect":
        return wide.assign(idf1=1.0, appearance_recall=1.0, appearance_precision=1.0, wrong_person_s=0.0)
    if kind == "same forms":
        return wide.assign(form_id="one")
    if kind == "consoles":
        return wide.assign(profile=np.where(np.arange(len(wide)) % 3 == 0, "cloud", "classic"))
    if kind == "devices":
        return wide.assign(device=np.where(np.arange(len(wide)) % 5 == 0, "phone", "computer"))
    return wide


KINDS = (
    "plain", "types", "groups", "schools", "later", "swapped", "nobody finished", "everyone perfect", "same forms",
    "consoles", "devices",
)  # fmt: skip
WITH_PDF = {("plain", 4), ("schools", 12), ("groups", 12), ("later", 12), ("nobody finished", 12)}


def hand_over(kind: str, people: int) -> ReportExport:
    table = widen(make_attempts(people=people, drills=4 if kind in ("plain", "later") else 2, seed=people), kind=kind)
    return make_handover(compare_attempts(table), table, title="Front office", by_name=False, asked=Asked())


def test_no_comparison_overclaims_anywhere() -> None:
    views = {}
    for kind in KINDS:
        for people in (4, 12) if kind != "plain" else (1, 4, 12):
            handover = hand_over(kind, people)
            for place, text in read_shown(handover, with_pdf=(kind, people) in WITH_PDF).items():
                assert len(text) > 100, (kind, place)
                assert find_forbidden(text) == (), (kind, place)
        views[kind] = handover.view
    # else this test shows less than a comparison can show
    assert views["types"].task_types is not None
    assert views["schools"].schools is not None
    assert views["later"].retention is not None and views["later"].people_table.rows
    assert "the group that waited" in views["groups"].verdict
    assert views["plain"].readings
    assert all(view.learning is not None for kind, view in views.items() if kind not in ("same forms", "swapped"))
    assert len({view.headline for view in views.values()}) >= 3


def test_every_headline_and_every_part_at_once_keeps_to_the_phrases() -> None:
    table = make_attempts()
    whole = make_full_comparison(table)
    for word in Verdict:
        headline = compare_wording.HEADLINES[word]
        handover = make_handover(
            replace(whole, word=word, verdict=headline), table, title="Office", by_name=True, asked=Asked()
        )
        shown = read_shown(handover, with_pdf=word is Verdict.IMPROVED)
        assert all(find_forbidden(text) == () for text in shown.values())


def test_a_planted_headline_is_found_on_the_page_in_the_data_and_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = {word: " ".join(PLANTED) for word in Verdict}
    monkeypatch.setattr(compare_wording, "HEADLINES", planted)
    monkeypatch.setattr("sim.services.comparison.view.HEADLINES", planted)
    shown = read_shown(hand_over("plain", 12), with_pdf=True)
    clean = len(find_forbidden(" ".join(PLANTED)))
    assert clean >= len(PLANTED)
    for place in ("page", "json", "pdf"):
        assert len(find_forbidden(shown[place])) >= clean, place
        for sentence in PLANTED:
            assert sentence in shown[place], place


PAGES = [PROJECT / "sim" / "services" / "comparison" / "wording.py", *(PROJECT / "sim" / "ui" / "team").glob("*.py")]


@pytest.mark.parametrize("page", sorted(PAGES), ids=lambda page: page.stem)
def test_the_words_of_pages_and_report_keep_to_the_phrases(page: Path) -> None:
    nodes = ast.walk(ast.parse(page.read_text(encoding="utf-8")))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert texts
    assert find_forbidden("\n".join(texts)) == ()
