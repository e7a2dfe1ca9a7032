import math

import numpy as np
import pytest

from sim.crowd.people.track import Pose
from sim.crowd.places.routes import RouteMap
from sim.crowd.places.spots import NEAR_M, Area, SpotBook
from tests.support.walking_hall import make_hall_site

SITE = make_hall_site()
ROUTES = RouteMap(SITE)


@pytest.fixture
def book():
    return SpotBook(SITE, ROUTES)


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


def test_a_bench_is_sat_on_with_the_back_to_the_wall(book):
    spots = book.take_seats(Area(zone="hall"), 2, rng())
    assert [spot.facing_rad for spot in spots] == pytest.approx([math.pi / 2] * 2)


def test_no_seat_is_given_twice(book):
    assert len(book.take_seats(Area(zone="hall"), 2, rng())) == 2
    assert book.take_seats(Area(zone="hall"), 1, rng()) == []


def test_a_zone_without_lockers_has_none(book):
    assert book.take_lockers(Area(zone="cafeteria"), 1, rng()) == []


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_ring_faces_its_middle_with_room_to_breathe(book, count):
    spots = book.take_ring(Area(zone="hall"), count, rng(), pose=Pose.STAND)
    assert len(spots) == count
    for spot in spots:
        dx, dy = spot.ring_at[0] - spot.place.at[0], spot.ring_at[1] - spot.place.at[1]
        assert math.remainder(math.atan2(dy, dx) - spot.facing_rad, 2 * math.pi) == pytest.approx(0, abs=1e-6)
        assert ROUTES.grounds["1"].compute_clearance_m(np.array([spot.place.at]))[0] >= 0.3
        for other in spots:
            assert other is spot or math.dist(other.place.at, spot.place.at) >= 0.6


def test_someone_alone_stands_with_the_back_to_a_wall(book):
    (spot,) = book.take_ring(Area(zone="hall"), 1, rng(), pose=Pose.PHONE)
    ahead = (spot.place.at[0] + 0.3 * math.cos(spot.facing_rad), spot.place.at[1] + 0.3 * math.sin(spot.facing_rad))
    clear = ROUTES.grounds["1"].compute_clearance_m(np.array([spot.place.at, ahead]))
    assert clear[1] > clear[0]


def test_near_keeps_to_the_node(book):
    for _ in range(4):
        (spot,) = book.take_ring(Area(zone="hall", near="west"), 1, rng(), pose=Pose.PHONE)
        assert math.dist(spot.place.at, (2, 2)) <= NEAR_M
    assert book.take_lockers(Area(zone="hall", near="west"), 3, rng()) == []
