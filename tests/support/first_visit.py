"""Somebody at their first drill: no plan, no map, one camera after another as they stand on the wall, hints on.

What is known before is where the briefing says: they begin there. On each camera they play on from the time on the
clock until they see the student, and mark them; a camera on which they saw nobody they leave at the end of the time
given. Whom they look for where they were told to they see; every other appearance is overlooked at a look with the
chance of `NOVICE`. After a round they ask for a hint, which says whether there is more to find, and look again on the
cameras on which they have marked nothing. They mark nobody else: where somebody looks alike they would, so this tells
only whether there is time enough for a beginner.
"""

from dataclasses import replace

import numpy as np

from sim.drill.hints import MOST_HINTS
from sim.scoring.evidence import Answer
from sim.tasks import get_task_type
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.base import Task
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import NOVICE
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

HINT_S = 6.0
"""To find the button, read what it says, and go on; assumed."""


def visit(task: Task, index: TruthIndex, *, seed: int) -> tuple[Answer, float]:
    """Return what they submit, and after how many seconds; `task` says where the student was last seen."""
    assert task.known is not None
    rng = np.random.default_rng(seed)
    window = cut_window(index, task.window_s)
    begin_s, end_s = task.known.t_s, window.window_s[1]
    user = SimulatedUser(rng=rng, skill=NOVICE, site_s=begin_s)
    user.begin()
    left = {leg: mark_clearest(window, leg) for leg in window.find_target(task.person)}
    marks = []
    order = sorted(index.camera_ids, key=lambda camera_id: camera_id != task.known.camera_id)
    for _ in range(MOST_HINTS):
        for camera_id in [each for each in order if each not in {mark.camera_id for mark in marks}]:
            user.open_camera(camera_id)
            if user.site_s >= end_s - 1.0:
                user.site_s = begin_s
            ahead = [leg for leg, mark in left.items() if mark.camera_id == camera_id and mark.t_s >= user.site_s - 1.0]
            is_told = camera_id == task.known.camera_id and not marks
            seen = [leg for leg in ahead if is_told or rng.random() >= NOVICE.miss_share]
            until_s = min(left[leg].t_s for leg in seen) if seen else end_s
            user.watch(from_s=user.site_s, to_s=max(until_s, user.site_s))
            if seen:
                leg = min(seen, key=lambda each: left[each].t_s)
                marks.append(left.pop(leg))
        user.at_s += HINT_S
        if not left:
            break
        user.site_s = begin_s
    user.submit()
    perfect = get_task_type(task.type).answer_perfectly(task, index)
    return replace(perfect, marks=tuple(sorted(marks, key=lambda mark: mark.t_s))), user.at_s
