"""The truth of a recording, laid out once so that every question about it is a few array look-ups.

It also answers for a part of a site, as if there were no other cameras, and says where an event is shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import TaskError
from sim.site.model import Site
from sim.site.next_camera import PlaceWays, make_place_ways
from sim.truth.appearance import (
    LINES,
    PX_TOLERANCE,
    TIME_TOLERANCE_S,
    Appearance,
    FloatArray,
    IntArray,
    find_glimpses,
    find_starts,
    is_countable,
    is_inside,
)
from sim.truth.events import Event, Shown
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


@dataclass(frozen=True, kw_only=True)
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
                f"person {person_id!r} is not in this recording", expected=f"one of {_name_some(self.person_ids)}"
            ) from None

    def get_camera_code(self, camera_id: str) -> int:
        """Return the camera's code, or raise TaskError when the recording has no such camera."""
        try:
            return self.camera_ids.index(camera_id)
        except ValueError:
            raise TaskError(
                f"camera {camera_id!r} is not in this recording", expected=f"one of {_name_some(self.camera_ids)}"
            ) from None

    def find_rows(self, person_id: str, window_s: tuple[float, float]) -> IntArray:
        """Return where in `appearance_rows` a person's rows inside a window are, [n]; unknown person: TaskError."""
        code, rows = self.get_person_code(person_id), self.appearance_rows
        own = np.flatnonzero(np.repeat(rows.person == code, rows.high - rows.low))
        return own[is_inside(rows.t_s[own], window_s)].astype(np.int64)

    def find_asked_rows(self, person_id: str, window_s: tuple[float, float]) -> IntArray:
        """Return the rows of `find_rows` that lie in no glimpse, [n]; unknown person: TaskError."""
        own, rows = self.find_rows(person_id, window_s), self.appearance_rows
        return own[~np.repeat(rows.is_glimpse, rows.high - rows.low)[own]]

    def find_appearances(self, person_id: str) -> tuple[Appearance, ...]:
        """Return all appearances of one person in order of start (tie: camera_id); unknown person: TaskError."""
        self.get_person_code(person_id)
        own = [a for a in self.appearances if a.person_id == person_id]
        return tuple(sorted(own, key=lambda a: (a.start_s, a.camera_id)))

    @cached_property
    def place_cameras(self) -> Mapping[str, tuple[str, ...]]:
        """For each zone the cameras that show it, the one that shows most first, by zone_id in alphabetical order.

        Countable sightings of the whole recording are asked. A camera shows a zone when it has at least a quarter as
        many of people there as the camera that has most, and when they are at least half as tall in it (median box
        height) as in the one of these cameras that has them tallest: 64 px against 180 px is too far off. Zones with
        fewer than 50 sightings on every camera are left out.
        """
        rows = self.table.rows[["zone", "camera_id", "y1", "y2"]].iloc[self.appearance_rows.table_row]
        lines = rows["camera_id"].map({name: float(size[1]) for name, size in self.table.picture_wh.items()})
        tall = (rows["y2"] - rows["y1"]).astype(np.float64) * LINES / lines.astype(np.float64)
        told = tall.groupby([rows["zone"], rows["camera_id"]], observed=True).agg(["size", "median"])
        seen: dict[str, list[tuple[str, int, float]]] = {}
        for (zone, camera), size, median in told.itertuples(name=None):
            seen.setdefault(str(zone), []).append((str(camera), size, median))
        places: dict[str, tuple[str, ...]] = {}
        for zone, own in seen.items():
            most = max(size for _, size, _ in own)
            if not zone or most < 50:
                continue
            often = sorted((each for each in own if each[1] >= 0.25 * most), key=lambda each: -each[1])
            tallest = max(median for _, _, median in often)
            places[zone] = tuple(each[0] for each in often if each[2] >= 0.5 * tallest - PX_TOLERANCE)
        return places

    @cached_property
    def place_ways(self) -> PlaceWays:
        """The ways between the places of the site, which has to be known."""
        assert self.site is not None
        return make_place_ways(self.site)


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
    lines = np.array([table.picture_wh[name][1] for name in camera_ids], dtype=np.float64)
    counted = np.flatnonzero(is_countable(visible, height_px, lines=lines[camera]))
    counted = counted[np.lexsort((frame[counted], person[counted], camera[counted]))].astype(np.int64)
    low = find_starts(camera[counted], person[counted], t_s[counted])
    high = np.append(low[1:], len(counted)).astype(np.int64)[: len(low)]
    first, last = counted[low], counted[high - 1]
    tallest_px = np.maximum.reduceat((height_px * visible)[counted], low) if len(low) else np.zeros(0)
    is_glimpse = find_glimpses(t_s[last] - t_s[first], tallest_px, lines=lines[camera[first]])
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
            is_glimpse=bool(is_glimpse[number]),
        )
        for number, (a, b) in enumerate(zip(first, last, strict=True))
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


def keep_cameras(index: TruthIndex, camera_ids: Sequence[str] | None) -> TruthIndex:
    """Return the truth of these cameras alone; of None the whole. Everybody stays known, seen or not.

    Raises:
        TaskError: there is no such camera, or one is named twice, or none is named.
    """
    if camera_ids is None:
        return index
    check_cameras(camera_ids, index.camera_ids)
    kept = frozenset(camera_ids)
    if len(kept) == len(index.camera_ids):
        return index
    table = index.table
    is_kept = table.rows["camera_id"].isin(list(kept)).to_numpy()
    rows = np.flatnonzero(is_kept).astype(np.int64)
    fewer = replace(
        table,
        rows=table.rows[is_kept].reset_index(drop=True),
        picture_wh={name: size for name, size in table.picture_wh.items() if name in kept},
    )
    return make_truth_index(
        fewer,
        people_ids=frozenset(index.person_ids),
        events=index.events,
        site=None if index.site is None else index.site.keep_cameras(kept),
        silhouettes=cache(partial(_keep_silhouettes, index, rows)),
        knows_everybody=index.knows_everybody,
    )


