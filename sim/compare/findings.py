"""What a check of the design found: one type for all of them."""

from dataclasses import dataclass
from enum import Enum


class Finding(Enum):
    """Outcome of one check of the design."""

    FINE = "fine"
    CONCERN = "concern"
    UNKNOWN = "not in the table"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCheck:
    """One question put to the design and its answer in a sentence."""

    question: str
    finding: Finding
    sentence: str


def answer(question: str, sentence: str, *, finding: Finding) -> DesignCheck:
    """Return a check, in one line."""
    return DesignCheck(question=question, finding=finding, sentence=sentence)


NOTHING_YET = "Nothing to compare yet."
"""The answer where nobody is left to ask about."""
