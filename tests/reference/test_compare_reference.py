"""Every estimator against R 4.5.0; `Rscript tests/reference/make_compare_values.R` wrote compare_values.json."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.compare import estimates
from sim.compare.facts import Facts, make_facts
from sim.compare.later import list_person_changes
from sim.compare.result import FloatArray, Result

HERE = Path(__file__).parent
VALUES = json.loads((HERE / "compare_values.json").read_text())
CLOSE = 1e-9
LIMIT_S = 420.0
TABLE = pd.read_csv(HERE / "compare_attempts.csv")
MEASURES = {"log_time": "log_time", "idf1": "match", "right": "passed"}
"""What R calls a measure, and its field in `Facts`."""


def read_facts(*, school: str = "") -> Facts:
    return make_facts(
        TABLE.assign(
            person_id=TABLE["person"],
            duration_s=TABLE["time_s"].astype(float),
            drill_number=TABLE["number"].astype(float),
            school=TABLE[school] if school else "",
        )
    )


FACTS = read_facts()


def take(name: str) -> tuple[FloatArray, FloatArray]:
    values = getattr(FACTS, MEASURES[name])
    return values[:, 0], values[:, 1]


def assert_same(found: Result, expected: dict[str, float], *, is_log: bool = False, close: float = CLOSE) -> None:
    move = math.log if is_log else float
    assert found.estimate is not None
    assert found.interval is not None
    assert [move(each) for each in (found.estimate, *found.interval)] == pytest.approx(
        [expected[name] for name in ("estimate", "lower", "upper")], abs=close
    )
    for name in ("degrees", "level"):
        if name in expected:
            assert found.settings[name] == pytest.approx(expected[name], abs=close)


@pytest.mark.parametrize("name", MEASURES)
def test_one_value_a_person_and_side(name: str) -> None:
    assert np.concatenate(take(name)) == pytest.approx(np.array(VALUES[f"sides_{name}"]), abs=CLOSE)


@pytest.mark.parametrize("name", MEASURES)
def test_mean_change_of_one_group(name: str) -> None:
    is_log = name == "log_time"
    assert_same(
        estimates.compute_change(*take(name), what=name, is_log=is_log), VALUES[f"change_{name}"], is_log=is_log
    )


def test_mean_change_over_schools() -> None:
    school = read_facts(school="arm").school
    assert_same(estimates.compute_change(*take("log_time"), what="time", school=school), VALUES["change_schools"])
    changes, unit = estimates.find_change(*take("log_time"), school)
    rank = estimates.compute_rank_change(changes, what="time", unit=unit, level=0.9)
    assert_same(rank, VALUES["rank_schools_90"])


@pytest.mark.parametrize(("name", "level"), [("log_time", 0.90), ("log_time", 0.95), ("right", 0.90)])
def test_signed_rank_of_the_changes(name: str, level: float) -> None:
    found = estimates.compute_rank_change(estimates.find_change(*take(name), None)[0], what=name, level=level)
    assert_same(found, VALUES[f"rank_{'passed' if name == 'right' else name}_{100 * level:.0f}"])


def test_level_of_the_signed_rank_is_the_nearest_that_the_number_of_people_allows() -> None:
    assert [
        estimates.compute_rank_change(np.arange(float(n)), what="x", level=0.9).settings["level"] for n in range(6, 51)
    ] == pytest.approx(VALUES["rank_levels"], abs=CLOSE)


@pytest.mark.parametrize(("n", "close"), [(120, 2e-3), (2500, 1e-4)])
def test_signed_rank_of_many(n: int, close: float) -> None:
    """R's is exact for 120, and solved by a root finder for 2,500."""
    change = 0.05 + 0.3 * np.sin(np.arange(1.0, n + 1.0) ** 2)
    assert_same(estimates.compute_rank_change(change, what="x"), VALUES[f"rank_many_{n}"], close=close)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("school", ["", "school"])
def test_two_groups(name: str, school: str) -> None:
    facts, is_log = read_facts(school=school), name == "log_time"
    found = estimates.compute_groups(*take(name), facts.is_trained, what=name, school=facts.school, is_log=is_log)
    assert_same(found, VALUES[f"groups_{'school_' if school else ''}{name}"], is_log=is_log)


def test_two_groups_of_whole_schools_go_over_means_of_schools() -> None:
    facts = read_facts(school="arm")
    found = estimates.compute_groups(*take("log_time"), facts.is_trained, what="time", school=facts.school)
    assert_same(found, VALUES["groups_arms_log_time"])
    assert found.n == 6


@pytest.mark.parametrize("name", ["practice_log_time", "practice_ragged"])
def test_change_beyond_practice(name: str) -> None:
    kept = np.ones(len(TABLE), dtype=bool)
    if name == "practice_ragged":
        number = TABLE["number"]
        early = TABLE["person"].isin(["p00", "p01", "p02", "p03"]) & (number == 1)
        kept = ~(early | TABLE["person"].isin(["p04", "p05"]) & (number == 8)).to_numpy()
    beyond = estimates.compute_beyond_practice(
        *(each[kept] for each in (FACTS.person, FACTS.is_after, FACTS.order, FACTS.log_each)), what="time"
    )
    assert beyond is not None
    assert_same(beyond, VALUES[name], close=1e-7)  # R's error is a numeric derivative
    assert beyond.settings["slope"] == pytest.approx(VALUES[name]["slope"], abs=CLOSE)


def test_reliable_change_of_one_person() -> None:
    change = list_person_changes(FACTS)[0][3]
    assert change.person_id == "p03"
    assert_same(change.time, VALUES["reliable_time"], is_log=True)
    assert change.match is not None
    assert_same(change.match, VALUES["reliable_match"])


def test_shares_of_the_curve() -> None:
    at_s = np.array([200.0, 300.0, LIMIT_S])
    mine = ~FACTS.is_after
    share, half = estimates.compute_shares(
        FACTS.person[mine],
        np.exp(FACTS.log_each[mine]),
        (TABLE["passed"] == "yes").to_numpy()[mine],
        people=len(FACTS.people),
        at_s=at_s,
    )
    for at, each, wide in zip(at_s, share, half, strict=True):
        expected = VALUES[f"share_{at:.0f}"]
        assert (each, each + wide) == pytest.approx((expected["estimate"], expected["upper"]), abs=CLOSE)
