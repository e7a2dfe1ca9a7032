"""What task types about happenings have in common: finding the event that a task names."""

from collections.abc import Collection

from sim.errors import TaskError
from sim.tasks.common.base import Task
from sim.truth.events import Event
from sim.truth.index import TruthIndex

EVENT_ID = "event_id"


def find_event(task: Task, index: TruthIndex, *, kinds: Collection[str]) -> Event:
    """Return the event that a task names. Raises TaskError: none of that name, of another kind, or outside."""
    name = task.params.get(EVENT_ID)
    event = next((each for each in index.events if each.event_id == name), None)
    if event is None or event.kind not in kinds:
        raise TaskError(
            f"event {name!r} is not in this recording, or not of a kind that {task.type} asks about",
            expected=f"event_id of one of: {', '.join(sorted(kinds))}",
            todo="choose the forms again",
        )
    low_s, high_s = task.window_s
    if not low_s <= event.start_s <= event.end_s <= high_s:
        raise TaskError(
            f"event {name!r} lies outside the window, {event.start_s:g} to {event.end_s:g} s",
            expected=f"inside {low_s:g} to {high_s:g} s",
            todo="choose the forms again",
        )
    return event


def list_single_events(
    index: TruthIndex, window_s: tuple[float, float], *, kinds: Collection[str]
) -> tuple[Event, ...]:
    """Return the events of these kinds inside the window that are the only one of their kind there, in order of start.

    The question names only the kind, so a second one would be as right an answer.
    """
    low_s, high_s = window_s
    found = [each for each in index.events if each.kind in kinds and each.end_s >= low_s and each.start_s <= high_s]
    single = [each for each in found if sum(other.kind == each.kind for other in found) == 1]
    return tuple(each for each in single if low_s <= each.start_s and each.end_s <= high_s)
