"""The calibration measures: the worked case by hand, Murphy's identity, and which marks count."""

from dataclasses import replace

import numpy as np
import pytest

from sim.scoring.calibration import (
    CALIBRATION_METRICS,
    Rating,
    compute_brier,
    compute_calibration_error,
    compute_overconfidence,
    compute_resolution,
    find_ratings,
)
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Mark
from sim.scoring.score_card import compute_score_card
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_EMPTY,
    MARK_FIRST_LEG,
    MARK_OTHER,
    MARK_SECOND_LEG,
    Stay,
    make_mark,
    make_table,
    make_worked_table,
)


def rate(confidence: int, *, right: int, wrong: int) -> list[Rating]:
    return [Rating(confidence=confidence, is_right=n < right) for n in range(right + wrong)]


WORKED = rate(3, right=7, wrong=2) + rate(2, right=3, wrong=1) + rate(1, right=1, wrong=1)


def test_worked_case() -> None:
    assert compute_brier(WORKED) == pytest.approx(3.25 / 15, abs=1e-12)
    assert compute_brier(WORKED) == pytest.approx(0.21667, abs=5e-6)
    assert compute_calibration_error(WORKED) == pytest.approx(0.02963, abs=5e-6)
    assert compute_resolution(WORKED) == pytest.approx(0.00852, abs=5e-6)
    assert compute_overconfidence(WORKED) == pytest.approx(2 / 15, abs=1e-12)


def test_the_parts_of_murphy_add_up_to_the_score() -> None:
    rng = np.random.default_rng(1973)
    for _ in range(200):
        n = int(rng.integers(5, 40))
        ratings = [Rating(confidence=int(rng.integers(1, 4)), is_right=bool(rng.random() < 0.7)) for _ in range(n)]
        share = sum(rating.is_right for rating in ratings) / n
        parts = compute_calibration_error(ratings) - compute_resolution(ratings) + share * (1 - share)
        assert compute_brier(ratings) == pytest.approx(parts, abs=1e-12)


def test_ends_of_the_scale() -> None:
    sure_and_right, sure_and_wrong = rate(3, right=5, wrong=0), rate(3, right=0, wrong=5)
    assert (compute_brier(sure_and_right), compute_overconfidence(sure_and_right)) == (0.0, 0.0)
    assert (compute_brier(sure_and_wrong), compute_overconfidence(sure_and_wrong)) == (1.0, 1.0)
    assert compute_overconfidence(rate(1, right=5, wrong=0)) == -0.5


def test_below_five_there_is_no_score() -> None:
    for compute in (compute_brier, compute_calibration_error, compute_resolution, compute_overconfidence):
        assert compute(rate(3, right=4, wrong=0)) is None
        assert compute(rate(3, right=5, wrong=0)) is not None
        assert compute([]) is None


def make_case(*marks: Mark, target: str = "P001") -> TraceCase:
    index = make_truth_index(make_worked_table())
    return make_trace_case(index, target=target, window_s=(0.0, 60.0), answer=Answer(marks=marks))


def say(mark: Mark, confidence: int | None) -> Mark:
    return replace(mark, confidence=confidence)


def test_right_wrong_and_empty_marks_are_told_apart() -> None:
    case = make_case(say(MARK_FIRST_LEG, 3), say(MARK_OTHER, 2), say(MARK_EMPTY, 1), MARK_SECOND_LEG)
    assert [(r.confidence, r.is_right) for r in find_ratings(case)] == [(3, True), (2, False), (1, False)]


def test_marks_in_one_appearance_are_one_with_what_was_said_last() -> None:
    again = make_mark("CAM-01", 6.0)
    case = make_case(say(MARK_FIRST_LEG, 1), say(again, 3), say(replace(again, t_s=7.0), None))
    assert [(r.confidence, r.is_right) for r in find_ratings(case)] == [(3, True)]
    assert len(find_ratings(make_case(say(MARK_EMPTY, 1), say(MARK_EMPTY, 1)))) == 2


def test_an_ignored_mark_is_not_rated() -> None:
    hidden = Stay(camera_id="CAM-01", person_id="P001", first=0, last=9, visible=0.1)
    index = make_truth_index(make_table([hidden]))
    answer = Answer(marks=(say(make_mark("CAM-01", 0.5), 3),))
    assert find_ratings(make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=answer)) == ()


def test_what_was_said_changes_nothing_but_calibration() -> None:
    marks = (MARK_FIRST_LEG, MARK_OTHER, MARK_EMPTY, MARK_SECOND_LEG, MARK_EMPTY)
    silent = compute_score_card(make_case(*marks)).as_data()
    said = compute_score_card(make_case(*(say(mark, 3) for mark in marks))).as_data()
    changed = {key for key in silent if silent[key] != said[key]}
    assert changed == {metric.key for metric in CALIBRATION_METRICS}
