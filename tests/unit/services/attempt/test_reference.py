"""What is shown of the person sought: three photos, one, or none; the rest never reaches the browser."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sim.drill.reference import Reference
from sim.errors import RecordingError
from sim.footage.checks.timeline import cut_front_photo
from sim.footage.recording.open import Recording
from sim.services.app.forms import choose_forms, write_form_set
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.ui.http.routes import make_routes
from tests.support.driven_drill import Drill
from tests.support.fake_clock import FakeClock
from tests.support.tiny_app import lay_out_library, make_tiny_app


@pytest.fixture(params=list(Reference), ids=str)
def shown(request: pytest.FixtureRequest) -> Reference:
    return Reference(request.param)


@pytest.fixture
def app(tmp_path: Path, tiny_recording: Recording, clock: FakeClock, shown: Reference) -> Iterator[App]:
    folder = lay_out_library(tmp_path / "library", tiny_recording)
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2, reference=shown)
    write_form_set(forms, folder / "forms" / "tiny.yaml")
    made = make_tiny_app(tmp_path / "data", folder, clock)
    yield made
    made.close()


@pytest.fixture
def drill(app: App) -> Iterator[Drill]:
    with TestClient(Starlette(routes=make_routes(lambda: app)), raise_server_exceptions=False) as client:
        yield Drill(app, client)


def open_picture(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body)).convert("RGB")


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
    whole = open_picture(strip.read_bytes())
    assert open_picture(sent.content).size == (whole.width * shown.photo_count // 3, whole.height)
    known = drill.client.get(str(view.reference_url), headers={"If-None-Match": sent.headers["etag"]})
    assert known.status_code == 304


def test_a_strip_that_is_no_picture_is_named(tmp_path: Path) -> None:
    (tmp_path / "P001.webp").write_bytes(b"RIFF")
    for name in ("P001.webp", "P002.webp"):
        with pytest.raises(RecordingError, match=f"{name} is no picture"):
            cut_front_photo(tmp_path / name)
