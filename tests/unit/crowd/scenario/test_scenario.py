import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from sim.columns import EVENTS
from sim.crowd.people.body_index import choose_by_age, load_body_index
from sim.crowd.places.errands import Away, Leave, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.scenario.beats import BEAT_KINDS
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.faults import check_faults, describe_fault, make_fault_rows
from sim.crowd.scenario.scenario import Day, Scenario, check_scenario, find_site_folder, load_scenario, parse_scenario
from sim.crowd.scenario.story import check_story
from sim.crowd.scenario.timetable import make_timetable
from sim.errors import NewerSchemaError, ScenarioError
from sim.features.library.footage_build import find_bodies_folder
from sim.site.model import load_site
from sim.truth.events import FaultKind, count_clock_faults, find_clock_offsets_s
from tests.support.walking_hall import make_hall_site, make_plain_people, make_scenario

SHIPPED = Path("scenarios/morning-arrival.yaml")
ALL_SHIPPED = sorted(Path("scenarios").glob("*.yaml"))
WALK_IN = {"day_id": "in", "people": 2, "arrive": [{"doors": ["street"], "at_s": [0, 5]}]}
LEAVE = {"do": "leave", "doors": ["room-1"]}


@pytest.mark.parametrize("path", ALL_SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_fits_its_site_and_can_be_cast(path):
    scenario = load_scenario(path)
    site = load_site(find_site_folder(path, scenario))
    check_scenario(scenario, site)
    bodies = choose_by_age(load_body_index(find_bodies_folder(path, scenario.bodies)), site.ages)
    people = cast_people(scenario=scenario, bodies=bodies, rng=np.random.default_rng(scenario.seed))
    assert len(people) == scenario.people_count
    assert sum(p.role == "staff" for p in people) == scenario.staff_count
    planted = sum(beat.kind == "look-alike" for beat in scenario.beats)
    assert sum(p.look_alike_of is not None for p in people) == scenario.look_alikes + planted
    assert sum(len(p.later_outfits) for p in people) == sum(len(beat.changes) for beat in scenario.beats)
    if path.stem == "class-time":  # the quietest
        plans = make_timetable(site, scenario, people, RouteMap(site), np.random.default_rng(1))
        planned = {errand.event_id for plan in plans for errand in plan.errands}
        assert {event_id for beat in scenario.beats for event_id in beat.span} <= planned


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (WALK_IN | {"steps": [LEAVE], "people": 0}, "days.0.people"),
        (WALK_IN | {"steps": [LEAVE, LEAVE]}, "leave step must be the last"),
        (WALK_IN | {"steps": [{"do": "locker", "zone": "hall", "for_s": [9, 3]}]}, "days.0.steps.0.locker: .*for_s"),
        (WALK_IN | {"steps": [{"do": "fly"}]}, "days.0.steps.0"),
        (WALK_IN | {"steps": [LEAVE], "arrive": [{}]}, "arrive needs doors"),
        (WALK_IN | {"steps": [LEAVE], "target": True, "group": 2}, "group must be 1"),
        (WALK_IN | {"steps": [LEAVE], "pople": 3}, "days.0.pople"),
        (WALK_IN | {"steps": [LEAVE | {"runs": True}], "aid": "crutches"}, "nobody runs with crutches"),
    ],
)
def test_a_wrong_day_is_refused_by_its_key(day, key):
    with pytest.raises(ScenarioError, match=key):
        make_scenario([day])


def test_a_day_id_twice_and_look_alikes_without_target_are_refused():
    with pytest.raises(ScenarioError, match="'in' is used twice"):
        make_scenario([WALK_IN | {"steps": [LEAVE]}, WALK_IN | {"steps": [LEAVE]}])
    with pytest.raises(ScenarioError, match="target: true"):
        make_scenario([WALK_IN | {"steps": [LEAVE]}], look_alikes=1)


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        ([{"do": "leave", "doors": ["nowhere"]}], "days.0.steps.0.doors: 'nowhere'"),
        ([{"do": "away", "doors": ["room-1"], "for_s": [1, 2], "back": ["moon"]}], "days.0.steps.0.back: 'moon'"),
        ([{"do": "sit", "zone": "attic", "for_s": [1, 2]}], "days.0.steps.0.zone: 'attic'"),
        ([{"do": "sit", "zone": "hall", "near": "x", "for_s": [1, 2]}], "days.0.steps.0.near: 'x'"),
        ([{"do": "walk", "nodes": ["mid-1", "x"]}], "days.0.steps.0.nodes: 'x'"),
        ([{"do": "stand", "floor": "9", "at": [1, 1], "for_s": [1, 2]}], "days.0.steps.0.floor: '9'"),
    ],
)
def test_what_the_site_lacks_is_named(steps, key):
    with pytest.raises(ScenarioError, match=key):
        check_scenario(make_scenario([WALK_IN | {"steps": steps}]), make_hall_site())


