"""What a contact sheet shows: the busiest moment, and people close up who differ from each other."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

CLOSE_UPS = 4
_STEP_FRAMES = 10
"""Every so many frames are looked at, and how far ahead for the way that somebody goes."""
_TRAITS = ("role", "top_kind", "top_colour", "bottom_kind", "bottom_colour", "hair_colour", "bag_kind")
_WHOLE = 0.98
_LEAST_SPEED_M_S = 0.4
_FACING = float(np.cos(np.deg2rad(28)))
_LARGEST_SHARE = 0.8
_SAME_CAMERA = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseUp:
    """A person to show large: where, when, and the box in pixels of the main stream."""

    camera_id: str
    frame: int
    person_id: str
    box_xyxy: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """A camera as close-ups need it: its picture, pixels, and where it hangs in plan, meters."""

    size_wh: tuple[int, int]
    at_xy_m: tuple[float, float]


def choose_busy_frame(rows: pd.DataFrame, *, fps: float, frame_count: int) -> int:
    """Return the frame in the middle of the busiest second.

    A second's worth is the sum over cameras of the square root of the people well visible (0.5, 40 px high), so that
    people on every camera count for more than a crowd on one.
    """
    good = rows[(rows["visible"] >= 0.5) & (rows["y2"] - rows["y1"] >= 40)]
    per_second = round(fps)
    middles = good[good["frame"] % per_second == per_second // 2]
    if middles.empty:
        return frame_count // 2
    counts = middles.groupby(["frame", "camera_id"]).size().astype(float) ** 0.5
    worth = counts.groupby(level="frame").sum()
    return int(worth.index.to_numpy()[int(np.argmax(worth.to_numpy()))])


def choose_close_ups(
    rows: pd.DataFrame,
    people: pd.DataFrame,
    *,
    cameras: Mapping[str, Standpoint],
    fps: float,
    spoilt: Collection[str] = (),
    count: int = CLOSE_UPS,
) -> tuple[CloseUp, ...]:
    """Return people seen whole and large, everyone once: first the largest, then those who differ most from the chosen.

    Whole means 98 % visible, away from the sides by 1 % of the picture, and clear of the text at its top and bottom.
    They walk within 28 degrees of towards the camera, so that faces show, and the frame is a key frame. What counts
    for the others is size (up to 0.8 of the picture's height) times the share of traits (role, clothes, hair, bag) in
    which they differ from each one chosen; less on a camera that has one already.
    """
    able = rows[rows["camera_id"].isin(list(cameras))]
    best = _list_candidates(able[~able["camera_id"].isin(list(spoilt))], cameras, fps=fps)
    if best.empty:
        best = _list_candidates(able, cameras, fps=fps)
    looks = {row["person_id"]: [row[trait] for trait in _TRAITS] for row in people.to_dict("records")}
    chosen: list[int] = []
    while len(chosen) < count and len(chosen) < best["person_id"].nunique():
        worth = np.array([_rate(best, place, chosen, looks) for place in range(len(best))])
        chosen.append(int(np.argmax(worth)))
    return tuple(_make_close_up(best.iloc[place]) for place in chosen)


def _list_candidates(rows: pd.DataFrame, cameras: Mapping[str, Standpoint], *, fps: float) -> pd.DataFrame:
    """Return each person's best row on each camera, with `share` of the picture's height."""
    facts = {camera_id: (*stand.size_wh, *stand.at_xy_m) for camera_id, stand in cameras.items()}
    framed = rows.assign(
        **{
            name: rows["camera_id"].map({camera_id: fact[place] for camera_id, fact in facts.items()}).astype(float)
            for place, name in enumerate(("width", "height", "camera_x", "camera_y"))
        }
    )
    inside = (framed["x1"] > 0.01 * framed["width"]) & (framed["x2"] < 0.99 * framed["width"])
    inside &= (framed["y1"] > 0.08 * framed["height"]) & (framed["y2"] < 0.92 * framed["height"])
    whole = framed[inside & (framed["frame"] % _STEP_FRAMES == 0) & (framed["visible"] >= _WHOLE)]
    later = rows[["camera_id", "person_id", "frame", "floor_x_m", "floor_y_m"]]
    later = later.assign(frame=rows["frame"] - _STEP_FRAMES)
    walked = whole.merge(later, on=["camera_id", "person_id", "frame"], suffixes=("", "_later"))
    step = walked[["floor_x_m_later", "floor_y_m_later"]].to_numpy() - walked[["floor_x_m", "floor_y_m"]].to_numpy()
    ahead = walked[["camera_x", "camera_y"]].to_numpy() - walked[["floor_x_m", "floor_y_m"]].to_numpy()
    length = np.linalg.norm(step, axis=1)
    towards = (step * ahead).sum(axis=1) >= _FACING * length * np.linalg.norm(ahead, axis=1)
    moving = length >= _LEAST_SPEED_M_S * _STEP_FRAMES / fps
    share = ((walked["y2"] - walked["y1"]) / walked["height"]).clip(upper=_LARGEST_SHARE)
    facing: pd.DataFrame = walked.assign(share=share).loc[towards & moving]
    order = ["share", "camera_id", "person_id", "frame"]
    ranked = facing.sort_values(order, ascending=[False, True, True, True])
    largest: pd.DataFrame = ranked.drop_duplicates(["camera_id", "person_id"]).reset_index(drop=True)
    return largest


def _rate(best: pd.DataFrame, place: int, chosen: Sequence[int], looks: Mapping[str, list[object]]) -> float:
    row = best.iloc[place]
    mine = looks.get(str(row["person_id"]), [])
    worth = float(row["share"])
    for other in (best.iloc[number] for number in chosen):
        if other["person_id"] == row["person_id"]:
            return -1.0
        theirs = looks.get(str(other["person_id"]), [])
        worth *= sum(a != b for a, b in zip(mine, theirs, strict=False)) / len(_TRAITS)
        if other["camera_id"] == row["camera_id"]:
            worth *= _SAME_CAMERA
    return worth


def _make_close_up(row: pd.Series) -> CloseUp:
    return CloseUp(
        camera_id=str(row["camera_id"]),
        frame=int(row["frame"]),
        person_id=str(row["person_id"]),
        box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
    )
