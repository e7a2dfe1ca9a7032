"""The story of a scenario: its beats checked against the days, and put in the order in which they come."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

import networkx as nx

from sim.crowd.people.people import Role
from sim.crowd.scenario.beats.base import Actor, Beat
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.jacket_swap import LookAlike
from sim.crowd.scenario.scenario import Day, LeaveStep, LockerStep, Scenario, SitStep, StandStep, TalkStep
from sim.errors import ScenarioError


def check_story(scenario: Scenario) -> None:
    for name, count in Counter(beat.beat_id for beat in scenario.beats).items():
        if count > 1:
            raise ScenarioError(f"beat_id {name!r} is used twice", todo="give each beat its own name")
    for number, beat in enumerate(scenario.beats):
        for actor in beat.actors:
            _check_actor(f"beats.{number}", beat, actor, scenario)
        if isinstance(beat, LookAlike):
            _check_look_alike(f"beats.{number}", beat, scenario)
        if beat.at_s is not None and beat.at_s[0] >= scenario.duration_s:
            raise ScenarioError(
                f"beats.{number}.at_s: {beat.at_s[0]:g} is after the recording's end",
                expected=f"less than {scenario.duration_s:g}",
            )
    for key, played in list_plays(scenario).items():
        for one, other in pairwise(played):
            _check_pair(key, one, other)
    order_beats(scenario)


def list_plays(scenario: Scenario) -> dict[PersonKey, list[tuple[Beat, Actor]]]:
    """Return for everybody in the story their beats in the order of their day; at one place in the file's order."""
    plays: dict[PersonKey, list[tuple[Beat, Actor]]] = {}
    for beat in scenario.beats:
        for actor in beat.actors:
            plays.setdefault(actor.key, []).append((beat, actor))
    return {key: sorted(played, key=lambda p: p[1].place) for key, played in plays.items()}


def order_beats(scenario: Scenario) -> tuple[Beat, ...]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    places = {beat.beat_id: number for number, beat in enumerate(scenario.beats)}
    graph.add_nodes_from(places)
    for played in list_plays(scenario).values():
        graph.add_edges_from((a.beat_id, b.beat_id) for (a, _), (b, _) in pairwise(played))
    try:
        names = list(nx.lexicographical_topological_sort(graph, key=lambda name: places[name]))
    except nx.NetworkXUnfeasible:
        first, second = sorted(nx.find_cycle(graph)[0][:2], key=lambda name: places[name])
        raise ScenarioError(
            f"beats {first!r} and {second!r} contradict: each would have to come before the other",
            todo="change `after` of one of their people",
        ) from None
    return tuple(scenario.beats[places[name]] for name in names)


def find_first_looks(scenario: Scenario) -> Mapping[str, Mapping[PersonKey, int]]:
    """Return by beat_id, for everybody to whom it adds outfits, the number of the first in `Person.outfits`."""
    worn: Counter[PersonKey] = Counter()
    looks: dict[str, dict[PersonKey, int]] = {}
    for beat in order_beats(scenario):
        mine = looks.setdefault(beat.beat_id, {})
        for actor in beat.changes:
            worn[actor.key] += 1
            mine.setdefault(actor.key, worn[actor.key])
    return looks


def list_planted(scenario: Scenario) -> dict[PersonKey, PersonKey]:
    """Return who of the days is dressed like whom by a beat: the look-alike's key to the target's."""
    return {beat.who.key: beat.of.key for beat in _list_look_alikes(scenario)}


def _list_look_alikes(scenario: Scenario) -> Iterator[LookAlike]:
    return (beat for beat in scenario.beats if isinstance(beat, LookAlike))


def _find_day(key: str, beat: Beat, actor: Actor, scenario: Scenario) -> Day:
    day = next((day for day in scenario.days if day.day_id == actor.day), None)
    if day is None:
        known = ", ".join(d.day_id for d in scenario.days)
        raise ScenarioError(f"{key} ({beat.beat_id}): there is no day {actor.day!r}", expected=f"one of {known}")
    if actor.person > day.people:
        raise ScenarioError(
            f"{key} ({beat.beat_id}): day {actor.day!r} has no person {actor.person}", expected=f"1 to {day.people}"
        )
    return day


