import numpy as np
import pytest
import shapely
from scipy.spatial import cKDTree

from sim.crowd.people.people import Crowd, Pose, Track
from sim.crowd.places.ground import make_ground
from sim.crowd.places.routes import Need, RouteMap
from sim.crowd.walking.avoidance import GAP_M
from sim.crowd.walking.gait import compute_reach
from sim.errors import ScenarioError, SiteError
from sim.features.library.footage_build import PlannedBuild
from sim.site.model import Site
from tests.support.two_floors import HALF_M, RISE_M, make_two_floor_site
from tests.support.walking_hall import STRIDE_M, make_hall_crowd, make_scenario

ARRIVE = [{"doors": ["street"], "at_s": [0, 1]}]
LEAVE = {"do": "leave", "doors": ["room-2"]}


def make_day(*steps: dict[str, object], **changes: object) -> dict[str, object]:
    return {"day_id": "d", "people": 1, "arrive": ARRIVE, "steps": list(steps)} | changes


def compute_smallest_gap_m(crowd: Crowd) -> float:
    at = np.full((crowd.frame_count, len(crowd.people), 3), np.nan)
    numbers = {person.person_id: number for number, person in enumerate(crowd.people)}
    for track in crowd.tracks:
        at[track.first_frame : track.first_frame + len(track.xyz_m), numbers[track.person_id]] = track.xyz_m
    there = (frame[~np.isnan(frame[:, 0])] for frame in at)
    return min(float(cKDTree(points).query(points, k=2)[0][:, 1].min()) for points in there if len(points) > 1)


def test_a_person_comes_in_by_the_door_stops_at_the_locker_and_leaves_through_the_doorway():
    crowd = make_hall_crowd(make_scenario([make_day({"do": "locker", "zone": "hall", "for_s": [6, 6]}, LEAVE)]))
    (track,) = crowd.tracks
    assert track.xyz_m[0, 0] < 0, "first seen in the street doorway"
    assert track.xyz_m[-1, 1] > 4.3, "last seen inside the room's doorway"
    assert (track.pose == Pose.LOCKER).sum() == pytest.approx(6 * crowd.fps, abs=8)
    at_locker = track.pose == Pose.LOCKER
    assert track.heading_rad[at_locker][20:] == pytest.approx(np.pi / 2, abs=0.3)
    assert np.ptp(track.xyz_m[at_locker][5:-5], axis=0).max() < 1e-3, "nobody jitters while standing"
    assert set(track.zone) == {"hall"}
    walked_m = np.hypot(*np.diff(track.xyz_m[:, :2], axis=0).T)
    turned = np.remainder(np.diff(track.gait_phase), 1.0)
    reach = compute_reach(track.speed_m_s, stride_m=STRIDE_M, step_s=1 / crowd.fps)
    covered_m = turned * STRIDE_M * (reach[1:] + reach[:-1]) / 2
    walks = (walked_m * crowd.fps > 0.7) & (track.pose[1:] == Pose.WALK)
    assert covered_m[walks] == pytest.approx(walked_m[walks], abs=0.01), "legs move as far as the body"
    assert covered_m.sum() == pytest.approx(walked_m.sum(), rel=0.02)
    slow = (walked_m * crowd.fps > 0.2) & (walked_m * crowd.fps < 0.5) & (track.pose[1:] == Pose.WALK)
    assert (turned[slow] * crowd.fps * 120 > 35).all(), "slow walkers take short steps, not few long ones"
    assert 0.9 <= np.median(track.speed_m_s[~at_locker]) <= 1.6


def test_someone_who_goes_away_comes_back_as_a_second_track():
    steps = (
        {"do": "away", "doors": ["room-1"], "for_s": [8, 8], "back": ["room-2"]},
        {"do": "leave", "doors": ["street"]},
    )
    first, second = make_hall_crowd(make_scenario([make_day(*steps)])).tracks
    gone_s = (second.first_frame - first.first_frame - len(first.xyz_m)) / 10
    assert gone_s == pytest.approx(8, abs=0.3)
    assert second.xyz_m[0, :2] == pytest.approx((11, 5.1), abs=0.1)


def test_someone_who_sits_is_on_the_stool_and_gets_up_again():
    steps = ({"do": "sit", "zone": "cafeteria", "for_s": [10, 10]}, {"do": "leave", "doors": ["street"]})
    (track,) = make_hall_crowd(make_scenario([make_day(*steps)])).tracks
    sits = np.flatnonzero(track.pose == Pose.SIT)
    assert len(sits) == pytest.approx(100 + 22, abs=8), "sitting down and getting up included"
    assert 2.4 < track.xyz_m[sits[30], 1] < 4.0
    assert track.zone[sits[30]] == "cafeteria"
    assert track.pose[-1] == Pose.WALK


