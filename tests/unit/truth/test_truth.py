from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.app.score import load_truth_index
from sim.errors import TaskError, TruthError
from sim.footage.recording.open import Recording
from sim.scoring.evidence import Mark
from sim.scoring.mark import find_mark_fault, resolve_marks
from sim.truth.events import check_events, has_lost_signal, make_empty_events, make_event_table
from sim.truth.index import keep_cameras, make_truth_index
from sim.truth.silhouettes import Nearness, Silhouettes, find_shared_cell, make_silhouettes
from sim.truth.table import TruthTable
from sim.truth.window import check_window, cut_window
from tests.support.story_truth import load_story_index
from tests.support.trace_tables import Stay, make_table, make_worked_table


def test_appearances_and_marks_are_those_of_the_whole_on_the_cameras_kept(tiny_recording: Recording) -> None:
    whole = load_truth_index(tiny_recording)
    kept = ("CAM-02", "CAM-03")
    part = keep_cameras(whole, kept)
    assert part.camera_ids == kept
    assert part.person_ids == whole.person_ids
    assert part.site is not None
    assert [camera.camera_id for camera in part.site.cameras] == list(kept)
    there = [(a.camera_id, a.person_id, a.start_s, a.end_s) for a in whole.appearances if a.camera_id in kept]
    assert [(a.camera_id, a.person_id, a.start_s, a.end_s) for a in part.appearances] == there
    rng = np.random.default_rng(3)
    marks = [
        Mark(camera_id=kept[int(rng.integers(2))], t_s=float(rng.uniform(0, 15)), x=float(x), y=float(y))
        for x, y in rng.uniform(0, 1, (200, 2))
    ]
    persons = [resolve_marks(index, marks).person for index in (whole, part)]
    assert persons[0].tolist() == persons[1].tolist()
    assert (persons[0] >= 0).any()
    assert find_mark_fault(part, Mark(camera_id="CAM-01", t_s=1.0, x=0.5, y=0.5), (0.0, 15.0)) is not None
    assert keep_cameras(whole, None) is whole
    with pytest.raises(TaskError, match=r"no camera CAM-77.*CAM-01"):
        keep_cameras(whole, ("CAM-01", "CAM-77"))


NEAR = Stay(camera_id="CAM-01", person_id="P001", first=0, last=99, box_xyxy=(0.0, 0.0, 30.0, 100.0), zone="cafeteria")
FAR = replace(NEAR, camera_id="CAM-02", person_id="P002", last=199, box_xyxy=(0.0, 0.0, 30.0, 50.0))


def find(*stays: Stay) -> dict[str, tuple[str, ...]]:
    return dict(make_truth_index(make_table(list(stays))).place_cameras)


def test_a_camera_shows_a_place_from_half_the_median_height_and_a_quarter_of_the_sightings_on() -> None:
    assert find(NEAR, FAR) == {"cafeteria": ("CAM-02", "CAM-01")}, "most sightings first"
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}
    tall = replace(FAR, person_id="P003", last=99, box_xyxy=(100.0, 0.0, 130.0, 400.0))
    assert find(NEAR, replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 30.0)), tall) == {"cafeteria": ("CAM-01",)}
    few = replace(NEAR, last=48)
    assert find(few, FAR) == {"cafeteria": ("CAM-02",)}, "49 of 200 are less than a quarter"
    assert find(replace(NEAR, last=49), replace(FAR, box_xyxy=(0.0, 0.0, 30.0, 49.9))) == {"cafeteria": ("CAM-01",)}
    assert find(few) == {}
    found = load_story_index().place_cameras
    assert found["checkpoint"] == ("CAM-01",)
    assert list(found) == sorted(found)


