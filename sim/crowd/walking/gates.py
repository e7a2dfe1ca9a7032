"""Narrow doors: one person at a time, in the order of asking."""

from sim.crowd.walking.walker import Walker

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
