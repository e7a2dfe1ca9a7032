"""The walking hall with a screening table, and people for stories in it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.crowd.crowd import make_crowd
from sim.crowd.people.body_index import BodyFacts
from sim.crowd.people.people import Person
from sim.crowd.people.track import Crowd
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.scenario import Scenario
from sim.site.model import Furnishing, Site
from tests.support.walking_hall import make_hall_site, make_scenario

BODIES = {name: BodyFacts(body_id=name, height_m=1.7, stride_m=1.3) for name in ("boy_a", "girl_a", "man_a", "woman_a")}
_STEPS = ({"do": "locker", "zone": "hall", "for_s": [4, 5]}, {"do": "leave", "doors": ["room-1"]})
_POST = ({"do": "stand", "floor": "1", "at": [18, 4.5], "for_s": [900, 900]},)


def make_story_site() -> Site:
    """The walking hall with a table for screening in the cafeteria's south-west corner, by the node `cafe`."""
    table = Furnishing(kind="screening-table", floor="1", at=(18.4, -1.3), facing_deg=90, size_m=(2.0, 0.7, 0.75))
    site = make_hall_site()
    return site.model_copy(update={"furnishings": (*site.furnishings, table)})


def make_day(day_id: str, **changes: Any) -> dict[str, Any]:
    """A student who comes in from the street, goes to the locker and into room 1; `post` is a member of staff."""
    day = {"day_id": day_id, "people": 1, "arrive": [{"doors": ["street"], "at_s": [1, 6]}], "steps": list(_STEPS)}
    if day_id == "post":
        day |= {"role": "staff", "arrive": [{}], "steps": list(_POST)}
    return day | changes


def make_story(*beats: Mapping[str, Any], days: Mapping[str, Mapping[str, Any]] | None = None) -> Scenario:
    """A scenario of 110 s with the days `a` (a target), `b`, `c`, `d` and `post`, and these beats."""
    changes = {"a": {"target": True}, **(days or {})}
    made = [make_day(name, **changes.get(name, {})) for name in ("a", "b", "c", "d", "post")]
    return make_scenario(made, beats=list(beats), duration_s=110)


def cast_story(scenario: Scenario, *, seed: int = 1) -> tuple[Person, ...]:
    """The scenario's people."""
    return cast_people(scenario=scenario, bodies=BODIES, rng=np.random.default_rng(seed))


def play_story(scenario: Scenario, *, seed: int = 1) -> Crowd:
    """The scenario's people in motion."""
    return make_crowd(
        site=make_story_site(),
        scenario=scenario,
        people=cast_story(scenario, seed=seed),
        stride_m={name: facts.stride_m for name, facts in BODIES.items()},
        rng=np.random.default_rng(seed + 1),
    )
