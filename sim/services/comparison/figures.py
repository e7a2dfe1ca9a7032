"""Rows of change with intervals, one below the other: by task type, and by school."""

from dataclasses import dataclass

from sim.compare.content.comparison import Comparison, SchoolReport, TaskTypeReport
from sim.compare.statistics.result import Result
from sim.services.comparison.tables import (
    NONE,
    write_mean_share,
    write_mean_time,
    write_points,
    write_points_range,
    write_ratio,
    write_ratio_range,
    write_seconds,
    write_seconds_range,
)
from sim.tasks import name_task_type
from sim.text.tables import TextTable

ALL = "All together"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One row: the change in time and its interval, in the picture's unit."""

    # label, text: what the row is of, and its number in words
    label: str
    text: str
    people: int  # behind it
    estimate: float | None
    lower: float | None
    upper: float | None
    is_total: bool = False  # everything taken together


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestView:
    """A forest picture: rows in a fixed order, never by result."""

    rows: tuple[ForestRow, ...]
    is_ratio: bool  # the numbers are ratios of times, with 1 for no change; else seconds, with 0 for no change
    table: TextTable


def make_task_type_view(comparison: Comparison) -> ForestView | None:
    """Return the picture over task types; None unless the comparison has several."""
    reports = comparison.by_task_type
    if not reports:
        return None
    return ForestView(
        rows=tuple(_make_task_row(report) for report in reports),
        is_ratio=True,
        table=TextTable(
            name="task-types",
            header=("Kind of task", "People", "Drills", "Mean time", "95% interval", "Accuracy", "95% interval"),
            rows=tuple(
                (
                    name_task_type(report.task_type),
                    str(report.people),
                    str(report.attempts),
                    write_ratio(report.time),
                    write_ratio_range(report.time),
                    write_points(report.accuracy),
                    write_points_range(report.accuracy),
                )
                for report in reports
            ),
        ),
    )


def make_school_view(comparison: Comparison) -> ForestView | None:
    """Return the picture over schools, in the order of their names; None without several schools."""
    district = comparison.district
    if district is None:
        return None
    people = sum(school.people for school in district.by_school)
    total = _make_row(ALL, district.time_change, people=people, text=write_seconds(district.time_change), is_total=True)
    return ForestView(
        rows=(*(_make_school_row(school) for school in district.by_school), total),
        is_ratio=False,
        table=TextTable(
            name="schools",
            header=("School", "People", "Mean time", "95% interval", "Accuracy", "95% interval"),
            rows=(
                *(
                    _write_school(school.school, school.people, school.time_change, school.accuracy)
                    for school in district.by_school
                ),
                _write_school(ALL, people, district.time_change, district.accuracy),
            ),
        ),
    )


def _write_school(name: str, people: int, time: Result, accuracy: Result | None) -> tuple[str, ...]:
    return (
        name,
        str(people),
        write_seconds(time),
        write_seconds_range(time),
        write_points(accuracy),
        write_points_range(accuracy),
    )


def _make_task_row(report: TaskTypeReport) -> ForestRow:
    label = name_task_type(report.task_type)
    return _make_row(label, report.time, people=report.people, text=write_ratio(report.time))


def _make_school_row(report: SchoolReport) -> ForestRow:
    return _make_row(report.school, report.time_change, people=report.people, text=write_seconds(report.time_change))


def _make_row(label: str, result: Result, *, people: int, text: str, is_total: bool = False) -> ForestRow:
    lower, upper = result.interval or (None, None)
    return ForestRow(
        label=label,
        text=text,
        people=people,
        estimate=result.estimate,
        lower=lower,
        upper=upper,
        is_total=is_total,
    )


