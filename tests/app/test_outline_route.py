"""Outlines, the appearance search and hints over HTTP: what they say, and to whom they say nothing."""

from dataclasses import replace
from io import BytesIO
from typing import Any, Self

import pytest
from PIL import Image
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.attempt.attempt import Mode
from sim.attempt.events import SERVER_TAB
from sim.attempt.options import DrillOption
from sim.console import scores
from sim.console.questions import MOST_HINTS, begin_noting
from sim.features.debrief import debrief
from sim.footage.video.clip_index import make_clip_index
from sim.scoring.interruption import NextCamera
from sim.tasks.common.simulated_user import CLICK_SHARES
from sim.tasks.common.task import Known
from tests.support.driven_drill import TAB, Asking, Drill, event, submit
from tests.support.fake_clock import FakeClock
from tests.support.given import load_attempt
from tests.support.people_clicks import find_spot

NOBODY = {"camera_id": "CAM-01", "frame": 0, "x": 0.9, "y": 0.05}
PERSON = "P005"
"""Stands in front of CAM-01 all the time."""


class OutlineDrill(Asking):
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


SEARCH = frozenset({DrillOption.APPEARANCE_SEARCH})


class SearchDrill(Asking):
    question = "similar"

    def __init__(self, app: App, client: TestClient) -> None:
        super().__init__(app, client)
        self.change(options=SEARCH)

    def make_question(self) -> dict[str, Any]:
        return make_query(self.app)

    def crop(self, camera_id: str, frame: object, part: str) -> Any:
        return self.client.get(f"{self.links.link_crops()}/{camera_id}/{frame}/{part}.jpg")


def make_query(app: App, *, person: int = 0) -> dict[str, Any]:
    index = app.catalog.get_truth("tiny")
    shown = index.find_appearances(index.person_ids[person])[0]
    row = index.table.rows.iloc[int(index.appearance_rows.table_row[index.appearance_rows.low[shown.number]])]
    width, height = index.table.picture_wh[shown.camera_id]
    box = [float(row["x1"]) / width, float(row["y1"]) / height, float(row["x2"]) / width, float(row["y2"]) / height]
    return {"camera_id": shown.camera_id, "frame": shown.first_frame, "box": box}


@pytest.fixture
def search(drill_app: App, client: TestClient) -> SearchDrill:
    return SearchDrill(drill_app, client).begin()


def test_a_box_on_somebody_gives_a_list_that_says_nothing_of_who_is_who(search: SearchDrill) -> None:
    answers = [search.ask(**make_query(search.app, person=person)) for person in range(4)]
    assert {answer.status_code for answer in answers} == {200}
    assert [answer.json()["number"] for answer in answers] == [1, 2, 3, 4]
    assert any(answer.json()["results"] for answer in answers)
    index = search.app.catalog.get_truth("tiny")
    for answer in answers:
        assert set(answer.json()) == {"number", "at_ms", "recognized", "results"}
        assert answer.json()["recognized"] is True
        for rank, result in enumerate(answer.json()["results"], start=1):
            assert set(result) == {"rank", "camera_id", "frame", "t_s", "crop"}
            assert result["rank"] == rank
            assert result["camera_id"] in index.camera_ids
            assert result["t_s"] == pytest.approx(result["frame"] / index.table.fps)
        assert not [person for person in index.person_ids if person in answer.text]
        assert answer.headers["cache-control"] == "no-store"
    assert search.ask(**make_query(search.app, person=2)).json() == {**answers[2].json(), "number": 5}


def test_a_drill_without_the_search_is_not_answered(search: SearchDrill) -> None:
    search.change(options=frozenset())
    assert search.ask().status_code == 403
    assert "no appearance search" in search.ask().json()["error"]


