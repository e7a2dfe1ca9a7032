"""What the console is measured on: the shipped recording, served by the real app, and drills on it without hurry."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sim.db.engine import make_sqlite_url
from sim.drill.attempt import Mode
from sim.drill.forms import FORM_SCHEMA, Form, FormSet
from sim.errors import TaskError
from sim.footage.recording.open import Recording
from sim.services.app.forms import write_form_set
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from sim.services.attempt import attempts
from sim.services.attempt.intake import describe_state
from tools.bench.console.pixels import Crop, Reference
from tools.bench.rig.server import run_server

FORM_ID = "console-bench"
LIMIT_S = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The running app and the recording that its drills are on.

    Attributes:
        app: the same services on the same data, to prepare and to look inside.
        url: of the server.
        recording: the shipped one.
        camera_id: the camera whose pictures move most, by its clip's size.
    """

    app: App
    url: str
    recording: Recording
    camera_id: str

    def make_attempt(self, *, is_begun: bool = True) -> str:
        """Make a drill whose limit nobody meets; return its id."""
        attempt_id = attempts.create(self.app, form_id=FORM_ID, mode=Mode.PRACTICE)
        attempts.get_briefing(self.app, attempt_id)
        if is_begun:
            attempts.begin(self.app, attempt_id)
        return attempt_id

    def list_fixed_frames(self, attempt_id: str) -> list[int]:
        """Return the frames of an attempt's marks as the server stored them, in the order they were made."""
        marks = describe_state(self.app, attempt_id)["marks"]
        return [int(mark["frame"]) for mark in marks] if isinstance(marks, list) else []

    def make_main_reference(self) -> Reference:
        """Return how the busiest camera's main stream should look."""
        manifest = self.recording.manifest
        path = self.recording.find_path(self.recording.get_camera(self.camera_id).main)
        return Reference(path=path, fps=manifest.fps, frame_count=manifest.frame_count)

    def make_tile_reference(self) -> Reference:
        """Return how the busiest camera's tile of the wall should look."""
        manifest = self.recording.manifest
        wall = next(wall for wall in manifest.walls if self.camera_id in wall.cameras)
        place = list(wall.cameras).index(self.camera_id)
        width, height = wall.tile_wh
        crop = Crop(left=place % wall.columns * width, top=place // wall.columns * height, width=width, height=height)
        path = self.recording.find_path(wall.file)
        return Reference(path=path, fps=manifest.fps, frame_count=manifest.frame_count, crop=crop)


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Serve the shipped recording on a free port with a temporary data folder.

    Raises:
        TaskError: there is no form to drill.
        MachineError: the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        settings = read_settings(os.environ)
        shipped, own = settings.recordings[0], data / "forms"
        settings = replace(
            settings,
            data=data,
            database_url=make_sqlite_url(data / "sightline.db"),
            recordings=(shipped, data / "recordings"),
            forms=(settings.forms[0], own),
        )
        app = open_app(settings, system_clock())
        try:
            _add_form(app, own)
            recording = app.catalog.get_recording(app.catalog.get_form(FORM_ID).recording_id)
            manifest = recording.manifest
            busiest = max(manifest.cameras, key=lambda camera: manifest.sizes[camera.main])
            with run_server(data, data / "nothing") as server:
                yield Desk(app=app, url=server.url, recording=recording, camera_id=busiest.camera_id)
        finally:
            app.close()


def _add_form(app: App, folder: Path) -> None:
    """Add the first form that traces somebody once more, with a limit that the bench does not meet."""
    known = next((known for known in app.catalog.list_forms() if known.form.type == "trace"), None)
    if known is None:
        raise TaskError("there is no trace drill to measure with", todo="add a form file to scenarios/forms")
    changed: Form = known.form.model_copy(
        update={"form_id": FORM_ID, "title": "Console bench", "use": "practice", "limit_s": LIMIT_S}
    )
    form_set = FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=known.recording_id,
        truth_sha256=app.catalog.get_truth_sha256(known.recording_id),
        difficulty_version=1,
        margin=1.0,
        spread=0.0,
        forms=(changed,),
    )
    write_form_set(form_set, folder / "console-bench.yaml")
