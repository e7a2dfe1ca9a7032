"""When people get through doors that are not always there: those of vehicles at the curb."""

from collections.abc import Mapping


class Hours:
    """Opening times by door; a door that has none is always open."""

    def __init__(self, hours: Mapping[str, tuple[tuple[float, float], ...]] | None = None) -> None:
        """`hours`: of each door from when to when it is open, seconds."""
        self._hours = dict(hours or {})

    def is_open(self, door_id: str | None, now_s: float) -> bool:
        """Tell whether people get through a door now."""
        if door_id not in self._hours:
            return True
        return any(start_s <= now_s <= end_s for start_s, end_s in self._hours[door_id])
