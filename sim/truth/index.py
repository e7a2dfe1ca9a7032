"""The truth of a recording, laid out once so that every question about it is a few array look-ups."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import TaskError
from sim.site.model import Site
from sim.truth.appearance import Appearance, FloatArray, IntArray, find_glimpses, find_starts, is_countable
from sim.truth.events import Event
from sim.truth.silhouettes import Silhouettes
from sim.truth.table import TruthTable


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRows:
    """All rows sorted by camera, frame, person. `key` is camera code * stride + frame."""

    key: IntArray  # [n] int64, ascending
    person: IntArray  # [n] person codes
    t_s: FloatArray  # [n] seconds
    box_xyxy: FloatArray  # [n, 4] pixels
    table_row: IntArray  # [n] position of the row in `TruthTable.rows`


@dataclass(frozen=True, slots=True, kw_only=True)
class AppearanceRows:
    """The rows that count, sorted by camera, person, frame, cut into appearances."""

    t_s: FloatArray  # [n] seconds
    table_row: IntArray  # [n] position of the row in `TruthTable.rows`
    # low, high: [m] rows low..high-1 belong to appearance m
    low: IntArray
    high: IntArray
    # camera, person: [m] codes
    camera: IntArray
    person: IntArray
    # start_s, end_s: [m] seconds
    start_s: FloatArray
    end_s: FloatArray
    start_key: IntArray  # [m] ascending: (camera code * persons + person code) * stride + first frame
    is_glimpse: NDArray[np.bool_]  # [m] bool, too short or too small to be asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthIndex:
    """A truth table with its appearances. Build it once a recording by `make_truth_index` and share it."""

    table: TruthTable  # where it comes from
    camera_ids: tuple[str, ...]  # every camera of the recording, sorted; a camera's code is its place here
    person_ids: tuple[str, ...]  # everybody known, seen or not, sorted; a person's code is its place here
    appearances: tuple[Appearance, ...]  # sorted by camera_id, person_id, start
    frame_rows: FrameRows  # for "who is at this point of this frame"
    appearance_rows: AppearanceRows
    stride: int  # more than any frame number
    # what happened and what was wrong with cameras, in order of start; () when it is not known
    events: tuple[Event, ...] = ()
    site: Site | None = None  # the building, or None when it is not known
    # truth has everyone who can be seen; not so in real footage, where it has one person alone
    knows_everybody: bool = True
    # gives where everybody is front-most, or None for a recording without them; the first call may have to read them
    get_silhouettes: Callable[[], Silhouettes | None]

    @property
    def silhouettes(self) -> Silhouettes | None:
        """Where everybody is front-most, or None for a recording without them."""
        return self.get_silhouettes()

    def get_person_code(self, person_id: str) -> int:
        """Return the person's code, or raise TaskError when nobody of that name is in the recording."""
        try:
            return self.person_ids.index(person_id)
        except ValueError:
            raise TaskError(
                f"person {person_id!r} is not in this recording",
                expected=f"one of {_name_some(self.person_ids)}",
            ) from None

    def get_camera_code(self, camera_id: str) -> int:
        """Return the camera's code, or raise TaskError when the recording has no such camera."""
        try:
            return self.camera_ids.index(camera_id)
        except ValueError:
            raise TaskError(
                f"camera {camera_id!r} is not in this recording",
                expected=f"one of {_name_some(self.camera_ids)}",
            ) from None

    def find_rows(self, person_id: str, window_s: tuple[float, float]) -> IntArray:
        """Return where in `appearance_rows` a person's rows inside a window are, [n]; unknown person: TaskError."""
        code, rows = self.get_person_code(person_id), self.appearance_rows
        own = np.flatnonzero(np.repeat(rows.person == code, rows.high - rows.low))
        return own[(rows.t_s[own] >= window_s[0]) & (rows.t_s[own] <= window_s[1])].astype(np.int64)

    def find_asked_rows(self, person_id: str, window_s: tuple[float, float]) -> IntArray:
        """Return the rows of `find_rows` that lie in no glimpse, [n]; unknown person: TaskError."""
        own, rows = self.find_rows(person_id, window_s), self.appearance_rows
        return own[~np.repeat(rows.is_glimpse, rows.high - rows.low)[own]]

    def find_appearances(self, person_id: str) -> tuple[Appearance, ...]:
        """Return all appearances of one person in order of start (tie: camera_id); unknown person: TaskError."""
        self.get_person_code(person_id)
        own = [a for a in self.appearances if a.person_id == person_id]
        return tuple(sorted(own, key=lambda a: (a.start_s, a.camera_id)))


