"""One person in one frame, looked up in truth: what the debrief draws a box around."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.truth.appearance import IntArray
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonInFrame:
    """One person in one frame: `t_s` is site time, `box_xyxy` in pixels of the main stream."""

    camera_id: str
    frame: int
    t_s: float
    person_id: str
    zone: str
    box_xyxy: Box


def find_frame(index: TruthIndex, t_s: float) -> int:
    """Return the number of the frame on screen at a site time: floor(t_s * fps + 0.5), inside the recording."""
    return int(np.clip(np.floor(t_s * index.table.fps + 0.5), 0, index.table.frame_count - 1))


def read_person(index: TruthIndex, table_row: int) -> PersonInFrame:
    """Return one row of the truth table as a sighting."""
    row = index.table.rows.iloc[table_row]
    return PersonInFrame(
        camera_id=str(row["camera_id"]),
        frame=int(row["frame"]),
        t_s=float(row["t_s"]),
        person_id=str(row["person_id"]),
        zone=str(row["zone"]),
        box_xyxy=(float(row["x1"]), float(row["y1"]), float(row["x2"]), float(row["y2"])),
    )


def find_in_frame(index: TruthIndex, person_id: str, *, camera_id: str, frame: int) -> PersonInFrame | None:
    """Return a person in one frame of a camera, however small or hidden; None where truth has no row of them."""
    rows = index.frame_rows
    key = index.get_camera_code(camera_id) * index.stride + frame
    low, high = np.searchsorted(rows.key, [key, key + 1])
    mine = np.flatnonzero(rows.person[low:high] == index.get_person_code(person_id))
    return read_person(index, int(rows.table_row[low + mine[0]])) if len(mine) else None


def find_clearest(window: TruthWindow, number: int) -> PersonInFrame:
    """Return an appearance's tallest, least hidden row inside the window (tie: the first)."""
    rows = _list_rows(window, number)
    table_rows = window.index.appearance_rows.table_row[rows]
    table = window.index.table.rows
    y1, y2, visible = (table[name].to_numpy(dtype=np.float64)[table_rows] for name in ("y1", "y2", "visible"))
    best = int(np.argmax((y2 - y1) * visible))
    return read_person(window.index, int(table_rows[best]))


def find_first(window: TruthWindow, number: int) -> PersonInFrame:
    """Return an appearance's first row inside the window."""
    return read_person(window.index, int(window.index.appearance_rows.table_row[_list_rows(window, number)[0]]))


def find_last(window: TruthWindow, number: int) -> PersonInFrame:
    """Return an appearance's last row inside the window."""
    return read_person(window.index, int(window.index.appearance_rows.table_row[_list_rows(window, number)[-1]]))


def find_nearest(window: TruthWindow, legs: Sequence[int], t_s: float) -> PersonInFrame | None:
    """Return the row of some appearances that is nearest in time to `t_s` (tie: the first), None without any."""
    if not legs:
        return None
    own = np.concatenate([_list_rows(window, number) for number in legs])
    rows = window.index.appearance_rows
    return read_person(window.index, int(rows.table_row[own[int(np.argmin(np.abs(rows.t_s[own] - t_s)))]]))


def _list_rows(window: TruthWindow, number: int) -> IntArray:
    rows = window.index.appearance_rows
    own: IntArray = np.arange(rows.low[number], rows.high[number], dtype=np.int64)
    inside: IntArray = own[(rows.t_s[own] >= window.first_s[number]) & (rows.t_s[own] <= window.last_s[number])]
    return inside
