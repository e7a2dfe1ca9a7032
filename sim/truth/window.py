"""Truth as one task sees it: only rows between the two ends of its window count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import TaskError
from sim.truth.appearance import TIME_TOLERANCE_S, FloatArray, IntArray
from sim.truth.index import AppearanceRows, TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthWindow:
    """For each appearance of the index, what of it lies inside the window (both ends included)."""

    index: TruthIndex  # the whole truth
    window_s: tuple[float, float]  # first and last second
    rows: IntArray  # [m] rows inside, 0 where the appearance lies outside
    first_s: FloatArray  # [m] `t_s` of its first row inside, nan where there is none
    last_s: FloatArray  # [m] `t_s` of its last row inside, nan where there is none
    last_table_row: IntArray  # [m] position of that last row in `TruthTable.rows`, -1 where there is none

    def find_target(self, person_id: str) -> tuple[int, ...]:
        """Return T: the person's appearances with a row inside, glimpses left out, ordered by that row, then camera_id.

        Raises:
            TaskError: nobody of that name is in the recording.
        """
        return self.order(self._find_own(person_id, are_glimpses=False))

    def find_glimpses(self, person_id: str) -> tuple[int, ...]:
        """Return the person's glimpses with a row inside, in the order of T. Raises TaskError as `find_target`."""
        return self.order(self._find_own(person_id, are_glimpses=True))

    def find_last(self, numbers: Sequence[int]) -> int | None:
        """Return the appearance, of some in the window, with the last row inside (tie: smaller camera_id), or None."""
        camera = self.index.appearance_rows.camera
        return min(numbers, key=lambda n: (-self.last_s[n], camera[n]), default=None)

    def select_asked_for(self) -> NDArray[np.bool_]:
        """Return [appearances] whether each has a row inside and is no glimpse."""
        return (self.rows > 0) & ~self.index.appearance_rows.is_glimpse

    def _find_own(self, person_id: str, *, are_glimpses: bool) -> IntArray:
        rows, code = self.index.appearance_rows, self.index.get_person_code(person_id)
        own = (rows.person == code) & (self.rows > 0) & (rows.is_glimpse == are_glimpses)
        return np.flatnonzero(own).astype(np.int64)

    def order(self, numbers: IntArray) -> tuple[int, ...]:
        """Return appearance numbers ordered by first row inside the window (tie: camera_id, then person_id)."""
        rows = self.index.appearance_rows
        place = np.lexsort((rows.person[numbers], rows.camera[numbers], self.first_s[numbers]))
        return tuple(int(n) for n in numbers[place])


def check_window(index: TruthIndex, window_s: tuple[float, float]) -> tuple[float, float]:
    """Return the window, or raise TaskError when it is not finite, reversed or outside the recording."""
    low, high = window_s
    if not (math.isfinite(low) and math.isfinite(high)):
        raise TaskError(f"window_s [{low}, {high}] is not finite", expected="two numbers of seconds")
    if low >= high:
        raise TaskError(f"window_s [{low:g}, {high:g}] does not go forward", expected="first second, then last second")
    duration = index.table.duration_s
    if low < 0 or high > duration + TIME_TOLERANCE_S:
        raise TaskError(
            f"window_s [{low:g}, {high:g}] leaves the recording", expected=f"inside [0, {duration:g}], its length"
        )
    return (low, high)


def cut_window(index: TruthIndex, window_s: tuple[float, float]) -> TruthWindow:
    """Look up what of each appearance lies inside a window. Raises TaskError as `check_window`."""
    low_s, high_s = check_window(index, window_s)
    rows = index.appearance_rows
    start = _find_in_each(rows, low_s - TIME_TOLERANCE_S, side="left")
    end = _find_in_each(rows, high_s + TIME_TOLERANCE_S, side="right")
    count = end - start
    inside = count > 0
    first = np.where(inside, start, 0)
    last = np.where(inside, end - 1, 0)
    empty = len(rows.t_s) == 0
    nothing = np.full(len(count), np.nan)
    return TruthWindow(
        index=index,
        window_s=(low_s, high_s),
        rows=count,
        first_s=nothing if empty else np.where(inside, rows.t_s[first], np.nan),
        last_s=nothing if empty else np.where(inside, rows.t_s[last], np.nan),
        last_table_row=count if empty else np.where(inside, rows.table_row[last], -1),
    )


def _find_in_each(rows: AppearanceRows, t_s: float, *, side: Literal["left", "right"]) -> IntArray:
    """Return where in each appearance's rows, which are in order of time, `t_s` would be put in.

    Only the few appearances that go on at `t_s` are looked into: a recording has millions of rows.
    """
    found = np.where(rows.end_s < t_s, rows.high, rows.low)
    for number in np.flatnonzero((rows.start_s <= t_s) & (t_s <= rows.end_s)).tolist():
        low, high = rows.low[number], rows.high[number]
        found[number] = low + np.searchsorted(rows.t_s[low:high], t_s, side=side)
    return found
