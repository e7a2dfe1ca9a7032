"""So many in any minute, and no more."""

import pytest

from sim.errors import RateLimitError
from sim.services.app import rate_limit
from sim.services.app.rate_limit import RateLimit


def test_the_limit_is_of_any_sixty_seconds_and_of_each_key() -> None:
    counted = RateLimit()
    for second in (0.0, 10.0, 50.0):
        counted.note("a", now_s=second, most=3)
    with pytest.raises(RateLimitError, match="try again in 1 s"):
        counted.note("a", now_s=59.4, most=3)
    counted.note("b", now_s=59.4, most=3)
    counted.note("a", now_s=60.0, most=3)
    with pytest.raises(RateLimitError, match="try again in 10 s"):
        counted.note("a", now_s=60.0, most=3)
    counted.note("a", now_s=70.0, most=3)


def test_an_hour_has_a_count_of_its_own_and_says_so() -> None:
    counted = RateLimit()
    for second in (0.0, 600.0):
        counted.note("a", now_s=second, most=2, span_s=rate_limit.HOUR_S)
    counted.note("a", now_s=601.0, most=1)
    with pytest.raises(RateLimitError, match="try again in 1800 s") as refused:
        counted.note("a", now_s=1800.0, most=2, span_s=rate_limit.HOUR_S)
    assert refused.value.expected == "at most 2 an hour"
    counted.note("a", now_s=3600.0, most=2, span_s=rate_limit.HOUR_S)


def test_what_is_over_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_KEYS", 3)
    counted = RateLimit()
    for number in range(5):
        counted.note(f"old {number}", now_s=float(number), most=1)
    counted.note("new", now_s=63.5, most=1)
    assert set(counted._asked) == {("old 4", 60.0), ("new", 60.0)}
