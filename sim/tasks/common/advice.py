"""What to practice next: a sentence, and the skill that it is about."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sim.scoring.score_card import ScoreCard

_TOO_LATE: Final = "Try another one, and submit before the time is up: what you have by then still counts."
_AGAIN: Final = "Try another one, and check each part of your answer before you submit."


class Trains(StrEnum):
    """The skill that an advice is about; each task type says which it trains.

    SAME stands for whatever the drill just done trains.
    """

    LOOK_ALIKES = "telling people apart"
    NEXT_CAMERA = "the next camera"
    LAST_PLACE = "the last place"
    CHECKS = "secondary screening"
    SAME = "the same again"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to practice next; without another skill named, by a drill of the kind just done."""

    sentence: str
    trains: Trains = field(default=Trains.SAME, kw_only=True)


def advise_next(card: ScoreCard, harder: Advice) -> tuple[Advice]:
    """Return `harder` where nothing is left to practice; what failed without an advice of its own is done again."""
    if card.passed is not False:
        return (harder,)
    is_late = any(criterion.key == "inside_limit" and criterion.met is False for criterion in card.criteria)
    return (Advice(_TOO_LATE if is_late else _AGAIN),)
