"""Practice forms of the task types that are not compared: anything a recording supports."""

from collections.abc import Iterator
from hashlib import sha256

from sim.drill.forms import Form
from sim.tasks import TASK_TYPES
from sim.tasks.common.base import Task
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex

LIMIT_S = 240.0


def make_practice_forms(
    index: TruthIndex, *, recording_id: str, window_s: tuple[float, float], avoid: frozenset[str], per_type: int
) -> tuple[Form, ...]:
    """Return up to `per_type` practice forms of every task type but trace, in an order that says nothing of the answer.

    Nobody of `avoid` is sought, so that forms that measure stay unseen.
    """
    return tuple(
        form
        for name in TASK_TYPES
        if name != TRACE
        for form in _make_forms(name, index, recording_id, window_s, avoid=avoid, count=per_type)
    )


def _make_forms(
    name: str,
    index: TruthIndex,
    recording_id: str,
    window_s: tuple[float, float],
    *,
    avoid: frozenset[str],
    count: int,
) -> Iterator[Form]:
    def shuffle(task: Task) -> str:
        return sha256(f"{recording_id} {task.target} {sorted(task.params.items())}".encode()).hexdigest()

    tasks = [task for task in TASK_TYPES[name].make_tasks(index, window_s) if task.target not in avoid]
    for number, task in enumerate(sorted(tasks, key=shuffle)[:count], start=1):
        yield Form(
            form_id=f"{recording_id}-{name}-{number}",
            recording_id=recording_id,
            title=f"{TASK_TYPES[name].practice_title} {number}",
            use="practice",
            type=name,
            target=task.target,
            params=dict(task.params),
            window_s=task.window_s,
            limit_s=LIMIT_S,
        )
