"""Mistakes that simulated searchers make: somebody else, another place."""

from collections.abc import Sequence

import numpy as np

from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

NEARBY_S = 20.0
"""Whoever is about within this time of the student may be taken for them."""


def pick_other(
    window: TruthWindow, leg: int, target: str, look_alikes: Sequence[str], rng: np.random.Generator
) -> int | None:
    """Return an appearance of somebody else near a leg: a look-alike's, or one on the same camera; None without one."""
    appearances = window.index.appearances
    inside = [int(n) for n in np.flatnonzero(window.rows > 0) if appearances[n].person_id != target]
    near = [
        n
        for n in inside
        if window.first_s[n] < window.last_s[leg] + NEARBY_S and window.last_s[n] > window.first_s[leg] - NEARBY_S
    ]
    alike = [n for n in near if appearances[n].person_id in look_alikes]
    same_camera = [n for n in near if appearances[n].camera_id == appearances[leg].camera_id]
    choice = alike or same_camera or near
    return choice[int(rng.integers(len(choice)))] if choice else None


def pick_wrong_zone(index: TruthIndex, right: str, rng: np.random.Generator) -> str | None:
    """Return a zone of the site that is not the right one, or None when there is no other."""
    zones = sorted((index.table.floor_zones or frozenset(index.table.rows["zone"])) - {right})
    return zones[int(rng.integers(len(zones)))] if zones else None
