"""Rows of change with intervals, one below the other: by task type, and by school."""

from dataclasses import dataclass

from sim.compare.content.comparison import Comparison, SchoolReport, TaskTypeReport
from sim.compare.statistics.result import Result
from sim.services.comparison.parts.numbers import (
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
