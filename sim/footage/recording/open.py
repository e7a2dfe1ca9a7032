"""Opening a recording: cheap checks first, tables on demand. Works without OpenCV and without decoding video."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from sim.checked import describe_first
from sim.columns import ACTIVITY, EVENTS, PEOPLE, TRUTH
from sim.errors import RecordingError, TruthError
from sim.footage.recording.recording import MANIFEST_NAME, Manifest, RecordedCamera, load_manifest
from sim.footage.recording.tables import SILHOUETTES_FILE, read_silhouettes, read_table
from sim.site.model import Site
from sim.truth.silhouettes import Silhouettes
from sim.truth.table import TruthTable, make_truth_table

SITE_FILE = "site.json"
TRUTH_FILE = "truth.parquet"
PEOPLE_FILE = "people.parquet"
ACTIVITY_FILE = "activity.parquet"
EVENTS_FILE = "events.parquet"
_REQUIRED = (SITE_FILE, TRUTH_FILE, PEOPLE_FILE, ACTIVITY_FILE, EVENTS_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording whose files are all there, in the size its manifest says."""

    folder: Path
    manifest: Manifest
    site: Site

    def find_path(self, name: str) -> Path:
        return self.folder / name

    def get_camera(self, camera_id: str) -> RecordedCamera:
        """Return the recorded camera, or raise RecordingError naming those that exist."""
        for camera in self.manifest.cameras:
            if camera.camera_id == camera_id:
                return camera
        known = ", ".join(c.camera_id for c in self.manifest.cameras)
        raise RecordingError(
            f"camera {camera_id!r} is not in the recording {self.manifest.recording_id}", expected=f"one of {known}"
        )


def open_recording(folder: Path) -> Recording:
    """Open a recording folder.

    Checks the manifest, and that every file is there in the size it was written; contents are checked by
    `sim.footage.checks.verify`, the small tables also when they are loaded.
    """
    manifest = load_manifest(folder)
    check_listing(manifest, source=str(folder / MANIFEST_NAME))
    for name, size in manifest.sizes.items():
        _check_size(folder / name, size)
    return Recording(folder=folder, manifest=manifest, site=load_site_copy(folder / SITE_FILE, manifest))


def check_listing(manifest: Manifest, *, source: str) -> None:
    """Raise RecordingError when a manifest, read from `source`, does not list every file a recording needs."""
    named = [*_REQUIRED, *(c.main for c in manifest.cameras), *(c.thumbs for c in manifest.cameras)]
    named += [w.file for w in manifest.walls]
    for name in named:
        if name not in manifest.files:
            raise RecordingError(f"{source} does not list {name}", todo="build the recording again")
    if set(manifest.files) != set(manifest.sizes):
        raise RecordingError(f"{source}: files and sizes name different files", todo="build the recording again")


def load_site_copy(path: Path, manifest: Manifest) -> Site:
    """Read a recording's copy of its site. Raises RecordingError: altered, or it lacks a camera of the manifest."""
    check_hash(path, manifest, SITE_FILE)
    try:
        site = Site.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        raise RecordingError(describe_first(error, source=str(path)), todo="build the recording again") from error
    known = {c.camera_id for c in site.cameras}
    for camera in manifest.cameras:
        if camera.camera_id not in known:
            raise RecordingError(
                f"{MANIFEST_NAME} has camera {camera.camera_id}", expected=f"one of {sorted(known)} as in {path}"
            )
    return site


def load_truth(recording: Recording) -> TruthTable:
    """Read the ground truth. Raises RecordingError when the file was altered or holds impossible rows."""
    path = _find_checked(recording, TRUTH_FILE)
    manifest = recording.manifest
    try:
        return make_truth_table(
            read_table(path, columns=TRUTH),
            fps=manifest.fps,
            duration_s=manifest.duration_s,
            picture_wh={c.camera_id: c.size_wh for c in manifest.cameras},
            floor_zones=frozenset(s.zone_id for s in recording.site.spaces),
        )
    except TruthError as error:
        raise RecordingError(f"{path}: {error.what}", expected=error.expected, todo="build it again") from error


def load_truth_columns(recording: Recording, names: Collection[str]) -> pd.DataFrame:
    """Return some columns of the ground truth as they are stored, a fraction of what `load_truth` takes."""
    return read_table(_find_checked(recording, TRUTH_FILE), columns=TRUTH, only=names)


def load_silhouettes(recording: Recording, truth: TruthTable) -> Silhouettes | None:
    """Read where everybody is front-most; None for one of real clips, in which nobody is outlined."""
    if SILHOUETTES_FILE not in recording.manifest.files:
        return None
    path = _find_checked(recording, SILHOUETTES_FILE)
    return read_silhouettes(path, truth, truth_sha256=recording.manifest.files[TRUTH_FILE])


def load_people(recording: Recording) -> pd.DataFrame:
    """Return everybody's descriptor, columns `sim.columns.PEOPLE`, one row a person."""
    return read_table(_find_checked(recording, PEOPLE_FILE), columns=PEOPLE)


def load_activity(recording: Recording) -> pd.DataFrame:
    return read_table(_find_checked(recording, ACTIVITY_FILE), columns=ACTIVITY)


def load_events(recording: Recording) -> pd.DataFrame:
    return read_table(_find_checked(recording, EVENTS_FILE), columns=EVENTS)


def compute_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_size(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise RecordingError(
            f"{path} is missing", expected=f"every file that {MANIFEST_NAME} lists", todo="restore the file"
        ) from error
    if found != size:
        kind = "cut short" if found < size else "too long"
        raise RecordingError(
            f"{path} is {kind}: {found} bytes", expected=f"{size} bytes", todo="restore the file or build it again"
        )


def check_hash(path: Path, manifest: Manifest, name: str) -> None:
    """Raise RecordingError unless `path` holds exactly the bytes that the manifest lists as `name`."""
    _check_size(path, manifest.sizes[name])
    if compute_sha256(path) != manifest.files[name]:
        raise RecordingError(
            f"{path} was altered: its sha256 differs from {MANIFEST_NAME}", todo="restore the file or build it again"
        )


def _find_checked(recording: Recording, name: str) -> Path:
    path = recording.find_path(name)
    check_hash(path, recording.manifest, name)
    return path
