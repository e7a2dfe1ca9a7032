"""Who does what, in which order: the days of a scenario handed to people."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.crowd.people.people import Aid, Person, Pose, Role
from sim.crowd.places.errands import Away, Errand, Itinerary, Leave, Pass, Stop
from sim.crowd.places.routes import Place, RouteMap
from sim.crowd.places.spots import Area, Spot, SpotBook
from sim.crowd.scenario.beats.base import Actor, Play
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.place import SecondsRange
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.casting import share_people
from sim.crowd.scenario.scenario import (
    Arrival,
    AwayStep,
    Day,
    LeaveStep,
    LockerStep,
    Scenario,
    SitStep,
    StandStep,
    Step,
    TalkStep,
    WalkStep,
)
from sim.crowd.scenario.story import check_story, find_first_looks
from sim.errors import ScenarioError
from sim.site.model import Site

Part = tuple[Actor, Play, str]


def plan_story(
    scenario: Scenario,
    players: Mapping[PersonKey, Person],
    *,
    site: Site,
    routes: RouteMap,
    book: SpotBook,
    rng: np.random.Generator,
) -> dict[PersonKey, list[Part]]:
    """Return for everybody in the story what they do in their beats, in the order of their day."""
    looks = find_first_looks(scenario)
    parts: dict[PersonKey, list[Part]] = {}
    for beat, stream in zip(scenario.beats, rng.spawn(len(scenario.beats)), strict=True):
        stage = Stage(
            beat_id=beat.beat_id,
            site=site,
            routes=routes,
            book=book,
            people=players,
            first_looks=looks[beat.beat_id],
            rng=stream,
        )
        for actor, play in zip(beat.actors, beat.plan(stage), strict=True):
            if actor.during is not None and play.call is None:
                raise ScenarioError(
                    f"beat {beat.beat_id} calls nobody away: {actor.name} has to come by {actor.name}'s own day",
                    expected="after instead of during",
                )
            parts.setdefault(actor.key, []).append((actor, play, beat.beat_id))
    return {key: sorted(mine, key=lambda part: part[0].place) for key, mine in parts.items()}


def insert_parts(steps: Sequence[Errand], parts: Sequence[Part], *, ends_with: str | None) -> tuple[Errand, ...]:
    errands: list[Errand] = []
    for done in range(len(steps) + 1):
        for actor, play, beat_id in parts:
            if actor.during is None and actor.after == done:
                errands += play.errands
                if beat_id == ends_with:
                    return tuple(errands)
        if done < len(steps):
            called = [play for actor, play, _ in parts if actor.during == done + 1]
            errands += _break_off(steps[done], called)
    return tuple(errands)


def _break_off(errand: Errand, called: Sequence[Play]) -> list[Errand]:
    if not called or not isinstance(errand, Stop):
        return [errand]
    pieces: list[Errand] = []
    for play in called:
        pieces += [replace(errand, until=play.call), *play.errands]
    return [*pieces, errand]


_PACE_M_S = {Role.STUDENT: (1.1, 1.5), Role.STAFF: (1.0, 1.3)}
_LANE = (-0.2, 0.95)
_ABREAST_M = 0.8


def make_timetable(
    site: Site, scenario: Scenario, people: Sequence[Person], routes: RouteMap, rng: np.random.Generator
) -> tuple[Itinerary, ...]:
    """Give every person a day; whom others resemble gets a target's, and look-alikes cross the targets' ways."""
    check_story(scenario)
    cast = share_people(scenario, people)
    book = SpotBook(site, routes)
    parts = (
        plan_story(scenario, cast.players, book=book, site=site, routes=routes, rng=rng.spawn(1)[0])
        if scenario.beats
        else {}
    )
    ends = {beat.ends_day.key: beat.beat_id for beat in scenario.beats if beat.ends_day is not None}
    made: dict[str, Itinerary] = {}
    target_days: list[tuple[Day, Itinerary]] = []
    party = 0
    for day in scenario.days:
        members = cast.list_members(day)
        for start in range(0, day.people, day.group):
            arrival = day.arrive[(start // day.group) % len(day.arrive)]
            group = members[start : start + day.group]
            key = (day.day_id, start + 1)
            for plain in _make_group(day, arrival, group, party=party, book=book, rng=rng):
                errands = insert_parts(plain.errands, parts.get(key, ()), ends_with=ends.get(key))
                itinerary = replace(plain, errands=errands)
                made[itinerary.person.person_id] = itinerary
                if day.target:
                    target_days.append((day, itinerary))
            party += 1
    for number, person in enumerate(cast.followers):
        index = next(
            (i for i, (_, its) in enumerate(target_days) if its.person.person_id == person.look_alike_of),
            number % len(target_days),
        )
        day, itinerary = target_days[index]
        other = _pick_other_day(target_days, index)
        made[person.person_id] = _follow(
            person, day=day, target=itinerary, other=other, party=party + number, book=book, rng=rng
        )
    return tuple(made[person.person_id] for person in people)


def _make_group(
    day: Day, arrival: Arrival, members: list[Person], *, party: int, book: SpotBook, rng: np.random.Generator
) -> list[Itinerary]:
    count = len(members)
    errands: list[list[Errand]] = [[] for _ in members]
    for step in day.steps:
        for own, errand in zip(errands, _make_errands(step, count, day, book, rng), strict=True):
            own.append(errand)
    enter_door = str(rng.choice(arrival.doors)) if arrival.doors else None
    enter_s = _draw(arrival.at_s, rng)
    left_share = 1.0 if enter_door else round(float(rng.uniform(0.2, 1.0)), 3)
    low, high = {Aid.WHEELCHAIR: (0.9, 1.2), Aid.CRUTCHES: (0.65, 0.85)}.get(day.aid, _PACE_M_S[day.role])
    pace = float(rng.uniform(low, high))
    lane = float(rng.uniform(*_LANE))
    return [
        Itinerary(
            person=person,
            day_id=day.day_id,
            enter_door=enter_door,
            enter_s=round(enter_s + number * 0.4, 3) if enter_door else 0.0,
            errands=tuple(own),
            party=party,
            pace_m_s=round(pace, 3),
            lane=round(lane, 3),
            left_share=left_share,
            abreast_m=round((number - (count - 1) / 2) * _ABREAST_M, 3),
        )
        for number, (person, own) in enumerate(zip(members, errands, strict=True))
    ]


def _make_errands(step: Step, count: int, day: Day, book: SpotBook, rng: np.random.Generator) -> list[Errand]:
    """Return one step as an errand of each of `count` people who do it together."""
    match step:
        case WalkStep():
            return [Pass(nodes=step.nodes, runs=step.runs)] * count
        case AwayStep():
            door = str(rng.choice(step.doors))
            back = str(rng.choice(step.back)) if step.back else door
            seconds = _draw(step.for_s, rng)
            return [Away(door_id=door, back_door_id=back, seconds=seconds, runs=step.runs)] * count
        case LeaveStep():
            return [Leave(door_id=str(rng.choice(step.doors)), runs=step.runs)] * count
        case _:
            spots = _find_spots(step, count, day, book, rng)
            seconds = _draw(step.for_s, rng)
            return [Stop(spot=spot, seconds=seconds, runs=step.runs) for spot in spots]


def _find_spots(
    step: LockerStep | SitStep | TalkStep | StandStep, count: int, day: Day, book: SpotBook, rng: np.random.Generator
) -> list[Spot]:
    match step:
        case StandStep():
            place = Place(floor=step.floor, at=step.at)
            return [Spot(place=place, facing_rad=math.radians(step.facing_deg), pose=Pose.STAND)] * count
        case LockerStep():
            spots = book.take_lockers(Area(zone=step.zone, near=step.near), count, rng)
        case SitStep():
            spots = book.take_seats(Area(zone=step.zone, near=step.near), count, rng)
        case TalkStep():
            pose = Pose.PHONE if step.do == "phone" else Pose.STAND
            spots = book.take_ring(Area(zone=step.zone, near=step.near), count, rng, pose=pose)
    if len(spots) < count:
        raise ScenarioError(
            f"day {day.day_id}: zone {step.zone!r} has no room left for {count} to {step.do}",
            todo="choose another zone or a smaller group",
        )
    return spots


def _pick_other_day(target_days: list[tuple[Day, Itinerary]], index: int) -> Day:
    """Return another target's day that ends differently, so that a look-alike's way parts from the target's."""
    own = target_days[index][0]
    later = [day for day, _ in (*target_days[index + 1 :], *target_days[:index]) if day.day_id != own.day_id]
    return later[0] if later else own


