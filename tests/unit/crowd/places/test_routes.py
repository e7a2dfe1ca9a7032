import math

import numpy as np
import pytest

from sim.crowd.people.people import Pose
from sim.crowd.places.routes import Place, RouteMap
from sim.crowd.places.spots import NEAR_M, Area, SpotBook
from sim.errors import ScenarioError
from tests.support.walking_hall import make_hall_site


@pytest.fixture(scope="module")
def routes():
    return RouteMap(make_hall_site())


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


@pytest.fixture
def book(routes):
    return SpotBook(make_hall_site(), routes)


def rng():
    return np.random.default_rng(3)


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


def test_near_keeps_to_the_node(book):
    for _ in range(4):
        (spot,) = book.take_ring(Area(zone="hall", near="west"), 1, rng(), pose=Pose.PHONE)
        assert math.dist(spot.place.at, (2, 2)) <= NEAR_M
    assert book.take_lockers(Area(zone="hall", near="west"), 3, rng()) == []