def _check_actor(key: str, beat: Beat, actor: Actor, scenario: Scenario) -> None:
    day = _find_day(key, beat, actor, scenario)
    if day.group > 1:
        raise ScenarioError(
            f"{key} ({beat.beat_id}): day {day.day_id!r} comes in groups, which stay together",
            expected="a day with group: 1",
        )
    if actor in beat.staff and day.role is not Role.STAFF:
        raise ScenarioError(f"{key} ({beat.beat_id}): {actor.name} is no staff", expected="a day with role: staff")
    if actor.after > len(day.steps):
        raise ScenarioError(
            f"{key} ({beat.beat_id}): after: {actor.after}, but day {day.day_id!r} has {len(day.steps)} steps"
        )
    if isinstance(day.steps[-1], LeaveStep) and actor.after == len(day.steps):
        raise ScenarioError(
            f"{key} ({beat.beat_id}): {actor.name} has left with step {len(day.steps)} of the day",
            expected=f"after: at most {len(day.steps) - 1}",
        )
    if actor.during is not None and (
        actor.during > len(day.steps)
        or not isinstance(day.steps[actor.during - 1], LockerStep | SitStep | TalkStep | StandStep)
    ):
        raise ScenarioError(
            f"{key} ({beat.beat_id}): step {actor.during} of day {day.day_id!r} is no stop to be called away from",
            expected="the number of a step that stays somewhere",
        )
    soonest = min(arrival.at_s[0] for arrival in day.arrive)
    if beat.at_s is not None and beat.at_s[1] < soonest:
        raise ScenarioError(
            f"{key} ({beat.beat_id}): at {beat.at_s[1]:g} s {actor.name} has not come yet",
            expected=f"at_s after {soonest:g}",
        )
    starts_inside = any(not arrival.doors for arrival in day.arrive)
    if starts_inside and actor.during is None and actor.after == 0:
        raise ScenarioError(
            f"{key} ({beat.beat_id}): {actor.name} begins inside at the first step", expected="after: 1 or more"
        )


def _check_look_alike(key: str, beat: LookAlike, scenario: Scenario) -> None:
    if not _find_day(key, beat, beat.of, scenario).target:
        raise ScenarioError(f"{key}.of ({beat.beat_id}): {beat.of.name} is no target", expected="a day with target")
    own = _find_day(key, beat, beat.who, scenario)
    if own.target or own.role is Role.STAFF:
        raise ScenarioError(
            f"{key}.who ({beat.beat_id}): {beat.who.name} is staff or a target", expected="another student's day"
        )
    models = {b.of.key for b in _list_look_alikes(scenario) if b.who.key == beat.who.key}
    if len(models) > 1:
        names = [b.beat_id for b in _list_look_alikes(scenario) if b.who.key == beat.who.key]
        raise ScenarioError(f"beats {names[0]!r} and {names[1]!r} dress {beat.who.name} like two people")


def _check_pair(key: PersonKey, one: tuple[Beat, Actor], other: tuple[Beat, Actor]) -> None:
    (first, a), (second, _) = one, other
    who = a.name
    if first.ends_day is not None and first.ends_day.key == key:
        raise ScenarioError(
            f"beats {first.beat_id!r} and {second.beat_id!r} contradict: {who} has left with {first.beat_id!r}",
            todo=f"give {who} a smaller `after` in {second.beat_id!r}",
        )
    if first.at_s is None or second.at_s is None:
        return
    if second.at_s[1] < first.at_s[0] + first.least_s:
        raise ScenarioError(
            f"beats {first.beat_id!r} and {second.beat_id!r} contradict: {who} is in {first.beat_id!r} from "
            f"{first.at_s[0]:g} s for at least {first.least_s:g} s, and in {second.beat_id!r} by {second.at_s[1]:g} s",
            todo="change at_s or `after` of one of them",
        )
