"""Numbers of a comparison in words."""

from sim.compare.content.wording import say_share_change
from sim.compare.statistics.result import LEVEL, Result
from sim.text.tables import write_time

NONE = "none"
MINUS = "\N{MINUS SIGN}"


def write_ratio(result: Result | None) -> str:
    """Return a ratio of times as a change: "28% less"; "none" without one."""
    return NONE if result is None or result.estimate is None else say_share_change(result.estimate)


def write_ratio_range(result: Result | None) -> str:
    """Return the interval of a ratio of times: "from 40% less to 5% more"."""
    if result is None or result.interval is None:
        return NONE
    lower, upper = (say_share_change(bound) for bound in result.interval)
    return f"from {lower} to {upper}{_write_level(result)}"


def write_points(result: Result | None) -> str:
    """Return a difference of shares in points with its sign: "+12 points"."""
    return NONE if result is None or result.estimate is None else f"{_sign(100.0 * result.estimate)} points"


def write_points_range(result: Result | None) -> str:
    """Return the interval of a difference of shares, in points."""
    return _write_range(result, scale=100.0)


def write_seconds(result: Result | None) -> str:
    """Return a difference of times in seconds with its sign: "−35 s"."""
    return NONE if result is None or result.estimate is None else f"{_sign(result.estimate)} s"


def write_seconds_range(result: Result | None) -> str:
    """Return the interval of a difference of times, in seconds."""
    return _write_range(result, scale=1.0)


def write_mean_time(result: Result | None) -> str:
    """Return a mean time with its interval: "4:10 (3:20 to 5:00)"."""
    if result is None or result.estimate is None:
        return NONE
    text = write_time(result.estimate)
    if result.interval is None:
        return text
    lower, upper = (write_time(max(bound, 0.0)) for bound in result.interval)
    return f"{text} ({lower} to {upper})"


def write_mean_share(result: Result | None) -> str:
    """Return a mean share with its interval: "72% (60 to 84%)"."""
    if result is None or result.estimate is None:
        return NONE
    text = f"{100.0 * result.estimate:.0f}%"
    if result.interval is None:
        return text
    lower, upper = (100.0 * bound for bound in result.interval)
    return f"{text} ({_round(lower)} to {_round(upper)}%)"


def _write_range(result: Result | None, *, scale: float) -> str:
    if result is None or result.interval is None:
        return NONE
    lower, upper = (_sign(scale * bound) for bound in result.interval)
    return f"{lower} to {upper}{_write_level(result)}"


def _write_level(result: Result) -> str:
    level = float(result.settings.get("level", LEVEL))
    return "" if level >= LEVEL else f" (a {100 * level:.0f}% interval only)"


def _sign(value: float) -> str:
    number = round(value)
    return f"+{number}" if number > 0 else _round(value) if number else "\N{PLUS-MINUS SIGN}0"


def _round(value: float) -> str:
    number = round(value)
    return f"{MINUS}{-number}" if number < 0 else str(number)
