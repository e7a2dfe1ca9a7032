"""Answers to a trace with one mistake each."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.scoring.calibration import LEAST_RATED
from sim.scoring.evidence import MAX_CONFIDENCE, Answer, Fix
from sim.scoring.fix import NOBODY, resolve_fixes
from sim.tasks.aim import mark_clearest
from sim.tasks.base import Task
from sim.tasks.flaw import Flaw
from sim.tasks.trace.searcher import answer_trace_perfectly, pick_wrong_zone
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

MISSED = frozenset({"leg_recall", "idtp", "idfn", "idr", "idf1", "sequence_similarity"})
STRANGER = frozenset({"leg_precision", "idfp", "idp", "idf1", "wrong_person_s", "sequence_similarity"})
UNSURE = frozenset({"brier_score", "calibration_error", "overconfidence"})
ABSENT = (STRANGER - {"idf1"}) | {"absence_right"}


def flaw_trace(task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
    """Return the flaws that the task allows; a person who never appears has flaws of their own. Raises TaskError."""
    perfect = answer_trace_perfectly(task, index)
    window = cut_window(index, task.window_s)
    return tuple(_flaw_seen(window, task.person, perfect) if perfect.fixes else flaw_absent(window))


def _flaw_seen(window: TruthWindow, target: str, perfect: Answer) -> Iterator[Flaw]:
    zone = perfect.final_zone and pick_wrong_zone(window.index, perfect.final_zone, np.random.default_rng(0))
    if zone:
        yield Flaw(name="wrong place", answer=replace(perfect, final_zone=zone), hurts=frozenset({"final_place"}))
    if len(perfect.fixes) > 1:
        yield Flaw(name="a leg missed", answer=replace(perfect, fixes=perfect.fixes[1:]), hurts=MISSED)
    for number in _find_strangers(window, target)[:1]:
        fixes = (*perfect.fixes, mark_clearest(window, number))
        yield Flaw(name="somebody else marked", answer=replace(perfect, fixes=fixes), hurts=STRANGER)
    for fix in _find_bare_spots(window, perfect)[:1]:
        answer = replace(perfect, fixes=(*perfect.fixes, fix))
        yield Flaw(name="nobody at the spot marked", answer=answer, hurts=frozenset({"leg_precision"}))
    yield from list_unsure(perfect)


def flaw_absent(window: TruthWindow) -> Iterator[Flaw]:
    """Yield the flaws of a task about somebody who never appears in the window."""
    yield Flaw(name="absence not said", answer=Answer(), hurts=frozenset({"absence_right"}))
    for number in _find_strangers(window, target=None)[:1]:
        answer = Answer(fixes=(mark_clearest(window, number),), not_on_camera=True)
        yield Flaw(name="somebody marked for one who is absent", answer=answer, hurts=ABSENT)


def list_unsure(perfect: Answer) -> tuple[Flaw, ...]:
    """Return the flaw of calling every right mark not sure, beside calling it sure; () when there are too few marks."""
    if len(perfect.fixes) < LEAST_RATED:
        return ()
    sure, unsure = (_rate(perfect, confidence) for confidence in (MAX_CONFIDENCE, 1))
    return (Flaw(name="not sure of right marks", answer=unsure, hurts=UNSURE, beside=sure),)


def _rate(answer: Answer, confidence: int) -> Answer:
    return replace(answer, fixes=tuple(replace(fix, confidence=confidence) for fix in answer.fixes))


def _find_strangers(window: TruthWindow, target: str | None) -> list[int]:
    appearances = window.index.appearances
    return [int(n) for n in np.flatnonzero(window.rows > 0) if appearances[n].person_id != target]


def _find_bare_spots(window: TruthWindow, perfect: Answer) -> list[Fix]:
    """Return corners of the frames marked in which nobody stands."""
    corners = [replace(fix, x=x, y=y) for fix in perfect.fixes for x in (0.0, 1.0) for y in (0.0, 1.0)]
    people = resolve_fixes(window.index, corners).person
    return [corner for corner, person in zip(corners, people, strict=True) if person == NOBODY]