def test_friends_walk_side_by_side_wait_for_each_other_and_face_each_other_when_they_talk():
    steps = ({"do": "talk", "zone": "cafeteria", "for_s": [10, 10]}, {"do": "leave", "doors": ["street"]})
    crowd = make_hall_crowd(make_scenario([make_day(*steps, people=2, group=2)]))
    first, second = crowd.tracks
    for frame in range(60, 120):
        a = first.xyz_m[frame - first.first_frame, :2]
        b = second.xyz_m[frame - second.first_frame, :2]
        assert np.hypot(*(a - b)) < 1.8
    steps = ({"do": "talk", "zone": "hall", "for_s": [50, 50]},)
    first, second = make_hall_crowd(make_scenario([make_day(*steps, people=2, group=2, arrive=[{}])])).tracks
    apart = second.xyz_m[150, :2] - first.xyz_m[150, :2]
    toward = np.arctan2(apart[1], apart[0])
    assert abs(np.remainder(first.heading_rad[150] - toward + np.pi, 2 * np.pi) - np.pi) < 0.6
    assert abs(np.remainder(second.heading_rad[150] - toward, 2 * np.pi) - np.pi) < 0.6


def test_a_narrow_door_is_passed_one_by_one():
    days = [make_day(LEAVE, people=8), make_day({"do": "leave", "doors": ["street"]}, day_id="out", people=6)]
    days[1]["arrive"] = [{"doors": ["room-2"], "at_s": [4, 9]}]
    crowd = make_hall_crowd(make_scenario(days))
    in_doorway = np.zeros(crowd.frame_count, dtype=int)
    for track in crowd.tracks:
        passing = np.abs(track.xyz_m[:, 1] - 4.0) < 0.15
        in_doorway[track.first_frame : track.first_frame + len(passing)] += passing
    assert in_doorway.max() == 1
    assert len(crowd.tracks) == 14
    ends = [track.first_frame + len(track.xyz_m) for track in crowd.tracks]
    assert max(ends) < crowd.frame_count, "everybody got through"


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    scenario = make_scenario([make_day(LEAVE, people=5)])
    first, again, other = (make_hall_crowd(scenario, seed=seed) for seed in (3, 3, 4))
    assert [t.xyz_m.tobytes() for t in first.tracks] == [t.xyz_m.tobytes() for t in again.tracks]
    assert [t.heading_rad.tobytes() for t in first.tracks] == [t.heading_rad.tobytes() for t in again.tracks]
    assert [t.xyz_m.tobytes() for t in first.tracks] != [t.xyz_m.tobytes() for t in other.tracks]


@pytest.mark.slow
def test_nobody_in_the_shipped_morning_walks_through_anybody_or_a_wall_jumps_spins_or_appears(
    shipped_morning: PlannedBuild,
) -> None:
    site, crowd = shipped_morning.plan.site, shipped_morning.plan.crowd
    assert compute_smallest_gap_m(crowd) >= GAP_M - 0.03
    grounds = {floor.floor_id: make_ground(site, floor.floor_id) for floor in site.floors}
    landings = [portal.landing.buffer(0.5) for ground in grounds.values() for portal in ground.plan.portals]
    doors = np.array([node.at for node in site.walk_nodes if node.door is not None])
    for track in crowd.tracks:
        for row, frame in ((0, track.first_frame), (-1, track.first_frame + len(track.xyz_m))):
            if frame not in (0, crowd.frame_count):
                assert np.hypot(*(doors - track.xyz_m[row, :2]).T).min() < 1.7, (track.person_id, frame)
        if len(track.xyz_m) > 1:
            fastest = 0.24 if (track.pose == Pose.RUN).any() else 0.18
            assert np.hypot(*np.diff(track.xyz_m[:, :2], axis=0).T).max() <= fastest
            turns = np.remainder(np.diff(track.heading_rad) + np.pi, 2 * np.pi) - np.pi
            assert np.abs(turns).max() <= 0.33
            assert np.abs(np.diff(track.xyz_m[:, 2])).max() <= 0.12
        if (track.pose == Pose.SIT).any():
            continue
        for floor, ground in grounds.items():
            at = track.xyz_m[np.asarray(track.floor) == floor, :2]
            for landing in landings:
                at = at[~shapely.intersects_xy(landing, at[:, 0], at[:, 1])]
            if len(at):
                assert ground.compute_clearance_m(at).min() >= 0.12, track.person_id
                assert all(ground.plan.is_walkable((float(x), float(y))) for x, y in at[::10])


def make_rush(people: int) -> list[dict[str, object]]:
    return [make_day(LEAVE, people=people, arrive=[{"doors": ["room-1"], "at_s": [0, 2]}])]


def test_a_door_that_cannot_take_them_all_is_named_with_the_numbers_and_a_queue_that_moves_on_is_no_jam():
    jam = r"too dense to move: after \d+ s, \d+ of 90 people .* \d+ of them at door room-1"
    with pytest.raises(ScenarioError, match=jam):
        make_hall_crowd(make_scenario(make_rush(90), duration_s=120))
    crowd = make_hall_crowd(make_scenario(make_rush(12), duration_s=90))
    assert max(track.first_frame + len(track.pose) for track in crowd.tracks) < crowd.frame_count


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
