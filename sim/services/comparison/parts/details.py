"""Every number of a comparison with estimate, interval, p, people and method, for anyone who checks them."""

from collections.abc import Iterator
from dataclasses import replace

from sim.compare.content.comparison import Comparison, TimeReport
from sim.compare.statistics.result import LEVEL, Result
from sim.services.comparison.parts.tables import MEASURE_LABELS
from sim.tasks import name_task_type
from sim.text.tables import TextTable, write_time

HEADER = ("Number", "Estimate", "Interval", "p", "People", "Method", "Notes")


def make_details_table(comparison: Comparison) -> TextTable:
    """Return a row for every `Result` the comparison holds."""
    rows = tuple(
        (
            name,
            "none" if result.estimate is None else f"{result.estimate:.3f}",
            _write_plain_range(result),
            "none" if result.p is None else f"{result.p:.3f}" if result.p >= 0.001 else "under 0.001",
            str(result.n),
            result.method,
            " ".join(result.warnings),
        )
        for name, result in _list_results(comparison)
        if result is not None
    )
    return TextTable(name="details", header=HEADER, rows=rows)


def _list_results(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    yield from _list_times(comparison.time)
    for measure in comparison.accuracy:
        label = MEASURE_LABELS[measure.measure]
        yield f"{label}, change", measure.difference
    yield from _list_practice(comparison)
    yield from _list_groups(comparison)
    yield from _list_district(comparison)
    for report in comparison.by_task_type:
        label = name_task_type(report.task_type)
        yield f"{label}: ratio of mean times", report.time
        yield f"{label}: change in match with the actual path", report.accuracy
    for point in comparison.learning:
        label = f"Drill {point.drill_number}, {point.phase}"
        yield f"{label}: mean time (s)", point.time
        yield f"{label}: match with the actual path", point.accuracy
    for later in comparison.retention:
        label = "Right after" if later.days == 0 else later.name
        yield f"{label}: mean time (s)", later.time
        yield f"{label}: match with the actual path", later.accuracy
        yield f"{label}: change in mean time (s)", later.time_change
        yield f"{label}: change in match with the actual path", later.accuracy_change


def _list_times(time: TimeReport) -> Iterator[tuple[str, Result | None]]:
    yield "Ratio of typical times, after / before", _withhold_range(time.ratio) if sum(time.timed_out) else time.ratio
    if time.restricted_mean is not None and time.restricted_mean_change is not None:
        limit = write_time(float(time.restricted_mean_change.settings["limit_s"]))
        yield f"Mean time up to {limit}, before (s)", time.restricted_mean.before
        yield f"Mean time up to {limit}, after (s)", time.restricted_mean.after
        yield "Its change, everyone counted (s)", time.restricted_mean_change
    for share in time.shares:
        yield f"Share finished by {write_time(share.at_s)}, before", share.results.before
        yield f"Share finished by {write_time(share.at_s)}, after", share.results.after


def _withhold_range(ratio: Result) -> Result:
    """Return the ratio of those who finished alone: once anybody ran out of time its interval would be too narrow."""
    note = "Of finished drills only, so without interval and p: the change of the mean time counts everyone."
    return replace(ratio, interval=None, p=None, warnings=(*ratio.warnings, note))


def _list_practice(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    if comparison.practice is not None:
        yield "Practice before the training, ratio of times", comparison.practice.gain
        yield "Change beyond practice, ratio of times", comparison.practice.beyond
        yield "Practice before the training, accuracy", comparison.practice.accuracy_gain
        yield "Change beyond practice, accuracy", comparison.practice.accuracy_beyond


def _list_groups(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    groups = comparison.groups
    if groups is not None:
        trained, waiting = groups.trained.capitalize(), groups.waiting.capitalize()
        yield f"{trained}: change in mean time (s)", groups.trained_time
        yield f"{waiting}: change in mean time (s)", groups.waiting_time
        yield "Difference of these changes (s)", groups.time
        yield "Ratio of the groups' ratios of typical times", groups.ratio
        yield f"{trained}: change in accuracy", groups.trained_accuracy
        yield f"{waiting}: change in accuracy", groups.waiting_accuracy
        yield "Difference of the changes in accuracy", groups.accuracy


def _list_district(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    district = comparison.district
    if district is not None:
        yield "Over schools: ratio of typical times", district.ratio
        yield "Over schools: change in mean time (s)", district.time_change
        yield "Over schools: change in match with the actual path", district.accuracy


def _write_plain_range(result: Result) -> str:
    if result.interval is None:
        return "none"
    lower, upper = result.interval
    return f"{lower:.3f} to {upper:.3f} ({100 * float(result.settings.get('level', LEVEL)):.1f}%)"