def test_a_picture_is_part_of_the_frame_and_made_for_such_drills_only(drill_app: App, client: TestClient) -> None:
    search = SearchDrill(drill_app, client)
    assert search.crop("CAM-01", 5, "10-20-90-120").status_code == 403
    search.begin()
    answer = search.crop("CAM-01", 5, "10-20-90-120")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.content)).size == (80, 100)
    assert answer.headers["cache-control"].startswith("private")
    assert search.crop("CAM-01", 5, "10-20-90-120").content == answer.content
    for camera_id, frame, part in (
        ("CAM-99", 5, "10-20-90-120"),
        ("CAM-01", 160, "10-20-90-120"),
        ("CAM-01", -1, "10-20-90-120"),
        ("CAM-01", "5e0", "10-20-90-120"),
        ("CAM-01", "٣", "10-20-90-120"),
        ("CAM-01", 5, "10-20-90"),
        ("CAM-01", 5, "90-20-10-120"),
        ("CAM-01", 5, "10-20-12-120"),
        ("CAM-01", 5, "10-20-321-120"),
        ("CAM-01", 5, "9" * 5000),
    ):
        assert search.crop(camera_id, frame, part).status_code == 404, (camera_id, frame, part[:20])
    search.change(options=frozenset())
    assert search.crop("CAM-01", 5, "10-20-90-120").status_code == 403
    assert search.client.get("/footage-crop/nonsense/tiny/CAM-01/5/10-20-90-120.jpg").status_code == 403
    other = search.links.link_crops().replace(search.links.recording_name, "other")
    assert search.client.get(f"{other}/CAM-01/5/1-1-9-9.jpg").status_code == 403


def test_what_was_asked_and_opened_is_there_after_a_reload(search: SearchDrill) -> None:
    assert search.state()["similar"] == {"asked": 0, "last": None, "opened": []}
    query, listed = find_listed(search)
    payload = {
        **query,
        "number": listed["number"],
        "recognized": True,
        "results": [{key: each[key] for key in ("camera_id", "frame", "t_s", "crop")} for each in listed["results"]],
    }
    answer = search.post(
        event(1, "open"),
        event(2, "similar", {**payload, "number": 40, "results": []}, t_ms=100),
        event(3, "suggestion", {"number": listed["number"], "rank": 1}, t_ms=200),
        event(4, "suggestion", {"number": listed["number"], "rank": 99}, t_ms=300),
        event(5, "suggestion", {"number": 70, "rank": 1}, t_ms=400),
    )
    assert answer.status_code == 200, answer.text
    assert search.state()["similar"] == {"asked": listed["number"], "last": payload, "opened": [1]}


def find_listed(search: SearchDrill) -> tuple[dict[str, Any], dict[str, Any]]:
    for person in range(len(search.app.catalog.get_truth("tiny").person_ids)):
        query = make_query(search.app, person=person)
        answer = search.ask(**query).json()
        if answer["results"]:
            return query, answer
    raise AssertionError("nobody has a list")


def test_a_box_is_on_nobody_and_a_lost_answer_is_asked_for_again_under_the_same_number(search: SearchDrill) -> None:
    nobody = {"number": 1, "at_ms": 0, "recognized": False, "results": []}
    assert search.ask(box=[0.9, 0.0, 0.95, 0.05]).json() == nobody
    assert search.ask().json() == search.ask().json()
    with search.app.store.read() as work:
        log = work.events.list_all(search.attempt_id)
    assert [stored.event.kind.value for stored in log] == ["similar"] * 2


def test_questions_of_an_attempt_come_to_an_end(search: SearchDrill, clock: FakeClock, monkeypatch: Any) -> None:
    monkeypatch.setattr("sim.console.similar_search.MOST_QUERIES", 3)
    for person in (0, 1, 0):
        assert search.ask(**make_query(search.app, person=person)).status_code == 200
    refused = search.ask(**make_query(search.app, person=1))
    assert refused.status_code == 409
    assert "all searches of this drill are used" in refused.json()["error"]


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


def test_an_assessment_and_a_drill_without_the_option_get_no_hint(hints: HintDrill) -> None:
    for options in (frozenset(), frozenset({DrillOption.INTERRUPTIONS})):
        hints.change(options=options)
        assert hints.ask().status_code == 403
    hints.change(options=HINTS, mode=Mode.ASSESSMENT)
    assert hints.ask().status_code == 403
    assert hints.stored_hints() == 0


def test_no_browser_may_write_where_the_server_counts_hints(hints: HintDrill) -> None:
    refused = hints.post(event(1, "pause", {"t_s": 0.0}), tab=SERVER_TAB)
    assert refused.status_code == 422
    assert hints.ask().json()["left"] == MOST_HINTS - 1
    hints.post(event(1, "hint", {"name": "next-camera"}), tab=TAB)
    assert hints.stored_hints() == 1
