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
    """Return the fix on another part of the person whom it is on: the first one, from the `turn`-th on, that suits."""
    found = resolve_fixes(index, (fix,)).table_row[0]
    return fix if found < 0 else aim_at(index, index.table.rows.iloc[int(found)], turn=turn)


def aim_at(index: TruthIndex, row: pd.Series, *, turn: int = 0) -> Fix:
    """Return a mark on the person of a row of truth: where no other's box is, or else where they are seen at all."""
    same = (index.table.rows["camera_id"] == row["camera_id"]) & (index.table.rows["frame"] == row["frame"])
    others = index.table.rows.loc[same & (index.table.rows["person_id"] != row["person_id"]), BOX].to_numpy(float)
    width, height = index.table.picture_wh[row["camera_id"]]
    hidden: list[Fix] = []
    for x_px, y_px in list_parts(*(float(row[side]) for side in BOX), turn=turn):
        fix = Fix(camera_id=str(row["camera_id"]), t_s=float(row["t_s"]), x=x_px / width, y=y_px / height)
        hit = resolve_fixes(index, (fix,)).person[0]
        if hit < 0 or index.person_ids[hit] != row["person_id"]:
            continue
        is_covered = (others[:, 0] <= x_px) & (x_px <= others[:, 2]) & (others[:, 1] <= y_px) & (y_px <= others[:, 3])
        if not np.any(is_covered):
            return fix
        hidden.append(fix)
    assert hidden, (
        f"{row['person_id']} is not to be clicked on {row['camera_id']} at {row['t_s']} s; choose another frame"
    )
    return hidden[0]


def list_parts(left: float, top: float, right: float, bottom: float, *, turn: int) -> Iterator[tuple[float, float]]:
    """Yield points of a box, pixels: at every height, from the `turn`-th on, and there to either side."""
    heights = HEIGHTS[turn % len(HEIGHTS) :] + HEIGHTS[: turn % len(HEIGHTS)]
    aside = ASIDE[turn % len(ASIDE) :] + ASIDE[: turn % len(ASIDE)]
    for down, across in product(heights, aside):
        yield (left + right) / 2 + across * (right - left), top + down * (bottom - top)


def find_spot(index: TruthIndex, person_id: str, *, camera_id: str, frame: int, turn: int = 0) -> tuple[float, float]:
    """Return where to click on a person in a frame, shares of the picture: the chest, or the `turn`-th part."""
    rows = index.table.rows
    found = rows[(rows["person_id"] == person_id) & (rows["camera_id"] == camera_id) & (rows["frame"] == frame)]
    assert len(found), f"{person_id} is not on {camera_id} in frame {frame}"
    fix = aim_at(index, found.iloc[0], turn=turn)
    return fix.x, fix.y
