"""Round numbers for the axes of the report's pictures."""

from sim.text.tables import write_time

TIME_STEPS_S = (15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
RATIO_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


def list_times(top_s: float, *, most: int) -> list[tuple[float, str]]:
    """Return at most `most` + 1 round times from 0 to `top_s` with their labels."""
    step = next((step for step in TIME_STEPS_S if top_s / step <= most), 7200.0)
    return [(step * number, write_time(step * number)) for number in range(int(top_s // step) + 1)]


def list_percents() -> list[tuple[float, str]]:
    return [(value, f"{value:.0f}%") for value in (0.0, 25.0, 50.0, 75.0, 100.0)]


def list_ratios(low: float, high: float) -> list[tuple[float, str]]:
    """Return round ratios between `low` and `high`, as a change in percent."""
    return [(ratio, _write_ratio(ratio)) for ratio in RATIO_TICKS if low <= ratio <= high]


def _write_ratio(ratio: float) -> str:
    percent = round(100.0 * (ratio - 1.0))
    if percent == 0:
        return "same"
    return f"+{percent}%" if percent > 0 else f"\N{MINUS SIGN}{-percent}%"
