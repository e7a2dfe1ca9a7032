"""So many in any minute, and no more."""

import pytest

from sim.errors import PaceError
from sim.services import pace
from sim.services.pace import Pace


def test_the_limit_is_of_any_sixty_seconds_and_of_each_key() -> None:
    counted = Pace()
    for second in (0.0, 10.0, 50.0):
        counted.note("a", now_s=second, most=3)
    with pytest.raises(PaceError, match="go on in 1 s"):
        counted.note("a", now_s=59.4, most=3)
    counted.note("b", now_s=59.4, most=3)
    counted.note("a", now_s=60.0, most=3)
    with pytest.raises(PaceError, match="go on in 10 s"):
        counted.note("a", now_s=60.0, most=3)
    counted.note("a", now_s=70.0, most=3)


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_KEYS", 3)
    counted = Pace()
    for number in range(5):
        counted.note(f"old {number}", now_s=float(number), most=1)
    counted.note("new", now_s=63.5, most=1)
    assert set(counted._asked) == {"old 4", "new"}
