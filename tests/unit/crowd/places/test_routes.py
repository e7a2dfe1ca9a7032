import math

import numpy as np
import pytest

from sim.crowd.people.people import Pose
from sim.crowd.places.routes import Place, RouteMap, Waypoint
from sim.crowd.places.spots import NEAR_M, Area, SpotBook
from sim.crowd.walking.walker import compute_lane
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


def test_a_near_goal_in_sight_is_walked_to_straight_and_named_nodes_are_passed_in_order(routes):
    route = routes.find_route(Place(floor="1", at=(3.0, 1.0)), Place(floor="1", at=(6.0, 1.5)))
    assert [w.at for w in route] == [(6.0, 1.5)]
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


def test_a_walled_off_place_and_a_door_without_node_are_named(routes):
    with pytest.raises(ScenarioError, match="there is no way"):
        routes.find_route(Place(floor="1", at=(2, 2)), Place(floor="1", at=(40, 40)))
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


@pytest.fixture(scope="module")
def points():
    return np.round(np.random.default_rng(5).uniform((-2.0, -2.0), (26.0, 9.0), size=(300, 2)), 6)


@pytest.mark.parametrize("margin_m", [0.0, 0.05, 0.28, 0.5])
def test_many_paths_are_judged_as_each_by_itself(routes, points, margin_m):
    ground = routes.grounds["1"]
    paths = np.concatenate([points, points[::-1]], axis=1)
    alone = [ground.is_clear((x1, y1), (x2, y2), margin_m=margin_m) for x1, y1, x2, y2 in paths.tolist()]
    assert ground.are_clear(paths, margin_m=margin_m).tolist() == alone
    assert 0 < sum(alone) < len(alone)


def test_many_points_are_judged_as_each_by_itself(routes, points):
    at_nodes = np.asarray([node.at for node in routes.nodes.values()])
    everywhere = np.concatenate([points, at_nodes])
    alone = [routes.entries.can_reach("1", (x, y)) for x, y in everywhere.tolist()]
    assert routes.entries.find_reachable("1", everywhere).tolist() == alone
    assert not all(alone)
    assert all(alone[len(points) :])


def test_entries_come_nearest_first_and_can_be_walked_to(routes):
    entries = routes.entries.list_nearest("1", (3.0, 1.0))
    gaps = [distance for _, distance in entries]
    assert gaps == sorted(gaps)
    assert len(entries) > 1
    for node_id, _ in entries:
        assert routes.grounds["1"].is_clear((3.0, 1.0), routes.nodes[node_id].at, margin_m=0.05)
    assert routes.entries.list_nearest("1", routes.nodes["mid-2"].at) == [("mid-2", 0.0)]


@pytest.fixture
def book(routes):
    return SpotBook(make_hall_site(), routes)


def rng():
    return np.random.default_rng(3)


def test_locker_places_are_in_front_of_the_lockers_and_face_them(book):
    spots = book.take_lockers(Area(zone="hall"), 4, rng())
    assert len({spot.place.at for spot in spots}) == 4
    for spot in spots:
        assert spot.pose is Pose.LOCKER
        assert spot.facing_rad == pytest.approx(math.pi / 2)
        assert 3.0 < spot.place.at[1] < 3.5 - 0.3
        assert 6.4 < spot.place.at[0] < 9.6
    xs = sorted(spot.place.at[0] for spot in spots)
    assert np.diff(xs) == pytest.approx(0.62)


def test_lockers_are_shared_only_when_all_are_taken(book):
    first = [spot.place.at for _ in range(5) for spot in book.take_lockers(Area(zone="hall"), 1, rng())]
    assert len(set(first)) == 5
    assert book.take_lockers(Area(zone="hall"), 1, rng())[0].place.at in first
    assert book.take_lockers(Area(zone="cafeteria"), 1, rng()) == []


def test_stools_line_both_sides_of_the_table_and_face_it(book):
    spots = [spot for _ in range(8) for spot in book.take_seats(Area(zone="cafeteria"), 1, rng())]
    assert len({spot.seat_at for spot in spots}) == 8
    south = [spot for spot in spots if spot.seat_at[1] < 3.2]
    assert {round(spot.seat_at[0], 3) for spot in south} == {19.1, 19.7, 20.3, 20.9}
    assert {round(spot.seat_at[1], 3) for spot in south} == {2.57}
    for spot in spots:
        assert spot.pose is Pose.SIT
        toward = (3.2 - spot.seat_at[1]) * math.sin(spot.facing_rad)
        assert toward > 0, "the table is in front"
        assert not 2.4 < spot.place.at[1] < 4.0, "the way to the seat begins outside"


def test_a_bench_is_sat_on_with_the_back_to_the_wall_and_no_seat_given_twice(book):
    spots = book.take_seats(Area(zone="hall"), 2, rng())
    assert [spot.facing_rad for spot in spots] == pytest.approx([math.pi / 2] * 2)
    assert book.take_seats(Area(zone="hall"), 1, rng()) == []


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_ring_faces_its_middle_with_room_to_breathe(book, routes, count):
    spots = book.take_ring(Area(zone="hall"), count, rng(), pose=Pose.STAND)
    assert len(spots) == count
    for spot in spots:
        dx, dy = spot.ring_at[0] - spot.place.at[0], spot.ring_at[1] - spot.place.at[1]
        assert math.remainder(math.atan2(dy, dx) - spot.facing_rad, 2 * math.pi) == pytest.approx(0, abs=1e-6)
        assert routes.grounds["1"].compute_clearance_m(np.array([spot.place.at]))[0] >= 0.3
        for other in spots:
            assert other is spot or math.dist(other.place.at, spot.place.at) >= 0.6


def test_someone_alone_stands_with_the_back_to_a_wall(book, routes):
    (spot,) = book.take_ring(Area(zone="hall"), 1, rng(), pose=Pose.PHONE)
    ahead = (spot.place.at[0] + 0.3 * math.cos(spot.facing_rad), spot.place.at[1] + 0.3 * math.sin(spot.facing_rad))
    clear = routes.grounds["1"].compute_clearance_m(np.array([spot.place.at, ahead]))
    assert clear[1] > clear[0]


def test_near_keeps_to_the_node(book):
    for _ in range(4):
        (spot,) = book.take_ring(Area(zone="hall", near="west"), 1, rng(), pose=Pose.PHONE)
        assert math.dist(spot.place.at, (2, 2)) <= NEAR_M
    assert book.take_lockers(Area(zone="hall", near="west"), 3, rng()) == []
