"""Tasks about somebody whom no camera shows: the right answer is to say so, and to mark nobody.

`trace`, `locate` and `origin` ask where a person is, and their hand-in offers "on no camera". The other types ask about
something that did happen: who met them, who set the detector off, which clips are needed, which camera shows a place.
There "nobody, nowhere" would contradict the question, so they have no such variant.
"""

from collections.abc import Sequence

import numpy as np

from sim.errors import TaskError
from sim.scoring.evidence import Answer
from sim.tasks.common.base import Task
from sim.tasks.common.flaw import mark_clearest
from sim.tasks.common.simulated_user import SearchStep, SimulatedUser, Skill
from sim.tasks.common.task_type import TaskType
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

SAYS_SO = Answer(not_on_camera=True)
LOOKS = 3


def make_absent_tasks(task_type: TaskType, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
    """Return one task for everybody known of whom no camera shows anything inside the window, by person_id.

    Who is only ever half hidden or far away counts as shown here, though no appearance comes of it: anyone who spots
    them all the same must not be wrong.
    """
    if not task_type.can_be_absent:
        raise TaskError(f"a {task_type.name} task has no absent person", expected="a type whose person can be absent")
    low_s, high_s = cut_window(index, window_s).window_s
    rows = index.table.rows
    shown = set(rows.loc[(rows["t_s"] >= low_s) & (rows["t_s"] <= high_s), "person_id"].unique())
    absent = [person for person in index.person_ids if person not in shown]
    return tuple(Task(type=task_type.name, target=person, window_s=(low_s, high_s)) for person in absent)


def search_absent(
    task: Task,
    window: TruthWindow,
    *,
    rng: np.random.Generator,
    skill: Skill,
    look_alikes: Sequence[str] = (),
) -> tuple[SearchStep, ...]:
    """Look around for somebody who is not there: take somebody else for them, or say that they never appear, or not."""
    index = window.index
    user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
    user.begin()
    for _ in range(LOOKS):
        user.stray(index.camera_ids, window, around_s=float(rng.uniform(*window.window_s)))
    seen = [int(n) for n in np.flatnonzero(window.rows > 0)]
    alike = [n for n in seen if index.appearances[n].person_id in look_alikes] or seen
    follows = bool(alike) and rng.random() < skill.follow_share
    if follows:
        user.mark(mark_clearest(window, alike[int(rng.integers(len(alike)))]), window)
    user.submit(not_on_camera=not follows and rng.random() < skill.place_share)
    return tuple(user.steps)
