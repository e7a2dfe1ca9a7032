"""Lots that decide who is trained first and who waits: drawn by the program, so that anyone can draw them again."""

from collections.abc import Sequence

import numpy as np

from sim.columns import GROUPS

FEWEST_FOR_LOTS = 12
"""People from whom on a waiting group is offered: six in each, the fewest of whom anything can be said."""
TRAINED_BY_LOT, WAITING_BY_LOT = GROUPS[2], GROUPS[3]
SEEDS = 2**31


def draw_lots(person_ids: Sequence[str], *, seed: int) -> dict[str, str]:
    """Return each person's group. The first half of the drawn order is trained, one more of an odd number; others
    wait.
    """
    order = np.random.default_rng(seed).permutation(len(person_ids))
    trained = {person_ids[place] for place in order[: (len(person_ids) + 1) // 2].tolist()}
    return {person_id: TRAINED_BY_LOT if person_id in trained else WAITING_BY_LOT for person_id in person_ids}