def test_unknown_names_and_impossible_windows_are_refused_by_name() -> None:
    empty = make_truth_index(make_table([]), people_ids=frozenset({"P009"}))
    assert (empty.appearances, cut_window(empty, (0.0, 10.0)).find_target("P009")) == ((), ())
    index = make_truth_index(make_worked_table())
    with pytest.raises(TaskError, match=r"'P777' is not in this recording.*P001"):
        index.get_person_code("P777")
    with pytest.raises(TaskError, match=r"'CAM-77'.*CAM-01"):
        index.get_camera_code("CAM-77")
    windows = {"leaves the recording": (0.0, 60.5), "forward": (5.0, 5.0), "not finite": (0.0, float("nan"))}
    for said, window in windows.items():
        with pytest.raises(TaskError, match=said):
            check_window(index, window)


def make_two() -> TruthTable:
    return make_table(
        [
            Stay(camera_id="CAM-01", person_id="P001", first=0, last=0, box_xyxy=(40.0, 20.0, 80.0, 100.0)),
            Stay(camera_id="CAM-01", person_id="P002", first=0, last=0, box_xyxy=(60.0, 24.0, 120.0, 80.0)),
        ]
    )


Cells = list[tuple[int, int, int]]


def lay_out(table: TruthTable, *runs: Cells, shared: tuple[Cells, ...] = ()) -> Silhouettes:
    every = shared or tuple([] for _ in runs)
    return make_silhouettes(
        count=np.array([len(own) for own in runs], dtype=np.int64),
        runs=np.array([run for own in runs for run in own], dtype=np.int16).reshape(-1, 3),
        shared_count=np.array([len(own) for own in every], dtype=np.int64),
        shared=np.array([cell for own in every for cell in own], dtype=np.int32).reshape(-1, 3),
        table=table,
    )


def place(silhouettes: Silhouettes, row: int, x: float, y: float) -> tuple[Nearness, float]:
    nearness, away = silhouettes.place(np.array([row]), np.array([x]), np.array([y]))
    return Nearness(int(nearness[0])), float(away[0])


def test_many_points_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    shared = ([(6, 17, 0x0F0F), (9, 17, 7)], [(6, 17, 0xF0F0)])
    silhouettes = lay_out(make_two(), [(5, 11, 3), (6, 10, 8), (9, 17, 3)], [(7, 16, 12), (8, 15, 2)], shared=shared)
    rows, x, y = rng.integers(0, 2, 400), rng.uniform(56, 96, 400), rng.uniform(16, 48, 400)
    nearness, away = silhouettes.place(rows, x, y)
    alone = [place(silhouettes, int(r), float(a), float(b)) for r, a, b in zip(rows, x, y, strict=True)]
    assert list(zip(nearness.tolist(), away.tolist(), strict=True)) == alone
    assert set(nearness.tolist()) == {0, 1, 2}


def test_cells_outside_the_box_and_shared_ones_without_pixels_are_refused_and_named() -> None:
    for run in [(4, 11, 3), (5, 9, 3), (5, 18, 3), (25, 12, 1)]:
        with pytest.raises(TruthError, match="P001 on CAM-01 at frame 0 leaves the box"):
            lay_out(make_two(), [run], [])
    with pytest.raises(TruthError, match="P002 on CAM-01 at frame 0 leaves the box"):
        lay_out(make_two(), [], [], shared=([], [(4, 11, 1)]))
    for bits in (0, 1 << 16):
        with pytest.raises(TruthError, match="without pixels, or with too many"):
            lay_out(make_two(), [], [], shared=([], [(7, 17, bits)]))


def test_another_number_of_rows_or_runs_is_refused() -> None:
    with pytest.raises(TruthError, match="silhouettes of 1 rows"):
        lay_out(make_two(), [(5, 11, 3)])
    none = {"shared_count": np.zeros(2, dtype=np.int64), "shared": np.zeros((0, 3), dtype=np.int32)}
    with pytest.raises(TruthError, match="have 1 runs"):
        run = np.array([[5, 11, 3]], dtype=np.int16)
        make_silhouettes(count=np.array([1, 1]), runs=run, table=make_two(), **none)
    with pytest.raises(TruthError, match="a silhouette of -1 runs"):
        make_silhouettes(count=np.array([-1, 1]), runs=run[:0], table=make_two(), **none)


def test_a_cell_of_two_people_is_found() -> None:
    table = make_two()
    assert find_shared_cell(lay_out(table, [(7, 11, 6)], [(7, 17, 3)]), table) is None
    assert find_shared_cell(lay_out(table, [(7, 11, 7)], [(7, 17, 3)]), table) == 1


