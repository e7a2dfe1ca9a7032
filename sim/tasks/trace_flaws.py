"""Answers to a trace with one mistake each."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.scoring.evidence import Answer
from sim.tasks.base import Task
from sim.tasks.flaw import Flaw
from sim.tasks.trace_searcher import answer_trace_perfectly, mark_clearest, pick_wrong_zone
from sim.truth.index import TruthIndex
from sim.truth.window import cut_window

MISSED = frozenset({"leg_recall", "idtp", "idfn", "idr", "idf1", "sequence_similarity"})
STRANGER = frozenset({"leg_precision", "idfp", "idp", "idf1", "wrong_person_s", "sequence_similarity"})


def flaw_trace(task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
    """Return the flaws of a trace; () for a person who never appears. Raises TaskError."""
    perfect = answer_trace_perfectly(task, index)
    return tuple(_list_flaws(task, index, perfect)) if perfect.fixes else ()


def _list_flaws(task: Task, index: TruthIndex, perfect: Answer) -> Iterator[Flaw]:
    zone = perfect.final_zone and pick_wrong_zone(index, perfect.final_zone, np.random.default_rng(0))
    if zone:
        yield Flaw(name="wrong place", answer=replace(perfect, final_zone=zone), hurts=frozenset({"final_place"}))
    if len(perfect.fixes) > 1:
        yield Flaw(name="a leg missed", answer=replace(perfect, fixes=perfect.fixes[1:]), hurts=MISSED)
    window = cut_window(index, task.window_s)
    strangers = [n for n in np.flatnonzero(window.rows > 0) if index.appearances[n].person_id != task.person]
    for number in strangers[:1]:
        fixes = (*perfect.fixes, mark_clearest(window, int(number)))
        yield Flaw(name="somebody else marked", answer=replace(perfect, fixes=fixes), hurts=STRANGER)
