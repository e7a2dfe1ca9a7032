from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.places.errands import Away, Leave, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.scenario.timetable import make_timetable
from sim.errors import ScenarioError
from tests.support.walking_hall import make_hall_site, make_plain_people, make_scenario

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


def plan(scenario, people=None, seed=1):
    people = people or make_plain_people(scenario)
    return make_timetable(SITE, scenario, people, ROUTES, np.random.default_rng(seed))


def test_groups_share_party_door_pace_and_time():
    first, second, third, fourth = plan(make_scenario([PAIR]))
    assert first.party == second.party != third.party == fourth.party
    assert first.pace_m_s == second.pace_m_s
    assert first.errands[-1] == second.errands[-1]
    assert (first.enter_door, third.enter_door) == ("street", "room-1")
    assert 10 <= first.enter_s <= 12
    assert 20 <= third.enter_s <= 22
    assert first.abreast_m == -second.abreast_m != 0


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


def test_people_who_begin_inside_have_no_door():
    inside = PAIR | {"arrive": [{}]}
    assert {(it.enter_door, it.enter_s) for it in plan(make_scenario([inside]))} == {(None, 0.0)}


def test_too_few_people_are_refused_with_the_numbers():
    scenario = make_scenario([PAIR])
    with pytest.raises(ScenarioError, match=r"3 other students.*Expected: 0 staff, 0 look-alikes, 4 other students"):
        plan(scenario, make_plain_people(scenario)[:3])


def test_a_zone_that_is_full_is_named():
    crowd = PAIR | {"people": 12, "group": 4, "steps": [{"do": "sit", "zone": "hall", "for_s": [5, 9]}]}
    with pytest.raises(ScenarioError, match="day pair: zone 'hall' has no room left for 4 to sit"):
        plan(make_scenario([crowd]))


def test_the_same_seed_gives_the_same_timetable():
    scenario = make_scenario([PAIR, TARGET, OTHER], look_alikes=2)
    assert plan(scenario, seed=5) == plan(scenario, seed=5)
    assert plan(scenario, seed=5) != plan(scenario, seed=6)


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


def test_nobody_runs_with_crutches():
    hurries = TARGET | {"aid": "crutches", "steps": [TARGET["steps"][-1] | {"runs": True}]}
    with pytest.raises(ScenarioError, match="nobody runs with crutches"):
        make_scenario([hurries])
