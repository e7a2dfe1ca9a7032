"""A small site for walkers: a hall with two room doors and lockers, and a cafeteria with one table."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from sim.crowd.crowd import make_crowd
from sim.crowd.people.people import Crowd, Garment, Outfit, Person, Pose, Role, Track
from sim.crowd.scenario.scenario import Scenario, parse_scenario
from sim.site.model import Site, parse_site

STRIDE_M = 1.3


def _node(node_id: str, x: float, y: float, width_m: float = 2.0, door: str | None = None) -> dict[str, object]:
    return {"node_id": node_id, "floor": "1", "at": (x, y), "width_m": width_m, "door": door}


def _door(door_id: str, x: float, y: float, facing_deg: float, width_m: float = 1.1) -> dict[str, object]:
    parts = {"door_id": door_id, "name": door_id, "floor": "1", "at": (x, y), "kind": "classroom"}
    return parts | {"facing_deg": facing_deg, "width_m": width_m}


def make_hall_site() -> Site:
    hall = {"zone_id": "hall", "name": "Hall", "kind": "hall", "floor": "1"}
    cafeteria = {"zone_id": "cafeteria", "name": "Cafeteria", "kind": "cafeteria", "floor": "1"}
    data = {
        "schema_version": 1,
        "site_id": "walking-hall",
        "name": "Walking Hall",
        "notice": "fictional",
        "floors": [{"floor_id": "1", "name": "Main", "elevation_m": 0.0, "height_m": 3.0}],
        "spaces": [
            hall | {"polygon": [(0, 0), (16, 0), (16, 4), (0, 4)]},
            cafeteria | {"polygon": [(16, -2), (24, -2), (24, 6), (16, 6)]},
        ],
        "openings": [
            _door("street", 0, 2, 0, 1.9),
            _door("room-1", 5, 4, -90),
            _door("room-2", 11, 4, -90),
            _door("arch", 16, 2, 0, 2.4) | {"kind": "gap", "leads_to": "cafeteria"},
        ],
        "furnishings": [
            {"kind": "lockers", "floor": "1", "at": (8, 3.9), "facing_deg": -90, "size_m": (3.1, 0.4, 1.8)},
            {"kind": "cafeteria-table", "floor": "1", "at": (20, 2.4), "facing_deg": 90, "size_m": (2.4, 1.6, 0.7)},
            {"kind": "bench", "floor": "1", "at": (12, 0.1), "facing_deg": 90, "size_m": (1.5, 0.4, 0.45)},
        ],
        "walk_nodes": [
            _node("street-out", -1.2, 2, 1.2, "street"),
            _node("street-sill", 0, 2, 1.2),
            _node("west", 2, 2),
            _node("mid-1", 5, 2),
            _node("mid-2", 11, 2),
            _node("arch", 16, 2, 1.8),
            _node("cafe", 18, 1.2),
            _node("cafe-north", 18, 5),
            _node("room-1-sill", 5, 4, 0.6),
            _node("room-1-in", 5, 5.1, 0.5, "room-1"),
            _node("room-2-sill", 11, 4, 0.6),
            _node("room-2-in", 11, 5.1, 0.5, "room-2"),
        ],
        "walk_edges": [
            *pairwise(("street-out", "street-sill", "west", "mid-1", "mid-2", "arch", "cafe", "cafe-north")),
            *pairwise(("mid-1", "room-1-sill", "room-1-in")),
            *pairwise(("mid-2", "room-2-sill", "room-2-in")),
        ],
        "cameras": [
            {"camera_id": "CAM-01", "name": "Hall", "floor": "1", "position_m": (0.5, 0.5, 2.6)}
            | {"yaw_deg": 10, "pitch_deg": -15, "hfov_deg": 80}
        ],
    }
    return parse_site(data, source="walking hall")


def make_scenario(days: Sequence[Mapping[str, object]], **changes: object) -> Scenario:
    data: dict[str, object] = {
        "schema_version": 1,
        "scenario_id": "test",
        "title": "Test",
        "site": "walking-hall",
        "start_time": "2026-10-14T08:00:00",
        "duration_s": 60,
        "seed": 1,
        "days": list(days),
    }
    return parse_scenario(data | changes, source="test scenario")


def make_plain_people(scenario: Scenario) -> tuple[Person, ...]:
    grey = Garment(kind="hoodie", colour="grey", rgb=(0.3, 0.3, 0.3))
    outfit = Outfit(
        top=grey, bottom=grey, shoes=grey, hair=grey, headwear=grey, bag=grey, lanyard=False, skin=(0.5, 0.4, 0.3)
    )
    students = scenario.people_count - scenario.staff_count - scenario.look_alikes
    people: list[Person] = []
    for number in range(scenario.people_count):
        follower = number - students
        is_look_alike = 0 <= follower < scenario.look_alikes
        people.append(
            Person(
                person_id=f"P{number + 1:03d}",
                role=Role.STUDENT if follower < scenario.look_alikes else Role.STAFF,
                body_id="plain",
                height_scale=1.0,
                outfit=outfit,
                look_alike_of=f"P{follower % scenario.target_count + 1:03d}" if is_look_alike else None,
            )
        )
    return tuple(people)


def make_hall_crowd(scenario: Scenario, *, seed: int = 1, site: Site | None = None) -> Crowd:
    return make_crowd(
        site=site or make_hall_site(),
        scenario=scenario,
        people=make_plain_people(scenario),
        stride_m={"plain": STRIDE_M},
        rng=np.random.default_rng(seed),
    )


def make_hall_track(
    person_id: str, xyz_m: np.ndarray, poses: Sequence[Pose], *, first_frame: int = 0, speeds: Sequence[float] = ()
) -> Track:
    count = len(poses)
    return Track(
        person_id=person_id,
        first_frame=first_frame,
        xyz_m=xyz_m,
        heading_rad=np.zeros(count),
        gait_phase=np.zeros(count),
        speed_m_s=np.array(speeds or [0.0] * count),
        pose=np.array(poses, dtype=np.int8),
        floor=("1",) * count,
        zone=("hall",) * count,
        look=np.zeros(count, dtype=np.int8),
    )
