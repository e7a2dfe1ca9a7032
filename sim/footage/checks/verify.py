"""Checking a whole recording: bytes, clips, tables, and that truth says what faulty cameras show."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from sim.crowd.scenario.faults import read_fault_rows
from sim.errors import NewerSchemaError, SimError
from sim.footage.checks.verify_events import check_events, check_names, check_shown
from sim.footage.recording.open import (
    ACTIVITY_FILE,
    EVENTS_FILE,
    PEOPLE_FILE,
    TRUTH_FILE,
    Recording,
    compute_sha256,
    load_activity,
    load_events,
    load_people,
    load_silhouettes,
    load_truth,
    open_recording,
)
from sim.footage.recording.recording import MANIFEST_NAME, Manifest, load_manifest
from sim.footage.recording.silhouettes import SILHOUETTES_FILE
from sim.footage.video.clip import check_clip
from sim.truth.silhouettes import find_shared_cell
from sim.truth.table import TruthTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with one file of a recording; the file is named inside the folder."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def verify_recording(folder: Path) -> tuple[Problem, ...]:
    """Return everything wrong with a recording: hashes first; clips and tables only when the bytes are as written."""
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


def verify_bytes(folder: Path, *, hashes: bool) -> tuple[Problem, ...]:
    """Return which files of a recording are missing, cut short or altered; sizes alone without `hashes`."""
    return tuple(_check_bytes(folder, load_manifest(folder), hashes=hashes))


def _check_bytes(folder: Path, manifest: Manifest, *, hashes: bool = True) -> list[Problem]:
    problems = []
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            problems.append(Problem(file=name, what="is missing"))
        elif path.stat().st_size != manifest.sizes.get(name):
            problems.append(
                Problem(file=name, what=f"has {path.stat().st_size} bytes, expected {manifest.sizes.get(name)}")
            )
        elif hashes and compute_sha256(path) != expected:
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
    truth = None
    try:
        truth = load_truth(recording)
        problems += [Problem(file=TRUTH_FILE, what=what) for what in _check_truth(recording, truth.rows)]
    except SimError as error:
        problems.append(Problem(file=TRUTH_FILE, what=str(error)))
    if truth is not None:
        problems += _check_silhouettes(recording, truth)
    try:
        seen = truth.person_ids if truth is not None else frozenset()
        problems += _check_people(recording, load_people(recording), seen)
    except SimError as error:
        problems.append(Problem(file=PEOPLE_FILE, what=str(error)))
    try:
        problems += [
            Problem(file=ACTIVITY_FILE, what=what) for what in _check_activity(recording, load_activity(recording))
        ]
    except SimError as error:
        problems.append(Problem(file=ACTIVITY_FILE, what=str(error)))
    problems += _check_story(recording, truth)
    return problems


def _check_silhouettes(recording: Recording, truth: TruthTable) -> list[Problem]:
    try:
        silhouettes = load_silhouettes(recording, truth)
    except SimError as error:
        return [Problem(file=SILHOUETTES_FILE, what=str(error))]
    shared = None if silhouettes is None else find_shared_cell(silhouettes, truth)
    if shared is None:
        return []
    row = truth.rows.iloc[shared]
    who = f"{row['person_id']} on {row['camera_id']} at frame {row['frame']}"
    return [Problem(file=SILHOUETTES_FILE, what=f"gives {who} a cell that someone else has too")]


def _check_story(recording: Recording, truth: TruthTable | None) -> list[Problem]:
    try:
        events = load_events(recording)
        problems = [Problem(file=EVENTS_FILE, what=what) for what in check_events(recording, events)]
        if problems:
            return problems
        faults = read_fault_rows(events)
    except SimError as error:
        return [Problem(file=EVENTS_FILE, what=str(error))]
    problems = [Problem(file=MANIFEST_NAME, what=what) for what in check_names(recording, faults)]
    if truth is not None:
        problems += [Problem(file=TRUTH_FILE, what=what) for what in check_shown(recording, faults, truth.rows)]
    return problems


def _check_people(recording: Recording, people: pd.DataFrame, seen: frozenset[str]) -> list[Problem]:
    problems = []
    unknown = sorted(seen - set(people["person_id"]))
    if unknown:
        problems.append(Problem(file=PEOPLE_FILE, what=f"lacks {', '.join(unknown)}, whom the truth names"))
    if people["person_id"].duplicated().any():
        twice = people["person_id"][people["person_id"].duplicated()].iloc[0]
        problems.append(Problem(file=PEOPLE_FILE, what=f"has {twice} twice"))
    models = set(people["look_alike_of"]) - {""} - set(people["person_id"])
    if models:
        problems.append(Problem(file=PEOPLE_FILE, what=f"has a look-alike of {sorted(models)[0]}, who is not in it"))
    staged = recording.manifest.staged
    for person_id in people["person_id"] if staged is None or staged.has_photo else ():
        if f"people/{person_id}.webp" not in recording.manifest.files:
            problems.append(Problem(file=f"people/{person_id}.webp", what="is missing"))
    return problems


def _check_truth(recording: Recording, rows: pd.DataFrame) -> list[str]:
    manifest = recording.manifest
    width = rows["camera_id"].map({c.camera_id: c.size_wh[0] for c in manifest.cameras}).astype("float64")
    height = rows["camera_id"].map({c.camera_id: c.size_wh[1] for c in manifest.cameras}).astype("float64")
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
