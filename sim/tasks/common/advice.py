"""What to practise next: a sentence, and the skill that it is about."""

from dataclasses import dataclass, field
from enum import StrEnum


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
    """One thing to practise next; without another skill named, by a drill of the kind just done."""

    sentence: str
    trains: Trains = field(default=Trains.SAME, kw_only=True)
