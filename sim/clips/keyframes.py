"""From a few keyframes to where the walker is in every frame.

Between two boxes the box moves evenly. From a box to `hidden` or `out` it goes on as it went before, for at most two
seconds, and ends where it leaves the picture. Hidden frames keep a box, of a visible share too small to be asked for,
so that a mark there is not wrong. Frames before the first keyframe of a clip and after its last say nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clips.clocks import ClockFit
from sim.clips.model import FPS, PICTURE_WH, Keyframe, Sight, Walk
from sim.columns import TRUTH

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
    """Return the clip and clip time that a camera shows in a frame, None where it has no clip then."""
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
    """Return the rows of truth, columns `sim.columns.TRUTH`, of the walker alone."""
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
