"""Answers with one mistake each: what the validity page and tests plant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sim.scoring.evidence import Answer, Mark
from sim.scoring.mark import NOBODY, resolve_marks
from sim.tasks.common.aim import mark_clearest
from sim.truth.window import TruthWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """An answer that is right but for one thing."""

    name: str  # what is wrong, in a few words
    answer: Answer
    hurts: frozenset[str]  # the metrics that get worse by it; every other keeps its value


MISSED = frozenset({"appearance_recall", "idtp", "idfn", "idr", "idf1", "sequence_similarity"})


STRANGER = frozenset({"appearance_precision", "idfp", "idp", "idf1", "wrong_person_s", "sequence_similarity"})


ABSENT = (STRANGER - {"idf1"}) | {"absence_right"}


def flaw_absent(window: TruthWindow) -> Iterator[Flaw]:
    """Yield the flaws of a task about somebody who never appears in the window."""
    yield Flaw(name="absence not said", answer=Answer(), hurts=frozenset({"absence_right"}))
    for number in find_strangers(window, target=None)[:1]:
        answer = Answer(marks=(mark_clearest(window, number),), not_on_camera=True)
        yield Flaw(name="someone marked for one who is absent", answer=answer, hurts=ABSENT)


def find_strangers(window: TruthWindow, target: str | None) -> list[int]:
    """Return the numbers of appearances of others in the window."""
    appearances = window.index.appearances
    return [int(n) for n in np.flatnonzero(window.rows > 0) if appearances[n].person_id != target]


def find_bare_spots(window: TruthWindow, perfect: Answer) -> list[Mark]:
    """Return corners of the frames marked in which nobody stands."""
    corners = [replace(mark, x=x, y=y) for mark in perfect.marks for x in (0.0, 1.0) for y in (0.0, 1.0)]
    people = resolve_marks(window.index, corners).person
    return [corner for corner, person in zip(corners, people, strict=True) if person == NOBODY]
