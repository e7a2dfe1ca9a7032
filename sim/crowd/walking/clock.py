"""The two clocks of a crowd: frames of the recording, and the finer steps people move by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

STEP_HZ = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Frames of a recording, how many a second and in all; people move in steps of at most 1 / `STEP_HZ` seconds."""

    fps: float
    frame_count: int

    @property
    def steps_a_frame(self) -> int:
        return max(1, math.ceil(STEP_HZ / self.fps - 1e-9))

    @property
    def step_s(self) -> float:
        """Length of a step, seconds."""
        return 1.0 / (self.fps * self.steps_a_frame)

    @property
    def step_count(self) -> int:
        """Steps of the whole recording; the last one is the last frame."""
        return (self.frame_count - 1) * self.steps_a_frame + 1

    def find_frame(self, at_s: float) -> int:
        """Return the first frame at or after a time in seconds; a time after the end is the frame after the last."""
        return self.frame_count if math.isinf(at_s) else min(self.frame_count, math.ceil(at_s * self.fps - 1e-6))


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
