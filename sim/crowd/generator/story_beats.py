"""Beats of a generated story: what happens besides walking, more of it the harder the drill shall be."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from sim.crowd.generator.bystanders import DayData
from sim.crowd.generator.chance import pick
from sim.crowd.generator.levels import Level
from sim.crowd.generator.stories.halts import Halt, HaltKind
from sim.crowd.generator.stories.site_facts import SiteFacts
from sim.crowd.generator.ways import Way

BeatData = Mapping[str, Any]

_WAIT_S = [15, 25]
_ROOM_S = 40.0
"""What a beat takes, and what people in the way may cost who come to it."""
_SLOW_M_S = 1.0


def make_beats(
    level: Level,
    ways: Sequence[Way],
    bystanders: Sequence[DayData],
    facts: SiteFacts,
    *,
    duration_s: float,
    rng: np.random.Generator,
) -> tuple[BeatData, ...]:
    """Return the beats: none when easy, a bag that changes hands when medium, also a planted look-alike when hard.

    Only people take part who come alone and through a door, after their first halt, so that nobody's friends wait, and
    who can be there in time; a beat that has not enough of them is left out.
    """
    alone = [day for day in bystanders if "group" not in day and day["arrive"][0]["doors"] and len(day["steps"]) > 1]
    quiet = facts.halts.get(HaltKind.TALK, ())
    beats: list[BeatData] = []
    if level is Level.EASY or not quiet:
        return ()
    latest_s = duration_s - _ROOM_S
    where = pick(quiet, rng) if len(alone) >= 2 else None
    pair = [day for day in alone if where is not None and _find_there_s(day, where, facts) <= latest_s][:2]
    if where is not None and len(pair) == 2:
        giver, taker = pair
        alone = [day for day in alone if day not in pair]
        beats.append(
            {
                "kind": "hand-over",
                "beat_id": "bag",
                "giver": {"day": giver["day_id"], "after": 1},
                "taker": {"day": taker["day_id"], "after": 1},
                "where": {"zone": where.zone, "near": where.node},
            }
        )
    if level is Level.HARD and alone:
        number = int(rng.integers(len(ways)))
        passed = [halt for halt in quiet if halt.node in ways[number].nodes] or list(quiet)
        where = pick(passed, rng)
        decoys = [day for day in alone if _find_there_s(day, where, facts, done=0) <= latest_s]
        if not decoys:
            return tuple(beats)
        beats.append(
            {
                "kind": "look-alike",
                "beat_id": "decoy",
                "who": {"day": decoys[0]["day_id"]},
                "of": {"day": f"target-{number + 1}"},
                "where": {"zone": where.zone, "near": where.node},
                "for_s": _WAIT_S,
            }
        )
    return tuple(beats)


def _find_there_s(day: DayData, where: Halt, facts: SiteFacts, *, done: int = 1) -> float:
    """Return when the first person of a day is at a place at the latest, after the first `done` steps."""
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    arrival = day["arrive"][0]
    steps = day["steps"][:done]
    nodes = [_find_node(step, facts) for step in steps]
    starts = [facts.get_door_node(door) for door in arrival["doors"]]
    walks_m = [
        sum(
            nx.shortest_path_length(facts.routes.graph, a, b, weight="weight")
            for a, b in pairwise([start, *nodes, where.node])
        )
        for start in starts
    ]
    return float(arrival["at_s"][1] + sum(step["for_s"][1] for step in steps) + max(walks_m) / _SLOW_M_S)


def _find_node(step: DayData, facts: SiteFacts) -> str:
    """Return the walk node of the halt that a step was made of."""
    return next(halt.node for halts in facts.halts.values() for halt in halts if step.items() >= halt.step.items())
