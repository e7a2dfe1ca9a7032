"""Whom the marks of a task should not have been on."""

from sim.scoring.case import TraceCase
from sim.tasks import get_task_type
from sim.tasks.common.base import Task


def list_wrong_claims(task: Task, case: TraceCase) -> tuple[int, ...]:
    """Return the claimed appearances of people who were not to be marked, by first row in the window."""
    right = get_task_type(task.type).find_people_to_mark(task, case.index)
    return tuple(n for n in case.claims.claimed if case.index.appearances[n].person_id not in right)
