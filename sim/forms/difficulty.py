"""How hard a trace is, from truth and clothes alone, before anybody has tried it."""

import operator
from collections.abc import Mapping
from enum import StrEnum

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from sim.errors import TaskError
from sim.tasks.common.task import Task
from sim.truth.appearance import FloatArray
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import TruthWindow, cut_window


class Reference(StrEnum):
    THREE_PHOTOS = "3 photos"
    ONE_PHOTO = "1 photo"
    TEXT = "text"

    @property
    def photo_count(self) -> int:
        return {Reference.THREE_PHOTOS: 3, Reference.ONE_PHOTO: 1, Reference.TEXT: 0}[self]


DIFFICULTY_VERSION = 3
"""3 counts what is known at the start; the index of a search that starts from nothing is that of 2."""
LOOK_ALIKE_DISTANCE = 0.25
CLEAR_HEIGHT_PX = 48.0
CLEAR_SPAN_S = 0.8
KNOWN_EASES = 2.0
"""By how much a known last sighting lowers the index: nobody has to be found first. Judgment, as all weights."""

STILL_M_S = 0.2
STILL_GAP_S = 1.0

OUTFIT_WEIGHTS: Mapping[str, float] = {
    "top_colour": 3.0,
    "top_kind": 2.0,
    "bottom_colour": 2.0,
    "bottom_kind": 1.0,
    "bag_kind": 1.0,
    "bag_colour": 1.0,
    "shoe_colour": 1.0,
    "hair_colour": 1.0,
}

REFERENCE_LOAD: Mapping[str, float] = {Reference.THREE_PHOTOS: 0.0, Reference.ONE_PHOTO: 1.0, Reference.TEXT: 2.0}