def make_truth_index(
    table: TruthTable,
    *,
    people_ids: frozenset[str] = frozenset(),
    events: tuple[Event, ...] = (),
    site: Site | None = None,
    silhouettes: Silhouettes | Callable[[], Silhouettes | None] | None = None,
    knows_everybody: bool = True,
) -> TruthIndex:
    """Lay out a truth table.

    Args:
        table: the truth.
        people_ids: adds people of the recording whom no camera ever sees.
        events: as in `TruthIndex`.
        site: as in `TruthIndex`.
        silhouettes: where everybody is front-most, or what gives it when it is first asked for.
        knows_everybody: as in `TruthIndex`.
    """
    rows = table.rows
    camera_ids = tuple(sorted(table.picture_wh))
    person_ids = tuple(sorted(table.person_ids | people_ids))
    camera = _encode(rows["camera_id"], camera_ids)
    person = _encode(rows["person_id"], person_ids)
    frame = rows["frame"].to_numpy(dtype=np.int64)
    t_s = rows["t_s"].to_numpy(dtype=np.float64)
    box = rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    stride = int(max(table.frame_count, frame.max(initial=0))) + 2

    by_frame = np.lexsort((person, frame, camera))
    frame_rows = FrameRows(
        key=(camera * stride + frame)[by_frame],
        person=person[by_frame],
        t_s=t_s[by_frame],
        box_xyxy=box[by_frame],
        table_row=by_frame.astype(np.int64),
    )

    visible, height_px = rows["visible"].to_numpy(dtype=np.float64), box[:, 3] - box[:, 1]
    counted = np.flatnonzero(is_countable(visible, height_px))
    counted = counted[np.lexsort((frame[counted], person[counted], camera[counted]))].astype(np.int64)
    low = find_starts(camera[counted], person[counted], t_s[counted])
    high = np.append(low[1:], len(counted)).astype(np.int64)[: len(low)]
    first, last = counted[low], counted[high - 1]
    tallest_px = np.maximum.reduceat((height_px * visible)[counted], low) if len(low) else np.zeros(0)
    is_glimpse = find_glimpses(t_s[last] - t_s[first], tallest_px)
    appearance_rows = AppearanceRows(
        t_s=t_s[counted],
        table_row=counted,
        low=low,
        high=high,
        camera=camera[first],
        person=person[first],
        start_s=t_s[first],
        end_s=t_s[last],
        start_key=(camera[first] * len(person_ids) + person[first]) * stride + frame[first],
        is_glimpse=is_glimpse,
    )
    appearances = tuple(
        Appearance(
            number=number,
            camera_id=camera_ids[camera[a]],
            person_id=person_ids[person[a]],
            start_s=float(t_s[a]),
            end_s=float(t_s[b]),
            first_frame=int(frame[a]),
            last_frame=int(frame[b]),
            row_count=int(count),
            is_glimpse=bool(is_glimpse[number]),
        )
        for number, (a, b, count) in enumerate(zip(first, last, high - low, strict=True))
    )
    return TruthIndex(
        table=table,
        camera_ids=camera_ids,
        person_ids=person_ids,
        appearances=appearances,
        frame_rows=frame_rows,
        appearance_rows=appearance_rows,
        stride=stride,
        events=events,
        site=site,
        knows_everybody=knows_everybody,
        get_silhouettes=silhouettes if callable(silhouettes) else partial(_give, silhouettes),
    )


def _give(silhouettes: Silhouettes | None) -> Silhouettes | None:
    return silhouettes


def _encode(names: "pd.Series[str]", known: tuple[str, ...]) -> IntArray:
    codes, found = pd.factorize(names)
    places = {name: code for code, name in enumerate(known)}
    return np.asarray([places[name] for name in found], dtype=np.int64)[codes]


def _name_some(names: tuple[str, ...], *, most: int = 12) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, ... ({len(names)} in all)" if len(names) > most else shown
