"""Answers to a trace with one mistake each."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.scoring.evidence import Answer
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.base import Task
from sim.tasks.common.flaw import MISSED, STRANGER, Flaw, find_bare_spots, find_strangers, flaw_absent
from sim.tasks.common.mistakes import pick_wrong_zone
from sim.tasks.trace.searcher import answer_trace_perfectly
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window


def flaw_trace(task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
    """Return the flaws that the task allows; a person who never appears has flaws of their own. Raises TaskError."""
    perfect = answer_trace_perfectly(task, index)
    window = cut_window(index, task.window_s)
    return tuple(_flaw_seen(window, task.person, perfect) if perfect.marks else flaw_absent(window))


def _flaw_seen(window: TruthWindow, target: str, perfect: Answer) -> Iterator[Flaw]:
    zone = perfect.final_zone and pick_wrong_zone(window.index, perfect.final_zone, np.random.default_rng(0))
    if zone:
        yield Flaw(name="wrong place", answer=replace(perfect, final_zone=zone), hurts=frozenset({"final_place"}))
    if len(perfect.marks) > 1:
        yield Flaw(name="a leg missed", answer=replace(perfect, marks=perfect.marks[1:]), hurts=MISSED)
    for number in find_strangers(window, target)[:1]:
        marks = (*perfect.marks, mark_clearest(window, number))
        yield Flaw(name="someone else marked", answer=replace(perfect, marks=marks), hurts=STRANGER)
    for mark in find_bare_spots(window, perfect)[:1]:
        answer = replace(perfect, marks=(*perfect.marks, mark))
        yield Flaw(name="nobody at the spot marked", answer=answer, hurts=frozenset({"appearance_precision"}))
