"""From one person's footprints to their track: smoothed, turned, put into poses, placed on floor and zone."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import PLAIN, Manner
from sim.crowd.people.track import Track
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.clock import Clock
from sim.crowd.walking.gait import (
    choose_poses,
    choose_stair_poses,
    compute_gait_phases,
    compute_headings_rad,
    compute_hurry,
    compute_speeds_m_s,
    compute_strides_m,
    find_start_heading,
    smooth_positions,
)
from sim.crowd.walking.walker import Footprints

_DECIMALS = 6


def make_track(
    routes: RouteMap,
    prints: Footprints,
    *,
    person_id: str,
    stride_m: float,
    manner: Manner = PLAIN,
    start_phase: float,
    clock: Clock,
) -> Track | None:
    """Return one unbroken stretch of footprints as a track; None when it falls between two frames.

    `stride_m` is that of the person's body, `manner` tells what the person makes of it when walking; `start_phase`
    0..1 where in the stride they appear.
    """
    step_s, steps_a_frame = clock.step_s, clock.steps_a_frame
    at = smooth_positions(prints)
    speed = compute_speeds_m_s(at, step_s=step_s)
    heading = compute_headings_rad(prints, at, speed, start_rad=find_start_heading(prints, at), step_s=step_s)
    z_m, flights = _find_heights(routes, at, prints.floor)
    pose = choose_stair_poses(choose_poses(prints, speed, step_s=step_s), flights, z_m)
    hurry = compute_hurry(speed, step_s=step_s)
    strides_m = compute_strides_m(pose, stride_m=stride_m, manner=manner, hurry=hurry)
    phase = compute_gait_phases(at, stride_m=strides_m, start=start_phase)
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
        look=np.asarray(prints.look[keep], dtype=np.int8),
    )


def _find_heights(
    routes: RouteMap, at: NDArray[np.float64], floors: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the ground's height [n] in meters at each position [n, 2], and the flight of stairs there, -1 for none."""
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
