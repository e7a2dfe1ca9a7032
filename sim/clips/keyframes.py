"""From a few keyframes to where the walker is in every frame.

Between two boxes the box moves evenly. From a box to `hidden` or `out` it goes on as it went before, for at most two
seconds, and ends where it leaves the picture. Hidden frames keep a box, of a visible share too small to be asked for,
so that a mark there is not wrong. Frames before the first keyframe of a clip and after its last say nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from xml.etree.ElementTree import Element, ParseError, fromstring

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clips.clocks import ClockFit
from sim.clips.model import FPS, PICTURE_WH, Box, Clip, Keyframe, Neighbor, Sight, Walk
from sim.columns import TRUTH
from sim.errors import TruthError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WALKER = "P001"
HIDDEN_VISIBLE = 0.1
GOES_ON_S = 2.0
LEAST_LEFT = 0.15
"""A box that goes on out of the picture ends when less of it than this is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteKeyframe:
    """A keyframe on the recording's clock: frame number there, box in shares of the picture, None unless seen."""

    camera_id: str
    clip_id: str
    frame: int
    sight: Sight
    box: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """The walker on one camera: frames [n] ascending, boxes [n, 4] in shares, visible [n] 0..1."""

    frames: IntArray
    boxes: FloatArray
    visible: FloatArray


def place_keyframes(keyframes: Sequence[Keyframe], walk: Walk, fit: ClockFit) -> tuple[SiteKeyframe, ...]:
    """Return keyframes by camera and frame; of two in one frame the later, and none of clips that are gone."""
    camera_of = {clip.clip_id: clip.camera_id for clip in walk.clips}
    placed: dict[tuple[str, int], SiteKeyframe] = {}
    for each in keyframes:
        clock = fit.clips.get(each.clip_id)
        if clock is None:
            continue
        frame = int(np.clip(np.floor(clock.find_site_s(each.clip_s) * FPS), 0, fit.frame_count - 1))
        camera_id = camera_of[each.clip_id]
        placed[camera_id, frame] = SiteKeyframe(
            camera_id=camera_id,
            clip_id=each.clip_id,
            frame=frame,
            sight=each.sight,
            box=None if each.box is None else each.box.xyxy,
        )
    return tuple(placed[key] for key in sorted(placed))


def find_clip_moment(camera_id: str, frame: int, walk: Walk, fit: ClockFit) -> tuple[str, float] | None:
    site_s = (frame + 0.5) / FPS
    for clip in walk.clips:
        if clip.camera_id == camera_id:
            clip_s = fit.clips[clip.clip_id].find_clip_s(site_s)
            if 0 <= clip_s < clip.duration_s:
                return clip.clip_id, clip_s
    return None


def compute_boxes(keys: Sequence[SiteKeyframe]) -> Boxes:
    """Return where the walker is on one camera; `keys` are that camera's, ascending."""
    frames: list[IntArray] = []
    boxes: list[FloatArray] = []
    visible: list[FloatArray] = []

    def add(numbers: IntArray, found: FloatArray, share: float) -> None:
        frames.append(numbers)
        boxes.append(found)
        visible.append(np.full(len(numbers), share))

    for place, (one, other) in enumerate(pairwise(keys)):
        end = other.frame if other.clip_id == one.clip_id else one.frame + 1
        numbers = np.arange(one.frame, end, dtype=np.int64)
        if one.box is not None and other.box is not None and other.clip_id == one.clip_id:
            add(numbers, _mix(one, other, numbers), 1.0)
        elif one.box is not None:
            numbers = numbers[numbers - one.frame < GOES_ON_S * FPS]
            going = _go_on(keys[:place], one, numbers)
            add(numbers[: len(going)], going, 1.0)
        elif one.sight is Sight.HIDDEN:
            before = next((k for k in reversed(keys[:place]) if k.box is not None and k.clip_id == one.clip_id), None)
            after = other if other.box is not None and other.clip_id == one.clip_id else None
            if before is not None and after is not None:
                add(numbers, _mix(before, after, numbers), HIDDEN_VISIBLE)
    if keys and keys[-1].box is not None:
        add(np.array([keys[-1].frame], dtype=np.int64), np.array([keys[-1].box]), 1.0)
    if not frames:
        return Boxes(frames=np.zeros(0, dtype=np.int64), boxes=np.zeros((0, 4)), visible=np.zeros(0))
    return Boxes(frames=np.concatenate(frames), boxes=np.concatenate(boxes), visible=np.concatenate(visible))


def _mix(one: SiteKeyframe, other: SiteKeyframe, numbers: IntArray) -> FloatArray:
    assert one.box is not None
    assert other.box is not None
    share = ((numbers - one.frame) / (other.frame - one.frame))[:, None]
    return np.asarray(np.array(one.box) * (1 - share) + np.array(other.box) * share)


