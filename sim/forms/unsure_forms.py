"""Practice forms whose student may be on no camera, shown by one photo or described in words only.

Nothing that a trainee sees before the end tells those who are there from those who are not: number, title, window and
limit are alike, the order comes from a hash, and how many are absent does too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice

import pandas as pd

from sim.forms.difficulty import Reference, compute_difficulty
from sim.forms.forms import Form
from sim.forms.parallel import find_candidates
from sim.tasks import TASK_TYPES
from sim.tasks.common.sought import make_absent_tasks
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex

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
