"""What cameras show of an event: the person it happens to, frame by frame."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.truth.appearance import FloatArray, IntArray
from sim.truth.events import Event, Shown
from sim.truth.index import TruthIndex

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
        nearest = int(np.argmin(np.abs(self.t_s - t_s)))
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
    during = np.flatnonzero((rows.t_s >= span_s[0]) & (rows.t_s <= span_s[1]))
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
