"""Site + scenario + people + seed = where everybody is in every frame."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import PLAIN, Crowd, Happening, Manner, Person, Prop, Track
from sim.crowd.places.errands import Itinerary
from sim.crowd.places.ground import make_door_tracks
from sim.crowd.places.routes import RouteMap
from sim.crowd.scenario.scenario import Scenario, check_scenario
from sim.crowd.scenario.timetable import make_timetable
from sim.crowd.traffic.vehicles import list_hours, make_vehicle_tracks
from sim.crowd.walking.acting import Acting, Event
from sim.crowd.walking.arriving import Clock, Hours
from sim.crowd.walking.gait import (
    choose_poses,
    choose_stair_poses,
    compute_gait_phases,
    compute_headings_rad,
    compute_hurry,
    compute_reach,
    compute_speeds_m_s,
    compute_strides_m,
    find_start_heading,
    smooth_positions,
)
from sim.crowd.walking.walker import Footprints
from sim.crowd.walking.walking import walk
from sim.errors import ScenarioError
from sim.site.model import Site

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
    own_m = stride_m * manner.stride_share
    reach = compute_reach(speed, stride_m=own_m, step_s=step_s)
    strides_m = compute_strides_m(pose, stride_m=stride_m, manner=manner, hurry=hurry, reach=reach)
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
        stride_m=own_m,
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


def make_crowd(
    *, site: Site, scenario: Scenario, people: Sequence[Person], stride_m: Mapping[str, float], rng: np.random.Generator
) -> Crowd:
    check_scenario(scenario, site)
    missing = sorted({person.body_id for person in people} - set(stride_m))
    if missing:
        raise ScenarioError(f"no stride is known for body {missing[0]!r}", expected=", ".join(sorted(stride_m)))
    plan_rng, walk_rng, gait_rng = rng.spawn(3)
    routes = RouteMap(site)
    itineraries = make_timetable(site, scenario, people, routes, plan_rng)
    clock = Clock(fps=scenario.fps, frame_count=scenario.frame_count)
    crowd = play_out(
        itineraries,
        routes=routes,
        stride_m=stride_m,
        clock=clock,
        rngs=(walk_rng, gait_rng),
        hours=Hours(list_hours(scenario.vehicles)),
    )
    doors = make_door_tracks(
        site, scenario.doors_shut, crowd.tracks, fps=scenario.fps, frame_count=scenario.frame_count
    )
    crowd = replace(crowd, doors=doors)
    if not scenario.vehicles:
        return crowd
    paint_rng = rng.spawn(1)[0]
    vehicles = make_vehicle_tracks(
        scenario.vehicles, site=site, fps=scenario.fps, frame_count=scenario.frame_count, rng=paint_rng
    )
    return replace(crowd, vehicles=vehicles)


def play_out(
    itineraries: Sequence[Itinerary],
    *,
    routes: RouteMap,
    stride_m: Mapping[str, float],
    clock: Clock,
    rngs: tuple[np.random.Generator, np.random.Generator],
    hours: Hours | None = None,
) -> Crowd:
    walk_rng, gait_rng = rngs
    walked = walk(routes, itineraries, steps=clock.step_count, step_s=clock.step_s, rng=walk_rng, hours=hours)
    tracks = [
        make_track(
            routes,
            prints,
            person_id=walker.itinerary.person.person_id,
            stride_m=stride_m[walker.itinerary.person.body_id] * walker.itinerary.person.height_scale,
            manner=walker.itinerary.person.manner,
            start_phase=float(gait_rng.uniform()),
            clock=clock,
        )
        for walker in walked.walkers
        for prints in walker.footprints
    ]
    return Crowd(
        people=tuple(itinerary.person for itinerary in itineraries),
        tracks=tuple(track for track in tracks if track is not None),
        fps=clock.fps,
        frame_count=clock.frame_count,
        props=list_props(walked.acting, routes, clock),
        happenings=tuple(
            _make_happening(event, routes, clock)
            for event in sorted(walked.acting.events.values(), key=lambda event: (event.start_s, event.event_id))
        ),
    )


def list_props(acting: Acting, routes: RouteMap, clock: Clock) -> tuple[Prop, ...]:
    """Return the things that stood somewhere by themselves, in the order in which they were put down."""
    props: list[Prop] = []
    for left in acting.things.values():
        first, last = clock.find_frame(left.from_s), clock.find_frame(left.until_s) - 1
        if first > last:
            continue
        ground = routes.grounds[left.floor]
        z_m = ground.compute_height_m(left.thing.at) + left.thing.height_m
        zone = ground.find_zones(np.asarray([left.thing.at]))[0]
        props.append(
            Prop(
                prop_id=left.thing.prop_id,
                garment=left.thing.garment,
                first_frame=first,
                last_frame=last,
                xyz_m=(*left.thing.at, round(z_m, 6)),
                heading_rad=left.thing.heading_rad,
                floor=routes.zone_floors[zone],
            )
        )
    return tuple(props)


def _make_happening(event: Event, routes: RouteMap, clock: Clock) -> Happening:
    floor = event.spots[0][0]
    here = [at for place, at in event.spots if place == floor]
    middle = (round(sum(x for x, _ in here) / len(here), 6), round(sum(y for _, y in here) / len(here), 6))
    ground = routes.grounds[floor]
    zone = ground.find_zones(np.asarray([middle]))[0]
    last = clock.frame_count - 1
    return Happening(
        event_id=event.event_id,
        start_frame=min(clock.find_frame(event.start_s), last),
        end_frame=min(clock.find_frame(event.end_s), last),
        person_ids=tuple(walker.itinerary.person.person_id for walker in event.people),
        xyz_m=(*middle, round(ground.compute_height_m(middle), 6)),
        floor=routes.zone_floors[zone],
        zone=zone,
        is_over=not math.isinf(event.end_s),
    )
