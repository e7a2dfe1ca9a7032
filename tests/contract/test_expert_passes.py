"""The expert on everything that ships: it wins each form and try with time to spare, from a sighting in plain sight."""

import pytest
import yaml

from sim.app.catalog import Catalog
from sim.app.settings import PROJECT
from sim.attempt.events import EventKind
from sim.compare.checks import QUICKEST_EXPERT
from sim.expert.run import can_play
from sim.features.debrief.practice import find_expert, find_unfair_form
from sim.forms.forms import Form

FORMS, LESSONS = (PROJECT / "scenarios" / name for name in ("forms", "lessons"))
LATEST = 0.7
LEAST_PX, LEAST_VISIBLE, LINES = 48.0, 0.8, 540


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(recording_folders=[PROJECT / "sample_footage"], form_folders=[FORMS], lesson_folders=[LESSONS])


def list_questions() -> list[str]:
    asked = []
    for path in sorted(FORMS.glob("*.yaml")):
        asked += [form["form_id"] for form in yaml.safe_load(path.read_text(encoding="utf-8"))["forms"]]
    for path in sorted(LESSONS.glob("*.yaml")):
        lesson = yaml.safe_load(path.read_text(encoding="utf-8"))
        asked += [f"lesson-{lesson['lesson_id']}-{each['try_id']}" for each in (*lesson["tries"], lesson["example"])]
    return asked


QUESTIONS = list_questions()


def find_fault(catalog: Catalog, form: Form) -> str:
    result = find_expert(catalog, form)
    assert result is not None
    case, card = result.score.case, result.score.card
    if card.passed is not True:
        return "not passed"
    if case is None:
        return ""
    if not case.legs:
        return "" if result.par_s <= LATEST * form.limit_s else f"nobody there after {result.par_s:.0f} s"
    if case.claims.others:
        return "somebody else claimed"
    is_one = form.type == "locate"
    if not is_one and set(case.claims.target) != set(case.legs):
        return f"{len(case.claims.target)} of {len(case.legs)} claimed"
    made_s = {
        (event.act.camera_id, event.act.x, event.act.y): event.t_client_ms / 1000
        for event in reversed(result.run.events)
        if event.kind is EventKind.MARK
    }
    times = [made_s[mark.camera_id, mark.x, mark.y] for mark in case.answer.marks]
    claims = list(zip(case.claims.appearance.tolist(), times, strict=True))
    last_s = times[-1] if is_one else max(min(at for leg, at in claims if leg == each) for each in case.legs)
    return "" if last_s <= LATEST * form.limit_s else f"all of it after {last_s:.0f} s"


@pytest.mark.slow
@pytest.mark.parametrize("form_id", QUESTIONS)
def test_the_expert_claims_all_of_a_shipped_form_in_time_from_a_sighting_in_plain_sight(
    catalog: Catalog, form_id: str
) -> None:
    form = catalog.get_form(form_id).form
    if can_play(form.type):
        assert find_fault(catalog, form) == ""
    if form.known is not None and form.known.camera_id is not None:
        table = catalog.get_truth(form.recording_id).table
        own = table.rows[(table.rows["person_id"] == form.target) & (table.rows["camera_id"] == form.known.camera_id)]
        row = own.set_index("frame").loc[int(form.known.t_s * table.fps + 0.5)]
        width, lines = table.picture_wh[form.known.camera_id]
        assert (row["y2"] - row["y1"]) * row["visible"] * LINES / lines >= LEAST_PX
        assert row["visible"] >= LEAST_VISIBLE
        assert row["y1"] >= 0.1 * lines, "the name of the camera covers them"
        assert min(row["x1"], width - row["x2"], lines - row["y2"]) > 0, "the picture's edge cuts them off"
    assert find_unfair_form(catalog, form) is None, "the program's own word"


def test_no_question_is_there_twice() -> None:
    assert len(QUESTIONS) == len(set(QUESTIONS)) >= 130


def test_no_shipped_form_is_passed_sooner_than_the_comparison_takes_for_the_quickest(catalog: Catalog) -> None:
    shares = []
    for known in catalog.list_forms():
        if known.form.type == "locate":
            result = find_expert(catalog, known.form)
            assert result is not None
            shares += [result.par_s / known.form.limit_s] if result.passed else []
    assert min(shares) == pytest.approx(QUICKEST_EXPERT, abs=5e-4)
