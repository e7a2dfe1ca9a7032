"""What a check of the design found: one type for all of them."""

from dataclasses import dataclass
from enum import Enum


class Finding(Enum):
    """Outcome of one check of the design."""

    FINE = "fine"
    CONCERN = "concern"
    UNKNOWN = "not in the table"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is put, and what it is about in two or three words, for a list of those still open."""

    text: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCheck:
    """One question put to the design, what it is about in a few words, and its answer in a sentence."""

    question: str
    topic: str
    finding: Finding
    sentence: str


def answer(question: Question, sentence: str, *, finding: Finding) -> DesignCheck:
    """Return a check, in one line."""
    return DesignCheck(question=question.text, topic=question.topic, finding=finding, sentence=sentence)


NOTHING_YET = "Nothing to compare yet."
"""The answer where nobody is left to ask about."""


def say_people(count: int) -> str:
    """Return how many people: "1 person", "4 people"."""
    return "1 person" if count == 1 else f"{count} people"


def say_clock(seconds: float) -> str:
    """Return a time as minutes and seconds: 312.4 gives "5:12"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
