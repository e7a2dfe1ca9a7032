"""Marks on cameras with faults: the picture decides, by the site's time, whatever a camera's clock says."""

import numpy as np
import pytest

from sim.footage.recording.open import Recording
from sim.scoring.evidence import Mark
from sim.scoring.mark import resolve_marks
from sim.services.app.score import load_truth_index
from sim.truth.index import TruthIndex
from sim.truth.silhouettes import CELL_PX
from tests.support.faulty_recording import DEAD, DEAD_FRAMES, LATE, SLOW


@pytest.fixture(scope="module")
def index(faulty_recording: Recording) -> TruthIndex:
    return load_truth_index(faulty_recording)


def mark(index: TruthIndex, camera_id: str, t_s: float, x: float, y: float) -> str | None:
    code = int(resolve_marks(index, [Mark(camera_id=camera_id, t_s=t_s, x=x, y=y)]).person[0])
    return None if code < 0 else index.person_ids[code]


def pick_cell(index: TruthIndex, table_row: int) -> tuple[float, float]:
    """Return the middle of a person's first cell, shares of the picture."""
    assert index.silhouettes is not None
    row, column, _ = index.silhouettes.get(table_row)[0].tolist()
    width, height = index.table.picture_wh[str(index.table.rows["camera_id"].iat[table_row])]
    return (column + 0.5) * CELL_PX / width, (row + 0.5) * CELL_PX / height


def test_on_a_dead_span_every_mark_is_on_nobody(index: TruthIndex) -> None:
    spots = [(x, y) for x in np.linspace(0.02, 0.98, 12).tolist() for y in np.linspace(0.02, 0.98, 8).tolist()]
    assert {mark(index, DEAD, frame / index.table.fps, x, y) for frame in DEAD_FRAMES for x, y in spots} == {None}
    before = DEAD_FRAMES.start - 1
    assert {mark(index, DEAD, before / index.table.fps, x, y) for x, y in spots} > {None}


def test_a_camera_with_a_wrong_clock_is_marked_by_the_sites_time(index: TruthIndex) -> None:
    rows = index.table.rows
    own = rows[(rows["camera_id"] == LATE) & (rows["visible"] == 1.0)]
    for table_row, row in own.iloc[::9].iterrows():
        assert mark(index, LATE, float(row["t_s"]), *pick_cell(index, int(str(table_row)))) == row["person_id"]


def test_a_picture_that_is_held_keeps_its_people_where_it_shows_them(index: TruthIndex) -> None:
    rows = index.table.rows
    own = rows[(rows["camera_id"] == SLOW) & (rows["frame"].isin((4, 5, 6)))]
    assert len(own) >= 3
    for table_row, row in own.iterrows():
        spot = pick_cell(index, int(str(table_row)))
        assert {mark(index, SLOW, frame / index.table.fps, *spot) for frame in (4, 5, 6)} == {row["person_id"]}
