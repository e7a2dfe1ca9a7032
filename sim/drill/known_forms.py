"""Forms that begin as real searches do: with a last sighting."""

import math
from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np
import pandas as pd

from sim.drill.difficulty import CLEAR_HEIGHT_PX, compute_difficulty, find_rows
from sim.drill.forms import Form
from sim.tasks import get_task_type
from sim.tasks.common.base import Known, Task
from sim.tasks.common.task_type import Direction
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

TITLE = "Trace from last seen"


def find_known(task: Task, index: TruthIndex) -> Known | None:
    """Return the sighting that a search can start from; None for someone whom no camera shows in the window.

    Forward it is the first clear moment of the first appearance, backward the last one of the last: as tall as 48 px of
    visible height, or else the tallest. It is a whole second where the appearance has one.
    """
    index = keep_cameras(index, task.cameras)
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    if not legs:
        return None
    is_backward = get_task_type(task.type).follows is Direction.BACKWARD
    leg = max(legs, key=lambda n: float(window.last_s[n])) if is_backward else legs[0]
    rows = find_rows(window, leg)
    heights = rows[:, 1] * rows[:, 2]
    clear_s = rows[heights >= min(CLEAR_HEIGHT_PX, float(heights.max())), 0]
    t_s = float(clear_s[-1] if is_backward else clear_s[0])
    whole_s = float(math.floor(t_s) if is_backward else math.ceil(t_s))
    is_inside = bool(np.any(np.abs(clear_s - whole_s) < 1.0))
    return Known(t_s=whole_s if is_inside else t_s, camera_id=index.appearances[leg].camera_id)


def give_known(form: Form, index: TruthIndex, people: pd.DataFrame, *, clock_faults: int) -> Form:
    """Return a form with the last sighting that `find_known` finds and its difficulty measured again.

    One about nobody, or about somebody whom no camera shows, stays as it is. Raises TaskError as `find_known`.
    """
    if form.target is None or get_task_type(form.type).follows is None:
        return form
    known = find_known(form.task, index)
    if known is None:
        return form
    form = form.model_copy(update={"known": known})
    if form.difficulty is None:
        return form
    difficulty = compute_difficulty(
        form.task, index, people, clock_faults=clock_faults, reference=form.difficulty.reference
    )
    return form.model_copy(update={"difficulty": difficulty})


def make_known_set(
    forms: Sequence[Form], index: TruthIndex, people: pd.DataFrame, *, clock_faults: int
) -> tuple[Form, ...]:
    """Return the traces that measure once more, each with a last sighting, under ids and titles of their own.

    The people are the same, so that nobody practices on anyone who measures; who had one of the two has seen both.
    """
    traces = [form for form in forms if form.use == "parallel" and form.type == TRACE and form.known is None]
    made = []
    for letter, form in zip(ascii_lowercase, traces, strict=False):
        named = {"form_id": f"{form.recording_id}-last-seen-{letter}", "title": f"{TITLE} {letter.upper()}"}
        made.append(give_known(form.model_copy(update=named), index, people, clock_faults=clock_faults))
    return tuple(made)
