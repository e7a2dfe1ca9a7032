"""The app on a recording that lies in a real S3-compatible store: routes, pages, and the store going away."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.footage.recording.open import TRUTH_FILE, Recording
from sim.footage.store.moving import push_forms, push_recording
from sim.records.engine import make_sqlite_url
from sim.services.app.footage_store.settings import FootageSettings
from sim.services.app.wiring import App, Settings, open_app
from sim.services.attempt import attempts
from sim.ui.http.answers import STORE_AWAY, STORE_LACKS
from sim.ui.http.routes import make_routes
from sim.ui.page import wording
from tests.app.conftest import RunPage
from tests.support.driven_drill import Drill, mark
from tests.support.fake_clock import FakeClock
from tests.support.object_store import Gate, ObjectStore

CLIP = "main/CAM-01.mp4"


@pytest.fixture(scope="module")
def url(object_store: ObjectStore, tiny_recording: Recording, tiny_library: Path) -> str:
    made = object_store.make_url()
    remote = object_store.open_remote(made)
    push_recording(tiny_recording.folder, remote, replace=False, on_file=lambda name, done, total: None)
    push_forms(tiny_library / "forms" / "tiny.yaml", remote)
    return made


@pytest.fixture
def gate(object_store: ObjectStore) -> Iterator[Gate]:
    with Gate(object_store.endpoint) as made:
        yield made


@pytest.fixture
def drill_app(tmp_path: Path, url: str, object_store: ObjectStore, gate: Gate, clock: FakeClock) -> Iterator[App]:
    """The services with nothing on this disk: recording and forms lie in the store, behind a line that can be cut."""
    data = tmp_path / "data"
    footage = FootageSettings(
        url=url, options=object_store.make_options(gate.endpoint), cache=data / "footage-cache", cache_bytes=50_000_000
    )
    settings = Settings(
        data=data,
        database_url=make_sqlite_url(data / "sightline.db"),
        recordings=(data / "recordings",),
        forms=(data / "forms",),
        footage=footage,
    )
    opened = open_app(settings, clock)
    opened.catalogue.prepare = lambda recording_id: None  # type: ignore[method-assign]  # one thing at a time
    yield opened
    opened.close()


def test_ranges_of_stored_footage_and_nothing_else(drill: Drill, tiny_recording: Recording, url: str) -> None:
    before = drill.client.get(drill.links.link(CLIP))
    assert before.status_code == 403
    drill.begin()
    whole = (tiny_recording.folder / CLIP).read_bytes()
    part = drill.client.get(drill.links.link(CLIP), headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.content) == (206, whole[10:100])
    assert "immutable" in part.headers["cache-control"]
    assert drill.client.get(drill.links.link(CLIP)).content == whole
    target = drill.app.catalogue.list_forms()[0].form.target
    manifest = tiny_recording.manifest
    allowed = {c.main for c in manifest.cameras} | {c.thumbs for c in manifest.cameras}
    allowed |= {w.file for w in manifest.walls} | {f"people/{target}.webp"}
    store = url.removeprefix("s3://").partition("/")[0]
    for name in [*manifest.files, "recording.json", "forms/tiny.yaml", "recordings/tiny/truth.parquet"]:
        answer = drill.client.get(drill.links.link(name))
        assert answer.status_code == (200 if name in allowed else 404), name
        said = json.dumps(dict(answer.headers))
        assert store not in said
        assert "location" not in answer.headers
    drill.app.catalogue.get_truth("tiny")
    assert drill.client.get(drill.links.link(TRUTH_FILE)).status_code == 404


def test_the_console_is_told_nothing_of_the_store(drill: Drill, url: str, gate: Gate) -> None:
    drill.begin()
    page = json.dumps(attempts.get_console(drill.app, drill.attempt_id).data, default=str)
    for secret in (url.removeprefix("s3://").partition("/")[0], gate.endpoint, "testing", "footage-cache"):
        assert secret not in page


def test_index_timeline_and_a_handed_in_answer(drill: Drill) -> None:
    drill.begin()
    index = drill.client.get(drill.links.link_index(CLIP))
    assert len(index.json()["sizes"]) == drill.app.catalogue.get_recording("tiny").manifest.frame_count
    assert drill.client.get(drill.links.link_timeline()).status_code == 200


def test_the_store_goes_away_in_the_middle(drill: Drill, gate: Gate) -> None:
    drill.begin()
    assert drill.client.get(drill.links.link(CLIP)).status_code == 200
    gate.cut()
    away = drill.client.get(drill.links.link("main/CAM-02.mp4"))
    assert (away.status_code, away.json()["error"]) == (503, STORE_AWAY)
    assert away.headers["retry-after"].isdigit()
    assert drill.client.get(drill.links.link(CLIP), headers={"Range": "bytes=0-9"}).status_code == 206
    assert drill.post(mark(1, "a")).json()["ack"] == 1
    assert drill.client.get("/healthz").status_code == 200


def test_an_object_is_missing(drill: Drill, object_store: ObjectStore, url: str, tiny_recording: Recording) -> None:
    drill.begin()
    files, name = object_store.open_files(url), f"{url.removeprefix('s3://')}/recordings/tiny/main/CAM-03.mp4"
    files.rm(name)
    lacks = drill.client.get(drill.links.link("main/CAM-03.mp4"))
    assert (lacks.status_code, lacks.json()["error"]) == (503, STORE_LACKS)
    files.put_file(str(tiny_recording.folder / "main/CAM-03.mp4"), name)
    assert drill.client.get(drill.links.link("main/CAM-03.mp4")).status_code == 200


def test_pages_say_that_the_store_is_away_and_go_on(run_page: RunPage, gate: Gate) -> None:
    gate.cut()
    for name in ("start", "drills", "team"):
        page = run_page(name)
        assert not page.exception
        if name != "team":
            assert wording.STORE_TROUBLE in page.warning[0].value
            assert "does not answer" in page.warning[0].value
            assert "if this continues, ask the person who" in page.warning[0].value
            assert "Error" not in page.warning[0].value


def test_pages_with_the_store(run_page: RunPage) -> None:
    page = run_page("start")
    assert not page.exception
    assert not page.warning
    assert not page.button(key="step").disabled


def test_forms_on_this_disk_wait_for_their_recording_in_the_store(
    drill_app: App, gate: Gate, tiny_library: Path, clock: FakeClock
) -> None:
    gate.cut()
    with_own = open_app(replace(drill_app.settings, forms=(tiny_library / "forms",)), clock)
    assert with_own.catalogue.list_forms() == ()
    assert "does not answer" in with_own.catalogue.get_trouble()
    with pytest.raises(Exception, match="footage store"):
        with_own.catalogue.get_form("tiny-practice-1")
    with_own.close()


def test_routes_without_a_store_are_as_before(tiny_library: Path, tmp_path: Path, clock: FakeClock) -> None:
    from tests.support.tiny_app import make_tiny_app  # noqa: PLC0415

    app = make_tiny_app(tmp_path / "plain", tiny_library, clock)
    assert app.catalogue.is_at_hand("tiny", CLIP)
    assert app.catalogue.get_trouble() == ""
    with TestClient(Starlette(routes=make_routes(lambda: app))) as client:
        assert Drill(app, client).begin().client.get("/healthz").status_code == 200
    app.close()
