"""Answers with one mistake each: what calibration and tests plant."""

from dataclasses import dataclass

from sim.scoring.evidence import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """An answer that is right but for one thing.

    Attributes:
        name: what is wrong, in a few words.
        answer: the answer.
        beside: the right answer that it differs from in one thing; None for the perfect one.
        hurts: the metrics that get worse by it; every other keeps its value.
    """

    name: str
    answer: Answer
    hurts: frozenset[str]
    beside: Answer | None = None
