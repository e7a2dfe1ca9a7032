"""What a comparison is held to: fixed before the drills."""

import math
from dataclasses import dataclass
from datetime import date

MARGIN = 0.05
"""Fall in match (IDF1) up to which accuracy counts as held, unless the plan says otherwise."""

SMALLEST = 0.3
"""Smallest share of time worth having, unless the plan says otherwise."""

LOOKS_POWER = 1.5
"""Looks come one by one, and nobody knows how many more will: the first one counts whole, and what all others add to
the chance of a wrong word has to stay small. With 1, unchanged teams got one in 5 to 6% by 20 looks (docs/validity.md).
"""


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
    teams: int | None = 1  # how many are compared, this one among them; None where nobody has said

    def raise_level(self, level: float) -> float:
        """Return a level at which all looks at all teams together are wrong as seldom as one look at one team."""
        return 1.0 - (1.0 - level) / (math.pow(self.looks, LOOKS_POWER) * (self.teams or 1))


NO_PLAN = Plan()
