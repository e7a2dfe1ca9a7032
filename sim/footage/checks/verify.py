"""Checking a whole recording: bytes, clips, tables, and that truth says what faulty cameras show."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pandas as pd

from sim.crowd.scenario.faults import AnyFault, read_fault_rows
from sim.errors import NewerSchemaError, SimError
from sim.footage.paint.fault_plan import NOTHING, compute_all_shown_frames, find_shown_name
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
from sim.footage.recording.recording import GROUP_FRAMES, MANIFEST_NAME, Manifest, load_manifest
from sim.footage.recording.tables import SILHOUETTES_FILE
from sim.truth.events import FaultKind
from sim.truth.events import check_events as check_values
from sim.truth.silhouettes import find_shared_cell
from sim.truth.table import TruthTable


def check_clip(path: Path, *, size_wh: tuple[int, int], fps: float, frame_count: int) -> list[str]:
    """Return what is wrong with a clip, nothing when all is right.

    A clip must be the only stream of its file, H.264 of this size, without B-frames, with its first key frame at 0 and
    another among every `GROUP_FRAMES` frames, and decode to exactly `frame_count` pictures.
    """
    problems: list[str] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if len(container.streams) != 1:
                problems.append(f"has {len(container.streams)} streams, expected one of video")
            stream.thread_type = "AUTO"
            shape = (stream.width, stream.height)
            if shape != size_wh or stream.codec_context.name != "h264":
                problems.append(f"is {stream.codec_context.name} {shape}, expected h264 {size_wh}")
                return problems
            keys, times, pictures = [], [], 0
            for packet in container.demux(stream):
                if packet.pts is not None and stream.time_base is not None:
                    if packet.pts != packet.dts:
                        problems.append("has B-frames")
                        break
                    keys.append(packet.is_keyframe)
                    times.append(float(packet.pts * stream.time_base))
                pictures += len(packet.decode())
    except (av.FFmpegError, IndexError) as error:
        return [*problems, f"cannot be decoded ({error.__class__.__name__})"]
    if problems:
        return problems
    if pictures != frame_count:
        problems.append(f"decodes to {pictures} frames, expected {frame_count}")
    if not np.allclose(times, np.arange(len(times)) / fps, atol=1e-3):
        problems.append(f"frames are not {fps:g} a second from 0")
    starts = [place for place, is_key in enumerate(keys) if is_key]
    if starts[:1] != [0] or max(np.diff([*starts, len(keys)])) > GROUP_FRAMES:
        problems.append(f"has more than {GROUP_FRAMES} frames from one key frame to the next")
    return problems


_SHOWN_COLUMNS = ["person_id", "x1", "y1", "x2", "y2", "visible", "floor_x_m", "floor_y_m", "floor", "zone"]


def check_events(recording: Recording, rows: pd.DataFrame) -> list[str]:
    """Return what is wrong with events, columns `sim.columns.EVENTS`, by themselves and in their recording."""
    manifest = recording.manifest
    width = rows["camera_id"].map({c.camera_id: c.size_wh[0] for c in manifest.cameras}).astype("float64")
    height = rows["camera_id"].map({c.camera_id: c.size_wh[1] for c in manifest.cameras}).astype("float64")
    cameras = {c.camera_id for c in manifest.cameras}
    zones, floors = {s.zone_id for s in recording.site.spaces}, {f.floor_id for f in recording.site.floors}
    people = {name.removeprefix("people/").removesuffix(".webp") for name in manifest.files if "people/" in name}
    is_fault = rows["kind"].isin([kind.value for kind in FaultKind])
    not_shown = rows["shown_s"].isna()
    inside = (rows["x1"] >= 0) & (rows["y1"] >= 0) & (rows["x2"] <= width) & (rows["y2"] <= height)
    checks = (
        (rows["end_s"] <= manifest.duration_s + 1e-9, "an end after the recording's"),
        (rows["camera_id"].isin(cameras | {""}), "a camera that the recording has not"),
        (~is_fault | (rows["camera_id"] != ""), "a camera fault without camera"),
        (not_shown | inside, "a box that leaves the picture"),
        (rows["zone"].isin(zones | {""}), "a zone that the site has not"),
        (rows["floor"].isin(floors | {""}), "a floor that the site has not"),
        (rows["person_ids"].map(lambda names: set(names.split()) <= people).astype(bool), "people nobody knows"),
    )
    wrong = [
        f"{int((~right).sum())} rows have {meaning}, first: {rows.loc[~right, 'event_id'].iloc[0]}"
        for right, meaning in checks
        if not right.all()
    ]
    return [*check_values(rows), *wrong]


def check_names(recording: Recording, faults: Sequence[AnyFault]) -> list[str]:
    """Return the cameras whose name in the list is neither their right one nor the wrong one of a fault."""
    expected = {c.camera_id: find_shown_name(c, faults) for c in recording.site.cameras}
    return [
        f"{camera.camera_id} is called {camera.name!r}, expected {expected[camera.camera_id]!r}"
        for camera in recording.manifest.cameras
        if camera.name != expected[camera.camera_id]
    ]


def check_shown(recording: Recording, faults: Sequence[AnyFault], rows: pd.DataFrame) -> list[str]:
    """Return where truth has people while a camera is dead, or others than in the picture that a frame repeats."""
    manifest = recording.manifest
    cameras = [camera.camera_id for camera in manifest.cameras]
    shown_frames = compute_all_shown_frames(
        faults, recording.site, cameras, fps=manifest.fps, frame_count=manifest.frame_count
    )
    problems = []
    for camera_id, shown in shown_frames.items():
        if (shown == np.arange(len(shown))).all():
            continue
        mine = rows[rows["camera_id"] == camera_id]
        mine = mine.assign(shown=shown[np.clip(mine["frame"].to_numpy(), 0, len(shown) - 1)])
        dead = mine[mine["shown"] == NOTHING]
        if len(dead):
            first = int(dead["frame"].iloc[0])
            problems.append(f"{camera_id} shows nothing at frame {first}, but {len(dead)} rows have people there")
        odd = _find_odd_repeat(mine[mine["shown"] != NOTHING], shown)
        if odd is not None:
            problems.append(f"{camera_id} frame {odd} repeats frame {shown[odd]}, but other people are in it")
    return problems


def _find_odd_repeat(mine: pd.DataFrame, shown: np.ndarray) -> int | None:
    ordered = mine.sort_values(["frame", "person_id"])
    numbers = ordered["frame"].to_numpy(dtype=np.int64)
    rows = ordered[_SHOWN_COLUMNS].to_numpy()
    low, high = (np.searchsorted(numbers, np.arange(len(shown)), side=side) for side in ("left", "right"))
    for frame in np.flatnonzero((shown != np.arange(len(shown))) & (shown != NOTHING)):
        first = int(shown[frame])
        if rows[low[frame] : high[frame]].tolist() != rows[low[first] : high[first]].tolist():
            return int(frame)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
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