def check_cameras(camera_ids: Sequence[str], known: Sequence[str]) -> None:
    """Raise TaskError when the cameras of a drill are none, some are not there, or one is named twice."""
    if not camera_ids:
        raise TaskError("the drill has no camera", expected="cameras to name one or more", todo="correct cameras")
    strange = [name for name in camera_ids if name not in known]
    if strange:
        raise TaskError(
            f"there is no camera {', '.join(strange)} in this recording for the drill",
            expected=f"some of {', '.join(known)}",
            todo="correct cameras",
        )
    if len(set(camera_ids)) < len(camera_ids):
        raise TaskError(f"a camera of the drill is named twice: {', '.join(camera_ids)}", todo="correct cameras")


def _keep_silhouettes(index: TruthIndex, rows: IntArray) -> Silhouettes | None:
    return None if index.silhouettes is None else _keep_rows(index.silhouettes, rows)


def _keep_rows(silhouettes: Silhouettes, rows: IntArray) -> Silhouettes:
    start, runs = _keep_parts(silhouettes.start, rows)
    shared_start, shared = _keep_parts(silhouettes.shared_start, rows)
    return Silhouettes(
        start=start, runs=silhouettes.runs[runs], shared_start=shared_start, shared=silhouettes.shared[shared]
    )


def _keep_parts(start: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return where the parts of the rows kept begin among those kept [n + 1], and which parts those are."""
    count = np.diff(start)
    is_kept = np.zeros(len(count), dtype=np.bool_)
    is_kept[rows] = True
    begins = np.concatenate([[0], np.cumsum(count[rows])]).astype(np.int64)
    return begins, np.flatnonzero(np.repeat(is_kept, count)).astype(np.int64)


NEAR_M = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One camera that shows an event."""

    camera_id: str
    t_s: FloatArray  # [n] seconds of the frames that show it, ascending, all in the event's span
    box_xyxy: FloatArray  # [n, 4] the box in each of them, pixels of the main stream
    middle_s: float  # the middle of the event's span, seconds

    @property
    def best(self) -> Shown:
        """The frame nearest to the middle of the event's span (tie: the earlier)."""
        return self.find_shown(self.middle_s)

    def find_shown(self, t_s: float) -> Shown:
        """Return the frame nearest to a site time (tie: the earlier) with its box."""
        away_s = np.abs(self.t_s - t_s)
        nearest = int(np.argmax(away_s <= away_s.min() + TIME_TOLERANCE_S))
        x1, y1, x2, y2 = self.box_xyxy[nearest].tolist()
        return Shown(camera_id=self.camera_id, shown_s=float(self.t_s[nearest]), box_xyxy=(x1, y1, x2, y2))

    def compute_largest_share(self, size_wh: tuple[int, int]) -> float:
        """Return the largest share of a picture of that size that a box covers: 960x540, box 480x270: 0.25."""
        size = (self.box_xyxy[:, 2] - self.box_xyxy[:, 0]) * (self.box_xyxy[:, 3] - self.box_xyxy[:, 1])
        return float(size.max()) / (size_wh[0] * size_wh[1])


def find_event_views(index: TruthIndex, event: Event) -> tuple[EventView, ...]:
    """Return the cameras that show an event with the boxes of it, ordered by camera_id.

    They show it where the person whom it happens to, the first of its `person_ids`, has countable rows in its span; the
    box is that person's. An event without a person is shown by the people within 3.0 m of its place, on its floor; the
    box goes around those in the frame. Nobody else's rows count: who only walks past is not what happens.
    """
    table = index.table.rows.iloc[index.appearance_rows.table_row[_find_rows(index, event)]]
    corners = {"x1": "min", "y1": "min", "x2": "max", "y2": "max"}
    boxes = table.groupby(["camera_id", "t_s"], observed=True, sort=True).agg(corners)
    return tuple(_make_view(event, str(camera), own) for camera, own in boxes.groupby(level="camera_id"))


def _find_rows(index: TruthIndex, event: Event) -> IntArray:
    """Return where in `appearance_rows` the rows are that show the event."""
    span_s = (event.start_s, event.end_s)
    if event.person_ids:
        return index.find_rows(event.person_ids[0], span_s)
    rows = index.appearance_rows
    if event.at_m is None:
        return np.zeros(0, dtype=np.int64)
    during = np.flatnonzero(is_inside(rows.t_s, span_s))
    table = index.table.rows.iloc[rows.table_row[during]]
    away_m = np.hypot(
        table["floor_x_m"].to_numpy(dtype=np.float64) - event.at_m[0],
        table["floor_y_m"].to_numpy(dtype=np.float64) - event.at_m[1],
    )
    near = (away_m <= NEAR_M) & (table["floor"].to_numpy(dtype=object) == event.floor)
    return np.asarray(during[near], dtype=np.int64)


def _make_view(event: Event, camera_id: str, boxes: pd.DataFrame) -> EventView:
    t_s = boxes.index.get_level_values("t_s").to_numpy(dtype=np.float64)
    box_xyxy = boxes.to_numpy(dtype=np.float64)
    middle_s = (event.start_s + event.end_s) / 2
    return EventView(camera_id=camera_id, t_s=t_s, box_xyxy=box_xyxy, middle_s=middle_s)
