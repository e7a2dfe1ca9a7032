"""Notices when a crowd is too dense to move, and says where."""

from collections import defaultdict

from sim.crowd.walking.walker import Walker
from sim.errors import ScenarioError

LIMIT_S = 60.0
"""Somebody who got no further for this long in all at one place was stuck there."""
LEAST_PEOPLE = 5
SHARE = 0.1


class Jams:
    """Counts for how long each person got no further at each door or in each zone."""

    def __init__(self, people_count: int) -> None:
        self._people_count = people_count
        self._waited_s: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._stuck: dict[int, str] = {}

    def note(self, place: str, walker: Walker, seconds: float) -> None:
        """Add time in which a person wanted on and could not; `place` is named as the message is to name it."""
        waited = self._waited_s[place]
        waited[walker.number] += seconds
        if waited[walker.number] > LIMIT_S:
            self._stuck.setdefault(walker.number, place)

    def check(self, now_s: float) -> None:
        """Raise ScenarioError when more than a tenth of all, and at least five, are stuck somewhere."""
        most = max(LEAST_PEOPLE, SHARE * self._people_count)
        if len(self._stuck) < most:
            return
        places = list(self._stuck.values())
        worst = max(sorted(set(places)), key=places.count)
        longest_s = max(self._waited_s[worst].values())
        raise ScenarioError(
            f"the crowd is too dense to move: after {now_s:.0f} s, {len(self._stuck)} of {self._people_count} people "
            f"had been stuck for over {LIMIT_S:.0f} s, {places.count(worst)} of them at {worst} "
            f"(up to {longest_s:.0f} s)",
            expected=f"at most {SHARE:.0%} of the people, or {LEAST_PEOPLE - 1}",
            todo=f"send fewer people through {worst}, spread their times (at_s), or use other doors as well",
        )
