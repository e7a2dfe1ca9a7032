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


_HOLD_LIMIT_S = 12.0
_FORGET_S = 0.5


class Gates:
    """Who may pass each narrow door now, and who waits for it."""

    def __init__(self) -> None:
        self._holder: dict[str, Walker] = {}
        self._queue: dict[str, dict[int, float]] = {}

    def ask(self, gate: str, walker: Walker, now_s: float) -> bool:
        """Return whether the walker may pass; if not, they wait in the queue for as long as they keep asking."""
        holder = self._holder.get(gate)
        if holder is walker:
            return True
        queue = self._queue.setdefault(gate, {})
        queue[walker.number] = now_s
        for number in [n for n, asked_s in queue.items() if now_s - asked_s > _FORGET_S]:
            del queue[number]
        if holder is not None and now_s - holder.gate_since_s > _HOLD_LIMIT_S:
            self.release(holder)
            holder = None
        if holder is not None or next(iter(queue)) != walker.number:
            return False
        del queue[walker.number]
        self.release(walker)
        self._holder[gate] = walker
        walker.gate, walker.gate_since_s = gate, now_s
        return True

    def release(self, walker: Walker) -> None:
        if walker.gate is not None:
            self._holder.pop(walker.gate, None)
            walker.gate = None
