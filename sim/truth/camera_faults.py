"""Camera faults as truth records them: rows of `events.parquet` whose kind is one of these."""

import json
from enum import StrEnum

import pandas as pd


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


def count_clock_faults(events: pd.DataFrame) -> int:
    """Return the number of cameras whose clock is wrong: the `clock_faults` of a form's difficulty."""
    return len(find_clock_offsets_s(events))
