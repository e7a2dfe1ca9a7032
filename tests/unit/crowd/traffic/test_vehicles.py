"""Vehicles before the shipped schools: where they stop, what they drive through (nothing), who gets off and on."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from sim.crowd.crowd import make_crowd
from sim.crowd.generator.draft import Wish, make_draft
from sim.crowd.generator.levels import Level
from sim.crowd.people.track import Crowd
from sim.crowd.people.vehicle_track import Kind
from sim.crowd.scenario.scenario import Scenario, check_scenario, parse_scenario
from sim.crowd.traffic.curb import add_stops, find_stops
from sim.crowd.traffic.drive import find_drive, outline
from sim.crowd.traffic.shapes import DOOR_BEHIND_FRONT_M, SIZES_M
from sim.crowd.traffic.vehicles import OPENS_S
from sim.errors import ScenarioError
from sim.site.model import Site, load_site
from tests.support.walking_hall import STRIDE_M, make_plain_people

SITES = Path("scenarios/sites")
SHIPPED = ("maple-ridge", "birch-elementary", "lincoln-high")
BUS = {"kind": "bus", "stop": "curb-1", "from_s": 12, "to_s": 60}


@pytest.fixture(scope="module", params=SHIPPED)
def site(request: pytest.FixtureRequest) -> Site:
    return load_site(SITES / request.param)


def make(site_id: str, *, days: list[dict[str, object]], **changes: object) -> Scenario:
    head = {
        "schema_version": 2,
        "scenario_id": "vehicles",
        "title": "Vehicles",
        "site": f"sites/{site_id}",
        "start_time": "2026-10-14T08:00:00",
        "duration_s": 70,
        "seed": 1,
        "days": days,
    }
    return parse_scenario(head | changes, source="test scenario")


def walk(scenario: Scenario, site: Site) -> Crowd:
    return make_crowd(
        site=add_stops(site),
        scenario=scenario,
        people=make_plain_people(scenario),
        stride_m={"plain": STRIDE_M},
        rng=np.random.default_rng(1),
    )


OFF = {
    "day_id": "off",
    "people": 6,
    "group": 2,
    "arrive": [{"doors": ["curb-1"], "at_s": [0, 20]}],
    "steps": [{"do": "leave", "doors": ["main-entrance-none"]}],
}


def make_off_and_on(site: Site) -> list[dict[str, object]]:
    far = next(o.door_id for o in site.openings if o.door_id == "car-line")
    off = OFF | {"steps": [{"do": "leave", "doors": [far]}]}
    on = {
        "day_id": "on",
        "people": 4,
        "arrive": [{"doors": [far], "at_s": [0, 4]}],
        "steps": [{"do": "leave", "doors": ["curb-1"]}],
    }
    return [off, on]


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
    assert add_stops(with_stops) is with_stops
    assert with_stops.walk_nodes[: len(site.walk_nodes)] == site.walk_nodes


def test_maple_ridge_and_lincoln_have_a_place_for_a_bus() -> None:
    for name in ("maple-ridge", "lincoln-high"):
        stops = find_stops(load_site(SITES / name))
        assert stops[0].kind is Kind.BUS
        assert stops[0].stop_id == "curb-1"


def test_people_get_off_and_on_only_while_the_bus_stands_there() -> None:
    site = load_site(SITES / "maple-ridge")
    crowd = walk(make("maple-ridge", days=make_off_and_on(site), vehicles=[BUS]), site)
    (bus,) = crowd.vehicles
    door = next(node for node in add_stops(site).walk_nodes if node.node_id == "curb-1")
    still = np.flatnonzero(np.hypot(*np.diff(bus.xyz_m[:, :2], axis=0).T) < 1e-6) + bus.first_frame
    assert still[0] == pytest.approx(120, abs=3)
    assert still[-1] == pytest.approx(600, abs=3)
    tracks = {track.person_id: track for track in crowd.tracks}
    for person in ("P001", "P002", "P003", "P004", "P005", "P006"):
        track = tracks[person]
        assert np.hypot(*(track.xyz_m[0, :2] - door.at)) < 0.6
        assert 10 * (12 + OPENS_S) <= track.first_frame <= 560
    for person in ("P007", "P008", "P009", "P010"):
        track = tracks[person]
        assert np.hypot(*(track.xyz_m[-1, :2] - door.at)) < 0.6, "inside the bus"
        assert 10 * (12 + OPENS_S) <= track.first_frame + len(track.xyz_m) <= 560


def test_who_comes_too_late_for_the_bus_stays_on_the_walk() -> None:
    site = load_site(SITES / "maple-ridge")
    late = make_off_and_on(site)[1] | {"arrive": [{"doors": ["car-line"], "at_s": [50, 51]}]}
    crowd = walk(make("maple-ridge", days=[late], vehicles=[BUS]), site)
    for track in crowd.tracks:
        assert track.first_frame + len(track.xyz_m) == crowd.frame_count
        assert track.xyz_m[:, 1].min() > -14.0, "never on the road"


def test_vehicles_speed_up_and_slow_down_as_vehicles_do() -> None:
    site = load_site(SITES / "maple-ridge")
    vehicles = [BUS, {"kind": "sedan", "from_s": 30}]
    crowd = walk(make("maple-ridge", days=make_off_and_on(site), vehicles=vehicles), site)
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
def test_what_cannot_be_is_named(vehicles: list[dict[str, object]], words: str) -> None:
    site = load_site(SITES / "maple-ridge")
    scenario = make("maple-ridge", days=make_off_and_on(site), vehicles=vehicles)
    with pytest.raises(ScenarioError, match=words):
        check_scenario(scenario, site)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"schema_version": 1}, "vehicles need schema_version 2"),
        ({"vehicles": [{"kind": "tank", "from_s": 5}]}, "vehicles.0.kind"),
        ({"vehicles": [{"kind": "bus", "stop": "curb-1", "from_s": 5}]}, "needs stop and to_s"),
        ({"vehicles": [{"kind": "bus", "stop": "curb-1", "from_s": 5, "to_s": 9}]}, "stands for at least 13 s"),
    ],
)
def test_files_that_are_wrong_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        make("maple-ridge", days=[OFF], **({"vehicles": [BUS]} | changes))


@pytest.mark.parametrize(("story", "story_stops"), [("arrival", True), ("dismissal", True), ("class-time", False)])
def test_a_new_school_day_has_the_vehicles_of_its_hour(story: str, story_stops: bool) -> None:
    site = load_site(SITES / "maple-ridge")
    data = make_draft(Wish(story=story, level=Level.EASY, seed=2), site, site_path="here").data
    scenario = parse_scenario(data, source="draft")
    check_scenario(scenario, site)
    assert scenario.vehicles
    assert any(vehicle.stop for vehicle in scenario.vehicles) == story_stops
    assert ("curb-1" in str(data["days"])) == story_stops
