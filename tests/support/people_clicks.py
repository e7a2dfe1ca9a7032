"""Where in a picture to click on somebody, as people do."""

from dataclasses import dataclass, replace

import numpy as np

from sim.scoring.evidence import Mark
from sim.scoring.mark import resolve_marks
from sim.tasks.common.flaw import aim_at
from sim.truth.index import TruthIndex

CHEST = 0.3
LEAST_PX, LEAST_VISIBLE = 80.0, 0.6
HAND_PX = 4.0
"""How far a click may land from where it was meant, pixels of the recording."""


def find_spot(
    index: TruthIndex, person_id: str, *, camera_id: str, frame: int, height: float | None = None
) -> tuple[float, float]:
    """Return where to click on a person in a frame, shares of the picture; see `sim.tasks.common.flaw.aim_at`."""
    rows = index.table.rows
    is_asked = (rows["person_id"] == person_id) & (rows["camera_id"] == camera_id) & (rows["frame"] == frame)
    assert is_asked.any(), f"{person_id} is not on {camera_id} in frame {frame}"
    mark = aim_at(index, int(is_asked.to_numpy().argmax()), height=height)
    return mark.x, mark.y


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """A click on somebody's chest that lies nearer to the middle of somebody else's box.

    Attributes:
        mark: the click.
        person_id: who is under the pointer.
        other_id: whose box, of those that hold the point, has the nearest middle.
        height_px: how tall the person clicked is in the picture.
    """

    mark: Mark
    person_id: str
    other_id: str
    height_px: float


def list_overlaps(index: TruthIndex) -> list[Overlap]:
    """Return such clicks at full seconds, the tallest people first; a little beside them is the same person."""
    rows = index.table.rows
    heights = (rows["y2"] - rows["y1"]).to_numpy(dtype=np.float64)
    is_clear = (rows["visible"].to_numpy() >= LEAST_VISIBLE) & (heights >= LEAST_PX)
    is_full_second = rows["frame"].to_numpy() % round(index.table.fps) == 0
    people = rows["person_id"].to_numpy()
    boxes = rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    pictures = rows.groupby(["camera_id", "frame"], observed=True).indices
    found = []
    for row in np.flatnonzero(is_clear & is_full_second).tolist():
        mark = aim_at(index, row, height=CHEST)
        width, height = index.table.picture_wh[mark.camera_id]
        x, y = mark.x * width, mark.y * height
        shown = pictures[(mark.camera_id, rows["frame"].iloc[row])]
        x1, y1, x2, y2 = boxes[shown].T
        away = np.where(
            (x1 <= x) & (x <= x2) & (y1 <= y) & (y <= y2), np.hypot((x1 + x2) / 2 - x, (y1 + y2) / 2 - y), np.inf
        )
        nearest = shown[int(np.argmin(away))]
        steps = ((0.0, 0.0), (-HAND_PX, 0.0), (HAND_PX, 0.0), (0.0, -HAND_PX), (0.0, HAND_PX))
        around = [replace(mark, x=(x + dx) / width, y=(y + dy) / height) for dx, dy in steps]
        if people[nearest] != people[row] and (resolve_marks(index, around).table_row == row).all():
            found.append(
                Overlap(
                    mark=mark, person_id=str(people[row]), other_id=str(people[nearest]), height_px=float(heights[row])
                )
            )
    return sorted(found, key=lambda each: -each.height_px)
