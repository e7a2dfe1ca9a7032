"""Short searches: what one wins after the first lesson, on a few cameras, from easy to hard."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pandas as pd

from sim.errors import TaskError
from sim.forms.difficulty import compute_difficulty
from sim.forms.form_order import find_known
from sim.forms.forms import SHORT_CAMERAS, Form
from sim.forms.unsure_forms import IsFair
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

TITLE: Final = "Short search"
LIMIT_S = 240.0
STEPS: Final = (
    (TRACE, 2, 4),
    (TRACE, 2, 4),
    ("locate", 2, 4),
    (TRACE, 2, 5),
    (TRACE, 3, 5),
    ("origin", 3, 5),
    (TRACE, 3, SHORT_CAMERAS),
    (TRACE, 3, SHORT_CAMERAS),
)
"""Task type, appearances and cameras of each."""
BEFORE_S, AFTER_S, LONGEST_S = 4.0, 6.0, 120.0
"""Footage before the first appearance and after the last one, and the most between both."""

Neighbors = Mapping[str, Sequence[str]]
"""The cameras on which somebody appears next who leaves a camera, the soonest first, by camera_id."""


def make_ladder(
    index: TruthIndex,
    people: pd.DataFrame,
    *,
    recording_id: str,
    neighbors: Neighbors,
    avoid: frozenset[str],
    is_fair: IsFair,
    clock_faults: int = 0,
) -> tuple[Form, ...]:
    """Return one form for each of `STEPS` that the footage has, no student twice and nobody of `avoid`.

    Each asks for some appearances in a row of one student, on cameras that lie together, from a last sighting on. Of
    those that may be asked the easiest is taken whose cameras fewest others have.
    """
    students = sorted(set(people.loc[people["role"] == "student", "person_id"]) & set(index.person_ids) - avoid)
    forms: list[Form] = []
    able = {
        step: [
            (task, compute_difficulty(task, part, people, clock_faults=clock_faults))
            for person in students
            for task, part in _list_tasks(step, index, person, neighbors=neighbors)
        ]
        for step in set(STEPS)
    }
    for step in STEPS:
        task_type = step[0]
        taken = {form.target for form in forms}
        found = [
            (hard.look_alikes, sum(set(task.cameras or ()) == set(form.cameras or ()) for form in forms), task, hard)
            for task, hard in able[step]
            if task.target not in taken
        ]
        ranked = sorted(found, key=lambda each: (*each[:2], each[3].index, each[2].person))
        chosen = next(((task, hard) for *_, task, hard in ranked if is_fair(task, LIMIT_S)), None)
        if chosen is None:
            continue
        task, hard = chosen
        number = len(forms) + 1
        forms.append(
            Form(
                form_id=f"{recording_id}-short-search-{number}",
                recording_id=recording_id,
                title=f"{TITLE} {number}",
                use="practice",
                type=task_type,
                target=task.target,
                window_s=task.window_s,
                limit_s=LIMIT_S,
                difficulty=hard if task_type == TRACE else None,
                known=task.known,
                cameras=task.cameras,
            )
        )
    return tuple(forms)


def _list_tasks(
    step: tuple[str, int, int], index: TruthIndex, person: str, *, neighbors: Neighbors
) -> Iterator[tuple[Task, TruthIndex]]:
    """Yield what can be asked of a student, with the truth of its cameras.

    That is so many appearances in a row, and no other on the cameras in that time.
    """
    task_type, legs, cameras = step
    every = [index.appearances[leg] for leg in cut_window(index, (0.0, index.table.duration_s)).find_target(person)]
    for first in range(len(every) - legs + 1):
        run = every[first : first + legs]
        shown = list(dict.fromkeys(each.camera_id for each in run))
        if len(shown) < 2:
            continue
        for name in (name for each in shown for name in neighbors[each]):
            if name not in shown and len(shown) < cameras:
                shown.append(name)
        low_s = float(math.floor(run[0].start_s - BEFORE_S))
        high_s = float(math.ceil(max(each.end_s for each in run) + AFTER_S))
        if low_s < 0.0 or high_s > index.table.duration_s or high_s - low_s > LONGEST_S:
            continue
        if len(shown) < cameras:
            continue
        order = tuple(name for name in index.camera_ids if name in shown)
        task = Task(type=task_type, target=person, window_s=(low_s, high_s), cameras=order)
        part = keep_cameras(index, order)
        known = find_known(task, part)
        if known is None:
            continue
        if len(cut_window(part, task.window_s).find_target(person)) != legs:
            continue
        task = Task(type=task_type, target=person, window_s=task.window_s, cameras=order, known=known)
        try:
            get_task_type(task_type).check_task(task, part)
        except TaskError:
            continue
        yield task, part