def _go_on(before: Sequence[SiteKeyframe], one: SiteKeyframe, numbers: IntArray) -> FloatArray:
    """Return the boxes of somebody who goes on as before, cut by the picture, until hardly anything is left."""
    assert one.box is not None
    box = np.array(one.box)
    step = np.zeros(4)
    last = before[-1] if before else None
    if last is not None and last.box is not None and last.clip_id == one.clip_id:
        step = (box - np.array(last.box)) / (one.frame - last.frame)
    whole = box + (numbers - one.frame)[:, None] * step
    cut = np.clip(whole, 0.0, 1.0)
    area = (whole[:, 2:] - whole[:, :2]).clip(1e-6).prod(axis=1)
    left = (cut[:, 2:] - cut[:, :2]).clip(0).prod(axis=1) / area
    gone = np.flatnonzero((left < LEAST_LEFT) & (numbers > one.frame))
    return cut[: int(gone[0])] if len(gone) else cut


def compute_rows(
    keys: Sequence[SiteKeyframe], *, places: Mapping[str, tuple[float, float, str, str]], frame_count: int
) -> pd.DataFrame:
    width, height = PICTURE_WH
    parts = []
    for camera_id in sorted({key.camera_id for key in keys}):
        found = compute_boxes([key for key in keys if key.camera_id == camera_id])
        kept = (found.frames >= 0) & (found.frames < frame_count)
        frames, boxes = found.frames[kept], found.boxes[kept] * (width, height, width, height)
        x_m, y_m, floor, zone = places[camera_id]
        part = pd.DataFrame(
            {
                "camera_id": camera_id,
                "frame": frames,
                "t_s": frames / FPS,
                "person_id": WALKER,
                "x1": boxes[:, 0],
                "y1": boxes[:, 1],
                "x2": boxes[:, 2],
                "y2": boxes[:, 3],
                "visible": found.visible[kept],
                "floor_x_m": x_m,
                "floor_y_m": y_m,
                "floor": floor,
                "zone": zone,
            }
        )
        parts.append(part[(part["x2"] - part["x1"] > 1) & (part["y2"] - part["y1"] > 1)])
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({c.name: [] for c in TRUTH})
    return rows.astype({c.name: c.dtype for c in TRUTH})[[c.name for c in TRUTH]]


