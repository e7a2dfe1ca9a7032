"""A recording of faulty cameras: clips, names and truth say what its pictures show."""

import numpy as np
import pandas as pd
import pytest

from sim.footage.checks.verify import verify_recording
from sim.footage.recording.open import Recording, load_truth
from sim.footage.video.still import load_still
from sim.scoring.evidence import Mark
from sim.scoring.mark import resolve_marks
from sim.services.app.score import load_truth_index
from sim.truth.index import TruthIndex
from sim.truth.silhouettes import CELL_PX
from tests.support.faulty_recording import DEAD, DEAD_FRAMES, LATE, MISNAMED, SLOW
from tests.support.tiny_recording import read_frame_number

ROW = ["person_id", "x1", "y1", "x2", "y2", "visible", "floor_x_m", "floor_y_m", "zone"]


def _rows(recording: Recording, camera_id: str) -> pd.DataFrame:
    rows = load_truth(recording).rows
    return rows[rows["camera_id"] == camera_id]


def test_nobody_is_in_the_truth_of_a_dead_span_and_the_picture_says_no_signal(
    faulty_recording: Recording, tiny_recording: Recording
) -> None:
    frames = set(_rows(faulty_recording, DEAD)["frame"])
    assert frames == set(_rows(tiny_recording, DEAD)["frame"]) - set(DEAD_FRAMES)
    assert len(frames & {39, 61}) == 2
    picture = load_still(faulty_recording, DEAD, 50)
    assert float(np.median(picture)) < 40
    assert int(picture[70:110, 100:220].max()) > 120
    assert picture[140:].std() < 4
    assert read_frame_number(load_still(faulty_recording, DEAD, 61)) == 61


def test_a_repeated_picture_has_the_people_of_the_picture_it_repeats(
    faulty_recording: Recording, tiny_recording: Recording
) -> None:
    slow, plain = _rows(faulty_recording, SLOW), _rows(tiny_recording, SLOW)
    for frame, shown in ((0, 0), (3, 0), (4, 4), (6, 4), (9, 7), (33, 30)):
        found = slow[slow["frame"] == frame]
        expected = plain[plain["frame"] == shown]
        assert found[ROW].to_numpy().tolist() == expected[ROW].to_numpy().tolist(), frame
        assert set(found["t_s"]) == {frame / 10}
        assert read_frame_number(load_still(faulty_recording, SLOW, frame)) == shown
    assert len(plain[plain["frame"] == 0]) > 0


def test_it_verifies_and_the_camera_list_has_the_wrong_name_and_the_site_the_right_one(
    faulty_recording: Recording,
) -> None:
    assert verify_recording(faulty_recording.folder) == ()
    assert faulty_recording.get_camera(MISNAMED).name == "Lobby"
    assert faulty_recording.site.get_camera(MISNAMED).name == "Hall B"


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
    width, height = index.table.picture_wh[str(index.table.rows["camera_id"].to_numpy()[table_row])]
    return (column + 0.5) * CELL_PX / width, (row + 0.5) * CELL_PX / height


def test_on_a_dead_span_every_mark_is_on_nobody(index: TruthIndex) -> None:
    spots = [(x, y) for x in np.linspace(0.02, 0.98, 12).tolist() for y in np.linspace(0.02, 0.98, 8).tolist()]
    assert {mark(index, DEAD, frame / index.table.fps, x, y) for frame in DEAD_FRAMES for x, y in spots} == {None}
    before = DEAD_FRAMES.start - 1
    assert {mark(index, DEAD, before / index.table.fps, x, y) for x, y in spots} > {None}


def test_a_camera_with_a_wrong_clock_is_marked_by_the_sites_time(index: TruthIndex, tiny_recording: Recording) -> None:
    rows = index.table.rows
    shown = rows[rows["camera_id"] == LATE].to_numpy().tolist()
    assert shown == _rows(tiny_recording, LATE).to_numpy().tolist(), "as is its truth"
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
