"""Forms that begin as real searches do: with a last sighting."""

import math
from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np
import pandas as pd

from sim.forms.difficulty import CLEAR_HEIGHT_PX, compute_difficulty, find_rows
from sim.forms.forms import Form
from sim.tasks import get_task_type
from sim.tasks.common.task import Known, Task
from sim.tasks.common.task_type import Direction
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

TITLE = "Trace from last seen"


SIGNS = ((0.0, 0.0, 1.0, 0.1), (0.0, 0.9, 0.3, 1.0), (0.85, 0.92, 1.0, 1.0))
"""What stands over the picture: name and buttons above, the burnt-in clock, whether all is saved. Left, top, right and
bottom, 0..1 of the picture."""
PLAIN_SHARE = 0.8
LINES = 540


def is_in_plain_sight(index: TruthIndex, person: str, known: Known) -> bool:
    """Return whether a sighting shows a person well enough to be known by it; that by a person, in a space, does.

    At its frame 48 px of 540 lines are to be seen of them and 80 % of their height, all of it inside the picture, and
    no sign of the console covers any of it.
    """
    if known.camera_id is None:
        return True
    rows = index.frame_rows
    frame = min(int(known.t_s * index.table.fps + 0.5), index.table.frame_count - 1)
    low, high = np.searchsorted(rows.key, index.get_camera_code(known.camera_id) * index.stride + frame + np.arange(2))
    own = np.arange(low, high)[rows.person[low:high] == index.get_person_code(person)]
    if not len(own):
        return False
    row = index.table.rows.iloc[int(rows.table_row[own[0]])]
    width, lines = index.table.picture_wh[known.camera_id]
    left, top, right, bottom = row["x1"] / width, row["y1"] / lines, row["x2"] / width, row["y2"] / lines
    is_tall = (bottom - top) * row["visible"] >= CLEAR_HEIGHT_PX / LINES
    is_whole = min(left, 1 - right, 1 - bottom) >= 1 / LINES
    is_under = any(left < x2 and right > x1 and top < y2 and bottom > y1 for x1, y1, x2, y2 in SIGNS)
    return bool(is_tall and is_whole and row["visible"] >= PLAIN_SHARE and not is_under)


def find_known(task: Task, index: TruthIndex) -> Known | None:
    """Return the sighting that a search can start from; None where there is none in plain sight.

    Forward it is the first such moment of the first appearance, backward the last one of the last. It is a whole second
    where the appearance has one.
    """
    index = keep_cameras(index, task.cameras)
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    if not legs:
        return None
    is_backward = get_task_type(task.type).follows is Direction.BACKWARD
    step = -1 if is_backward else 1
    leg = max(legs, key=lambda n: float(window.last_s[n])) if is_backward else legs[0]
    camera_id, moments = index.appearances[leg].camera_id, find_rows(window, leg)[:, 0].tolist()
    whole = range(math.ceil(moments[0]), math.floor(moments[-1]) + 1)
    sightings = (Known(t_s=float(t_s), camera_id=camera_id) for part in (whole, moments) for t_s in part[::step])
    return next((known for known in sightings if is_in_plain_sight(index, task.person, known)), None)


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
