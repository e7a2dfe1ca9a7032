"""The services on the tiny recording, with forms chosen on it and a clock that the test moves."""

import json
import shutil
from datetime import datetime
from pathlib import Path

from sim.app.catalog import write_form_set
from sim.app.settings import Settings
from sim.app.wiring import App, open_app
from sim.db.engine import make_sqlite_url
from sim.features.library.forms import choose_forms
from sim.footage.recording.open import Recording, open_recording
from sim.footage.recording.recording import MANIFEST_NAME
from sim.forms.forms import Origin
from tests.support.empty_database import write_empty_database
from tests.support.fake_clock import FakeClock

LIMIT_S = 300.0
PRACTICE_LIMIT_S = 120.0


DATABASE_NAME = "sightline.db"
OPEN = "open"
"""The recording for practice beside one that measures: the same pictures under another name."""


def lay_out_library(
    folder: Path,
    recording: Recording,
    *,
    practice_limit_s: float = PRACTICE_LIMIT_S,
    origin: Origin = Origin.PUBLIC,
    others: int = 0,
) -> Path:
    name = recording.manifest.recording_id
    shutil.copytree(recording.folder, folder / "recordings" / name)
    forms = choose_forms(
        recording,
        count=2,
        practice=1,
        margin=9.0,
        min_legs=2,
        limit_s=LIMIT_S,
        practice_limit_s=practice_limit_s,
        others=others,
    )
    write_form_set(forms.model_copy(update={"origin": origin}), folder / "forms" / f"{name}.yaml")
    return folder


def lay_out_measuring_library(
    folder: Path, recording: Recording, *, practice_limit_s: float = PRACTICE_LIMIT_S
) -> Path:
    lay_out_library(folder, copy_recording(recording, folder / "apart" / OPEN), practice_limit_s=practice_limit_s)
    return lay_out_library(folder, recording, practice_limit_s=practice_limit_s, origin=Origin.PRIVATE)


def copy_recording(recording: Recording, folder: Path) -> Recording:
    shutil.copytree(recording.folder, folder)
    manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    start = datetime.fromisoformat(manifest["start_time"]).replace(hour=13, minute=0)
    own = {"recording_id": folder.name, "title": "Hall for practice", "start_time": start.isoformat()}
    text = json.dumps({**manifest, **own})
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")
    return open_recording(folder)


def make_tiny_settings(data: Path, library: Path) -> Settings:
    return Settings(
        data=data,
        database_url=make_sqlite_url(data / DATABASE_NAME),
        recordings=(library / "recordings",),
        forms=(library / "forms",),
    )


def make_tiny_app(data: Path, library: Path, clock: FakeClock) -> App:
    settings = make_tiny_settings(data, library)
    if not (data / DATABASE_NAME).exists():
        write_empty_database(data / DATABASE_NAME)
    return open_app(settings, clock)


def reopen(app: App, clock: FakeClock) -> App:
    return open_app(app.settings, clock)
