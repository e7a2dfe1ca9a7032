"""Where the student really was while one's own search is watched again: never before that search has ended."""

from dataclasses import replace
from typing import Any

from sim.scoring.case import TraceCase
from sim.scoring.path import make_true_path
from sim.services.app.wiring import App
from sim.services.attempt.replays import get_replay
from sim.services.attempt.scores import compute_score
from sim.services.attempt.views import ConsoleView
from sim.services.debrief.page import close_attempt

EVERY_S = 0.2
"""How far apart boxes are at least: an outline that goes along with a walk."""


def get_own_replay(app: App, attempt_id: str) -> ConsoleView:
    """Return the replay of one's own search with `ghost` in it: null where nobody was sought.

    From this moment nothing that still arrives counts, as in the debrief: the answer has been shown.
    `ghost` holds path [[t_s, x_m, y_m, floor]] a point a second, and boxes {camera_id: [[t_s, x1, y1, x2, y2]]}, shares
    of the picture, both by time.
    """
    view = get_replay(app, attempt_id)
    case = compute_score(app, close_attempt(app, attempt_id)).case
    ghost = None if case is None else _make_ghost(case)
    return replace(view, data={**view.data, "replay": {**view.data["replay"], "ghost": ghost}})


def _make_ghost(case: TraceCase) -> dict[str, Any]:
    table = case.index.table
    low_s, high_s = case.window.window_s
    rows = table.rows[(table.rows["person_id"] == case.target) & table.rows["t_s"].between(low_s, high_s)]
    rows = rows[rows["frame"] % max(1, round(EVERY_S * table.fps)) == 0]
    boxes = {}
    for camera_id, own in rows.groupby("camera_id", observed=True, sort=True):
        width, height = table.picture_wh[str(camera_id)]
        sides = zip(*(own[side].tolist() for side in ("t_s", "x1", "y1", "x2", "y2")), strict=True)
        boxes[str(camera_id)] = [
            [round(t_s, 2), *(round(value, 4) for value in (x1 / width, y1 / height, x2 / width, y2 / height))]
            for t_s, x1, y1, x2, y2 in sides
        ]
    path = [[round(p.t_s, 2), round(p.x_m, 2), round(p.y_m, 2), p.floor] for p in make_true_path(case)]
    return {"path": path, "boxes": boxes}
