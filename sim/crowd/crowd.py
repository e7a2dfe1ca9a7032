"""Site + scenario + people + seed = where everybody is in every frame."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.crowd.people.people import Person
from sim.crowd.people.track import Crowd, Happening, Prop
from sim.crowd.places.errands import Itinerary
from sim.crowd.places.routes import RouteMap
from sim.crowd.places.swinging_doors import make_door_tracks
from sim.crowd.scenario.scenario import Scenario, check_scenario
from sim.crowd.scenario.timetable import make_timetable
from sim.crowd.tracking import make_track
from sim.crowd.traffic.vehicles import list_hours, make_vehicle_tracks
from sim.crowd.walking.acting import Acting, Event
from sim.crowd.walking.clock import Clock
from sim.crowd.walking.hours import Hours
from sim.crowd.walking.manners import APART, CLOSE, Manners
from sim.crowd.walking.walking import walk
from sim.errors import ScenarioError
from sim.site.model import Site


def make_crowd(
    *,
    site: Site,
    scenario: Scenario,
    people: Sequence[Person],
    stride_m: Mapping[str, float],
    rng: np.random.Generator,
) -> Crowd:
    check_scenario(scenario, site)
    missing = sorted({person.body_id for person in people} - set(stride_m))
    if missing:
        raise ScenarioError(f"no stride is known for body {missing[0]!r}", expected=", ".join(sorted(stride_m)))
    plan_rng, walk_rng, gait_rng = rng.spawn(3)
    routes = RouteMap(site)
    manners = APART if scenario.keeps_apart else CLOSE
    itineraries = make_timetable(site, scenario, people, routes, plan_rng)
    clock = Clock(fps=scenario.fps, frame_count=scenario.frame_count)
    crowd = play_out(
        itineraries,
        routes=routes,
        stride_m=stride_m,
        clock=clock,
        rngs=(walk_rng, gait_rng),
        manners=manners,
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
    manners: Manners = CLOSE,
    hours: Hours | None = None,
) -> Crowd:
    """Return what comes of everybody's errands."""
    walk_rng, gait_rng = rngs
    walked = walk(
        routes, itineraries, steps=clock.step_count, step_s=clock.step_s, rng=walk_rng, manners=manners, hours=hours
    )
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
        happenings=list_happenings(walked.acting, routes, clock),
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


def list_happenings(acting: Acting, routes: RouteMap, clock: Clock) -> tuple[Happening, ...]:
    """Return what happened, in the order in which it began."""
    return tuple(
        _make_happening(event, routes, clock)
        for event in sorted(acting.events.values(), key=lambda event: (event.start_s, event.event_id))
    )


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
