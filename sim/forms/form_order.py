"""Who gets which form when: counterbalanced, never the same twice; forms that begin with a last sighting."""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_lowercase

import numpy as np
import pandas as pd

from sim.attempt.attempt import Phase
from sim.forms.difficulty import CLEAR_HEIGHT_PX, compute_difficulty, find_rows
from sim.forms.forms import Form
from sim.tasks import get_task_type
from sim.tasks.common.task import Known, Task
from sim.tasks.common.task_type import Direction
from sim.tasks.trace import TRACE
from sim.truth.index import TruthIndex, keep_cameras
from sim.truth.window import cut_window

GAP_S = 20.0
"""Seconds without sight of the target that weigh as much as one leg, as in the index of difficulty."""
MOST_APART = 0.02
"""Share by which the mean index of the forms before and after may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSizes:
    before: int
    after: int
    retention: int = 0

    @property
    def total(self) -> int:
        """All of them: so many unseen forms a person needs."""
        return self.before + self.after + self.retention


def make_latin_row(count: int, row: int) -> tuple[int, ...]:
    """Return one row of a Williams design: every item once, over all rows every item equally often in every place.

    Even counts have `count` rows, in which also every item follows every other equally often; odd counts have twice as
    many, the second half mirrored. Formula: Williams 1949, doi:10.1071/CH9490149. Row 0 of 4 is (0, 1, 3, 2).
    """
    if count < 1:
        return ()
    rows = count if count % 2 == 0 else 2 * count
    place = row % rows
    zigzag = [(i + 1) // 2 if i % 2 else (count - i // 2) % count for i in range(count)]
    order = [(item + place) % count for item in zigzag]
    return tuple(order if place < count else order[::-1])


def assign_form(forms: Sequence[Form], *, seen: Collection[str], person_number: int, phase: Phase) -> Form | None:
    """Return the next form for a person, or None when every parallel form was seen.

    The person's row of the design is cut into thirds: before, after, retention (what does not divide goes to
    retention; with two forms there is one before and one after). The first unseen form of the phase's part is given;
    when that part is used up, the last unseen form of the whole row.
    """
    parallel = [form for form in forms if form.use == "parallel"]
    order = [parallel[i] for i in make_latin_row(len(parallel), person_number)]
    size = max(1, len(order) // 3)
    parts = {Phase.BEFORE: order[:size], Phase.AFTER: order[size : 2 * size], Phase.RETENTION: order[2 * size :]}
    return _find_unseen(parts[phase], order, seen)


def _find_unseen(part: Sequence[Form], order: Sequence[Form], seen: Collection[str]) -> Form | None:
    return next((form for form in (*part, *reversed(order)) if form.form_id not in seen), None)


def assign_planned_form(
    forms: Sequence[Form],
    *,
    seen: Collection[str],
    seen_elsewhere: Collection[str],
    place: int,
    phase: Phase,
    sizes: PhaseSizes,
) -> Form | None:
    """Return the next form of a program for a person, or None when every parallel form was seen.

    People take turns in pairs: the second of a pair gets after the training what the first gets before it, and the
    other way round. So with as many drills after as before, every form is equally often on both sides whenever the
    number of people is even, whatever their number; pair by pair the forms move on by a row of `make_latin_row`. The
    first unseen form of the phase's part is given; when that part is used up, the last unseen form of all. Of more
    forms than there are drills, those are taken first that are most alike.
    """
    alike = pick_alike(forms, sizes.total)
    rest = [form for form in forms if form not in alike]
    order = [
        form
        for form in (*_order_in_pairs(alike, place), *_order_in_pairs(rest, place))
        if form.form_id not in seen_elsewhere
    ]
    first, second = (sizes.before, sizes.after) if place % 2 == 0 else (sizes.after, sizes.before)
    leading, trailing = order[:first], order[first : first + second]
    before, after = (leading, trailing) if place % 2 == 0 else (trailing, leading)
    parts = {Phase.BEFORE: before, Phase.AFTER: after, Phase.RETENTION: order[first + second :]}
    return _find_unseen(parts[phase], order, seen)


def assign_crossed_form(
    first: Sequence[Form],
    second: Sequence[Form],
    *,
    seen: Collection[str],
    colleagues: Collection[str],
    place: int,
    phase: Phase,
    sizes: PhaseSizes,
) -> Form | None:
    """Return the next form of a person whose drills after are on another recording than those before.

    People take turns: the drills before of every other one are on the first recording and those after on the second, of
    the others the other way round. In each recording the forms for before and after are apart, and alike
    (`split_alike`), so that nobody gets after what a colleague had before. None when every form was seen.

    Args:
        first: parallel forms of the one recording.
        second: of the other.
        seen: forms that are not new to this person.
        colleagues: forms that others of the team were given on the other side of the training; taken last.
        place: the person's place in the order, 0, 1, 2 ...
        phase: which side of the training.
        sizes: drills of each side.
    """
    home, away = (first, second) if place % 2 == 0 else (second, first)
    parts = [split_alike(forms, before=sizes.before, after=sizes.after) for forms in (home, away)]
    measured = [form for part in parts for side in part for form in side]
    later = [form for form in (*away, *home) if form not in measured]
    own = {Phase.BEFORE: parts[0][0], Phase.AFTER: parts[1][1], Phase.RETENTION: later}[phase]
    there = home if phase is Phase.BEFORE else away
    order = [own[number] for number in make_latin_row(len(own), place // 2)]
    unseen = [form for form in (*order, *there, *home, *away) if form.form_id not in seen]
    return min(unseen, key=lambda form: form.form_id in colleagues, default=None)


def split_alike(forms: Sequence[Form], *, before: int, after: int) -> tuple[list[Form], list[Form]]:
    """Return forms for before and for after, none in both, whose mean legs and mean gap differ least.

    Of those whose mean index of difficulty differs by `MOST_APART` at most, where there are any: a comparison gives no
    word where it differs by 5 % over people.
    """
    chosen = pick_alike(forms, before + after)

    def differ(part: tuple[Form, ...]) -> tuple[float, float]:
        sides = part, [form for form in chosen if form not in part]
        legs, gap, index = (
            abs(_mean(sides[0], each) - _mean(sides[1], each)) for each in (_count_legs, _measure_gap, _get_index)
        )
        return max(0.0, index - MOST_APART * _mean(chosen, _get_index)), legs + gap

    part = min(combinations(chosen, min(before, len(chosen))), key=differ)
    return list(part), [form for form in chosen if form not in part]


def measure_mean(forms: Sequence[Form]) -> float:
    """Return the mean of legs and gap of the targets, as the index of difficulty weighs them."""
    return _mean(forms, _measure)


def pick_alike(forms: Sequence[Form], count: int) -> list[Form]:
    if not 0 < count < len(forms):
        return list(forms)
    ordered = sorted(forms, key=_measure)
    starts = range(len(ordered) - count + 1)
    start = min(starts, key=lambda at: _measure(ordered[at + count - 1]) - _measure(ordered[at]))
    chosen = {form.form_id for form in ordered[start : start + count]}
    return [form for form in forms if form.form_id in chosen]


def _measure(form: Form) -> float:
    return _count_legs(form) + _measure_gap(form)


def _mean(forms: Sequence[Form], measure: Callable[[Form], float]) -> float:
    return sum(map(measure, forms)) / max(len(forms), 1)


def _get_index(form: Form) -> float:
    return form.difficulty.index if form.difficulty else 0.0


def _count_legs(form: Form) -> float:
    return float(form.difficulty.legs) if form.difficulty else 0.0


def _measure_gap(form: Form) -> float:
    return form.difficulty.longest_blind_gap_s / GAP_S if form.difficulty else 0.0


def assign_redrill_form(forms: Sequence[Form], *, seen: Collection[str], row: int) -> Form | None:
    """Return the form of a re-drill, or None when every one was seen: the last unseen one of a person's row.

    The row's end is what a program comes to last, so that what it plans shifts as little as can be.
    """
    parallel = [form for form in forms if form.use == "parallel"]
    order = [parallel[i] for i in make_latin_row(len(parallel), row)]
    return next((form for form in reversed(order) if form.form_id not in seen), None)


def _order_in_pairs(forms: Sequence[Form], place: int) -> list[Form]:
    parallel = [form for form in forms if form.use == "parallel"]
    return [parallel[i] for i in make_latin_row(len(parallel), place // 2)]


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
