import math

import pytest

from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.steering import find_way_around
from tests.support.walking_hall import make_hall_site


@pytest.fixture(scope="module")
def ground():
    return RouteMap(make_hall_site()).grounds["1"]


def test_a_free_way_is_left_alone(ground):
    assert find_way_around((2, 2), (4, 2), [(3, 3.2), (9, 2)], ground) == ((4, 2), 0)


def test_a_person_in_the_way_is_passed_with_room(ground):
    at, blocker = (2.0, 2.0), (3.2, 2.0)
    goal, _ = find_way_around(at, (3.5, 2.0), [blocker], ground)
    assert math.dist(goal, blocker) >= 0.54


def test_the_side_with_room_is_taken(ground):
    goal, _ = find_way_around((2.0, 3.3), (3.5, 3.3), [(3.2, 3.3)], ground)
    assert goal[1] < 3.3, "the wall is to the left"


def test_a_pair_is_passed_on_one_side_and_not_between(ground):
    pair = [(3.2, 1.8), (3.2, 2.5)]
    goal, _ = find_way_around((2.0, 2.0), (3.5, 2.0), pair, ground)
    assert all(math.dist(goal, one) >= 0.54 for one in pair)


def test_a_blocked_hall_leaves_the_goal(ground):
    wall_of_people = [(3.0, y / 10) for y in range(1, 40, 3)]
    assert find_way_around((2.0, 2.0), (3.5, 2.0), wall_of_people, ground) == ((3.5, 2.0), 0)


def test_the_side_taken_before_is_kept_unless_the_other_is_much_shorter(ground):
    at, goal = (2.0, 2.0), (3.5, 2.0)
    nearly_ahead = [(3.2, 2.05)]
    assert find_way_around(at, goal, nearly_ahead, ground)[1] == -1
    assert find_way_around(at, goal, nearly_ahead, ground, side=1)[1] == 1
    far_left = [(2.55, 2.45)]
    assert find_way_around(at, goal, far_left, ground, side=1)[1] == -1
