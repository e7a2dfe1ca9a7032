"""Checking a whole recording: bytes, clips, tables."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.errors import NewerSchemaError, SimError
from sim.footage.clip import check_clip
from sim.footage.open import (
    ACTIVITY_FILE,
    EVENTS_FILE,
    PEOPLE_FILE,
    TRUTH_FILE,
    Recording,
    compute_sha256,
    load_activity,
    load_events,
    load_people,
    load_truth,
    open_recording,
)
from sim.footage.recording import MANIFEST_NAME, Manifest, load_manifest
from sim.truth.events import check_events


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with one file of a recording; the file is named inside the folder."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def verify_recording(folder: Path) -> tuple[Problem, ...]:
    """Return everything wrong with a recording: hashes first; clips and tables only when the bytes are as written.

    Raises:
        RecordingError: the manifest itself cannot be read.
        NewerSchemaError: written by a newer version.
    """
    manifest = load_manifest(folder)
    problems = _check_bytes(folder, manifest)
    if problems:
        return tuple(problems)
    try:
        recording = open_recording(folder)
    except NewerSchemaError:
        raise
    except SimError as error:
        return (Problem(file=MANIFEST_NAME, what=str(error)),)
    clips = {c.main: c.size_wh for c in manifest.cameras}
    clips |= {w.file: (w.columns * w.tile_wh[0], w.rows * w.tile_wh[1]) for w in manifest.walls}
    for name, size_wh in clips.items():
        problems += [
            Problem(file=name, what=what)
            for what in check_clip(folder / name, size_wh=size_wh, fps=manifest.fps, frame_count=manifest.frame_count)
        ]
    return (*problems, *_check_walls(manifest), *_check_tables(recording))


def _check_bytes(folder: Path, manifest: Manifest) -> list[Problem]:
    problems = []
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            problems.append(Problem(file=name, what="is missing"))
        elif path.stat().st_size != manifest.sizes.get(name):
            problems.append(
                Problem(file=name, what=f"has {path.stat().st_size} bytes, expected {manifest.sizes.get(name)}")
            )
        elif compute_sha256(path) != expected:
            problems.append(Problem(file=name, what=f"was altered: its sha256 is not the one in {MANIFEST_NAME}"))
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return problems + [
        Problem(file=name, what=f"is not listed in {MANIFEST_NAME}")
        for name in sorted(present - set(manifest.files) - {MANIFEST_NAME})
    ]


def _check_walls(manifest: Manifest) -> list[Problem]:
    shown = [camera for wall in manifest.walls for camera in wall.cameras]
    problems = []
    if sorted(shown) != sorted(c.camera_id for c in manifest.cameras):
        problems.append(Problem(file=MANIFEST_NAME, what=f"the walls show {shown}, expected every camera once"))
    for wall in manifest.walls:
        if len(wall.cameras) > wall.columns * wall.rows:
            problems.append(Problem(file=MANIFEST_NAME, what=f"{wall.file} has fewer tiles than cameras"))
    return problems


def _check_tables(recording: Recording) -> list[Problem]:
    problems = []
    try:
        truth = load_truth(recording)
        problems += [Problem(file=TRUTH_FILE, what=what) for what in _check_truth(recording, truth.rows)]
        people = load_people(recording)
        unknown = sorted(truth.person_ids - set(people["person_id"]))
        if unknown:
            problems.append(Problem(file=PEOPLE_FILE, what=f"lacks {', '.join(unknown)}, whom the truth names"))
        for person_id in people["person_id"]:
            if f"people/{person_id}.webp" not in recording.manifest.files:
                problems.append(Problem(file=f"people/{person_id}.webp", what="is missing"))
    except SimError as error:
        problems.append(Problem(file=TRUTH_FILE, what=str(error)))
    problems += [Problem(file=EVENTS_FILE, what=what) for what in _check_events(recording)]
    try:
        problems += [
            Problem(file=ACTIVITY_FILE, what=what) for what in _check_activity(recording, load_activity(recording))
        ]
    except SimError as error:
        problems.append(Problem(file=ACTIVITY_FILE, what=str(error)))
    return problems


def _check_truth(recording: Recording, rows: pd.DataFrame) -> list[str]:
    manifest = recording.manifest
    width = rows["camera_id"].map({c.camera_id: c.size_wh[0] for c in manifest.cameras})
    height = rows["camera_id"].map({c.camera_id: c.size_wh[1] for c in manifest.cameras})
    zones, floors = {s.zone_id for s in recording.site.spaces}, {f.floor_id for f in recording.site.floors}
    inside = (rows["x1"] >= 0) & (rows["y1"] >= 0) & (rows["x2"] <= width) & (rows["y2"] <= height)
    checks = (
        (inside & (rows["x1"] < rows["x2"]) & (rows["y1"] < rows["y2"]), "a box that is empty or leaves the picture"),
        (rows["frame"].between(0, manifest.frame_count - 1), "a frame outside the recording"),
        ((rows["t_s"] - rows["frame"] / manifest.fps).abs() < 1e-9, "a time that is not frame / fps"),
        ((rows["visible"] > 0) & (rows["visible"] <= 1), "a visible share outside 0..1"),
        (rows["zone"].isin(zones), "a zone that the site has not"),
        (rows["floor"].isin(floors), "a floor that the site has not"),
        (~rows.duplicated(["camera_id", "person_id", "frame"]), "the same person twice in a frame of a camera"),
    )
    return [_name_first(rows, right, meaning) for right, meaning in checks if not right.all()]


def _name_first(rows: pd.DataFrame, right: pd.Series, meaning: str) -> str:
    wrong = rows[~right]
    first = wrong.iloc[0]
    return f"{len(wrong)} rows have {meaning}, first: {first['camera_id']} frame {first['frame']} {first['person_id']}"


def _check_events(recording: Recording) -> list[str]:
    try:
        rows = load_events(recording)
    except SimError as error:
        return [str(error)]
    manifest = recording.manifest
    width = rows["camera_id"].map({c.camera_id: c.size_wh[0] for c in manifest.cameras}).astype("float64")
    height = rows["camera_id"].map({c.camera_id: c.size_wh[1] for c in manifest.cameras}).astype("float64")
    cameras = {c.camera_id for c in manifest.cameras}
    zones, floors = {s.zone_id for s in recording.site.spaces}, {f.floor_id for f in recording.site.floors}
    people = {name.removeprefix("people/").removesuffix(".webp") for name in manifest.files if "people/" in name}
    not_shown = rows["shown_s"].isna()
    inside = (rows["x1"] >= 0) & (rows["y1"] >= 0) & (rows["x2"] <= width) & (rows["y2"] <= height)
    checks = (
        (rows["end_s"] <= manifest.duration_s + 1e-9, "an end after the recording's"),
        (rows["camera_id"].isin(cameras | {""}), "a camera that the recording has not"),
        (not_shown | inside, "a box that leaves the picture"),
        (rows["zone"].isin(zones | {""}), "a zone that the site has not"),
        (rows["floor"].isin(floors | {""}), "a floor that the site has not"),
        (rows["person_ids"].map(lambda names: set(names.split()) <= people).astype(bool), "people nobody knows"),
    )
    wrong = [f"{(~right).sum()} rows have {meaning}" for right, meaning in checks if not right.all()]
    return [*check_events(rows), *wrong]


def _check_activity(recording: Recording, rows: pd.DataFrame) -> list[str]:
    seconds = int(np.ceil(recording.manifest.duration_s))
    problems = []
    for camera in recording.manifest.cameras:
        mine = rows[rows["camera_id"] == camera.camera_id]
        if list(mine["second"]) != list(range(seconds)):
            problems.append(f"{camera.camera_id} has not one row for each of {seconds} seconds")
    if not rows["motion"].between(0, 1).all():
        problems.append("motion outside 0..1")
    return problems
