"""What became of each leg of the target, for the debrief's table."""

from dataclasses import dataclass
from enum import StrEnum

from sim.scoring.case import TraceCase


class LegOutcome(StrEnum):
    """Whether one of the target's appearances was claimed; a glimpse is neither found nor missed."""

    FOUND = "found"
    MISSED = "missed"
    GLIMPSE = "glimpse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One appearance inside the window."""

    number: int  # its place in `TruthIndex.appearances`
    camera_id: str
    person_id: str  # who it shows
    from_s: float  # `t_s` of its first row in the window
    to_s: float  # `t_s` of its last row in the window
    outcome: LegOutcome  # what became of it


def describe_legs(case: TraceCase) -> tuple[Leg, ...]:
    """Return T, each FOUND or MISSED, and the target's glimpses among them, in order."""
    appearances = case.index.appearances
    return tuple(
        Leg(
            number=n,
            camera_id=appearances[n].camera_id,
            person_id=appearances[n].person_id,
            from_s=float(case.window.first_s[n]),
            to_s=float(case.window.last_s[n]),
            outcome=_judge(case, n),
        )
        for n in case.shown
    )


def _judge(case: TraceCase, number: int) -> LegOutcome:
    if number in case.glimpses:
        return LegOutcome.GLIMPSE
    return LegOutcome.FOUND if number in case.claims.target else LegOutcome.MISSED