def _follow(
    person: Person, *, day: Day, target: Itinerary, other: Day, party: int, book: SpotBook, rng: np.random.Generator
) -> Itinerary:
    """Return the day of a look-alike: the first half of the target's, a little later, then the end of another's."""
    half = (len(day.steps) + 1) // 2
    while half > 1 and isinstance(day.steps[half - 1], WalkStep):
        half -= 1
    steps = (*day.steps[:half], *other.steps[min(half, len(other.steps) - 1) :])
    errands = tuple(_make_follower_errand(step, day, book, rng) for step in steps)
    low, high = _PACE_M_S[person.role]
    return Itinerary(
        person=person,
        day_id=f"{day.day_id}/{other.day_id}",
        enter_door=target.enter_door,
        enter_s=round(target.enter_s + float(rng.uniform(7.0, 16.0)), 3),
        errands=errands,
        party=party,
        pace_m_s=round(float(rng.uniform(low, high)), 3),
        lane=round(float(rng.uniform(*_LANE)), 3),
    )


def _make_follower_errand(step: Step, day: Day, book: SpotBook, rng: np.random.Generator) -> Errand:
    try:
        return _make_errands(step, 1, day, book, rng)[0]
    except ScenarioError:
        if not isinstance(step, SitStep):
            raise
    stands = TalkStep(do="phone", zone=step.zone, near=step.near, for_s=step.for_s, runs=step.runs)
    return _make_errands(stands, 1, day, book, rng)[0]


def _draw(span: SecondsRange, rng: np.random.Generator) -> float:
    return round(float(rng.uniform(span[0], span[1])), 3)
