"""Beats become errands: what everybody in the story does is planned, and put into their days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.crowd.people.people import Person
from sim.crowd.places.errands import Errand, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.places.spots import SpotBook
from sim.crowd.scenario.beats.base import Actor, Play
from sim.crowd.scenario.beats.closet import PersonKey
from sim.crowd.scenario.beats.stage import Stage
from sim.crowd.scenario.scenario import Scenario
from sim.crowd.scenario.story import find_first_looks
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
    """Return a person's errands with those of the beats between them."""
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
    """Return a stop that is broken off by each call, and taken up again after each."""
    if not called or not isinstance(errand, Stop):
        return [errand]
    pieces: list[Errand] = []
    for play in called:
        pieces += [replace(errand, until=play.call), *play.errands]
    return [*pieces, errand]
