"""Seeks, steps, playing and marks of one console: how fast, and whether the right frame shows."""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from tools.bench.console.drill import Desk
from tools.bench.console.driven import DrivenConsole
from tools.bench.console.plan import Plan

SPEEDS = (-4.0, -2.0, -1.0, 1.0, 2.0, 4.0, 8.0, 16.0)
MARK_SPEEDS = (1.0, 2.0, 4.0)
NEVER_MS = 8000.0
SETTLE_MS = 600.0
"""What the beginning of playing may take before frame numbers are compared, milliseconds."""
LOOKS = 5


class Moves:
    """Measures one console; every method returns numbers by the keys of `measures.MEASURES`."""

    def __init__(self, console: DrivenConsole, desk: Desk, plan: Plan, rng: np.random.Generator) -> None:
        self.console = console
        self.desk = desk
        self.plan = plan
        self.rng = rng
        self.main = desk.make_main_reference()
        self.tile = desk.make_tile_reference()

    def seek(self, *, prefix: str = "seek", count: int | None = None) -> dict[str, float]:
        """Jump about."""
        took: list[float] = []
        right: list[bool] = []
        for number, frame in enumerate(self._choose_frames(count or self.plan.seeks)):
            taken = self.console.seek(frame)
            took.append(NEVER_MS if taken is None else taken)
            right.append(taken is not None and (number >= self.plan.checked or self._is_right(frame)))
        return {**_name_times(prefix, took), f"{prefix}_exact": _share(right)}

    def step(self) -> dict[str, float]:
        """Step on from somewhere in the middle, and a few steps back."""
        took: list[float] = []
        right: list[bool] = []
        frame = int(self.console.frame_count * 0.3)
        self.console.seek(frame)
        for number in range(self.plan.steps):
            is_back = number % 5 == 4
            frame += -1 if is_back else 1
            taken = self.console.step(frame, key="," if is_back else ".")
            took.append(NEVER_MS if taken is None else taken)
            right.append(taken is not None and (number >= self.plan.checked or self._is_right(frame)))
        return {**_name_times("step", took), "step_exact": _share(right)}

    def play(self) -> dict[str, float]:
        """Play at every speed, backwards too."""
        right: list[bool] = []
        paces: list[float] = []
        apart: dict[float, float] = {}
        for speed in SPEEDS:
            room = abs(speed) * self.main.fps * (self.plan.play_s + 4.0)
            start = 0.1 if speed > 0 else 0.9
            if speed > 0 and room > 0.85 * self.console.frame_count:
                start = 0.0
            self.console.seek(int(self.console.frame_count * start))
            self.console.play(speed)
            seen = self.console.watch(self.plan.play_s)
            looks = [self.console.snapshot() for _ in range(LOOKS)]
            self.console.pause()
            settled = [row for row in seen if row[0] - seen[0][0] > SETTLE_MS] if seen else []
            paces.append(_measure_pace(settled, fps=self.main.fps) / speed)
            apart[speed] = float(np.percentile([abs(main - wall) for _, main, wall in settled], 99))
            for look in looks:
                right.append(self.main.is_frame(look["main"], look["mainPicture"]))
                right.append(self.tile.is_frame(look["wall"], look["wallPicture"]))
        found = {"play_exact": _share(right), "pace": min(paces)}
        return {**found, "apart_1": apart[1.0], "apart_4": apart[4.0], "apart_16": apart[16.0]}

    def mark(self, attempt_id: str) -> dict[str, float]:
        """Mark while playing; compare what was stored with what was on screen as the press began."""
        self.console.ask("watchPresses()")
        presses: list[dict[str, dict[str, object]]] = []
        spots = itertools.cycle(self._choose_spots())
        each = math.ceil(self.plan.marks / len(MARK_SPEEDS))
        for speed in MARK_SPEEDS:
            self.console.seek(int(self.console.frame_count * 0.1))
            self.console.play(speed)
            for _ in range(each):
                self.console.mark(*next(spots))
                presses += self.console.ask("takePresses()")
                self.console.page.wait_for_timeout(float(self.rng.uniform(40, 200)))
            self.console.pause()
        self.console.page.locator("[data-part=status][data-kind=saved]").wait_for()
        frames = self.desk.list_fixed_frames(attempt_id)
        right = [
            self.main.find_frame(frame, press["before"]) <= frame <= self.main.find_frame(frame, press["after"])
            for frame, press in zip(frames, presses, strict=False)
        ]
        right += [False] * abs(len(frames) - len(presses))
        return {"mark_exact": _share(right)}

    def hover(self) -> dict[str, float]:
        """Look at thumbnails; the first one loads the sheet and is not counted."""
        frames = self._choose_frames(self.plan.hovers + 1)
        took = [self.console.hover(frame) for frame in frames][1:]
        self.console.page.mouse.move(5, 5)
        return {"hover_p95": float(np.percentile([NEVER_MS if ms is None else ms for ms in took], 95))}

    def _is_right(self, frame: int) -> bool:
        look = self.console.snapshot()
        return (
            look["main"] == frame == look["wall"]
            and self.main.is_frame(frame, look["mainPicture"])
            and self.tile.is_frame(frame, look["wallPicture"])
        )

    def _choose_frames(self, count: int) -> list[int]:
        return [int(n) for n in self.rng.integers(2, self.console.frame_count - 2, count)]

    def _choose_spots(self) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in self.rng.uniform(0.25, 0.75, (40, 2))]


def _name_times(prefix: str, took: Sequence[float]) -> dict[str, float]:
    half, most = np.percentile(took, [50, 95])
    return {f"{prefix}_p50": float(half), f"{prefix}_p95": float(most)}


def _share(right: Sequence[bool]) -> float:
    return 100.0 * sum(right) / max(1, len(right))


def _measure_pace(seen: Sequence[tuple[float, int, int]], *, fps: float) -> float:
    """Return how fast the main picture's frames went by, in seconds of footage a second."""
    if len(seen) < 2:
        return 0.0
    (first_at, first, _), (last_at, last, _) = seen[0], seen[-1]
    return (last - first) / fps / ((last_at - first_at) / 1000.0)
