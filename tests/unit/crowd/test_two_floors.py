"""Ways between two floors: who is where, how high, and who gets in whose way."""

import numpy as np
import pytest

from sim.crowd.people.track import Crowd, Pose, Track
from sim.crowd.places.routes import Need, RouteMap
from sim.errors import ScenarioError, SiteError
from sim.site.model import Site
from tests.support.two_floors import HALF_M, RISE_M, make_two_floor_site
from tests.support.walking_hall import make_hall_crowd, make_scenario

SITE = make_two_floor_site()
CLIMB = ("street", "class-2")
DESCEND = ("class-2", "class-1")


def make_traffic(*ways: tuple[str, str], people: int = 1, seed: int = 1) -> Crowd:
    days = [
        {
            "day_id": f"d{number}",
            "people": people,
            "arrive": [{"doors": [enter], "at_s": [0, 12]}],
            "steps": [{"do": "leave", "doors": [leave]}],
        }
        for number, (enter, leave) in enumerate(ways)
    ]
    return make_hall_crowd(make_scenario(days, duration_s=100), seed=seed, site=SITE)


@pytest.fixture(scope="module")
def traffic() -> Crowd:
    return make_traffic(CLIMB, DESCEND, people=7)


def list_places(track: Track) -> list[tuple[str, str]]:
    rows = list(zip(track.floor, track.zone, strict=True))
    return [row for place, row in enumerate(rows) if place == 0 or row != rows[place - 1]]


def compute_back_m(track: Track) -> float:
    """Return by how much somebody lost height on the way up, or gained it on the way down."""
    steps = np.diff(track.xyz_m[:, 2])
    return float(np.abs(steps[steps * (track.xyz_m[-1, 2] - track.xyz_m[0, 2]) < 0]).sum())


def change(**parts: object) -> Site:
    return Site.model_validate(SITE.model_dump() | parts)


def test_the_way_up_leads_through_the_stairwell_to_the_other_floor_and_the_way_down_back(traffic):
    for track in traffic.tracks[:7]:
        assert list_places(track) == [("1", "low-hall"), ("1", "stair"), ("2", "high-hall")]
        assert track.xyz_m[0, 2] == 0.0
        assert track.xyz_m[-1, 2] == pytest.approx(RISE_M)
    for track in traffic.tracks[7:]:
        assert list_places(track) == [("2", "high-hall"), ("1", "stair"), ("1", "low-hall")]
        assert track.xyz_m[-1, 2] == 0.0


def test_height_never_jumps_or_turns_back_and_people_keep_to_the_right_of_a_flight(traffic):
    for track in traffic.tracks:
        assert np.abs(np.diff(track.xyz_m[:, 2])).max() < 0.08
        assert compute_back_m(track) < 0.1, "nobody goes back but to let someone by"
    sides = {"1": [], "2": []}
    for track in traffic.tracks:
        x, y, z = track.xyz_m.T
        on_first = (z > 0.4) & (z < HALF_M - 0.4) & (y > 0)
        sides[track.floor[0]].extend(x[on_first])
    assert np.median(sides["1"]) < 15.3 - 0.15, "going up is going south: right is west"
    assert np.median(sides["2"]) > 15.3 + 0.15


@pytest.mark.parametrize("seed", [15, 30, 51])
def test_nobody_on_a_crowded_landing_is_swept_along_a_flight_again(seed: int) -> None:
    assert max(compute_back_m(track) for track in make_traffic(CLIMB, DESCEND, people=7, seed=seed).tracks) < 0.1


def test_flights_are_climbed_slower_than_halls_and_landings_are_walked_on(traffic):
    for track in traffic.tracks:
        poses = [Pose.STAIRS_UP, Pose.STAIRS_DOWN] if track.floor[0] == "1" else [Pose.STAIRS_DOWN, Pose.STAIRS_UP]
        on_flight = np.abs(np.gradient(track.xyz_m[:, 2])) > 0.02
        assert np.isin(track.pose[on_flight], (poses[0], Pose.STAND)).mean() > 0.95
        assert (track.pose == poses[0]).sum() > 60
        assert not (track.pose == poses[1]).any()
        on_landing = np.abs(track.xyz_m[:, 2] - HALF_M) < 1e-6
        assert (track.pose[on_landing] == Pose.WALK).mean() > 0.5
        on_stairs = np.isin(track.pose, (Pose.STAIRS_UP, Pose.STAIRS_DOWN))
        assert 0.35 < np.median(track.speed_m_s[on_stairs]) < 0.75
        assert np.median(track.speed_m_s[on_stairs]) < 0.65 * np.quantile(track.speed_m_s, 0.9)


def test_people_of_two_floors_walk_through_the_same_plan_point():
    both, alone = make_traffic(("street", "class-1"), ("class-2", "class-2")), make_traffic(("street", "class-1"))
    assert both.tracks[0].xyz_m.shape == alone.tracks[0].xyz_m.shape


def test_a_stair_door_without_landing_and_an_edge_between_floors_that_is_not_level_are_named():
    with pytest.raises(SiteError, match=r"door stair-down at .* opens on no landing of stair"):
        RouteMap(change(ramps=SITE.model_dump()["ramps"][:3]))
    nodes = [n | {"z_m": 3.0} if n["node_id"] == "landing" else n for n in SITE.model_dump()["walk_nodes"]]
    with pytest.raises(SiteError, match=r"\[landing, high-door\] of Two Floors joins two floors with 0.60 m"):
        RouteMap(change(walk_nodes=nodes))


def test_wheels_take_no_stairs_and_the_wall_below_a_stair_door_stays_whole():
    routes = RouteMap(SITE)
    street, upper, lower = (routes.get_node_place(n) for n in ("street-out", "class-2-in", "class-1-in"))
    assert routes.find_route(street, lower, need=Need.WHEELS)
    with pytest.raises(ScenarioError, match=r"no way without stairs from .* on floor 1 to .* on floor 2"):
        routes.find_route(street, upper, need=Need.WHEELS)
    low, high = (RouteMap(SITE).grounds[floor] for floor in ("1", "2"))
    assert not low.is_clear((11.4, 4.8), (12.6, 4.8), margin_m=0.1)
    assert high.is_clear((11.4, 4.8), (12.6, 4.8), margin_m=0.1)
    assert not high.is_clear((12.6, 4.8), (13.1, 3.0), margin_m=0.1), "the flight belongs to the floor below"
