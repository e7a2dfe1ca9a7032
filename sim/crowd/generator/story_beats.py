"""Beats of a generated story: what happens besides walking, more of it the harder the drill shall be."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.crowd.generator.bystanders import DayData
from sim.crowd.generator.chance import pick
from sim.crowd.generator.levels import Level
from sim.crowd.generator.site_facts import HaltKind, SiteFacts
from sim.crowd.generator.ways import Way

BeatData = Mapping[str, Any]

_WAIT_S = [15, 25]


def make_beats(
    level: Level, ways: Sequence[Way], bystanders: Sequence[DayData], facts: SiteFacts, rng: np.random.Generator
) -> tuple[BeatData, ...]:
    """Return the beats: none when easy, a bag that changes hands when medium, also a planted look-alike when hard.

    Only people take part who come alone and through a door, after their first halt, so that nobody's friends wait.
    """
    alone = [day for day in bystanders if "group" not in day and day["arrive"][0]["doors"] and len(day["steps"]) > 1]
    quiet = facts.halts.get(HaltKind.TALK, ())
    beats: list[BeatData] = []
    if level is Level.EASY or not quiet:
        return ()
    if len(alone) >= 2:
        where = pick(quiet, rng)
        giver, taker = alone.pop(0), alone.pop(0)
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
        beats.append(
            {
                "kind": "look-alike",
                "beat_id": "decoy",
                "who": {"day": alone[0]["day_id"]},
                "of": {"day": f"target-{number + 1}"},
                "where": {"zone": where.zone, "near": where.node},
                "for_s": _WAIT_S,
            }
        )
    return tuple(beats)
