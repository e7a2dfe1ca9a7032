"""Pictures and tables say what the comparison says, whole, and describe nobody below three people."""

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest

from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.plan import Plan
from sim.features.comparison.pictures import Axis, draw_decides, draw_flow, list_points, list_ratios
from sim.features.comparison.tables import list_tables
from tests.support.full_comparison import make_attempts, make_full_attempts
from tests.support.shown_texts import list_panels


def read_words(svg: str) -> str:
    return " ".join(re.findall(r">([^<>]+)</text>", svg))


def show(comparison: Comparison, name: str) -> tuple[tuple[str, ...], ...]:
    return next(table.rows for table in list_tables(comparison) if table.name == name)


def test_a_person_who_passed_nothing_is_a_triangle_at_the_limit() -> None:
    table = make_attempts(drills=1)
    table.loc[0, ["elapsed_s", "finished", "passed"]] = [480.0, False, "no"]
    found = compare_attempts(table)
    assert show(found, "times")[0][1] == "8:00 (0 of 1 passed)"
    (times,) = [panel for panel in list_panels(found) if panel.key == "times"]
    lost = int((table["passed"] == "no").sum())
    assert times.pictures[0].svg.count("<polygon") == lost


@pytest.mark.parametrize("waits", [False, True])
def test_fewer_than_three_people_are_never_described(waits: bool) -> None:
    table = make_full_attempts(people=8, schools=1, waits=waits)
    kept = ["M002", "M004"] if waits else []
    found = compare_attempts(table[table["person_id"].isin(["M001", "M003", *kept])])
    assert found.sentences == ("No numbers are given: fewer than 3 people of a group are never described.",)
    assert {table.name for table in list_tables(found)} == {"flow"}
    assert [panel.key for panel in list_panels(found)] == ["flow"]


def spoil(table: pd.DataFrame, person: str, **values: Any) -> pd.DataFrame:
    mine = table["person_id"] == person
    return table.assign(**{name: table[name].mask(mine, value) for name, value in values.items()})


def test_the_flow_gives_the_reason_at_each_arrow_whole() -> None:
    table = make_attempts(people=12).assign(profile="classic", device="computer", extra_time="no")
    table = spoil(spoil(spoil(table, "M001", profile="cloud"), "M002", device="phone"), "M004", extra_time="yes")
    table = table[~((table["person_id"] == "M003") & (table["phase"] == "after"))]
    found = compare_attempts(table, plan=Plan(people=14, attended=11))
    assert [(stage.name, *stage.counts, stage.lost) for stage in found.flow] == [
        ("On the team", 14, ""),
        ("Did a drill", 12, "no measured drill"),
        ("Did a drill before", 12, ""),
        ("Came to the training", 11, "absent"),
        ("Did a drill after too", 11, ""),
        (
            "Compared",
            8,
            "1 on the cloud console; 1 on a phone; 1 another time allowance, kept out of the timed numbers",
        ),
    ]
    for width_pt in (188.0, 240.0):
        drawn = read_words(draw_flow(found, width_pt=width_pt).svg)
        assert all(stage.lost in drawn for stage in found.flow)


def test_by_lot_everybody_drawn_is_followed_and_who_waits_does_not_come_to_the_training() -> None:
    found = compare_attempts(make_full_attempts(), plan=Plan(people=20, attended=4, before=4, after=5))
    assert [(stage.name, stage.counts, stage.lost) for stage in found.flow] == [
        ("Drawn by lot", (6, 6), ""),
        ("Did a drill before", (6, 6), ""),
        ("Came to the training", (4, 0), "absent"),
        ("Did a drill after too", (6, 6), ""),
        ("Compared", (6, 6), ""),
    ]
    assert draw_flow(found, width_pt=188.0).svg.count(">0<") == 0
    assert ("Came to the training", "6", "4") in show(found, "plan")


def test_the_plan_stands_beside_what_was_done() -> None:
    plan = Plan(people=9, before=4, after=2, smallest=0.3, margin=0.08, compare_on=date(2026, 11, 30))
    found = compare_attempts(make_attempts(), plan=plan)
    rows = {row[0]: row[1:] for row in show(found, "plan")}
    assert rows["Drills before"] == ("4", "2")
    assert rows["Day of the comparison"][0] == "Nov 30"
    assert rows["Smallest change worth having"][0] == "30% less time"
    (decides,) = [panel for panel in list_panels(found) if panel.key == "decides"]
    assert "8 points lower" in decides.note
    assert "30% less" in decides.note
    assert draw_decides(found, width_pt=240.0).svg.count("stroke-dasharray") == 2, "the smallest change and the margin"


def test_ticks_are_round_and_do_not_touch() -> None:
    assert [label for _, label in list_points(0.17)] == [
        "\N{MINUS SIGN}15", "\N{MINUS SIGN}10", "\N{MINUS SIGN}5", "0", "+5", "+10", "+15"
    ]  # fmt: skip
    axes = (Axis(low=0.4, high=1.9, start_pt=0.0, end_pt=width_pt, is_log=True) for width_pt in (224.0, 80.0))
    wide, narrow = (dict(list_ratios(axis)) for axis in axes)
    assert list(wide.values()) == ["\N{MINUS SIGN}50%", "\N{MINUS SIGN}25%", "same", "+50%"]
    assert list(narrow.values()) == ["\N{MINUS SIGN}50%", "same"]


def test_one_that_does_not_say_what_was_passed_draws_no_times() -> None:
    found = compare_attempts(make_attempts().drop(columns="passed"))
    assert [panel.key for panel in list_panels(found)][:2] == ["decides", "flow"]
    words = read_words(draw_decides(found, width_pt=240.0).svg)
    assert ("Match with the actual path" in words, "Time to" in words) == (True, False)
    assert [row[0] for row in show(found, "groups")] == ["People", "Match"]


def test_what_a_result_says_of_itself_stands_beside_what_was_left_out() -> None:
    said = "No footage was played."
    table = spoil(make_attempts(people=12).assign(remarks="", extra_time="no"), "M004", extra_time="yes")
    table["remarks"] = table["remarks"].mask(
        table["person_id"].isin(["M002", "M004"]) & (table["phase"] == "after"), said
    )
    assert set(show(compare_attempts(table), "remarks")) == {("M002", "After", said)}, "nothing of what is not compared"
