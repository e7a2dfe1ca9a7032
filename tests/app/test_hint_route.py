"""Hints over HTTP: what they say, and to whom they say nothing."""

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.attempt.events import SERVER_TAB
from sim.attempt.options import DrillOption
from sim.console import scores
from sim.console.questions import MOST_HINTS
from sim.features.debrief import debrief
from sim.scoring.interruption import NextCamera
from sim.tasks.common.task import Known
from tests.support.driven_drill import TAB, Asking, event, submit
from tests.support.given import load_attempt

HINTS = frozenset({DrillOption.HINTS})


class HintDrill(Asking):
    question = "hint"

    def __init__(self, app: App, client: TestClient) -> None:
        super().__init__(app, client)
        self.change(options=HINTS)
        row = load_attempt(app, self.attempt_id)
        self.target = app.catalog.get_form(row.form_id).form.task.person
        self.index = app.catalog.get_truth(row.recording_id)
        self.shown = tuple(each for each in self.index.find_appearances(self.target) if not each.is_glimpse)
        self.stranger = next(person for person in self.index.person_ids if person != self.target)

    def make_question(self) -> dict[str, Any]:
        return {"hint": "next-camera", "camera_id": None, "t_s": 0.0, "on": []}

    def mark(self, seq: int, number: int, *, person: str | None = None) -> None:
        shown = self.shown if person is None else self.index.find_appearances(person)
        rows = self.index.appearance_rows
        place = shown[number]
        row = self.index.table.rows.iloc[int(rows.table_row[(rows.low[place.number] + rows.high[place.number]) // 2])]
        width, height = self.index.table.picture_wh[place.camera_id]
        x, y = (row["x1"] + row["x2"]) / 2 / width, (row["y1"] + row["y2"]) / 2 / height
        frame = int(row["frame"])
        spot = {"camera_id": place.camera_id, "frame": frame, "t_s": float(row["t_s"]), "x": float(x), "y": float(y)}
        self.post(event(seq, "mark", {"mark_id": f"f{seq}", **spot}, t_ms=seq * 100.0))

    def stored_hints(self) -> int:
        return int(self.state()["hints"])


def tell_known(hints: HintDrill, patch: pytest.MonkeyPatch, known: Known | None) -> None:
    form = hints.app.catalog.get_form(load_attempt(hints.app, hints.attempt_id).form_id)
    told = replace(form, form=form.form.model_copy(update={"known": known}))
    patch.setattr(type(hints.app.catalog), "get_form", lambda *_: told)


@pytest.fixture
def hints(drill_app: App, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> HintDrill:
    drill = HintDrill(drill_app, client).begin()
    tell_known(drill, monkeypatch, Known(t_s=drill.shown[0].start_s, camera_id=drill.shown[0].camera_id))
    return drill


def test_the_next_camera_follows_from_the_last_right_mark(hints: HintDrill) -> None:
    begins = hints.shown[0].camera_id
    first = {"hint": "next-camera", "found": "first", "camera_id": begins, "left": MOST_HINTS - 1}
    assert hints.ask().json() == first
    hints.mark(1, 0, person=hints.stranger)
    assert hints.ask().json() == first
    assert hints.stored_hints() == 1
    hints.mark(2, 0)
    told = hints.ask()
    assert not [person for person in hints.index.person_ids if person in told.text]
    answer = told.json()
    assert set(answer) == {"hint", "found", "camera_id", "left"}
    assert (answer["found"], answer["camera_id"]) == ("there", hints.shown[1].camera_id)
    hints.mark(3, len(hints.shown) - 1)
    assert hints.ask().json() == {"hint": "next-camera", "found": "no-more", "camera_id": None, "left": MOST_HINTS - 3}


def test_whether_it_is_still_the_student_is_told_by_picture_and_mark(hints: HintDrill) -> None:
    first = hints.shown[0]
    here = {"hint": "still-there", "camera_id": first.camera_id, "t_s": (first.start_s + first.end_s) / 2}
    answer = hints.ask(**here).json()
    assert answer == {"hint": "still-there", "in_picture": True, "mark_is_right": None, "left": MOST_HINTS - 1}
    hints.mark(1, 0)
    elsewhere = next(camera for camera in hints.index.camera_ids if camera != first.camera_id)
    answer = hints.ask(**{**here, "camera_id": elsewhere}).json()
    assert (answer["in_picture"], answer["mark_is_right"]) == (False, True)
    hints.mark(2, 0, person=hints.stranger)
    assert hints.ask(**here).json()["mark_is_right"] is False
    assert hints.ask(hint="still-there").json()["in_picture"] is False


def test_hints_run_out_and_the_result_counts_them(hints: HintDrill) -> None:
    here = {"hint": "still-there", "camera_id": hints.shown[0].camera_id}
    assert [hints.ask(**here, t_s=number / 10).json()["left"] for number in range(MOST_HINTS)] == [4, 3, 2, 1, 0]
    refused = hints.ask()
    assert (refused.status_code, "all hints" in refused.json()["error"]) == (409, True)
    assert hints.stored_hints() == MOST_HINTS
    hints.post(submit(1))
    row = scores.settle(hints.app, hints.attempt_id)
    assert '"hints": 5' in (row.score_json or "")
    assert debrief.get_debrief(hints.app, hints.attempt_id).hints == MOST_HINTS


def test_a_hint_that_says_nothing_new_is_free(hints: HintDrill) -> None:
    here = {"hint": "still-there", "camera_id": hints.shown[0].camera_id, "t_s": 0.5}
    assert [hints.ask(**here).json()["left"] for _ in range(3)] == [MOST_HINTS - 1] * 3
    assert [hints.ask().json()["left"] for _ in range(2)] == [MOST_HINTS - 2] * 2
    assert hints.ask(**here).json()["left"] == MOST_HINTS - 2
    assert hints.ask(**{**here, "t_s": 0.6}).json()["left"] == MOST_HINTS - 3
    assert hints.stored_hints() == 3


@pytest.mark.parametrize("is_there", [True, False])
def test_a_hint_does_not_tell_whether_there_is_anybody(
    hints: HintDrill, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    tell_known(hints, monkeypatch, None)
    if not is_there:
        nowhere = (NextCamera.NOWHERE, None)
        monkeypatch.setattr("sim.console.questions.find_next_camera", lambda *_, **__: nowhere)
    first = hints.shown[0]
    here = {"hint": "still-there", "camera_id": first.camera_id, "t_s": (first.start_s + first.end_s) / 2}
    assert hints.ask().json() == {"hint": "next-camera", "found": "unsaid", "camera_id": None, "left": MOST_HINTS}
    unseen = {"hint": "still-there", "in_picture": None, "mark_is_right": None, "left": MOST_HINTS}
    assert hints.ask(**here).json() == unseen
    hints.mark(1, 0, person=hints.stranger)
    assert hints.ask(**here).json() == {**unseen, "mark_is_right": False, "left": MOST_HINTS - 1}
    assert hints.ask().json()["found"] == "unsaid"
    if is_there:
        hints.mark(2, 0)
        assert hints.ask().json()["found"] == "there"
        assert hints.ask(**here).json()["in_picture"] is True


@pytest.mark.parametrize(
    "changes",
    [{"mode": Mode.ASSESSMENT}, {"options": frozenset()}, {"options": frozenset({DrillOption.INTERRUPTIONS})}],
)
def test_an_assessment_and_a_drill_without_the_option_get_no_hint(hints: HintDrill, changes: dict[str, Any]) -> None:
    hints.change(**changes)
    assert hints.ask().status_code == 403
    assert hints.stored_hints() == 0


def test_no_browser_may_write_where_the_server_counts_hints(hints: HintDrill) -> None:
    refused = hints.post(event(1, "pause", {"t_s": 0.0}), tab=SERVER_TAB)
    assert refused.status_code == 422
    assert hints.ask().json()["left"] == MOST_HINTS - 1
    hints.post(event(1, "hint", {"name": "next-camera"}), tab=TAB)
    assert hints.stored_hints() == 1
