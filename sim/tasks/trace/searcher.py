"""Simulated searchers of a trace: one that knows the truth, and ones that miss, stray and dawdle."""

from collections.abc import Sequence

import numpy as np

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.final_place import find_final_zone
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.base import Task
from sim.tasks.common.mistakes import pick_other, pick_wrong_zone
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window


def answer_trace_perfectly(task: Task, index: TruthIndex) -> Answer:
    """Return one mark on the clearest row of each leg, and the true final zone. Raises TaskError."""
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    marks = tuple(mark_clearest(window, leg) for leg in legs)
    return Answer(marks=marks, final_zone=_find_zone(task, index), not_on_camera=not legs)


def search_trace(
    task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
) -> tuple[SearchStep, ...]:
    """Play a trace leg by leg, from release to submit.

    Before each leg some wrong cameras are opened and watched; then the leg is marked, missed, or somebody nearby is
    marked instead (one of `look_alikes` when such a one is near). Waiting times are log-normal about `skill.pace_s`.
    The searcher knows no limit: steps later than the drill's limit have to be cut off by the code that plays them.
    """
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
    user.begin()
    found_last = False
    for leg in legs:
        user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
        found_last = False
        if rng.random() < skill.follow_share:
            other = pick_other(window, leg, task.person, look_alikes, rng)
            if other is not None:
                user.mark(mark_clearest(window, other), window)
                continue
        if rng.random() < skill.miss_share:
            user.stray(index.camera_ids, window, around_s=float(window.last_s[leg]))
            continue
        user.mark(mark_clearest(window, leg), window)
        found_last = True
    zone = _find_zone(task, index)
    if zone is not None and not (found_last and rng.random() < skill.place_share):
        zone = pick_wrong_zone(index, zone, rng)
    user.submit(final_zone=zone, not_on_camera=not legs)
    return tuple(user.steps)


def _find_zone(task: Task, index: TruthIndex) -> str | None:
    nothing = Answer(marks=())
    return find_final_zone(make_trace_case(index, target=task.person, window_s=task.window_s, answer=nothing))
