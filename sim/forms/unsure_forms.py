"""Practice forms whose student may be on no camera, by one photo or in words only; and short searches, easy to hard.

Nothing that a trainee sees before the end tells those who are there from those who are not: number, title, window and
limit are alike, the order comes from a hash, and how many are absent does too.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import Final

import pandas as pd

from sim.errors import TaskError
from sim.forms.difficulty import Reference, compute_difficulty
from sim.forms.form_order import find_known
from sim.forms.forms import SHORT_CAMERAS, Form
from sim.forms.parallel import find_candidates
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.sought import make_absent_tasks
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

LIMIT_S = 240.0
LONGER = (1.0, 1.25, 1.5, 2.0)
"""Times the usual limit: as little as leaves forms enough that may be asked."""

IsFair = Callable[[Task, float], bool]
"""Whether a task may be asked under a limit in seconds."""


def make_practice_forms(
    index: TruthIndex,
    *,
    recording_id: str,
    window_s: tuple[float, float],
    avoid: frozenset[str],
    per_type: int,
    is_fair: IsFair,
) -> tuple[Form, ...]:
    """Return up to `per_type` practice forms of every task type but trace, in an order that says nothing of the answer.

    Nobody of `avoid` is sought, so that forms that measure stay unseen.
    """
    return tuple(
        form
        for name in TASK_TYPES
        if name != TRACE
        for form in _make_forms(name, index, recording_id, window_s, avoid=avoid, count=per_type, is_fair=is_fair)
    )


def _pick_fair(
    wanted: Sequence[tuple[Sequence[Task], int]], *, limit_s: float, is_fair: IsFair
) -> tuple[list[Task], float]:
    """Return the first tasks of each list that may be asked, up to so many of it, and the limit of all of them: the
    shortest that leaves so many.
    """
    chosen, longer_s = list[Task](), limit_s
    for longer_s in (limit_s * times for times in LONGER):
        chosen = [
            task
            for tasks, count in wanted
            for task in islice((task for task in tasks if is_fair(task, longer_s)), count)
        ]
        if len(chosen) == sum(count for _, count in wanted):
            break
    return chosen, longer_s


def _make_forms(
    name: str,
    index: TruthIndex,
    recording_id: str,
    window_s: tuple[float, float],
    *,
    avoid: frozenset[str],
    count: int,
    is_fair: IsFair,
) -> Iterator[Form]:
    def shuffle(task: Task) -> str:
        return sha256(f"{recording_id} {task.target} {sorted(task.params.items())}".encode()).hexdigest()

    tasks = [task for task in TASK_TYPES[name].make_tasks(index, window_s) if task.target not in avoid]
    chosen, limit_s = _pick_fair([(sorted(tasks, key=shuffle), count)], limit_s=LIMIT_S, is_fair=is_fair)
    for number, task in enumerate(chosen, start=1):
        yield Form(
            form_id=f"{recording_id}-{name}-{number}",
            recording_id=recording_id,
            title=f"{TASK_TYPES[name].practice_title} {number}",
            use="practice",
            type=name,
            target=task.target,
            params=dict(task.params),
            window_s=task.window_s,
            limit_s=limit_s,
        )


LEAST_LEGS = 2
SHOWN = (Reference.ONE_PHOTO, Reference.TEXT)
STUDENT = "student"


def make_unsure_forms(
    index: TruthIndex,
    people: pd.DataFrame,
    *,
    before: Sequence[Form],
    avoid: frozenset[str],
    per_type: int,
    trace_limit_s: float,
    is_fair: IsFair,
    clock_faults: int = 0,
    types: Sequence[str] | None = None,
) -> tuple[Form, ...]:
    """Return up to `per_type` forms of each type: some about students who are there, some about students who are not.

    Each type asks about one half of the recording, the one that has more people of either kind. Nobody is sought twice,
    and nobody of `avoid`.
    """
    recording_id = before[0].recording_id
    students = frozenset(people.loc[people["role"] == STUDENT, "person_id"]) - avoid
    forms: list[Form] = []
    for name in [name for name, each in TASK_TYPES.items() if each.can_be_absent] if types is None else types:
        free = students - {form.target for form in forms}
        first = 1 + sum(form.type == name and form.use == "practice" for form in before)
        limit_s = trace_limit_s if name == TRACE else LIMIT_S
        tasks, limit_s = _choose(
            name, index, people, recording_id, free=free, count=per_type, limit_s=limit_s, is_fair=is_fair
        )
        for place, (task, shown) in enumerate(tasks):
            difficulty = None
            if name == TRACE:
                difficulty = compute_difficulty(task, index, people, clock_faults=clock_faults, reference=shown)
            forms.append(
                Form(
                    form_id=f"{recording_id}-{'practice' if name == TRACE else name}-{first + place}",
                    recording_id=recording_id,
                    title=f"{TASK_TYPES[name].practice_title} {first + place}",
                    use="practice",
                    type=name,
                    target=task.target,
                    window_s=task.window_s,
                    limit_s=limit_s,
                    reference=shown,
                    difficulty=difficulty,
                )
            )
    return tuple(forms)


def _choose(
    name: str,
    index: TruthIndex,
    people: pd.DataFrame,
    recording_id: str,
    *,
    free: frozenset[str],
    count: int,
    limit_s: float,
    is_fair: IsFair,
) -> tuple[list[tuple[Task, Reference]], float]:
    """Return tasks in an order that says nothing, with what is shown: as often one photo as words, on either side; and
    the limit of all of them.
    """

    def shuffle(task: Task) -> str:
        return _hash(f"{recording_id} {name} {task.target}")

    middle = round(index.table.duration_s / 2)
    halves = ((0.0, float(middle)), (float(middle), index.table.duration_s))
    found = [_find_both(name, index, people, half, free=free) for half in halves]
    there, absent = max(found, key=lambda both: min(len(both[0]), len(both[1])))
    if count < 1:
        return [], limit_s
    wanted = 1 + int(_hash(f"{recording_id} {name}"), 16) % max(1, count - 1)
    both = (sorted(absent, key=shuffle), wanted), (sorted(there, key=shuffle), count - wanted)
    chosen, limit_s = _pick_fair(both, limit_s=limit_s, is_fair=is_fair)
    shown = [(task, SHOWN[place % len(SHOWN)]) for place, task in enumerate(chosen)]
    return sorted(shown, key=lambda pair: _hash(shuffle(pair[0]))), limit_s


def _find_both(
    name: str, index: TruthIndex, people: pd.DataFrame, half_s: tuple[float, float], *, free: frozenset[str]
) -> tuple[list[Task], list[Task]]:
    there = list(TASK_TYPES[name].make_tasks(index, half_s))
    window_s = there[0].window_s if name == "locate" and there else half_s
    if name == TRACE:
        there = [each.task for each in find_candidates(index, people, window_s=half_s, min_legs=LEAST_LEGS)]
    absent = make_absent_tasks(TASK_TYPES[name], index, window_s)
    return (
        [replace(task, window_s=window_s) for task in there if task.target in free],
        [task for task in absent if task.target in free],
    )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


TITLE: Final = "Short search"
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