class Difficulty(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    legs: int = Field(ge=0)  # appearances of the target in the window, glimpses left out
    faint_legs: int = Field(ge=0)  # of these, the ones shorter than 0.8 s or never clearer than 48 px of visible height
    # longest time between two sightings in which no camera shows the target
    longest_blind_gap_s: float = Field(ge=0, allow_inf_nan=False)
    # people seen in the window who are hard to tell from the target, see `find_look_alikes`
    look_alikes: int = Field(ge=0)
    nearest_outfit: float = Field(ge=0, le=1)  # smallest outfit distance of anybody else seen in the window, 0..1
    # people in the picture, target included, on average over the target's sightings
    people_per_frame: float = Field(ge=0, allow_inf_nan=False)
    footage_minutes: float = Field(ge=0, allow_inf_nan=False)  # minutes of the window times cameras
    clock_faults: int = Field(ge=0)  # cameras whose clock is wrong
    reference: str  # what the trainee is shown: 3 photos, 1 photo or text
    index: float = Field(allow_inf_nan=False)  # the sum, see `compute_index`
    is_known: bool = Field(default=False, exclude_if=operator.not_)  # the search starts from a last sighting


def compute_index(
    *,
    legs: int,
    faint_legs: int,
    longest_blind_gap_s: float,
    look_alikes: int,
    nearest_outfit: float,
    people_per_frame: float,
    footage_minutes: float,
    clock_faults: int,
    reference: str,
    is_known: bool = False,
) -> float:
    """Return the index: a weighted sum of all that makes a trace hard.

    legs + faint/2 + gap/20 s + look-alikes + 4 (1 - nearest outfit) + people/4 + minutes/20 + 2 faults + reference,
    and 2 less when a last sighting is known.

    The weights are judgment, not fitted to results: the index ranks forms of one recording and says nothing about
    minutes or pass rates. 6 legs, 1 of them faint, a gap of 30 s, 2 look-alikes, the nearest at 0.25, 8 people in the
    picture, 40 minutes of footage, right clocks, 3 photos: 6 + 0.5 + 1.5 + 2 + 3 + 2 + 2 + 0 + 0 = 17;
    15 when it is known where they were last seen.
    """
    if reference not in REFERENCE_LOAD:
        raise TaskError(f"reference {reference!r} is unknown", expected=f"one of {', '.join(REFERENCE_LOAD)}")
    return (
        legs
        + faint_legs / 2
        + longest_blind_gap_s / 20
        + look_alikes
        + 4 * (1 - nearest_outfit)
        + people_per_frame / 4
        + footage_minutes / 20
        + 2 * clock_faults
        + REFERENCE_LOAD[reference]
        - (KNOWN_EASES if is_known else 0.0)
    )


def compute_difficulty(
    task: Task,
    index: TruthIndex,
    people: pd.DataFrame,
    *,
    clock_faults: int = 0,
    reference: str = Reference.THREE_PHOTOS,
) -> Difficulty:
    """Measure one trace.

    Somebody whom no camera shows has no legs, no gap and nobody beside them: their index holds only the footage, what
    is known of them and who resembles them. It ranks such traces among themselves, not among the others.
    """
    index = keep_cameras(index, task.cameras)
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    distances = compute_outfit_distances(people, task.person)
    seen = {index.appearances[n].person_id for n in np.flatnonzero(window.rows > 0)} - {task.person}
    near = [distances[person] for person in sorted(seen) if person in distances]
    parts = {
        "legs": len(legs),
        "faint_legs": sum(_is_faint(window, leg) for leg in legs),
        "longest_blind_gap_s": round(_find_longest_gap_s(window, legs), 6),
        "look_alikes": len(seen & set(find_look_alikes(people, task.person))),
        "nearest_outfit": round(min(near, default=1.0), 6),
        "people_per_frame": round(_count_people(window, legs), 6),
        "footage_minutes": round((window.window_s[1] - window.window_s[0]) / 60 * len(index.camera_ids), 6),
        "clock_faults": clock_faults,
        "reference": reference,
        "is_known": task.known is not None,
    }
    return Difficulty.model_validate({**parts, "index": round(compute_index(**parts), 6)})  # type: ignore[arg-type]


def compute_outfit_distances(people: pd.DataFrame, target: str) -> dict[str, float]:
    """Return for everybody else the weighted share of outfit traits that differ from the target's, 0..1.

    Same clothes but another shoe colour: 1/12. Raises TaskError when the target is not among `people`.
    """
    own = people[people["person_id"] == target]
    if len(own) == 0:
        raise TaskError(f"person {target!r} has no outfit", expected="a row in the people table")
    total = sum(OUTFIT_WEIGHTS.values())
    differs = sum(
        (people[trait].to_numpy(dtype=object) != own[trait].iloc[0]).astype(np.float64) * weight
        for trait, weight in OUTFIT_WEIGHTS.items()
    )
    share = np.asarray(differs) / total
    return {str(p): float(d) for p, d in zip(people["person_id"], share, strict=True) if p != target}


def find_look_alikes(people: pd.DataFrame, target: str) -> tuple[str, ...]:
    """Return who was made to resemble the target, or the other way round, or is within 0.25 of its outfit; sorted."""
    near = {p for p, d in compute_outfit_distances(people, target).items() if d <= LOOK_ALIKE_DISTANCE}
    made = {str(p) for p in people.loc[people["look_alike_of"] == target, "person_id"]}
    model = {str(p) for p in people.loc[people["person_id"] == target, "look_alike_of"]}
    return tuple(sorted(near | made | (model & {str(p) for p in people["person_id"]})))


def find_rows(window: TruthWindow, leg: int) -> FloatArray:
    """Return [n, 3] of one appearance inside the window: `t_s`, height in px, visible share."""
    rows = window.index.appearance_rows
    own = np.arange(rows.low[leg], rows.high[leg])
    own = own[(rows.t_s[own] >= window.first_s[leg]) & (rows.t_s[own] <= window.last_s[leg])]
    table, places = window.index.table.rows, rows.table_row[own]
    t_s, y1, y2, visible = (
        table[name].to_numpy()[places].astype(np.float64) for name in ("t_s", "y1", "y2", "visible")
    )
    return np.column_stack([t_s, y2 - y1, visible])


def _is_faint(window: TruthWindow, leg: int) -> bool:
    rows = find_rows(window, leg)
    return bool(
        window.last_s[leg] - window.first_s[leg] < CLEAR_SPAN_S or (rows[:, 1] * rows[:, 2]).max() < CLEAR_HEIGHT_PX
    )


def _find_longest_gap_s(window: TruthWindow, legs: tuple[int, ...]) -> float:
    if not legs:
        return 0.0
    times = np.unique(np.concatenate([find_rows(window, leg)[:, 0] for leg in legs]))
    return float(np.diff(times).max(initial=0.0))


def _count_people(window: TruthWindow, legs: tuple[int, ...]) -> float:
    index = window.index
    counted: list[FloatArray] = []
    for leg in legs:
        camera = index.get_camera_code(index.appearances[leg].camera_id)
        frames = np.floor(find_rows(window, leg)[:, 0] * index.table.fps + 0.5).astype(np.int64)
        low = np.searchsorted(index.frame_rows.key, camera * index.stride + frames, side="left")
        high = np.searchsorted(index.frame_rows.key, camera * index.stride + frames, side="right")
        counted.append((high - low).astype(np.float64))
    return float(np.concatenate(counted).mean()) if counted else 0.0


def compute_still_share(index: TruthIndex, person_id: str, *, window_s: tuple[float, float]) -> float:
    """Return how much of a window a person stands still in view of some camera, 0..1.

    Between two sightings at most 1 s apart somebody stands who moved slower than 0.2 m/s. In view and standing for 60 s
    of a window of 180 s: 0.333.
    """
    code = index.get_person_code(person_id)
    rows = index.table.rows
    own = rows[(rows["person_id"] == index.person_ids[code]) & rows["t_s"].between(*window_s)]
    own = own.sort_values("t_s").drop_duplicates("t_s")
    t_s = own["t_s"].to_numpy(dtype=np.float64)
    xy_m = own[["floor_x_m", "floor_y_m"]].to_numpy(dtype=np.float64)
    apart_s, moved_m = np.diff(t_s), np.linalg.norm(np.diff(xy_m, axis=0), axis=1)
    is_still = (apart_s <= STILL_GAP_S) & (moved_m < STILL_M_S * apart_s)
    return float(apart_s[is_still].sum() / (window_s[1] - window_s[0]))
