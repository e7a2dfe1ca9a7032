"""Where people click on people: on heads, chests and legs, a little to the side, where nobody else is.

from tests.support.people_clicks import click_like_people
answer = click_like_people(index, task_type.answer_perfectly(task, index))
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd

from sim.scoring.evidence import Answer, Fix
from sim.scoring.fix import resolve_fixes
from sim.truth.index import TruthIndex

HEIGHTS = (0.3, 0.2, 0.5, 0.3, 0.75)
"""Shares of a person's height from the top: chests most, then heads, waists and legs."""
ASIDE = (0.1, -0.2, 0.0, 0.25, -0.1)
"""Shares of a person's width, from the middle to the right."""
BOX = ["x1", "y1", "x2", "y2"]


def click_like_people(index: TruthIndex, answer: Answer) -> Answer:
    """Return an answer whose marks are on the same people in the same frames, one a head, the next a chest, a leg.

    A mark on nobody stays where it is.
    """
    return replace(answer, fixes=tuple(move_on_person(index, fix, turn=turn) for turn, fix in enumerate(answer.fixes)))


def move_on_person(index: TruthIndex, fix: Fix, *, turn: int = 0) -> Fix:
    """Return the fix on another part of the same person: the first part, from the `turn`-th on, that nobody covers."""
    found = resolve_fixes(index, (fix,))
    if found.table_row[0] < 0:
        return fix
    row = index.table.rows.iloc[int(found.table_row[0])]
    same = (index.table.rows["camera_id"] == row["camera_id"]) & (index.table.rows["frame"] == row["frame"])
    others = index.table.rows.loc[same & (index.table.rows["person_id"] != row["person_id"]), BOX].to_numpy(float)
    width, height = index.table.picture_wh[fix.camera_id]
    for x_px, y_px in list_parts(*(float(row[side]) for side in BOX), turn=turn):
        is_covered = (others[:, 0] <= x_px) & (x_px <= others[:, 2]) & (others[:, 1] <= y_px) & (y_px <= others[:, 3])
        moved = replace(fix, x=x_px / width, y=y_px / height)
        if not np.any(is_covered) and resolve_fixes(index, (moved,)).person[0] == found.person[0]:
            return moved
    raise AssertionError(f"nothing of the person is free of others on {fix.camera_id} at {fix.t_s} s; choose another frame")


def list_parts(left: float, top: float, right: float, bottom: float, *, turn: int) -> Iterator[tuple[float, float]]:
    """Yield points of a box, pixels: at every height, from the `turn`-th on, first a little to one side, then others."""
    heights = HEIGHTS[turn % len(HEIGHTS) :] + HEIGHTS[: turn % len(HEIGHTS)]
    aside = ASIDE[turn % len(ASIDE) :] + ASIDE[: turn % len(ASIDE)]
    for down, across in product(heights, aside):
        yield (left + right) / 2 + across * (right - left), top + down * (bottom - top)


def find_chest(index: TruthIndex, row: pd.Series) -> tuple[float, float]:
    """Return the chest of a row of truth, shares of the picture; of somebody whom others cover, what is free of them."""
    width, height = index.table.picture_wh[row["camera_id"]]
    x, y = (row["x1"] + row["x2"]) / 2 / width, (row["y1"] + 0.3 * (row["y2"] - row["y1"])) / height
    moved = move_on_person(index, Fix(camera_id=row["camera_id"], t_s=float(row["t_s"]), x=float(x), y=float(y)))
    return moved.x, moved.y
