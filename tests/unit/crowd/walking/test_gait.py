import math

import numpy as np
import pytest

from sim.crowd.people.track import Pose
from sim.crowd.places.errands import Itinerary, Leave
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.gait import (
    choose_poses,
    compute_speeds_m_s,
)
from sim.crowd.walking.jams import Gates
from sim.crowd.walking.steering import find_way_around
from sim.crowd.walking.walker import Footprints, Walker
from tests.support.walking_hall import make_hall_site, make_plain_people, make_scenario

STEP_S = 0.05


def make_prints(at, pose=Pose.WALK, facing=math.nan):
    count = len(at)
    return Footprints(
        first_step=0,
        at=[(float(x), float(y)) for x, y in at],
        facing_rad=[facing] * count,
        pose=[pose] * count,
        floor=["1"] * count,
    )


def make_straight(speed, count=80, angle=0.0):
    along = np.arange(count) * speed * STEP_S
    return np.stack([along * math.cos(angle), along * math.sin(angle)], axis=1)


def test_poses_follow_what_the_legs_do_also_of_whoever_is_pushed_along_at_the_locker():
    at = np.concatenate([make_straight(1.2, 40), np.tile(make_straight(1.2, 40)[-1:], (40, 1))])
    poses = choose_poses(make_prints(at), compute_speeds_m_s(at, step_s=STEP_S), step_s=STEP_S)
    assert (poses[:38] == Pose.WALK).all()
    assert (poses[-20:] == Pose.STAND).all()
    assert (np.diff(poses) != 0).sum() == 1, "one change, no flicker"
    at = make_straight(0.5)
    poses = choose_poses(make_prints(at, Pose.LOCKER), compute_speeds_m_s(at, step_s=STEP_S), step_s=STEP_S)
    assert (poses[5:-5] == Pose.WALK).all()


ONE = make_scenario(
    [{"day_id": "d", "people": 1, "arrive": [{"doors": ["street"]}], "steps": [{"do": "leave", "doors": ["room-1"]}]}]
)


def make_walker(number: int) -> Walker:
    itinerary = Itinerary(
        person=make_plain_people(ONE)[0],
        day_id="d",
        enter_door="street",
        enter_s=0.0,
        errands=(Leave(door_id="room-1"),),
        party=number,
        pace_m_s=1.2,
        lane=0.5,
    )
    return Walker(number=number, itinerary=itinerary, rng=np.random.default_rng(number))


def test_who_asked_first_goes_first_who_stops_asking_loses_the_place_and_no_door_is_held_for_ever():
    gates, first, second, third = Gates(), make_walker(0), make_walker(1), make_walker(2)
    gates.ask("door", first, 0.0)
    gates.ask("door", second, 0.1)
    gates.ask("door", third, 0.1)
    assert gates.ask("door", first, 0.2), "the holder may keep asking"
    gates.release(first)
    assert not gates.ask("door", third, 0.2)
    assert gates.ask("door", second, 0.2)
    gates.ask("door", first, 0.3)
    gates.release(second)
    assert gates.ask("door", third, 5.0)
    gates, first, second = Gates(), make_walker(0), make_walker(1)
    gates.ask("door", first, 0.0)
    assert not gates.ask("door", second, 11.9)
    assert gates.ask("door", second, 12.1)
    assert first.gate is None


@pytest.fixture(scope="module")
def ground():
    return RouteMap(make_hall_site()).grounds["1"]


def test_people_in_the_way_are_passed_with_room_on_the_side_that_has_it(ground):
    for blockers in ([(3.2, 2.0)], [(3.2, 1.8), (3.2, 2.5)]):
        goal, _ = find_way_around((2.0, 2.0), (3.5, 2.0), blockers, ground)
        assert all(math.dist(goal, one) >= 0.54 for one in blockers), "and a pair not between"
    goal, _ = find_way_around((2.0, 3.3), (3.5, 3.3), [(3.2, 3.3)], ground)
    assert goal[1] < 3.3, "the wall is to the left"
    wall_of_people = [(3.0, y / 10) for y in range(1, 40, 3)]
    assert find_way_around((2.0, 2.0), (3.5, 2.0), wall_of_people, ground) == ((3.5, 2.0), 0), "a blocked hall"
    assert find_way_around((2, 2), (4, 2), [(3, 3.2), (9, 2)], ground) == ((4, 2), 0)


def test_the_side_taken_before_is_kept_unless_the_other_is_much_shorter(ground):
    at, goal = (2.0, 2.0), (3.5, 2.0)
    nearly_ahead = [(3.2, 2.05)]
    assert find_way_around(at, goal, nearly_ahead, ground)[1] == -1
    assert find_way_around(at, goal, nearly_ahead, ground, side=1)[1] == 1
    far_left = [(2.55, 2.45)]
    assert find_way_around(at, goal, far_left, ground, side=1)[1] == -1
