"""From the record of a walk to frames: the things that were left somewhere, and what happened among people."""

import math

import numpy as np

from sim.crowd.people.track import Happening, Prop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting, Event
from sim.crowd.walking.clock import Clock


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
