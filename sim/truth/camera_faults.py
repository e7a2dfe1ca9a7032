"""Camera faults as truth records them: rows of `events.parquet` whose kind is one of these."""

import json
from collections.abc import Collection
from enum import StrEnum

import pandas as pd

from sim.truth.appearance import GAP_MAX_S


class FaultKind(StrEnum):
    """What can be wrong with a camera; also the `kind` of its event row."""

    CLOCK_OFFSET = "clock-offset"
    WRONG_NAME = "wrong-name"
    DEAD_SPAN = "dead-span"
    DIRTY_LENS = "dirty-lens"
    GLARE = "glare"
    LOW_LIGHT = "low-light"
    LOW_FRAME_RATE = "low-frame-rate"
    MOVED_VIEW = "moved-view"


def find_clock_offsets_s(events: pd.DataFrame) -> dict[str, float]:
    """Return by camera_id how many seconds the clock in its picture is fast (negative: slow), of wrong clocks only.

    `events` has the columns `sim.columns.EVENTS`. A camera whose picture says 8:01:30 at 8:00:00 has 90.
    """
    rows = events[events["kind"] == FaultKind.CLOCK_OFFSET.value]
    return {
        str(camera_id): float(json.loads(detail)["offset_s"])
        for camera_id, detail in zip(rows["camera_id"], rows["detail"], strict=True)
    }


def has_lost_signal(
    events: pd.DataFrame, *, window_s: tuple[float, float], camera_ids: Collection[str] | None = None
) -> bool:
    """Return whether a camera had no picture inside a window for so long that it splits a stay in two.

    Sightings more than 2.0 s apart belong to two appearances: a camera without a signal from 128 to 140 s splits a stay
    on it in two, one without for 1.5 s does not.

    Args:
        events: with the columns `sim.columns.EVENTS`.
        window_s: site time, first and last second.
        camera_ids: the cameras that count; None for all.
    """
    low_s, high_s = window_s
    rows = events[events["kind"] == FaultKind.DEAD_SPAN.value]
    if camera_ids is not None:
        rows = rows[rows["camera_id"].isin(list(camera_ids))]
    lost_s = rows["end_s"].clip(upper=high_s) - rows["start_s"].clip(lower=low_s)
    return bool((lost_s > GAP_MAX_S).any())


def count_clock_faults(events: pd.DataFrame) -> int:
    """Return the number of cameras whose clock is wrong: the `clock_faults` of a form's difficulty."""
    return len(find_clock_offsets_s(events))