def test_a_file_that_is_missing_newer_or_no_yaml_or_no_mapping_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")
    path = tmp_path / "broken.yaml"
    path.write_text("a: [1", encoding="utf-8")
    with pytest.raises(ScenarioError, match="not valid YAML"):
        load_scenario(path)
    with pytest.raises(ScenarioError, match="no mapping"):
        parse_scenario([1], source="x")
    with pytest.raises(NewerSchemaError) as refused:
        parse_scenario({"schema_version": 2}, source="bell.yaml")
    assert str(refused.value) == "bell.yaml has schema_version 2. Expected: at most 1. What to do: update Sightline."
    with pytest.raises(ScenarioError, match=r"bell\.yaml, schema_version: Input should be 1"):
        parse_scenario({"schema_version": 0}, source="bell.yaml")


def test_the_documented_example_fits_the_site_and_every_key_and_step_is_documented():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    scenario = parse_scenario(yaml.safe_load(example), source="docs/scenarios.md")
    check_scenario(scenario, load_site(find_site_folder(SHIPPED, scenario)))
    assert scenario.people_count == 9
    keys = {*Scenario.model_fields, *Day.model_fields}
    steps = {"locker", "sit", "talk", "phone", "stand", "walk", "away", "leave"}
    assert {key for key in keys if f"`{key}`" not in text} | {
        step for step in steps if f"| `{step}` |" not in text
    } == set()


def test_every_kind_of_beat_has_an_example_that_fits_the_site():
    text = Path("docs/scenarios.md").read_text(encoding="utf-8")
    site = load_site(Path("scenarios/sites/maple-ridge"))
    shown = set()
    for block in text.split("```yaml\nbeats:")[1:]:
        beats = yaml.safe_load("beats:" + block.split("```")[0])["beats"]
        scenario = parse_scenario(_make_days_for(beats), source="docs/scenarios.md")
        check_scenario(scenario, site)
        check_story(scenario)
        shown |= {beat.kind for beat in scenario.beats}
    assert shown == set(BEAT_KINDS)


def _make_days_for(beats):
    days = {}
    for beat in (BEAT_KINDS[data["kind"]].model_validate(data) for data in beats):
        for actor in (*beat.actors, *([beat.of] if beat.kind == "look-alike" else [])):
            day = days.setdefault(actor.day, {"day_id": actor.day, "people": 1, "arrive": [{"doors": ["west-exit"]}]})
            day["people"] = max(day["people"], actor.person)
            stay = {"do": "stand", "floor": "1", "at": [33.2, 3.4], "for_s": [9, 9]}
            day["steps"] = [stay, {"do": "leave", "doors": ["gym"]}]
            if actor in beat.staff:
                day["role"] = "staff"
            if beat.kind == "look-alike" and actor == beat.of:
                day["target"] = True
    head = {"schema_version": 1, "scenario_id": "x", "title": "x", "site": "x", "seed": 1, "duration_s": 300}
    return head | {"start_time": "2026-10-14T08:00:00", "days": list(days.values()), "beats": beats}


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
    assert make_fault_rows(_read(DEAD), duration_s=10).empty, "what comes after a trial's end"
    assert find_clock_offsets_s(rows) == {"CAM-01": -90}
    assert (count_clock_faults(rows), count_clock_faults(rows[rows["kind"] == "dead-span"])) == (1, 0)
    _check(SLOW_CLOCK, DEAD, DEAD | {"from_s": 20, "to_s": 70}, {"kind": "low-light", "camera": "CAM-01"})


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


