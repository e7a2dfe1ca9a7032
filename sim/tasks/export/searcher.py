"""Simulated searchers who cut evidence: some miss an appearance, cut somebody else, or stop too early."""

from collections.abc import Sequence

import numpy as np

from sim.scoring.evidence import Clip
from sim.tasks.common.mistakes import pick_other
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.tasks.export.custody import CUSTODY_FIELDS
from sim.truth.window import TruthWindow

LEAST_KEPT, MOST_KEPT = 0.3, 0.8
"""Share of an appearance that a clip has whose end was set carelessly."""


def search_export(
    target: str, window: TruthWindow, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
) -> tuple[SearchStep, ...]:
    """Cut out the target leg by leg, and note custody.

    `miss_share`: a leg is not cut. `follow_share`: somebody near is cut out instead. `place_share`: a clip is cut with
    the right ends, else it ends too early; and each field of custody is filled in, else left empty.
    """
    index = window.index
    user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
    user.begin()
    for leg in window.find_target(target):
        user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
        if rng.random() < skill.miss_share:
            continue
        other = pick_other(window, leg, target, look_alikes, rng) if rng.random() < skill.follow_share else None
        number = leg if other is None else other
        from_s, to_s = float(window.first_s[number]), float(window.last_s[number])
        if rng.random() >= skill.place_share:
            to_s = from_s + (to_s - from_s) * float(rng.uniform(LEAST_KEPT, MOST_KEPT))
        if from_s < to_s:
            user.cut(Clip(camera_id=index.appearances[number].camera_id, from_s=from_s, to_s=to_s))
    for field in CUSTODY_FIELDS:
        if rng.random() < skill.place_share:
            user.choose(field.key, field.options[0].value)
    user.submit()
    return tuple(user.steps)
