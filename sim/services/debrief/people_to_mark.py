"""Whom the marks of a task should be on."""

from sim.scoring.case import TraceCase
from sim.tasks.common.base import Task
from sim.tasks.common.story import EVENT_ID
from sim.tasks.encounter.task import ENCOUNTER


def find_people_to_mark(task: Task, case: TraceCase) -> frozenset[str]:
    """Return the person sought; in an encounter those whom that person met."""
    if task.type != ENCOUNTER:
        return frozenset({case.target})
    met = {
        person for event in case.index.events if event.event_id == task.params[EVENT_ID] for person in event.person_ids
    }
    return frozenset(met - {case.target})


def list_wrong_claims(task: Task, case: TraceCase) -> tuple[int, ...]:
    """Return the claimed appearances of people who were not to be marked, by first row in the window."""
    right = find_people_to_mark(task, case)
    return tuple(n for n in case.claims.claimed if case.index.appearances[n].person_id not in right)
