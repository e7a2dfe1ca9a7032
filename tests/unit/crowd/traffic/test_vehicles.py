from pathlib import Path

import numpy as np
import pytest
import shapely

from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.people import Crowd, Kind
from sim.crowd.scenario.scenario import Scenario, check_scenario, parse_scenario
from sim.crowd.traffic.drive import DOOR_BEHIND_FRONT_M, SIZES_M, add_stops, find_drive, find_stops, outline
from sim.crowd.traffic.vehicles import OPENS_S
from sim.errors import ScenarioError
from sim.site.model import LookSpec, Opening, Site, load_site
from tests.support.walking_hall import make_hall_crowd

SITES = Path("scenarios/sites")
SHIPPED = ("maple-ridge", "birch-elementary", "lincoln-high")
BUS = {"kind": "bus", "stop": "curb-1", "from_s": 12, "to_s": 60}


@pytest.fixture(scope="module", params=SHIPPED)
def site(request: pytest.FixtureRequest) -> Site:
    return load_site(SITES / request.param)


@pytest.fixture(scope="module")
def maple() -> Site:
    return load_site(SITES / "maple-ridge")


def make(days: list[dict[str, object]], **changes: object) -> Scenario:
    head = {
        "schema_version": 1,
        "scenario_id": "vehicles",
        "title": "Vehicles",
        "site": "sites/maple-ridge",
        "start_time": "2026-10-14T08:00:00",
        "duration_s": 70,
        "seed": 1,
        "days": days,
    }
    return parse_scenario(head | changes, source="test scenario")


def walk(scenario: Scenario, site: Site) -> Crowd:
    return make_hall_crowd(scenario, site=add_stops(site))


OFF = {
    "day_id": "off",
    "people": 6,
    "group": 2,
    "arrive": [{"doors": ["curb-1"], "at_s": [0, 20]}],
    "steps": [{"do": "leave", "doors": ["car-line"]}],
}


ON = {
    "day_id": "on",
    "people": 4,
    "arrive": [{"doors": ["car-line"], "at_s": [0, 4]}],
    "steps": [{"do": "leave", "doors": ["curb-1"]}],
}


def test_every_way_to_a_stop_and_from_it_touches_nothing_that_stands_in_the_plates(site: Site) -> None:
    parked = [f for f in site.furnishings if f.kind in ("bus", "car")]
    rings = [
        shapely.box(
            f.at[0] - (f.size_m[0] / 2 if f.facing_deg == 90 else 0),
            f.at[1] - (0 if f.facing_deg == 90 else f.size_m[0] / 2),
            f.at[0] + (f.size_m[0] / 2 if f.facing_deg == 90 else f.size_m[1]),
            f.at[1] + (f.size_m[1] if f.facing_deg == 90 else f.size_m[0] / 2),
        )
        for f in parked
    ]
    for stop in find_stops(site):
        drive = find_drive(stop.lane, stop.kind, stop.stand)
        assert drive is not None
        ways = outline(drive, np.arange(stop.lane.start_m, stop.lane.end_m, 0.3))
        for ring in rings:
            assert shapely.distance(ways, ring).min() > 0.1, stop.stop_id


def test_the_door_of_who_stops_is_at_a_walk(site: Site) -> None:
    with_stops = add_stops(site)
    known = {node.node_id: node for node in with_stops.walk_nodes}
    for stop in find_stops(site):
        sill = known[f"{stop.stop_id}-sill"]
        length_m, width_m = SIZES_M[stop.kind]
        x, y = stop.lane.locate(
            stop.stand.along_m + length_m / 2 - DOOR_BEHIND_FRONT_M[stop.kind], stop.stand.aside_m + width_m / 2
        )
        assert np.hypot(sill.at[0] - x, sill.at[1] - y) < 0.7, "a step from the vehicle's side"
    first = [(stop.kind, stop.stop_id) for stop in find_stops(site)[:1]]
    assert site.site_id == "birch-elementary" or first == [(Kind.BUS, "curb-1")], "a place for a bus"
    assert add_stops(with_stops) is with_stops
    assert with_stops.walk_nodes[: len(site.walk_nodes)] == site.walk_nodes


def test_people_get_off_and_on_only_while_the_bus_stands_there(maple: Site) -> None:
    crowd = walk(make([OFF, ON], vehicles=[BUS]), maple)
    (bus,) = crowd.vehicles
    door = next(node for node in add_stops(maple).walk_nodes if node.node_id == "curb-1")
    still = np.flatnonzero(np.hypot(*np.diff(bus.xyz_m[:, :2], axis=0).T) < 1e-6) + bus.first_frame
    assert still[0] == pytest.approx(120, abs=3)
    assert still[-1] == pytest.approx(600, abs=3)
    tracks = {track.person_id: track for track in crowd.tracks}
    for track in (tracks[f"P{number:03d}"] for number in range(1, 7)):
        assert np.hypot(*(track.xyz_m[0, :2] - door.at)) < 0.6
        assert 10 * (12 + OPENS_S) <= track.first_frame <= 560
    for track in (tracks[f"P{number:03d}"] for number in range(7, 11)):
        assert np.hypot(*(track.xyz_m[-1, :2] - door.at)) < 0.6, "inside the bus"
        assert 10 * (12 + OPENS_S) <= track.first_frame + len(track.xyz_m) <= 560


def test_who_comes_too_late_for_the_bus_stays_on_the_walk(maple: Site) -> None:
    late = ON | {"arrive": [{"doors": ["car-line"], "at_s": [50, 51]}]}
    crowd = walk(make([late], vehicles=[BUS]), maple)
    for track in crowd.tracks:
        assert track.first_frame + len(track.xyz_m) == crowd.frame_count
        assert track.xyz_m[:, 1].min() > -14.0, "never on the road"


