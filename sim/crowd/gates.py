"""Narrow doors: one person at a time, in the order of asking."""

from sim.crowd.walker import Walker

_HOLD_LIMIT_S = 12.0


class Gates:
    """Who may pass each narrow door now, and who waits for it."""

    def __init__(self) -> None:
        self._holder: dict[str, Walker] = {}
        self._queue: dict[str, list[int]] = {}

    def ask(self, gate: str, walker: Walker, now_s: float) -> bool:
        """Return whether the walker may pass the gate; if not, they are put in its queue."""
        holder = self._holder.get(gate)
        if holder is walker:
            return True
        queue = self._queue.setdefault(gate, [])
        if walker.number not in queue:
            queue.append(walker.number)
        if holder is not None and now_s - holder.gate_since_s > _HOLD_LIMIT_S:
            self.release(holder)
            holder = None
        if holder is not None or queue[0] != walker.number:
            return False
        queue.pop(0)
        self._holder[gate] = walker
        walker.gate, walker.gate_since_s = gate, now_s
        return True

    def release(self, walker: Walker) -> None:
        """Let the next one pass."""
        if walker.gate is not None:
            self._holder.pop(walker.gate, None)
            walker.gate = None

    def forget(self, walker: Walker) -> None:
        """Take a walker who goes another way out of every queue."""
        for queue in self._queue.values():
            if walker.number in queue:
                queue.remove(walker.number)