PHASE_LABELS = {"before": "Before", "after": "After"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One mean with its interval, at one place along the picture."""

    series: str  # which line it is on
    place: int  # 0, 1, 2 ... from the left.
    label: str  # what stands below it
    # value, lower, upper: seconds, or percent; the bounds are None without an interval
    value: float
    lower: float | None
    upper: float | None
    text: str  # the same in words
    people: int  # behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendView:
    """Two pictures side by side, time in seconds and accuracy in percent, and their table."""

    time: tuple[TrendPoint, ...]
    accuracy: tuple[TrendPoint, ...]
    labels: tuple[str, ...]  # below the places, left to right
    series: tuple[str, ...]  # the lines, in the order of the legend
    limit_s: float  # 0 .. this is the scale of time.
    table: TextTable


def make_learning_view(comparison: Comparison) -> TrendView | None:
    """Return the picture by drill number, before and after apart; None without drill numbers."""
    points = sorted(comparison.learning, key=lambda point: (point.drill_number, point.phase != "before"))
    if not points:
        return None
    numbers = sorted({point.drill_number for point in points})
    keyed = [
        (PHASE_LABELS.get(point.phase, point.phase), numbers.index(point.drill_number), str(point.drill_number), point)
        for point in points
    ]
    return TrendView(
        time=_collect([(series, place, label, point.time) for series, place, label, point in keyed]),
        accuracy=_collect(
            [(series, place, label, point.accuracy) for series, place, label, point in keyed], is_share=True
        ),
        labels=tuple(str(number) for number in numbers),
        series=tuple(label for phase, label in PHASE_LABELS.items() if any(point.phase == phase for point in points)),
        limit_s=_find_top([point.time for point in points]),
        table=TextTable(
            name="drill-by-drill",
            header=("Drill", "When", "People", "Mean time (95% interval)", "Accuracy (95% interval)"),
            rows=tuple(
                (label, series, str(point.time.n), write_mean_time(point.time), write_mean_share(point.accuracy))
                for series, _, label, point in keyed
            ),
        ),
    )


def make_retention_view(comparison: Comparison) -> TrendView | None:
    """Return the picture over the weeks and months after the training; None without such drills."""
    points = sorted(comparison.retention, key=lambda point: point.days)
    if len(points) < 2:
        return None
    names = ["Right after" if point.days == 0 else point.name for point in points]
    has_same_people = len({point.time.n for point in points}) == 1
    labels = names if has_same_people else [f"{name} (n = {p.time.n})" for name, p in zip(names, points, strict=True)]
    series = "Those who came back"
    return TrendView(
        time=_collect([(series, place, labels[place], point.time) for place, point in enumerate(points)]),
        accuracy=_collect(
            [(series, place, labels[place], point.accuracy) for place, point in enumerate(points)], is_share=True
        ),
        labels=tuple(labels),
        series=(series,),
        limit_s=_find_top([point.time for point in points]),
        table=TextTable(
            name="later",
            header=("When", "People", "Mean time", "Change in time", "Accuracy", "Change in accuracy"),
            rows=tuple(
                (
                    label,
                    str(point.time.n),
                    write_mean_time(point.time),
                    "" if point.days == 0 else _write_time_change(point.time_change),
                    write_mean_share(point.accuracy),
                    "" if point.days == 0 else _write_accuracy_change(point.accuracy_change),
                )
                for label, point in zip(names, points, strict=True)
            ),
        ),
    )


def _collect(
    keyed: list[tuple[str, int, str, Result]] | list[tuple[str, int, str, Result | None]], *, is_share: bool = False
) -> tuple[TrendPoint, ...]:
    scale = 100.0 if is_share else 1.0
    points = []
    for series, place, label, result in keyed:
        if result is None or result.estimate is None:
            continue
        lower, upper = result.interval or (None, None)
        points.append(
            TrendPoint(
                series=series,
                place=place,
                label=label,
                value=scale * result.estimate,
                lower=None if lower is None else scale * lower,
                upper=None if upper is None else scale * upper,
                text=write_mean_share(result) if is_share else write_mean_time(result),
                people=result.n,
            )
        )
    return tuple(points)


def _find_top(results: list[Result]) -> float:
    tops = [bound for result in results for bound in (result.estimate, *(result.interval or ())) if bound is not None]
    return max(tops, default=60.0) * 1.05


def _write_time_change(result: Result | None) -> str:
    text, bounds = write_seconds(result), write_seconds_range(result)
    return text if bounds == NONE else f"{text} ({bounds})"


def _write_accuracy_change(result: Result | None) -> str:
    text, bounds = write_points(result), write_points_range(result)
    return text if bounds == NONE else f"{text} ({bounds})"
