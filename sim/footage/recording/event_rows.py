"""Rows of `events.parquet`: the story's events with the cameras that show them, and the camera faults."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.columns import EVENTS
from sim.crowd.scenario.story_events import StoryEvent
from sim.truth.appearance import is_countable
from sim.truth.events import EventTable, make_event_table
from sim.truth.table import TruthTable


def make_events(story: Sequence[StoryEvent], truth: TruthTable, faults: pd.DataFrame) -> EventTable:
    """Return all events of a recording.

    A camera shows an event when at least one of its people is visible enough to count for an appearance (scoring.md)
    during it. It shows the event best where most of them are, and of such moments where they are largest. The box
    goes around those who are visible then. An event that no camera shows has one row without camera.
    """
    rows = truth.rows
    height = (rows["y2"] - rows["y1"]).to_numpy(dtype=np.float64)
    counted = rows[is_countable(rows["visible"].to_numpy(dtype=np.float64), height)]
    made = [row for event in story for row in _make_rows(event, counted, truth.fps)]
    parts = [pd.DataFrame(made, columns=[c.name for c in EVENTS])] if made else []
    return make_event_table(pd.concat([*parts, faults], ignore_index=True) if parts else faults)


def _make_rows(event: StoryEvent, counted: pd.DataFrame, fps: float) -> list[dict[str, object]]:
    nothing = float("nan")
    shared = {
        "event_id": event.event_id,
        "kind": event.kind,
        "start_s": event.first_frame / fps,
        "end_s": event.last_frame / fps,
        "camera_id": "",
        "shown_s": nothing,
        "person_ids": " ".join(event.person_ids),
        "floor": event.floor,
        "zone": event.zone,
        "x_m": event.at_m[0],
        "y_m": event.at_m[1],
        **dict.fromkeys(("x1", "y1", "x2", "y2"), nothing),
        "detail": json.dumps(dict(event.detail), sort_keys=True),
    }
    seen = counted[
        counted["person_id"].isin(list(event.person_ids))
        & counted["frame"].between(event.first_frame, event.last_frame)
    ]
    rows = [shared | {"camera_id": str(camera_id)} | _find_best(mine) for camera_id, mine in seen.groupby("camera_id")]
    return rows or [shared]


def _find_best(seen: pd.DataFrame) -> dict[str, float]:
    area = (seen["x2"] - seen["x1"]) * (seen["y2"] - seen["y1"])
    frames = seen.assign(area=area).groupby("frame").agg(people=("area", "size"), area=("area", "sum")).reset_index()
    best = frames.sort_values(["people", "area", "frame"], ascending=[False, False, True]).iloc[0]
    shown = seen[seen["frame"] == best["frame"]]
    return {
        "shown_s": float(shown["t_s"].iloc[0]),
        "x1": float(shown["x1"].min()),
        "y1": float(shown["y1"].min()),
        "x2": float(shown["x2"].max()),
        "y2": float(shown["y2"].max()),
    }
