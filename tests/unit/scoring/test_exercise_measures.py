"""The measures of an exercise: their worked examples, and an exercise by hand."""

import math
from dataclasses import replace

import pytest

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.team_exercise.coverage import compute_coverage, compute_legs_seen
from sim.scoring.team_exercise.duplicated import compute_duplicated
from sim.scoring.team_exercise.evidence import ExerciseCase, MemberScreens, Request, Screen, find_within
from sim.scoring.team_exercise.hand_off import compute_hand_off_delay, compute_hand_offs_met, find_delay_s
from sim.scoring.team_exercise.registry import EXERCISE_METRICS, compute_exercise_measures
from sim.truth.index import make_truth_index
from tests.support.trace_tables import Stay, make_table


def show(camera: str, from_s: float, to_s: float, site_from_s: float, site_to_s: float | None = None) -> Screen:
    reached_s = site_from_s + to_s - from_s if site_to_s is None else site_to_s
    return Screen(camera_id=camera, from_s=from_s, to_s=to_s, site_from_s=site_from_s, site_to_s=reached_s)


def make_case(*members: tuple[Screen, ...], requests: tuple[Request, ...] = (), target: str = "P001") -> ExerciseCase:
    """T of P001: CAM-01 from 10 to 30 s, CAM-02 from 40 to 50 s."""
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=100, last=300),
        Stay(camera_id="CAM-02", person_id="P001", first=400, last=500),
    ]
    index = make_truth_index(make_table(stays), people_ids=frozenset({"P001", "P404"}))
    return ExerciseCase(
        trace=make_trace_case(index, target=target, window_s=(0.0, 60.0), answer=Answer()),
        members=tuple(
            MemberScreens(role=role, screens=screens)
            for role, screens in zip(("lead", "viewer", "map"), members, strict=False)
        ),
        requests=requests,
    )


def ask(camera: str = "CAM-02", *, site_s: float = 40.0, at_s: float = 20.0, asker: str = "lead") -> Request:
    return Request(asker=asker, camera_id=camera, site_s=site_s, asked_s=at_s)


def test_coverage_of_the_worked_example() -> None:
    one = (show("CAM-01", 0, 12, 10),)
    other = (show("CAM-01", 0, 8, 18), show("CAM-02", 8, 18, 40))
    assert compute_coverage(make_case(one, other)) == pytest.approx(26 / 30)
    assert round(26 / 30, 3) == 0.867


def test_playing_backwards_and_beyond_the_appearance_covers_what_lies_in_it() -> None:
    assert compute_coverage(make_case((show("CAM-01", 0, 10, 60, 20),))) == pytest.approx(10 / 30)
    assert compute_coverage(make_case((show("CAM-02", 0, 60, 0),))) == pytest.approx(10 / 30)


def test_the_right_time_on_the_wrong_camera_covers_nothing() -> None:
    assert compute_coverage(make_case((show("CAM-03", 0, 60, 0),))) == 0.0


def test_a_still_picture_shows_an_appearance_but_covers_none_of_its_time() -> None:
    case = make_case((show("CAM-01", 0, 30, 15, 15),))
    assert (compute_coverage(case), compute_legs_seen(case)) == (0.0, 0.5)


def test_whoever_is_on_no_camera_cannot_be_covered() -> None:
    case = make_case((show("CAM-01", 0, 30, 0),), target="P404")
    assert (compute_coverage(case), compute_legs_seen(case)) == (None, None)


def test_duplicated_viewing_of_the_worked_example() -> None:
    one = (show("CAM-01", 0, 60, 0),)
    other = (show("CAM-02", 0, 20, 0), show("CAM-01", 20, 35, 20), show("CAM-02", 35, 60, 35))
    assert compute_duplicated(make_case(one, other)) == pytest.approx(30 / 120)


def test_three_with_one_picture_count_once_each() -> None:
    same = (show("CAM-01", 0, 10, 0),)
    assert compute_duplicated(make_case(same, same, same)) == 1.0
    assert compute_duplicated(make_case(same, same)) == 1.0
    assert compute_duplicated(make_case(same)) == 0.0
    assert compute_duplicated(make_case((), ())) is None


@pytest.mark.parametrize(("apart_s", "share"), [(10.0, 1.0), (10.01, 0.0)])
def test_ten_seconds_of_site_time_apart_is_still_the_same(apart_s: float, share: float) -> None:
    assert compute_duplicated(make_case((show("CAM-01", 0, 10, 0),), (show("CAM-01", 0, 10, apart_s),))) == share


def test_a_faster_player_passes_through_what_the_other_sees() -> None:
    slow, fast = (show("CAM-01", 0, 20, 20, 20),), (show("CAM-01", 0, 20, 0, 40),)
    assert compute_duplicated(make_case(slow, fast)) == pytest.approx(20 / 40)


def test_within_a_reach() -> None:
    assert find_within(20.0, -2.0, span=(0.0, 12.0), reach_s=10.0) == (5.0, 12.0)
    assert find_within(20.0, 2.0, span=(0.0, 12.0), reach_s=10.0) is None
    assert find_within(10.0, 0.0, span=(0.0, 12.0), reach_s=10.0) == (0.0, 12.0)


def test_delay_runs_to_another_members_picture_not_to_ones_own() -> None:
    own = (show("CAM-02", 21, 60, 40, 40),)
    late = (show("CAM-01", 0, 29, 0), show("CAM-02", 29, 60, 40, 40))
    assert find_delay_s(make_case(own, late), ask()) == 9.0
    assert find_delay_s(make_case(own, ()), ask()) == math.inf


def test_whoever_has_the_camera_already_meets_a_request_at_once() -> None:
    assert find_delay_s(make_case((), (show("CAM-02", 0, 60, 40, 40),)), ask()) == 0.0


def test_the_camera_at_another_time_meets_nothing_until_it_comes_near() -> None:
    far = (show("CAM-02", 0, 60, 100, 100),)
    coming = (show("CAM-02", 0, 60, 100, 40),)
    assert find_delay_s(make_case((), far), ask()) == math.inf
    assert find_delay_s(make_case((), coming), ask()) == pytest.approx(30.0)


def test_the_median_takes_what_was_never_met_as_longest() -> None:
    screens = (show("CAM-02", 24, 26, 40), show("CAM-03", 29, 31, 40))
    requests = (ask("CAM-02"), ask("CAM-03"), ask("CAM-01"))
    case = make_case((), screens, requests=requests)
    assert compute_hand_off_delay(case) == 9.0
    assert compute_hand_offs_met(case) == pytest.approx(0.667, abs=5e-4)
    assert compute_hand_off_delay(replace(case, requests=requests[1:])) is None
    assert compute_hand_off_delay(make_case((), ())) is None
    assert compute_hand_offs_met(make_case((), ())) is None


def test_every_measure_says_its_value_by_its_key() -> None:
    measures = compute_exercise_measures(make_case((show("CAM-01", 0, 12, 10),), ()))
    assert list(measures) == [metric.key for metric in EXERCISE_METRICS]
    assert measures["exercise_coverage"] == pytest.approx(0.4)
