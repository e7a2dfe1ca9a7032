import json
import math
import re
from pathlib import Path

import pytest
import yaml

from sim.columns import EVENTS
from sim.crowd.scenario.faults import check_faults, describe_fault, make_fault_rows
from sim.errors import ScenarioError
from sim.truth.events import FaultKind, count_clock_faults, find_clock_offsets_s
from tests.support.walking_hall import make_hall_site, make_scenario

DAY = {
    "day_id": "in",
    "people": 1,
    "arrive": [{"doors": ["street"], "at_s": [0, 5]}],
    "steps": [{"do": "leave", "doors": ["room-1"]}],
}
SLOW_CLOCK = {"kind": "clock-offset", "camera": "CAM-01", "offset_s": -90}
DEAD = {"kind": "dead-span", "camera": "CAM-01", "from_s": 10, "to_s": 20}


def _read(*faults):
    return make_scenario([DAY], faults=list(faults)).faults


def _check(*faults):
    check_faults(_read(*faults), site=make_hall_site(), duration_s=60, fps=10)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "ghost", "camera": "CAM-01"}, "faults.0.*clock-offset"),
        (SLOW_CLOCK | {"offset_s": 86401}, "faults.0.clock-offset.offset_s.*86400"),
        (SLOW_CLOCK | {"offset_s": 0}, "at least 0.1"),
        (DEAD | {"to_s": 10}, "to_s 10 must be more than from_s 10"),
        ({"kind": "dead-span", "camera": "CAM-01"}, "faults.0.dead-span.to_s"),
        (DEAD | {"amount": 1}, "faults.0.dead-span.amount"),
        ({"kind": "dirty-lens", "camera": "CAM-01", "amount": 1.2}, "dirty-lens.amount"),
        ({"kind": "glare", "camera": "CAM-01", "at": [0.5, 1.1]}, "glare.at"),
        ({"kind": "wrong-name", "camera": "CAM-01", "shown": " "}, "wrong-name.shown"),
        ({"kind": "moved-view", "camera": "CAM-01", "from_s": 5}, "half a degree"),
        ({"kind": "moved-view", "camera": "CAM-01", "yaw_deg": 3}, "after the start"),
    ],
)
def test_a_wrong_fault_is_refused_by_its_key(fault, message):
    with pytest.raises(ScenarioError, match=message):
        _read(fault)


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ([DEAD | {"camera": "CAM-09"}], "faults.0.camera: 'CAM-09'.*CAM-01"),
        ([DEAD | {"from_s": 60, "to_s": 70}], "after the recording's end.*less than 60"),
        ([{"kind": "wrong-name", "camera": "CAM-01", "shown": "Hall"}], "right name"),
        ([{"kind": "low-frame-rate", "camera": "CAM-01", "fps": 10}], "less than 10"),
        ([SLOW_CLOCK | {"from_s": 5}], "whole recording"),
        ([SLOW_CLOCK, SLOW_CLOCK | {"offset_s": 5}], "two clock-offset"),
        ([DEAD | {"from_s": 19, "to_s": 30}, DEAD], "faults.1 and faults.0: .*two dead-span faults at 19 s"),
    ],
)
def test_faults_that_do_not_fit_site_recording_or_each_other_are_refused(faults, message):
    with pytest.raises(ScenarioError, match=message):
        _check(*faults)


def test_different_faults_and_spans_one_after_the_other_go_together():
    _check(SLOW_CLOCK, DEAD, DEAD | {"from_s": 20, "to_s": 70}, {"kind": "low-light", "camera": "CAM-01"})


def test_event_rows_say_what_when_and_where():
    rows = make_fault_rows(_read(SLOW_CLOCK, DEAD, DEAD | {"from_s": 50, "to_s": 70}), duration_s=55)
    assert list(rows.columns) == [c.name for c in EVENTS]
    assert [str(t) for t in rows.dtypes] == [c.dtype for c in EVENTS]
    assert list(rows["kind"]) == ["clock-offset", "dead-span", "dead-span"]
    assert list(zip(rows["start_s"], rows["end_s"], strict=True)) == [(0, 55), (10, 20), (50, 55)]
    assert json.loads(rows["detail"][0]) == {"offset_s": -90}
    assert set(rows["camera_id"]) == {"CAM-01"}
    assert math.isnan(rows["x_m"][0])
    assert rows["event_id"].is_unique


def test_a_trial_of_the_first_seconds_has_no_row_of_what_comes_later():
    assert make_fault_rows(_read(DEAD), duration_s=10).empty


def test_clock_faults_are_read_back_from_the_events():
    rows = make_fault_rows(_read(SLOW_CLOCK, DEAD), duration_s=60)
    assert find_clock_offsets_s(rows) == {"CAM-01": -90}
    assert count_clock_faults(rows) == 1
    assert count_clock_faults(rows[rows["kind"] == "dead-span"]) == 0


def test_the_documented_faults_are_all_there_are_and_are_read():
    section = Path("docs/scenarios.md").read_text(encoding="utf-8").split("## Camera faults")[1]
    block = re.search(r"```yaml\n(.*?)```", section, re.DOTALL)
    assert block is not None
    faults = _read(*yaml.safe_load(block.group(1))["faults"])
    assert {fault.kind for fault in faults} == set(FaultKind)
    assert all(fault.describe() for fault in faults)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (SLOW_CLOCK, "CAM-01: the clock in the picture is 90 s slow"),
        (DEAD, "CAM-01 from 10 s to 20 s: no signal"),
        (DEAD | {"to_s": 99}, "CAM-01 from 10 s to 60 s: no signal"),
        ({"kind": "low-frame-rate", "camera": "CAM-01", "fps": 2.5}, "CAM-01: 2.5 pictures a second"),
        (
            {"kind": "moved-view", "camera": "CAM-01", "from_s": 5, "yaw_deg": 3, "roll_deg": -1},
            "CAM-01 from 5 s to 60 s: the camera is turned by +3 degrees yaw, -1 degrees roll",
        ),
    ],
)
def test_a_fault_in_words(fault, words):
    assert describe_fault(_read(fault)[0], duration_s=60) == words
