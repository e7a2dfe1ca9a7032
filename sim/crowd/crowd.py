"""Site + scenario + people + seed = where everybody is in every frame."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.crowd.gait import (
    choose_poses,
    choose_stair_poses,
    compute_gait_phases,
    compute_headings_rad,
    compute_speeds_m_s,
    compute_strides_m,
    find_start_heading,
    smooth_positions,
)
from sim.crowd.people import Person
from sim.crowd.routes import RouteMap
from sim.crowd.scenario import Scenario, check_scenario
from sim.crowd.timetable import make_timetable
from sim.crowd.track import Crowd, Track
from sim.crowd.walker import Footprints
from sim.crowd.walking import STEP_HZ, walk
from sim.errors import ScenarioError
from sim.site.model import Site

_DECIMALS = 6


def make_crowd(
    *,
    site: Site,
    scenario: Scenario,
    people: Sequence[Person],
    stride_m: Mapping[str, float],
    rng: np.random.Generator,
) -> Crowd:
    """Return the motion of all people of a scenario.

    Args:
        site: the building.
        scenario: what happens in it; `people` must match its numbers of staff, look-alikes and others.
        people: everybody, in the order they are to be listed.
        stride_m: length of a full gait cycle (two steps) of each body_id, metres, at height_scale 1.
        rng: the only source of chance; the same generator state gives the same crowd.

    Raises:
        ScenarioError: scenario, people and site do not fit together.
    """
    check_scenario(scenario, site)
    missing = sorted({person.body_id for person in people} - set(stride_m))
    if missing:
        raise ScenarioError(f"no stride is known for body {missing[0]!r}", expected=", ".join(sorted(stride_m)))
    plan_rng, walk_rng, gait_rng = rng.spawn(3)
    routes = RouteMap(site)
    itineraries = make_timetable(site, scenario, people, routes, plan_rng)
    steps_a_frame = max(1, math.ceil(STEP_HZ / scenario.fps - 1e-9))
    step_s = 1.0 / (scenario.fps * steps_a_frame)
    steps = (scenario.frame_count - 1) * steps_a_frame + 1
    walkers = walk(routes, itineraries, steps=steps, step_s=step_s, rng=walk_rng)
    tracks: list[Track] = []
    for walker in walkers:
        person = walker.itinerary.person
        stride = stride_m[person.body_id] * person.height_scale
        for prints in walker.footprints:
            start_phase = float(gait_rng.uniform())
            track = _make_track(
                routes,
                prints,
                person_id=person.person_id,
                stride_m=stride,
                start_phase=start_phase,
                step_s=step_s,
                steps_a_frame=steps_a_frame,
            )
            if track is not None:
                tracks.append(track)
    return Crowd(people=tuple(people), tracks=tuple(tracks), fps=scenario.fps, frame_count=scenario.frame_count)


def _make_track(
    routes: RouteMap,
    prints: Footprints,
    *,
    person_id: str,
    stride_m: float,
    start_phase: float,
    step_s: float,
    steps_a_frame: int,
) -> Track | None:
    at = smooth_positions(prints)
    speed = compute_speeds_m_s(at, step_s=step_s)
    heading = compute_headings_rad(prints, at, speed, start_rad=find_start_heading(prints, at), step_s=step_s)
    z_m, flights = _find_heights(routes, at, prints.floor)
    pose = choose_stair_poses(choose_poses(prints, speed, step_s=step_s), flights, z_m)
    phase = compute_gait_phases(at, stride_m=compute_strides_m(pose, stride_m=stride_m), start=start_phase)
    keep = slice((-prints.first_step) % steps_a_frame, None, steps_a_frame)
    first_frame = -(-prints.first_step // steps_a_frame)
    floors = prints.floor[keep]
    if not floors:
        return None
    zones = _find_zones(routes, at[keep], floors)
    xyz_m: NDArray[np.float64] = np.column_stack([at[keep], z_m[keep]])
    return Track(
        person_id=person_id,
        first_frame=first_frame,
        xyz_m=np.round(xyz_m, _DECIMALS),
        heading_rad=np.round(np.remainder(heading[keep] + math.pi, 2 * math.pi) - math.pi, _DECIMALS),
        gait_phase=np.round(phase[keep], _DECIMALS) % 1.0,
        speed_m_s=np.round(speed[keep], _DECIMALS),
        pose=pose[keep],
        floor=tuple(routes.zone_floors[zone] for zone in zones),
        zone=tuple(zones),
        look=np.zeros(len(floors), dtype=np.int8),
    )


def _find_heights(
    routes: RouteMap, at: NDArray[np.float64], floors: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the ground's height [n] in metres at each position [n, 2], and the flight of stairs there, -1 for none."""
    z_m, flights = np.zeros(len(at)), np.full(len(at), -1, dtype=np.int64)
    names = np.asarray(floors)
    for floor, ground in routes.grounds.items():
        rows = np.flatnonzero(names == floor)
        if len(rows):
            z_m[rows] = ground.compute_heights_m(at[rows])
            flights[rows] = ground.find_flights(at[rows])
    return z_m, flights


def _find_zones(routes: RouteMap, at: NDArray[np.float64], floors: Sequence[str]) -> list[str]:
    """Return the zone_id of each position [n, 2]; on a landing that two floors share it is the stairwell's."""
    zones = [""] * len(at)
    names = np.asarray(floors)
    for floor, ground in routes.grounds.items():
        rows = np.flatnonzero(names == floor)
        if len(rows):
            for row, zone in zip(rows, ground.find_zones(at[rows]), strict=True):
                zones[row] = zone
    return zones
