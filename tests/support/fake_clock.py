"""A clock that a test moves by hand; its wall clock can be set apart from its steady one."""

from datetime import UTC, datetime, timedelta

from sim.attempt.attempt import Instant

NOON = datetime(2026, 9, 14, 12, 0, 0, tzinfo=UTC)


class FakeClock:
    def __init__(self, *, epoch: str = "run-1", wall: datetime = NOON, steady_s: float = 1000.0) -> None:
        self.wall = wall
        self.steady_s = steady_s
        self.epoch = epoch

    def read(self) -> Instant:
        return Instant(wall=self.wall, steady_s=self.steady_s, epoch=self.epoch)

    def pass_s(self, seconds: float) -> Instant:
        self.steady_s += seconds
        self.wall += timedelta(seconds=seconds)
        return self.read()

    def set_wall(self, shift_s: float) -> Instant:
        self.wall += timedelta(seconds=shift_s)
        return self.read()

    def restart(self, *, epoch: str) -> Instant:
        self.epoch = epoch
        self.steady_s = 5.0
        return self.read()
