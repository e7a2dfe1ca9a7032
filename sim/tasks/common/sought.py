"""Who and what can fairly be asked for: what is no part of the answer must not make an answer wrong."""

from collections.abc import Collection, Sequence

import numpy as np

from sim.errors import TaskError
from sim.scoring.evidence import Answer
from sim.scoring.use_metrics import WALL_SPEED
from sim.tasks.common.simulated_user import SimulatedUser, mark_clearest
from sim.tasks.common.task import Task
from sim.tasks.common.task_type import TaskType
from sim.truth.appearance import TIME_TOLERANCE_S, is_inside
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, check_window

LEAST_FROM_END_S = 30.0
"""A person last seen later than this before the end of the recording could simply be waited for."""


def check_sought(window: TruthWindow, person: str, faults: Sequence[str | None]) -> None:
    for fault in faults:
        if fault is not None:
            raise TaskError(
                f"person {person!r} cannot be asked for between {window.window_s[0]:g} and {window.window_s[1]:g} s: "
                f"{fault}",
                expected="someone who is on camera long and large enough, or not at all",
                todo="name another person, or another window",
            )


def find_half_seen(window: TruthWindow, person: str) -> str | None:
    """Return in words that T is empty although a camera shows the person, None when it is not so.

    Marks on them would claim nothing, and "on no camera" would not be true. Raises TaskError: unknown person.
    """
    rows, code = window.index.frame_rows, window.index.get_person_code(person)
    if window.find_target(person):
        return None
    is_shown = bool(is_inside(rows.t_s[rows.person == code], window.window_s).any())
    fault = "cameras show them, but never long, large and clearly enough for an appearance that counts"
    return fault if is_shown else None


def find_late_glimpse(window: TruthWindow, person: str) -> str | None:
    """Return in words that the last place of T is not where a later glimpse ends, None when it is not so.

    Anyone who saw the glimpse would name its place, and be wrong. Raises TaskError: unknown person.
    """
    last, zones = window.find_last(window.find_target(person)), window.index.table.rows["zone"]
    if last is None:
        return None
    late = [n for n in window.find_glimpses(person) if window.last_s[n] > window.last_s[last] + TIME_TOLERANCE_S]
    place, *others = (str(zones.iat[int(window.last_table_row[n])]) for n in (last, *late))
    is_elsewhere = any(other != place for other in others)
    return "a glimpse shows them later, in another place than where they are last seen" if is_elsewhere else None


def find_event(task: Task, index: TruthIndex, *, kinds: Collection[str]) -> Event:
    name = task.params.get("event_id")
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


def check_kind(task: Task, event: Event) -> None:
    if task.params.get("kind") != event.kind:
        raise TaskError(f"the event {event.event_id!r} is of kind {event.kind}", todo="choose the forms again")


SAYS_SO = Answer(not_on_camera=True)
LOOKS = 3
LOOKED_AT_LITTLE = 0.3


def make_absent_tasks(task_type: TaskType, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
    """Return one task for everybody known of whom no camera shows anything inside the window, by person_id.

    Who is only ever half hidden or far away counts as shown here, though no appearance comes of it: anyone who spots
    them all the same must not be wrong.
    """
    if not task_type.can_be_absent:
        raise TaskError(f"a {task_type.name} task has no absent person", expected="a type whose person can be absent")
    window_s, rows = check_window(index, window_s), index.frame_rows
    shown = {index.person_ids[code] for code in np.unique(rows.person[is_inside(rows.t_s, window_s)])}
    absent = [person for person in index.person_ids if person not in shown]
    return tuple(Task(type=task_type.name, target=person, window_s=window_s) for person in absent)


def play_absent(user: SimulatedUser, window: TruthWindow, look_alikes: Sequence[str]) -> None:
    """Look around for somebody who is not there: take somebody else for them, or say that they never appear, or not.

    The wall is played through at 4x, or only its beginning by someone who misses things.
    """
    index, rng, (low_s, high_s) = window.index, user.rng, window.window_s
    share = LOOKED_AT_LITTLE if rng.random() < user.skill.miss_share else 1.0
    user.watch(from_s=low_s, to_s=low_s + share * (high_s - low_s), speed=WALL_SPEED)
    for _ in range(LOOKS):
        user.stray(index.camera_ids, window, around_s=float(rng.uniform(*window.window_s)))
    seen = [int(n) for n in np.flatnonzero(window.rows > 0)]
    alike = [n for n in seen if index.appearances[n].person_id in look_alikes] or seen
    follows = bool(alike) and rng.random() < user.skill.follow_share
    if follows:
        user.mark(mark_clearest(window, alike[int(rng.integers(len(alike)))]), window)
    user.submit(not_on_camera=not follows and rng.random() < user.skill.place_share)
