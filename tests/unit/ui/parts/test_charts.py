"""The charts hold the points they are given, and tell before from after without colour."""

import itertools
from dataclasses import replace

import altair as alt
import pandas as pd
import pytest

from sim.compare.comparison import compare_attempts
from sim.services.comparison.figures import ForestRow, ForestView, TrendPoint, TrendView
from sim.services.comparison.view import SlopePoint, make_comparison_view
from sim.text.tables import TextTable
from sim.ui.parts.charts import (
    MOST_GAP,
    MOST_PATHS,
    NAMES,
    draw_completion,
    draw_forest,
    draw_measure_pairs,
    draw_time_pairs,
    draw_trend_accuracy,
    draw_trend_times,
)

EMPTY = TextTable(name="x", header=("A",), rows=())


@pytest.fixture(scope="module")
def view():
    rows = []
    for index in range(8):
        for phase, elapsed_s in (("before", 300.0 + 5 * index), ("after", 200.0 + index)):
            rows.append(
                {
                    "person_id": f"P{index}",
                    "phase": phase,
                    "form_id": f"{phase}{index}",
                    "elapsed_s": elapsed_s,
                    "finished": (index, phase) != (7, "before"),
                    "limit_s": 480.0,
                    "idf1": 0.5,
                    "appearance_recall": 0.5,
                    "appearance_precision": 0.5,
                    "wrong_person_s": 3.0,
                }
            )
    return make_comparison_view(compare_attempts(pd.DataFrame(rows)))


def make_many(people):
    return tuple(
        SlopePoint(person=f"P{number:03d}", phase=phase, value=value, text="", is_time_out=False)
        for number in range(people)
        for phase, value in (("Before", 300.0 + number), ("After", 200.0 - number))
    )


def list_tables(chart):
    """Return the rows of a chart and of each of its layers that has some of its own."""
    return [chart["data"]["values"], *(layer["data"]["values"] for layer in chart["layer"] if "data" in layer)]


def test_every_person_has_a_line_and_a_time_out_has_its_own_mark(view):
    chart = draw_time_pairs(view.time_points, typical=view.time_typical)
    rows = [row for table in list_tables(chart) for row in table if "mark" in row]
    assert {(row["person"], row["phase"]) for row in rows} == {
        (f"P{index}", phase) for index in range(8) for phase in ("Before", "After")
    }
    assert [row["person"] for row in rows if row["mark"] == "ran out of time"] == ["P7"]
    shapes = {layer["mark"].get("shape") for layer in chart["layer"]}
    assert {"circle", "triangle-up"} <= shapes


def test_names_stand_in_the_order_of_ids_and_each_is_joined_to_its_own_mark(view):
    worst_first = [replace(point, value=480.0 - point.value) for point in view.time_points]
    for points in (view.time_points, tuple(worst_first)):
        chart = draw_time_pairs(points, typical=None)
        labels = next(
            rows for rows in list_tables(chart) if all(set(row) == {"person", "phase", "value"} for row in rows)
        )
        names = sorted((row for row in labels if row["phase"] == NAMES), key=lambda row: -row["value"])
        assert [row["person"] for row in names] == [f"P{index}" for index in range(8)]
        gaps = [high["value"] - low["value"] for high, low in itertools.pairwise(names)]
        assert all(gap == pytest.approx(MOST_GAP * max(point.value for point in points) * 1.05) for gap in gaps)
        ends = {row["person"]: row["value"] for row in labels if row["phase"] == "After"}
        assert ends == {point.person: point.value for point in points if point.phase == "After"}


def test_of_very_many_people_each_has_a_line_and_they_share_paths_that_break_off_between_them():
    chart = draw_time_pairs(make_many(150), typical=(300.0, 200.0))
    rows = chart["data"]["values"]
    assert [row["step"] for row in rows] == list(range(3 * 150))
    assert len({row["path"] for row in rows}) == MOST_PATHS
    lines = []
    for path in range(MOST_PATHS):
        values = [row["value"] for row in rows if row["path"] == path]
        assert values[2::3] == [None] * (len(values) // 3)
        lines += list(zip(values[::3], values[1::3], strict=True))
    assert sorted(lines) == [(300.0 + number, 200.0 - number) for number in range(150)]


def test_every_chart_is_vega_lite_as_its_schema_has_it(view):
    trend = TrendView(
        series=("Before", "After"),
        labels=("1", "2"),
        time=tuple(
            TrendPoint(series=series, place=0, label="1", value=200.0, lower=lower, upper=upper, text="3:20", people=3)
            for series, lower, upper in (("Before", 100.0, 300.0), ("After", None, None))
        ),
        accuracy=(
            TrendPoint(series="After", place=1, label="2", value=60.0, lower=50.0, upper=70.0, text="60%", people=3),
        ),
        limit_s=480.0,
        table=EMPTY,
    )
    rows = (
        ForestRow(label="School 1", text="-20%", people=8, estimate=0.8, lower=0.7, upper=0.9),
        ForestRow(label="School 2", text="-", people=1, estimate=None, lower=None, upper=None),
        ForestRow(label="All", text="-20%", people=9, estimate=0.8, lower=0.7, upper=0.9, is_total=True),
    )
    charts = (
        draw_time_pairs(view.time_points, typical=view.time_typical),
        draw_time_pairs(make_many(80), typical=None),
        draw_completion(view.curve, limit_s=view.limit_s),
        *(draw_measure_pairs(measure) for measure in view.measures),
        *(draw_forest(ForestView(rows=rows, is_ratio=is_ratio, table=EMPTY)) for is_ratio in (True, False)),
        draw_trend_times(trend),
        draw_trend_accuracy(trend),
    )
    for chart in charts:
        assert alt.LayerChart.from_dict(chart).to_dict()["layer"]