SITE = make_hall_site()
ROUTES = RouteMap(SITE)
ARRIVE = [{"doors": ["street"], "at_s": [2, 4]}]
TARGET = {
    "day_id": "target",
    "people": 1,
    "target": True,
    "arrive": ARRIVE,
    "steps": [
        {"do": "locker", "zone": "hall", "for_s": [5, 6]},
        {"do": "away", "doors": ["room-1"], "for_s": [7, 8]},
        {"do": "leave", "doors": ["room-2"]},
    ],
}
OTHER = {
    "day_id": "other",
    "people": 1,
    "target": True,
    "arrive": ARRIVE,
    "steps": [
        {"do": "sit", "zone": "cafeteria", "for_s": [5, 6]},
        {"do": "locker", "zone": "hall", "for_s": [5, 6]},
        {"do": "leave", "doors": ["room-1"]},
    ],
}
PAIR = {
    "day_id": "pair",
    "people": 4,
    "group": 2,
    "arrive": [{"doors": ["street"], "at_s": [10, 12]}, {"doors": ["room-1"], "at_s": [20, 22]}],
    "steps": [{"do": "talk", "zone": "hall", "for_s": [5, 9]}, {"do": "leave", "doors": ["room-1", "room-2"]}],
}


def plan(scenario, people=None):
    return make_timetable(SITE, scenario, people or make_plain_people(scenario), ROUTES, np.random.default_rng(1))


def test_groups_share_party_door_pace_and_time():
    first, second, third, fourth = plan(make_scenario([PAIR]))
    assert first.party == second.party != third.party == fourth.party
    assert first.pace_m_s == second.pace_m_s
    assert first.errands[-1] == second.errands[-1]
    assert (first.enter_door, third.enter_door) == ("street", "room-1")
    assert 10 <= first.enter_s <= 12
    assert 20 <= third.enter_s <= 22
    assert first.abreast_m == -second.abreast_m != 0
    inside = PAIR | {"arrive": [{}]}
    assert {(it.enter_door, it.enter_s) for it in plan(make_scenario([inside]))} == {(None, 0.0)}


def test_a_look_alike_follows_the_target_and_then_parts():
    scenario = make_scenario([TARGET, OTHER], look_alikes=1)
    target, _, twin = plan(scenario)
    assert twin.person.look_alike_of == target.person.person_id
    assert twin.enter_door == target.enter_door
    assert 7 <= twin.enter_s - target.enter_s <= 16
    assert isinstance(twin.errands[0], Stop) and isinstance(twin.errands[1], Away)
    assert twin.errands[-1] == Leave(door_id="room-1")
    assert target.errands[-1] == Leave(door_id="room-2")
    assert twin.errands[0].spot.place != target.errands[0].spot.place


def test_the_resembled_get_the_target_days_wherever_they_are_in_the_list():
    scenario = make_scenario([PAIR, TARGET], look_alikes=1)
    people = list(make_plain_people(scenario))
    people[0], people[3] = people[3], people[0]
    by_id = {it.person.person_id: it for it in plan(scenario, people)}
    assert by_id["P001"].day_id == "target"


def test_too_few_people_are_refused_with_the_numbers_and_a_zone_that_is_full_is_named():
    scenario = make_scenario([PAIR])
    with pytest.raises(ScenarioError, match=r"3 other students.*Expected: 0 staff, 0 look-alikes, 4 other students"):
        plan(scenario, make_plain_people(scenario)[:3])
    crowd = PAIR | {"people": 12, "group": 4, "steps": [{"do": "sit", "zone": "hall", "for_s": [5, 9]}]}
    with pytest.raises(ScenarioError, match="day pair: zone 'hall' has no room left for 4 to sit"):
        plan(make_scenario([crowd]))


def test_only_the_steps_that_say_so_are_run_to():
    def walk_through(runs):
        steps = [
            {"do": "locker", "zone": "hall", "for_s": [5, 6]},
            {"do": "walk", "nodes": ["mid-2"]},
            {"do": "away", "doors": ["room-1"], "for_s": [7, 8]},
            {"do": "leave", "doors": ["room-2"]},
        ]
        marked = [step | ({"runs": True} if number in runs else {}) for number, step in enumerate(steps)]
        (itinerary,) = plan(make_scenario([PAIR | {"people": 1, "group": 1, "steps": marked}]))
        return itinerary.errands

    for runs in ((), (0, 2), (1, 3)):
        assert [number for number, errand in enumerate(walk_through(runs)) if errand.runs] == list(runs)
    assert [replace(errand, runs=False) for errand in walk_through((0, 1, 2, 3))] == list(walk_through(()))