def test_vehicles_speed_up_and_slow_down_as_vehicles_do(maple: Site) -> None:
    vehicles = [BUS, {"kind": "sedan", "from_s": 30}]
    crowd = walk(make([OFF, ON], vehicles=vehicles), maple)
    for track in crowd.vehicles:
        steps = np.diff(track.xyz_m[:, :2], axis=0) * crowd.fps
        speed = np.hypot(*steps.T)
        assert speed.max() < 8
        assert np.abs(np.diff(speed) * crowd.fps).max() < 2.0
        turns = np.remainder(np.diff(track.heading_rad) + np.pi, 2 * np.pi) - np.pi
        assert np.abs(turns).max() * crowd.fps < 0.9


@pytest.mark.parametrize(
    ("vehicles", "words"),
    [
        ([{"kind": "bus", "stop": "curb-9", "from_s": 5, "to_s": 50}], "'curb-9' is no stop of Maple Ridge"),
        ([BUS, BUS | {"from_s": 40, "to_s": 69}], "vehicles.1 is inside vehicles.0"),
        ([{"kind": "bus", "from_s": 5}, {"kind": "van", "from_s": 5.2}], "vehicles.1 is inside vehicles.0"),
        ([], "no vehicle stops at 'curb-1'"),
    ],
)
def test_what_cannot_be_is_named(maple: Site, vehicles: list[dict[str, object]], words: str) -> None:
    scenario = make([OFF, ON], vehicles=vehicles)
    with pytest.raises(ScenarioError, match=words):
        check_scenario(scenario, maple)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"vehicles": [{"kind": "tank", "from_s": 5}]}, "vehicles.0.kind"),
        ({"doors_shut": ["exterior"]}, "doors_shut.*classroom"),
        ({"vehicles": [{"kind": "bus", "stop": "curb-1", "from_s": 5}]}, "needs stop and to_s"),
        ({"vehicles": [{"kind": "bus", "stop": "curb-1", "from_s": 5, "to_s": 9}]}, "stands for at least 13 s"),
    ],
)
def test_files_that_are_wrong_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        make([OFF], **({"vehicles": [BUS]} | changes))


@pytest.mark.parametrize(("story", "story_stops"), [("arrival", True), ("dismissal", True), ("class-time", False)])
def test_a_new_school_day_has_the_vehicles_of_its_hour(maple: Site, story: str, story_stops: bool) -> None:
    data = make_draft(Wish(story=story, level=Level.EASY, seed=2), maple, site_path="here").data
    scenario = parse_scenario(data, source="draft")
    check_scenario(scenario, maple)
    assert scenario.vehicles
    assert any(vehicle.stop for vehicle in scenario.vehicles) == story_stops
    assert ("curb-1" in str(data["days"])) == story_stops


FPS = 10.0
ROOM = "a105"


def make_doors(**changes: object) -> Scenario:
    arrive = [{"doors": [ROOM], "at_s": [20, 20.5]}]
    day = {"day_id": "out-and-in", "people": 1, "arrive": arrive, "steps": [{"do": "leave", "doors": ["a103"]}]}
    return make([day], **({"fps": FPS, "doors_shut": ["classroom"]} | changes))


def get_opening(site: Site, door_id: str) -> Opening:
    return next(opening for opening in site.openings if opening.door_id == door_id)


def test_a_door_is_open_while_somebody_goes_through_and_shut_before_and_after(maple: Site) -> None:
    crowd = walk(make_doors(), maple)
    (track,) = crowd.tracks
    for door_id in (ROOM, "a103"):
        (share,) = (door.open_share for door in crowd.doors if door.door_id == door_id)
        opening = get_opening(maple, door_id)
        gap_m = np.hypot(*(track.xyz_m[:, :2] - opening.at).T)
        nearest = track.first_frame + int(gap_m.argmin())
        assert gap_m.min() < 0.4
        assert share[nearest] > 0.9
        assert share[0] == share[-1] == 0
        assert 2 < (share > 0).sum() / FPS < 7
        assert np.abs(np.diff(share)).max() < 0.25, "it swings, it does not jump"
    opened = {door.door_id for door in crowd.doors if door.open_share.any()}
    assert opened == {ROOM, "a103"}
    passed = get_opening(maple, "a104")
    assert np.hypot(*(track.xyz_m[:, :2] - passed.at).T).min() < 3.5, "walked past, not opened"
    kept = {opening.door_id for opening in maple.openings if opening.leaf == "closed"}
    assert kept, "a door that the school keeps shut stays as the plate shows it"
    assert not kept & {door.door_id for door in crowd.doors}


def test_nobody_walks_otherwise_for_the_doors(maple: Site) -> None:
    with_doors, without = (walk(make_doors(doors_shut=kinds), maple) for kinds in (["classroom", "office"], []))
    assert without.doors == ()
    for one, other in zip(with_doors.tracks, without.tracks, strict=True):
        np.testing.assert_array_equal(one.xyz_m, other.xyz_m)


def test_class_time_has_its_doors_shut_and_pictures_of_a_school_keep_theirs(maple: Site) -> None:
    wish = Wish(story="class-time", level=Level.MEDIUM, seed=3)
    drafted = make_draft(wish, maple, site_path="sites/maple-ridge").head
    assert drafted["doors_shut"] == ["classroom", "office", "restroom"]
    look = LookSpec(noise=2.0, blur_px=0.7)
    taken = maple.model_copy(update={"cameras": tuple(c.model_copy(update={"look": look}) for c in maple.cameras)})
    assert "doors_shut" not in make_draft(wish, taken, site_path="sites/maple-ridge").head
