"""What became of each leg of the target and of each claim, for the debrief's tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sim.scoring.case import TraceCase


class LegOutcome(StrEnum):
    """FOUND and MISSED are said of the target's appearances, RIGHT and WRONG_PERSON of claimed ones."""

    FOUND = "found"
    MISSED = "missed"
    RIGHT = "right"
    WRONG_PERSON = "wrong person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One appearance inside the window.

    Attributes:
        number: its place in `TruthIndex.appearances`.
        camera_id: the camera.
        person_id: who it shows.
        from_s: `t_s` of its first row in the window.
        to_s: `t_s` of its last row in the window.
        outcome: what became of it.
    """

    number: int
    camera_id: str
    person_id: str
    from_s: float
    to_s: float
    outcome: LegOutcome


def describe_legs(case: TraceCase) -> tuple[Leg, ...]:
    """Return T in order, each FOUND or MISSED."""
    return _describe(case, case.legs, case.claims.target, LegOutcome.FOUND, LegOutcome.MISSED)


def describe_claims(case: TraceCase) -> tuple[Leg, ...]:
    """Return the claimed appearances in order, each RIGHT or WRONG_PERSON."""
    return _describe(case, case.claims.claimed, case.claims.target, LegOutcome.RIGHT, LegOutcome.WRONG_PERSON)


def _describe(
    case: TraceCase, numbers: Sequence[int], good: Sequence[int], yes: LegOutcome, no: LegOutcome
) -> tuple[Leg, ...]:
    appearances = case.index.appearances
    return tuple(
        Leg(
            number=n,
            camera_id=appearances[n].camera_id,
            person_id=appearances[n].person_id,
            from_s=float(case.window.first_s[n]),
            to_s=float(case.window.last_s[n]),
            outcome=yes if n in good else no,
        )
        for n in numbers
    )