ROW = {
    "event_id": "bag",
    "kind": "hand-over",
    "start_s": 10.0,
    "end_s": 16.0,
    "camera_id": "CAM-01",
    "shown_s": 12.0,
    "person_ids": "P002 P001",
    "floor": "1",
    "zone": "hall",
    "x_m": 1.0,
    "y_m": 2.0,
    "x1": 10.0,
    "y1": 10.0,
    "x2": 20.0,
    "y2": 40.0,
    "detail": "{}",
}


def make_rows(*changes):
    rows = pd.DataFrame([ROW | change for change in changes])
    return rows.astype(dict(make_empty_events().dtypes))


def test_rows_become_events_ordered_by_start():
    second = {"event_id": "alarm", "kind": "screening-alarm", "start_s": 3.0, "end_s": 13.0, "detail": '{"wand": true}'}
    table = make_event_table(make_rows({"camera_id": "CAM-02"}, {}, second))
    alarm, bag = table.find()
    assert (alarm.event_id, alarm.detail, len(alarm.shown)) == ("alarm", {"wand": True}, 1)
    assert bag.person_ids == ("P002", "P001")
    assert [s.camera_id for s in bag.shown] == ["CAM-01", "CAM-02"]
    assert bag.shown[0].box_xyxy == (10.0, 10.0, 20.0, 40.0)
    assert table.find("hand-over") == (bag,) == (table.get("bag"),)
    assert table.find("collapse") == ()
    with pytest.raises(TruthError, match=r"'x' is not in this recording. Expected: one of"):
        table.get("x")
    assert make_event_table(make_empty_events()).find() == ()


@pytest.mark.parametrize(
    ("change", "is_lost"),
    [
        ({}, True),
        ({"end_s": 129.5}, False),
        ({"start_s": 58.0, "end_s": 61.5}, False),
        ({"start_s": 200.0, "end_s": 220.0}, False),
        ({"camera_id": "CAM-09"}, False),
        ({"kind": "glare"}, False),
    ],
)
def test_a_signal_lost_for_over_two_seconds_of_a_window_splits_a_stay(change, is_lost):
    fault = {
        "kind": "dead-span",
        "start_s": 128.0,
        "end_s": 140.0,
        "shown_s": np.nan,
        "person_ids": "",
        "floor": "",
        "zone": "",
    }
    spot = dict.fromkeys(("x_m", "y_m", "x1", "y1", "x2", "y2"), np.nan)
    events = make_rows(fault | spot | change)
    assert has_lost_signal(events, camera_ids=("CAM-01", "CAM-02"), window_s=(60.0, 180.0)) is is_lost


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end_s": 9.0, "shown_s": 9.5}, "goes backward"),
        ({"start_s": -1.0}, "starts early"),
        ({"start_s": np.nan}, "time that is no number"),
        ({"shown_s": 17.0}, "shown moment outside its span"),
        ({"camera_id": ""}, "without camera"),
        ({"x1": np.nan}, "box without a shown moment"),
        ({"x2": 10.0}, "empty box"),
        ({"detail": "[]"}, "no JSON object"),
        ({"detail": "{"}, "no JSON object"),
        ({"event_id": ""}, "no event_id"),
        ({"kind": ""}, "no kind"),
    ],
)
def test_impossible_values_are_named(change, message):
    assert check_events(make_rows({})) == []
    assert any(message in problem for problem in check_events(make_rows(change)))
    with pytest.raises(TruthError, match="events:"):
        make_event_table(make_rows(change))


def test_rows_of_one_event_must_agree_and_name_a_camera_once_and_no_column_may_be_missing():
    assert any("contradict" in p for p in check_events(make_rows({}, {"camera_id": "CAM-02", "zone": "x"})))
    assert any("twice" in p for p in check_events(make_rows({}, {})))
    with pytest.raises(TruthError, match="event table lacks the columns"):
        make_event_table(make_rows({}).drop(columns=["detail"]))
