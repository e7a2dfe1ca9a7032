"""What a comparison is held to: fixed before the drills."""

from dataclasses import dataclass
from datetime import date

MARGIN = 0.05
"""Fall in match (IDF1) up to which accuracy counts as held, unless the plan says otherwise."""

SMALLEST = 0.3
"""Smallest share of time worth having, unless the plan says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was fixed before the drills, and what is known of the team beside its drills."""

    people: int | None = None  # on the team
    attended: int | None = None  # came to the training
    before: int | None = None  # drills planned before and after
    after: int | None = None
    training_on: date | None = None
    compare_on: date | None = None  # the day on which the comparison was to be made
    margin: float = MARGIN  # fall in match up to which accuracy counts as held
    smallest: float | None = None  # smallest share of time worth having, 0.2 for a fifth
    looks: int = 1  # how often this team was compared, each time with other drills
    teams: int = 1  # how many teams were looked at


NO_PLAN = Plan()
