"""The page Our footage and its routes: who may, what is refused in words, and what the buttons of the page do."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app.wiring import App
from sim.clips.model import Clip, ClockNotes, Reading, Rights, WalkCamera
from sim.db.ledger import LedgerKind
from sim.errors import StoreError
from sim.features.own_clips.clip_jobs import ClipResult, get_result_path
from sim.features.own_clips.clocks import get_clocks, set_clocks
from sim.features.own_clips.folder import change_walk, find_blur_mode, get_folder, make_walk, write_model
from sim.features.own_clips.making import make_drill
from sim.features.own_clips.routes import make_own_clips_routes
from sim.ui.page.request_origin import PEER_HEADER
from tests.app.conftest import RunPage
from tests.support.staged_clips import WISH

RIGHTS = Rights(may_use=True, everyone_agreed=True)
FIRST_CLOCK = "clock-clip-01-First picture-{walk}-{turn}"


@pytest.fixture
def walk(drill_app: App) -> str:
    return make_walk(drill_app, "To the gym", rights=RIGHTS, blur=find_blur_mode(drill_app, RIGHTS), by="Heron")


@pytest.fixture
def own_client(drill_app: App) -> Iterator[TestClient]:
    opened = Starlette(routes=make_own_clips_routes(lambda: drill_app))
    with TestClient(opened, raise_server_exceptions=False, headers={PEER_HEADER: "local"}) as client:
        yield client


def test_clips_that_are_no_clips_are_refused_in_words_and_nothing_is_kept(own_client: TestClient, walk: str) -> None:
    path = f"/api/walks/{walk}/clips"
    for body, said in ((b"", "empty"), (b"PK\x03\x04" + bytes(500), "notes.mp4")):
        answer = own_client.post(path, params={"file_name": "notes.mp4", "camera": "Lobby"}, content=body)
        assert answer.status_code == 422, answer.text
        assert said in answer.json()["error"]
    assert own_client.get(path).json() == {"cameras": [], "clips": []}


def test_requests_of_no_page_are_refused_in_words(own_client: TestClient, walk: str) -> None:
    path = f"/api/walks/{walk}"
    assert own_client.get("/api/walks/walk-none/clips").status_code == 409
    assert own_client.get("/api/walks/..%2Fwalks/clips").status_code in (404, 409)
    assert own_client.post(f"{path}/clips/sing").status_code == 409
    for asked in ("working", "timeline", "media/truth.parquet"):
        answer = own_client.get(f"{path}/{asked}")
        assert (answer.status_code, "not made yet" in answer.text) == (409, True), "and the data folder is not told"
    assert own_client.get(f"{path}/proposal", params={"frame": "-1"}).status_code == 409
    for body in (b"", b"{}", b'{"camera_id": "CAM-01", "frame": -1, "sight": "seen", "base": 0}'):
        answer = own_client.post(f"{path}/keyframes", content=body)
        assert answer.status_code == 422
        assert "reload" in answer.json()["error"].lower(), answer.json()


def test_few_heads_are_looked_at(run_page: RunPage, drill_app: App, own_client: TestClient, walk: str) -> None:
    enter_clips(drill_app, walk, ClockNotes(), look_at=(3, 17))
    path = f"/api/walks/{walk}/clips"
    before, plain = own_client.get(path).json()["clips"]
    assert (before["look_at"], before["looked"], plain["look_at"]) == ([3, 17], None, [])
    page = run_page("our-clips", walk=walk, view="drill")
    assert "We found almost no heads in 1.mp4" in "".join(each.proto.body for each in page.get("html"))
    assert page.button(key="make-drill").disabled
    with pytest.raises(StoreError, match="almost no heads"):
        make_drill(drill_app, walk, WISH, by="Dwayne")
    assert own_client.post(f"{path}/accept", params={"clip": "clip-09"}).status_code == 409
    after, _ = own_client.post(f"{path}/accept", params={"clip": "clip-01"}).json()["clips"]
    assert after["looked"]["at"].endswith("Z")
    again, _ = own_client.post(f"{path}/accept", params={"clip": "clip-01"}).json()["clips"]
    assert again == after, "who looked first stays"
    with drill_app.store.read() as work:
        (entry,) = (each for each in work.ledger.iterate() if each.kind == LedgerKind.CLIP_LOOKED_AT)
    assert json.loads(entry.body or "")["data"] == {"walk": walk, "clip": "clip-01"}
    page.run()
    assert "We found almost no heads" not in "".join(each.proto.body for each in page.get("html"))
    get_result_path(get_folder(drill_app, walk), "clip-02").unlink()
    early = own_client.post(f"{path}/accept", params={"clip": "clip-02"})
    assert (early.status_code, "not imported yet" in early.text) == (409, True)


def enter_clips(app: App, walk_id: str, notes: ClockNotes, *, look_at: tuple[int, ...] = ()) -> None:
    clips = tuple(
        Clip(
            clip_id=f"clip-{number:02d}",
            camera_id=f"CAM-{number:02d}",
            file_name=f"{number}.mp4",
            sha256=f"{number:064x}",
            size_wh=(960, 540),
            codec="h264",
            pictures_s=10.0,
            duration_s=10.0,
            look_at=look_at if number == 1 else (),
        )
        for number in (1, 2)
    )
    cameras = tuple(WalkCamera(camera_id=clip.camera_id, name=f"Camera {clip.camera_id[-1]}") for clip in clips)
    folder = get_folder(app, walk_id)
    change_walk(folder, lambda walk: walk.model_copy(update={"clips": clips, "cameras": cameras}))
    for clip in clips:
        result = ClipResult(
            duration_s=10.0, frames=100, pictures_s=10.0, notes=(), looked=50, look_at=clip.look_at, doubtful=()
        )
        write_model(result, get_result_path(folder, clip.clip_id))
    set_clocks(app, walk_id, notes)


def read_off(clip_s: float, clock: datetime, **more: bool) -> Reading:
    return Reading(clip_id="clip-01", clip_s=clip_s, clock=clock, **more)


def test_what_was_entered_in_another_window_is_not_written_over(run_page: RunPage, drill_app: App, walk: str) -> None:
    enter_clips(drill_app, walk, ClockNotes())
    first, second = (run_page("our-clips", walk=walk, view="clocks") for _ in range(2))
    first.text_input(key=FIRST_CLOCK.format(walk=walk, turn=0)).input("8:02:13 AM").run()
    entered = get_clocks(drill_app, walk).notes.readings
    assert [reading.clock.time() for reading in entered] == [time(8, 2, 13)]
    second.text_input(key=FIRST_CLOCK.format(walk=walk, turn=0).replace("clip-01", "clip-02")).input("8:09:00").run()
    assert get_clocks(drill_app, walk).notes.readings == entered
    changed = "The clocks were changed in another window. This is how they are now."
    assert changed in [each.value for each in second.warning]
    assert second.text_input(key=FIRST_CLOCK.format(walk=walk, turn=1)).value == "8:02:13 AM"
    second.text_input(key=FIRST_CLOCK.format(walk=walk, turn=1).replace("clip-01", "clip-02")).input("8:09:00").run()
    assert len(get_clocks(drill_app, walk).notes.readings) == 2
    assert changed not in [each.value for each in second.warning]


def test_looking_at_clocks_that_a_file_brought_changes_none(run_page: RunPage, drill_app: App, walk: str) -> None:
    day = datetime(2026, 10, 14, 23, 59, 55)
    readings = (
        read_off(9.0, day + timedelta(seconds=9.03), is_tick=True),
        read_off(4.05, day + timedelta(seconds=4.37), has_tenths=True),
        read_off(0.0, day, is_tick=True),
    )
    notes = ClockNotes(readings=readings)
    enter_clips(drill_app, walk, notes)
    page = run_page("our-clips", walk=walk, view="clocks")
    page.run()
    assert get_clocks(drill_app, walk).notes == notes
    page.date_input(key=f"day-{walk}-0").set_value(date(2026, 10, 16)).run()
    moved = {each.clip_s: each for each in get_clocks(drill_app, walk).notes.readings}
    assert moved == {
        each.clip_s: each.model_copy(update={"clock": each.clock + timedelta(days=1)}) for each in readings
    }
