"""The charts hold the points they are given, and tell before from after without colour."""

import io
import itertools
from dataclasses import replace

import pandas as pd
import pytest

from sim.compare.report.report import compare_attempts
from sim.services.comparison.view import make_comparison_view
from sim.text.tables import TextTable, write_table_csv
from sim.ui.parts.charts import MOST_GAP, NAMES, draw_completion, draw_measure_pairs, draw_time_pairs


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
                    "leg_recall": 0.5,
                    "leg_precision": 0.5,
                    "wrong_person_s": 3.0,
                }
            )
    return make_comparison_view(compare_attempts(pd.DataFrame(rows)), labels={})


def tables(chart):
    return chart.to_dict()["datasets"].values()


def test_every_person_has_a_line_and_a_time_out_has_its_own_mark(view):
    chart = draw_time_pairs(view.time_points, typical=view.time_typical).to_dict()
    rows = [row for table in chart["datasets"].values() for row in table if "mark" in row]
    assert {(row["person"], row["phase"]) for row in rows} == {
        (f"P{index}", phase) for index in range(8) for phase in ("Before", "After")
    }
    assert [row["person"] for row in rows if row["mark"] == "ran out of time"] == ["P7"]
    shapes = {layer["mark"].get("shape") for layer in chart["layer"]}
    assert {"circle", "triangle-up"} <= shapes


def test_names_stand_in_the_order_of_ids_and_each_is_joined_to_its_own_mark(view):
    worst_first = [replace(point, value=480.0 - point.value) for point in view.time_points]
    for points in (view.time_points, tuple(worst_first)):
        chart = draw_time_pairs(points, typical=None).to_dict()
        labels = next(
            rows for rows in chart["datasets"].values() if all(set(row) == {"person", "phase", "value"} for row in rows)
        )
        names = sorted((row for row in labels if row["phase"] == NAMES), key=lambda row: -row["value"])
        assert [row["person"] for row in names] == [f"P{index}" for index in range(8)]
        gaps = [high["value"] - low["value"] for high, low in itertools.pairwise(names)]
        assert all(gap == pytest.approx(MOST_GAP * max(point.value for point in points) * 1.05) for gap in gaps)
        ends = {row["person"]: row["value"] for row in labels if row["phase"] == "After"}
        assert ends == {point.person: point.value for point in points if point.phase == "After"}


def test_before_and_after_differ_by_dash(view):
    chart = draw_completion(view.curve, limit_s=view.limit_s).to_dict()
    dashes = [layer["encoding"]["strokeDash"] for layer in chart["layer"] if "strokeDash" in layer["encoding"]]
    assert dashes[0]["scale"] == {"domain": ["Before", "After"], "range": [[6, 4], [1, 0]]}


def test_shares_are_drawn_on_a_whole_scale(view):
    for measure in view.measures:
        chart = draw_measure_pairs(measure).to_dict()
        domains = [layer["encoding"]["y"]["scale"]["domain"] for layer in chart["layer"]]
        assert all(domain[0] == 0.0 for domain in domains)
        if measure.unit == "%":
            assert all(domain[1] == 100.0 for domain in domains)


def test_downloads_open_in_a_spreadsheet_and_start_no_formula():
    table = TextTable(
        name="x", header=("Person", "Before"), rows=(("=1+1", "5:12"), ("@Zo\u00eb", "\u22122"), ("-a", "+4"))
    )
    data = write_table_csv(table)
    assert data.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(data), dtype=str)
    assert list(read["Person"]) == ["'=1+1", "'@Zo\u00eb", "'-a"]
    assert list(read["Before"]) == ["5:12", "\u22122", "'+4"]
