import numpy as np
import pandas as pd
import pytest

from sim.errors import TruthError
from sim.truth.events import check_events, has_lost_signal, make_empty_events, make_event_table

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
