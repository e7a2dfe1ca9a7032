"""Footage of an attempt: what was sent, what is made beforehand, whose picture and box it is."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.app import score
from sim.app.forms import write_form_set
from sim.app.memory import LruCache
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.console import attempts, footage_access
from sim.console.footage_access import begin_reading
from sim.console.questions import find_box, join_spans
from sim.errors import RecordingError
from sim.features.drill.routes import make_routes
from sim.features.library.forms import choose_forms
from sim.footage.checks.timeline import cut_front_photo
from sim.footage.recording.open import Recording
from sim.forms.difficulty import Reference
from sim.scoring.mark import resolve_marks
from sim.truth.index import make_truth_index
from tests.support.driven_drill import Drill
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import lay_out_library, make_tiny_app
from tests.support.trace_tables import SIZE_WH, make_random_answer, make_random_table

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)).map(lambda each: (each[0], each[0] + each[1])))


@given(SPANS)
def test_the_same_bytes_and_no_two_that_touch(spans: list[tuple[int, int]]) -> None:
    joined = join_spans(spans)
    assert {byte for first, last in spans for byte in range(first, last + 1)} == {
        byte for first, last in joined for byte in range(first, last + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(joined))


def test_what_was_not_asked_for_longest_goes_first() -> None:
    shelf: LruCache[str] = LruCache(most=2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.get(name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]


def test_the_page_of_a_drill_begins_it_and_once_for_a_recording(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    finished = threading.Event()

    def make_timeline(app: App, recording_id: str) -> None:
        begun.append(threading.current_thread().name)
        raise RecordingError("the motion cannot be read")

    monkeypatch.setattr(footage_access, "load_timeline", make_timeline)
    monkeypatch.setattr(footage_access, "give_back_memory", finished.set)
    for _ in range(2):
        begin_reading(drill_app, attempts.create_sample(drill_app))
    assert finished.wait(timeout=30)
    assert begun == ["read-ahead"]
    # what was made before the failure stays made
    monkeypatch.setattr(score, "load_silhouettes", None)
    drill_app.catalog.read_truth("tiny")


def test_silhouettes_that_cannot_be_read_stop_the_drill_before_its_clock(
    drill_app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RecordingError("silhouettes.parquet was altered")

    attempt_id = attempts.create_sample(drill_app)
    attempts.get_briefing(drill_app, attempt_id)
    with monkeypatch.context() as patch:
        patch.setattr(score, "load_silhouettes", fail)
        with pytest.raises(RecordingError, match="was altered"):
            attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.BRIEFED
    # restored, it begins: a failure is not kept
    attempts.begin(drill_app, attempt_id)
    assert attempts.get_state(drill_app, attempt_id) is AttemptState.RUNNING
    assert drill_app.catalog.get_truth("tiny").silhouettes is not None


@pytest.fixture
def drill(tmp_path: Path, tiny_recording: Recording, clock: FakeClock, shown: Reference) -> Iterator[Drill]:
    folder = lay_out_library(tmp_path / "library", tiny_recording)
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2, reference=shown)
    write_form_set(forms, folder / "forms" / "tiny.yaml")
    with (
        closing(make_tiny_app(tmp_path / "data", folder, clock)) as app,
        TestClient(Starlette(routes=make_routes(lambda: app)), raise_server_exceptions=False) as client,
    ):
        yield Drill(app, client)


@pytest.mark.parametrize("shown", list(Reference), ids=str)
def test_the_picture_has_the_sides_that_the_form_says_and_no_other_opens(drill: Drill, shown: Reference) -> None:
    app, target = drill.app, drill.app.catalog.list_forms()[0].form.target
    view = attempts.get_briefing(app, drill.attempt_id)
    assert view.photo_count == shown.photo_count
    strip = app.catalog.get_recording("tiny").folder / f"people/{target}.webp"
    drill.begin()
    answers = {
        Reference.THREE_PHOTOS: drill.client.get(drill.links.link(f"people/{target}.webp")),
        Reference.ONE_PHOTO: drill.client.get(drill.links.link(f"people/front/{target}.webp")),
    }
    for kind, answer in answers.items():
        assert answer.status_code == (200 if kind is shown else 404), kind
    task = attempts.get_console(app, drill.attempt_id).data["task"]
    assert (task["photo_count"], task["descriptor"]) == (shown.photo_count, view.descriptor)
    assert view.descriptor
    if shown is Reference.TEXT:
        assert (view.reference_url, task["reference_url"]) == (None, None)
        return
    assert view.reference_url == task["reference_url"]
    sent = drill.client.get(str(view.reference_url))
    assert sent.headers["content-type"] == "image/webp"
    whole = Image.open(BytesIO(strip.read_bytes()))
    assert Image.open(BytesIO(sent.content)).size == (whole.width * shown.photo_count // 3, whole.height)
    known = drill.client.get(str(view.reference_url), headers={"If-None-Match": sent.headers["etag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("shown", [Reference.ONE_PHOTO, Reference.THREE_PHOTOS], ids=str)
def test_the_picture_of_a_measured_drill_opens_with_its_start(drill: Drill, shown: Reference) -> None:
    target = drill.app.catalog.list_forms()[0].form.target
    with drill.app.store.write() as work:
        work.save_row(replace(work.attempts.get(drill.attempt_id), mode=Mode.ASSESSMENT))
    picture = drill.links.link(f"people/{'front/' if shown is Reference.ONE_PHOTO else ''}{target}.webp")
    assert drill.client.get(picture).status_code == 403
    drill.begin()
    assert drill.client.get(picture).status_code == 200


def test_a_strip_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "P001.webp").write_bytes(b"RIFF")
    for name in ("P001.webp", "P002.webp"):
        with pytest.raises(RecordingError, match=f"{name} is no picture"):
            cut_front_photo(tmp_path / name)


WIDTH, HEIGHT = SIZE_WH


@pytest.mark.parametrize("seed", range(5))
def test_the_box_is_always_that_of_whom_the_mark_counts_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = make_random_table(rng)
    index = make_truth_index(table)
    marks = sum((make_random_answer(rng, table, (0.0, table.duration_s)).marks for _ in range(3)), ())
    rows = resolve_marks(index, marks).table_row
    assert (rows >= 0).any()
    for mark, row in zip(marks, rows, strict=True):
        box = find_box(index, mark)
        assert (box is None) == (row < 0)
        if box is not None:
            truth = table.rows.iloc[int(row)]
            assert box[0] * WIDTH == pytest.approx(np.clip(truth["x1"], 0, WIDTH), abs=0.1)
            assert box[3] * HEIGHT == pytest.approx(np.clip(truth["y2"], 0, HEIGHT), abs=0.1)
