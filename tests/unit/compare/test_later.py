"""What stands beside the number that decides: by part, by drill, and months later."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.comparison import Comparison, compare_attempts
from sim.compare.later import Point
from tests.support.attempts_table import make_team, put

TEAM = make_team()


def add_later(table: pd.DataFrame, *, days: float, factor: float, people: int = 8, **more: object) -> pd.DataFrame:
    """Return the table with one later drill of some people, on a form of its own."""
    first = table[table["drill_number"] == 1].head(people)
    later = first.assign(
        phase="retention",
        form_id=f"later-{days}",
        target_id=f"later-{days}",
        drill_number=100.0 + days,
        days_since_training=days,
        elapsed_s=first["elapsed_s"] * factor,
        **more,
    )
    return pd.concat([table, later], ignore_index=True)


def find_point(found: Comparison, label: str) -> Point:
    return next(point for point in found.retention if point.label == label)


def test_later_drills_are_compared_with_before_as_well_as_with_after() -> None:
    found = compare_attempts(add_later(TEAM, days=91, factor=0.7))
    point = find_point(found, "3 months")
    before = np.log(
        TEAM[TEAM["phase"] == "before"].groupby("person_id")["elapsed_s"].apply(lambda t: np.exp(np.log(t).mean()))
    )
    later = np.log(TEAM[TEAM["drill_number"] == 1].set_index("person_id")["elapsed_s"] * 0.7)
    assert point.time_from_before is not None
    assert point.time_from_before.estimate == pytest.approx(float(np.exp((later - before).mean())))
    assert point.time_from_after is not None
    assert (point.time_from_before.n, point.time_from_after.n) == (8, 8)
    assert found.word is compare_attempts(TEAM).word


def test_the_first_point_is_of_those_alone_who_came_back() -> None:
    found = compare_attempts(add_later(TEAM, days=7, factor=0.7, people=4))
    assert [(point.label, point.time.n) for point in found.retention] == [("Right after", 4), ("1 week", 4)]


@pytest.mark.parametrize(
    "more",
    [
        {"people": 2},
        {"days": 45},
        {"extra_time": "yes"},
        {"seen_before": "yes"},
        {"origin": "public"},
        {"device": "phone"},
        {"limit_s": 300.0, "elapsed_s": 100.0},
        {"form_id": "form-0"},
    ],
)
def test_what_is_no_later_drill_of_three_under_the_same_conditions_is_no_point(more: dict[str, object]) -> None:
    days = more.pop("days", 91)
    people = more.pop("people", 8)
    table = add_later(TEAM, days=float(str(days)), factor=0.7, people=int(str(people)))
    table = put(table, table["phase"] == "retention", **more)
    assert compare_attempts(table).retention == ()


def test_parts_are_of_the_trained_and_need_three_people() -> None:
    school = np.where(TEAM["person_id"].isin(["P00", "P01"]), "Small", "Large")
    small, large = sorted(compare_attempts(TEAM.assign(school=school)).by_school, key=lambda part: part.people)
    assert (small.name, small.people, small.time) == ("Small", 2, None)
    assert large.time is not None
    assert large.time.estimate == pytest.approx(0.7, abs=0.05)


def test_drill_by_drill_needs_numbers_and_three_people() -> None:
    labels = [(point.label, point.series) for point in compare_attempts(TEAM).learning]
    assert labels == [*((str(each), "Before") for each in (1, 2, 3)), *((str(each), "After") for each in (4, 5, 6))]
    assert compare_attempts(TEAM.drop(columns="drill_number")).learning == ()
    assert compare_attempts(make_team(2)).learning == ()
