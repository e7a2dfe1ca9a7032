"""What a score is told from: the card, the answer, and its marks looked up in truth."""

from dataclasses import dataclass

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer
from sim.scoring.score_card import ScoreCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer, judged."""

    card: ScoreCard  # its metrics
    # its marks looked up in truth as a trace of the person sought, for the debrief; None where nobody is sought or no
    # marks are asked for
    case: TraceCase | None
    answer: Answer  # what of the answer was scored


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One line of the score card: the measure's name, its value as text, and what it means in a sentence."""

    key: str
    label: str
    value: str
    sentence: str
    good: bool | None
