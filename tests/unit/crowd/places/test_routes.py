import math

import pytest

from sim.crowd.places.lanes import compute_lane
from sim.crowd.places.routes import Place, RouteMap, Waypoint
from sim.errors import ScenarioError
from tests.support.walking_hall import make_hall_site


@pytest.fixture(scope="module")
def routes():
    return RouteMap(make_hall_site())


def test_a_route_goes_through_the_door_and_ends_at_the_goal(routes):
    goal = routes.get_node_place("room-2-in")
    route = routes.find_route(Place(floor="1", at=(2.0, 1.0)), goal)
    assert route[-1].at == (11, 5.1)
    assert [w.gate for w in route][-2:] == ["room-2-sill", None]


def test_a_near_goal_in_sight_is_walked_to_straight(routes):
    route = routes.find_route(Place(floor="1", at=(3.0, 1.0)), Place(floor="1", at=(6.0, 1.5)))
    assert [w.at for w in route] == [(6.0, 1.5)]


def test_named_nodes_are_passed_in_order(routes):
    route = routes.find_route(Place(floor="1", at=(2, 2)), Place(floor="1", at=(2, 1)), via=("mid-2",))
    assert (11, 2) in [w.at for w in route]
    assert route[-1].at == (2, 1)


def test_no_leg_of_a_route_leads_through_a_wall_or_furnishing(routes):
    ground = routes.grounds["1"]
    for start in routes.nodes:
        for goal in routes.nodes:
            at = routes.nodes[start].at
            for waypoint in routes.find_route(routes.get_node_place(start), routes.get_node_place(goal)):
                assert ground.is_clear(at, waypoint.at, margin_m=0.1), (start, goal, at, waypoint.at)
                at = waypoint.at


def test_a_walled_off_place_has_no_way(routes):
    with pytest.raises(ScenarioError, match="there is no way"):
        routes.find_route(Place(floor="1", at=(2, 2)), Place(floor="1", at=(40, 40)))


def test_a_door_without_node_is_named(routes):
    with pytest.raises(ScenarioError, match="'arch' of Walking Hall has no walk node"):
        routes.get_door_node("arch")


def test_lanes_keep_right_and_meet_exact_points():
    way = tuple(Waypoint(floor="1", at=(x, 0.0), width_m=w) for x, w in ((5.0, 2.2), (10.0, 0.0)))
    lane = compute_lane((0.0, 0.0), way, lane=0.5)
    assert lane[0] == pytest.approx((5.0, -0.5))
    assert lane[1] == (10.0, 0.0)
    back = compute_lane((15.0, 0.0), way[::-1][1:], lane=0.5)
    assert back[0] == pytest.approx((5.0, 0.5))
    wide = compute_lane((0.0, 0.0), way, lane=0.9, abreast_m=2.0)
    assert abs(wide[0][1]) <= 1.1


def test_ground_knows_clear_ways_heights_and_zones(routes):
    ground = routes.grounds["1"]
    assert ground.is_clear((2, 2), (14, 2), margin_m=0.3)
    assert not ground.is_clear((2, 2), (2, 5), margin_m=0.0)
    assert not ground.is_clear((18, 3.2), (22.5, 3.2), margin_m=0.0), "a table stands in the way"
    assert math.isclose(ground.compute_clearance_m(ground.segments[:1, :2])[0], 0.0, abs_tol=1e-9)
    assert ground.find_zones(ground.segments[:0, :2]) == []