MOST_M_S = 3.0
LEAST_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The walker on one camera, from the first to the last moment in its picture, site time."""

    camera_id: str
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    camera_a: str
    camera_b: str
    at_s: float
    seconds: float  # from the last moment on the first to the first on the second; below 0 where both show the walker
    meters: float | None  # how far it is; None where nobody said
    m_s: float | None  # meters a second, None without meters or where both show the walker

    @property
    def is_too_fast(self) -> bool:
        return self.m_s is not None and self.m_s > MOST_M_S


def compute_speeds(stays: Sequence[Stay], neighbors: Sequence[Neighbor]) -> tuple[Speed, ...]:
    """Return the speed of each walk between two cameras, in order of time.

    12 m in 10 s are 1.2 m/s. Two cameras that are some meters apart and show the walker at the same time are too fast
    also: the walk is taken to last a tenth of a second.
    """
    meters = {frozenset((n.a, n.b)): n.meters for n in neighbors}
    ordered = sorted(stays, key=lambda stay: (stay.first_s, stay.last_s))
    found = []
    for one, other in pairwise(ordered):
        if one.camera_id == other.camera_id:
            continue
        apart_m = meters.get(frozenset((one.camera_id, other.camera_id)))
        seconds = other.first_s - one.last_s
        m_s = None if not apart_m else apart_m / max(seconds, LEAST_S)
        found.append(
            Speed(
                camera_a=one.camera_id,
                camera_b=other.camera_id,
                at_s=one.last_s,
                seconds=seconds,
                meters=apart_m,
                m_s=m_s,
            )
        )
    return tuple(found)


MOST_BYTES = 20_000_000
KEYFRAME_S = 0.5


class TrackFormat(StrEnum):
    MOT = "mot"
    CVAT = "cvat"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """One box as it was drawn: frame from 0 of the clip as it was sent, x1 y1 x2 y2 in pixels of it."""

    frame: int
    sight: Sight
    box_px: tuple[float, float, float, float]


def read_tracks(text: bytes, *, kind: TrackFormat, clip: Clip, track: str | None = None) -> tuple[Keyframe, ...]:
    """Return keyframes of one track of a file drawn on a clip as it was sent; `track` may lack where there is one."""
    if len(text) > MOST_BYTES:
        raise TruthError("this file of tracks is too large", expected=f"at most {MOST_BYTES // 1_000_000} MB")
    spots = (_read_mot if kind is TrackFormat.MOT else _read_cvat)(text)
    if track is None and len(spots) == 1:
        track = next(iter(spots))
    if track is None or track not in spots:
        raise TruthError(
            f"the file has {len(spots)} tracks" if track is None else f"the file has no track {track}",
            expected=f"one of {', '.join(sorted(spots)[:20])}" if spots else "at least one track of a person",
            todo="choose the track of the walker",
        )
    keyframes = tuple(_thin(sorted(spots[track], key=lambda spot: spot.frame), clip))
    if not any(each.box for each in keyframes):
        raise TruthError(
            f"no box of the track {track} lies inside {clip.file_name}",
            expected=f"pixels of {clip.size_wh[0]} x {clip.size_wh[1]} and frames of {clip.duration_s:.0f} seconds",
            todo="export the track of this clip",
        )
    return keyframes


def _read_mot(text: bytes) -> dict[str, list[_Spot]]:
    found: dict[str, list[_Spot]] = {}
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise TruthError("this is no text file", expected="lines of MOTChallenge") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        cells = line.replace(";", ",").split(",")
        try:
            frame, (left, top, width, height) = int(float(cells[0])), (float(cell) for cell in cells[2:6])
            who = str(int(float(cells[1])))
        except (ValueError, IndexError, OverflowError) as error:
            raise TruthError(
                f"line {number} is no line of MOTChallenge", expected="frame, id, left, top, width, height, ..."
            ) from error
        spot = _Spot(frame=frame - 1, sight=Sight.SEEN, box_px=(left, top, left + width, top + height))
        found.setdefault(who, []).append(spot)
    return found


def _read_cvat(text: bytes) -> dict[str, list[_Spot]]:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TruthError("this XML has declarations of its own", expected="a file as CVAT exports it")
    try:
        root = fromstring(text)
        return {
            str(track.get("id", place)): [_read_box(box) for box in track.iter("box")]
            for place, track in enumerate(root.iter("track"))
        }
    except (ParseError, ValueError, KeyError) as error:
        raise TruthError(
            f"this is no export of CVAT for videos: {error}", todo="export as CVAT for video 1.1"
        ) from error


def _read_box(box: Element) -> _Spot:
    sight = Sight.OUT if box.attrib.get("outside") == "1" else Sight.SEEN
    sight = Sight.HIDDEN if sight is Sight.SEEN and box.attrib.get("occluded") == "1" else sight
    x1, y1, x2, y2 = (float(box.attrib[name]) for name in ("xtl", "ytl", "xbr", "ybr"))
    return _Spot(frame=int(box.attrib["frame"]), sight=sight, box_px=(x1, y1, x2, y2))


def _thin(spots: Sequence[_Spot], clip: Clip) -> Iterable[Keyframe]:
    last: _Spot | None = None
    kept_s = -KEYFRAME_S
    for place, spot in enumerate(spots):
        clip_s = spot.frame / clip.pictures_s
        following = spots[place + 1] if place + 1 < len(spots) else None
        is_end = following is None or following.sight is not spot.sight
        is_begin = last is None or last.sight is not spot.sight
        gap_s = 0.0 if following is None else (following.frame - spot.frame) / clip.pictures_s
        last = spot
        if not 0 <= clip_s < clip.duration_s:
            continue
        if is_begin or is_end or gap_s > KEYFRAME_S or clip_s - kept_s >= KEYFRAME_S - 1e-6:
            keyframe = _make_keyframe(spot, clip, clip_s)
            if keyframe is not None:
                kept_s = clip_s
                yield keyframe
        left_s = clip_s + 1 / FPS
        if spot.sight is Sight.SEEN and (following is None or gap_s > 2.0) and left_s < clip.duration_s:
            yield Keyframe(clip_id=clip.clip_id, clip_s=left_s, sight=Sight.OUT)


def _make_keyframe(spot: _Spot, clip: Clip, clip_s: float) -> Keyframe | None:
    if spot.sight is not Sight.SEEN:
        return Keyframe(clip_id=clip.clip_id, clip_s=clip_s, sight=spot.sight)
    sizes, bars = (*clip.size_wh, *clip.size_wh), (*clip.bars, *clip.bars)
    x1, y1, x2, y2 = (
        bar + min(max(value / size, 0.0), 1.0) * (1 - 2 * bar)
        for value, size, bar in zip(spot.box_px, sizes, bars, strict=True)
    )
    if not (x1 < x2 and y1 < y2):
        return None
    return Keyframe(clip_id=clip.clip_id, clip_s=clip_s, sight=Sight.SEEN, box=Box(x1=x1, y1=y1, x2=x2, y2=y2))
