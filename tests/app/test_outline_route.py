"""Whom a mark is on, over HTTP: a box of what is seen of somebody and nothing else, to whom, and how often."""

from dataclasses import replace
from typing import Any, Self

import pytest
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.console.questions import begin_noting
from sim.footage.video.clip_index import make_clip_index
from sim.tasks.common.flaw import CLICK_SHARES
from tests.support.driven_drill import Asking, Drill
from tests.support.fake_clock import FakeClock
from tests.support.people_clicks import find_spot

NOBODY = {"camera_id": "CAM-01", "frame": 0, "x": 0.9, "y": 0.05}
PERSON = "P005"
"""Stands in front of CAM-01 all the time."""


class OutlineDrill(Asking):
    """A drill whose browser has all footage, and asks whom its marks are on."""

    question = "outline"

    def begin(self) -> Self:
        super().begin()
        self.watch("CAM-01", "CAM-02", "CAM-03", "CAM-04")
        return self

    def watch(self, *cameras: str, span: str = "") -> None:
        headers = {"Range": span} if span else {}
        for camera_id in cameras:
            answer = self.client.get(self.links.link(f"main/{camera_id}.mp4"), headers=headers)
            assert answer.status_code in (200, 206)

    def make_question(self) -> dict[str, Any]:
        return NOBODY


@pytest.fixture
def unseen(drill_app: App, client: TestClient) -> OutlineDrill:
    return OutlineDrill(drill_app, client)


@pytest.fixture
def outlines(unseen: OutlineDrill) -> OutlineDrill:
    return unseen.begin()


def change_form(app: App, monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    given = app.catalog.get_form

    def get_form(form_id: str) -> Any:
        known = given(form_id)
        data = known.form.model_dump() | values
        return replace(known, form=type(known.form).model_validate(data))

    monkeypatch.setattr(app.catalog, "get_form", get_form)


def test_a_click_on_somebody_has_their_box_and_not_who_they_are(outlines: OutlineDrill) -> None:
    index = outlines.app.catalog.get_truth("tiny")
    rows = index.table.rows
    row = rows[(rows["person_id"] == PERSON) & (rows["camera_id"] == "CAM-01") & (rows["frame"] == 0)].iloc[0]
    width, height = index.table.picture_wh["CAM-01"]
    box = [row["x1"] / width, row["y1"] / height, row["x2"] / width, row["y2"] / height]
    for share in CLICK_SHARES:
        answer = outlines.ask(x=float(box[0] + box[2]) / 2, y=float(box[1] + share * (box[3] - box[1])))
        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == {"box"}
        assert answer.json()["box"] == pytest.approx(box, abs=1e-4)
        assert not [person for person in index.person_ids if person in answer.text]
        assert answer.headers["cache-control"] == "no-store"


def test_only_who_is_in_that_very_frame_is_found(outlines: OutlineDrill) -> None:
    """P001 leaves CAM-01 after frame 41: neither a moment later nor on another camera do they have a box there."""
    index = outlines.app.catalog.get_truth("tiny")
    x, y = find_spot(index, "P001", camera_id="CAM-01", frame=10)
    assert outlines.ask(frame=10, x=x, y=y).json()["box"] is not None
    assert outlines.ask(frame=75, x=x, y=y).json() == {"box": None}
    assert outlines.ask(camera_id="CAM-04", frame=10, x=x, y=y).json() == {"box": None}


def test_of_a_frame_that_was_not_sent_nothing_is_told(unseen: OutlineDrill) -> None:
    """The attack: ask 60 times a minute where people stand in frames that were never opened."""
    Drill.begin(unseen)
    index = unseen.app.catalog.get_truth("tiny")
    x, y = find_spot(index, "P001", camera_id="CAM-01", frame=10)
    late_x, late_y = find_spot(index, "P005", camera_id="CAM-01", frame=150)
    assert unseen.ask(frame=10, x=x, y=y).json() == {}
    unseen.watch("CAM-04")
    assert unseen.ask(frame=10, x=x, y=y).json() == {}
    unseen.watch("CAM-01", span="bytes=0-99")
    assert unseen.ask(frame=10, x=x, y=y).json() == {}
    clip = unseen.app.catalog.find_file("tiny", "main/CAM-01.mp4")[0]
    clip_index = make_clip_index(clip)
    unseen.watch("CAM-01", span=f"bytes=100-{clip_index.offsets[20]}")
    assert unseen.ask(frame=10, x=x, y=y).json()["box"] is not None
    assert unseen.ask(frame=150, x=late_x, y=late_y).json() == {}
    unseen.watch("CAM-01", span=f"bytes={clip_index.offsets[150]}-{clip_index.offsets[150] + clip_index.sizes[150]}")
    assert unseen.ask(frame=150, x=late_x, y=late_y).json()["box"] is not None


def test_with_the_wall_its_small_pictures_are_seen(unseen: OutlineDrill) -> None:
    """Save data shows the wall's small picture, enlarged: marks are made on it."""
    Drill.begin(unseen)
    x, y = find_spot(unseen.app.catalog.get_truth("tiny"), "P001", camera_id="CAM-01", frame=10)
    for wall in unseen.app.catalog.get_recording("tiny").manifest.walls:
        assert unseen.client.get(unseen.links.link(wall.file)).status_code == 200
    assert unseen.ask(frame=10, x=x, y=y).json()["box"] is not None


def test_a_drill_from_before_the_start_of_this_process_is_answered(unseen: OutlineDrill, clock: FakeClock) -> None:
    Drill.begin(unseen)
    clock.pass_s(1)
    begin_noting(unseen.app)
    x, y = find_spot(unseen.app.catalog.get_truth("tiny"), "P001", camera_id="CAM-01", frame=10)
    assert unseen.ask(frame=10, x=x, y=y).json()["box"] is not None


def test_a_box_ends_at_the_pictures_edge(outlines: OutlineDrill) -> None:
    rows = outlines.app.catalog.get_truth("tiny").table.rows
    for _, row in rows[rows["x1"] <= 0].head(3).iterrows():
        answer = outlines.ask(camera_id=row["camera_id"], frame=int(row["frame"]), x=0.0, y=0.5)
        assert all(0.0 <= side <= 1.0 for side in answer.json()["box"])


def test_outside_the_tasks_time_nothing_is_told(outlines: OutlineDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    change_form(outlines.app, monkeypatch, window_s=(2.0, 9.0))
    for frame, status in ((19, 422), (20, 200), (90, 200), (91, 422)):
        answer = outlines.ask(frame=frame)
        assert answer.status_code == status, (frame, answer.text)
    assert "outside the task's window" in outlines.ask(frame=19).json()["error"]


def test_a_task_without_people_has_no_outlines(outlines: OutlineDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    change_form(outlines.app, monkeypatch, type="event", target=None, params={"event_id": "e", "kind": "bag-left"})
    answer = outlines.ask()
    assert answer.status_code == 403
    assert "no marks on people" in answer.json()["error"]
