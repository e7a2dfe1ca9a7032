"""The measures of an exercise: their worked examples, and an exercise by hand."""

from dataclasses import replace

import pytest

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.exercise_metrics import (
    ExerciseCase,
    MemberScreens,
    Request,
    Screen,
    compute_coverage,
    compute_duplicated,
    compute_hand_off_delay,
    compute_hand_offs_met,
)
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


def test_duplicated_viewing_of_the_worked_example() -> None:
    one = (show("CAM-01", 0, 60, 0),)
    other = (show("CAM-02", 0, 20, 0), show("CAM-01", 20, 35, 20), show("CAM-02", 35, 60, 35))
    assert compute_duplicated(make_case(one, other)) == pytest.approx(30 / 120)


def test_the_median_takes_what_was_never_met_as_longest() -> None:
    screens = (show("CAM-02", 24, 26, 40), show("CAM-03", 29, 31, 40))
    requests = (ask("CAM-02"), ask("CAM-03"), ask("CAM-01"))
    case = make_case((), screens, requests=requests)
    assert compute_hand_off_delay(case) == 9.0
    assert compute_hand_offs_met(case) == pytest.approx(0.667, abs=5e-4)
    assert compute_hand_off_delay(replace(case, requests=requests[1:])) is None
    assert compute_hand_off_delay(make_case((), ())) is None
    assert compute_hand_offs_met(make_case((), ())) is None
