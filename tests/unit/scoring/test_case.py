"""What became of each appearance, the true path, and the order worked with what was missed in it."""

from itertools import pairwise

from sim.scoring.case import LegOutcome, TraceCase, describe_legs, make_trace_case
from sim.scoring.evidence import Answer, Mark
from sim.scoring.losses import list_found, list_steps, place_missed
from sim.scoring.plan_points import make_true_path
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_FIRST_LEG,
    MARK_OTHER,
    WORKED_STAYS,
    Stay,
    make_mark,
    make_table,
)

STAYS = [*WORKED_STAYS, Stay(camera_id="CAM-03", person_id="P003", first=100, last=140)]
INDEX = make_truth_index(make_table(STAYS))


def make_case(*marks: Mark, target: str = "P001", window_s: tuple[float, float] = (0.0, 60.0)) -> TraceCase:
    return make_trace_case(INDEX, target=target, window_s=window_s, answer=Answer(marks=marks))


def test_a_glimpse_is_listed_as_one_and_shown_on_the_path() -> None:
    stays = [*STAYS, Stay(camera_id="CAM-03", person_id="P001", first=270, last=275)]
    index = make_truth_index(make_table(stays))
    answer = Answer(marks=(MARK_FIRST_LEG, make_mark("CAM-03", 27.2)))
    case = make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=answer)
    assert [(leg.camera_id, leg.outcome) for leg in describe_legs(case)] == [
        ("CAM-01", LegOutcome.FOUND),
        ("CAM-02", LegOutcome.MISSED),
        ("CAM-03", LegOutcome.BONUS),
        ("CAM-01", LegOutcome.MISSED),
    ]
    assert "CAM-03" in {point.camera_id for point in make_true_path(case) if point.seen}


def test_true_path_is_seen_on_legs_and_unseen_between() -> None:
    path = make_true_path(make_case())
    times = [p.t_s for p in path]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0.0, 39.9)
    assert all(b - a <= 2.0 for a, b in pairwise(times))
    unseen = [p for p in path if not p.seen]
    assert all(9.9 < p.t_s < 15.0 or 24.9 < p.t_s < 30.0 for p in unseen)
    assert {p.camera_id for p in unseen} == {""}
    middle = min(unseen, key=lambda p: abs(p.t_s - 12.9))
    assert abs(middle.x_m - middle.t_s) < 1e-5, "the worked table walks one meter a second"
    assert make_true_path(make_case(window_s=(41.0, 60.0))) == ()


FOUR = make_truth_index(
    make_table(
        [
            Stay(camera_id=f"CAM-{camera:02}", person_id="P001", first=first, last=first + 50)
            for camera, first in ((1, 0), (2, 100), (3, 200), (1, 300))
        ]
    )
)
A, B, C = make_mark("CAM-01", 2.0), make_mark("CAM-02", 12.0), make_mark("CAM-03", 22.0)
Way = tuple[str, str | None, bool]


def make_four(*marks: object) -> TraceCase:
    return make_trace_case(FOUR, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))


def list_ways(*marks: object, is_backwards: bool = False) -> list[Way]:
    """Where each step goes from and to, by the second in which a place begins."""
    return [
        (f"{step.here.from_s:g}", None if step.there is None else f"{step.there.from_s:g}", step.is_backwards)
        for step in list_steps(make_four(*marks), is_backwards=is_backwards)
    ]


def test_each_appearance_is_found_by_the_first_mark_on_it() -> None:
    found = list_found(make_four(C, MARK_OTHER, A, C))
    assert [(each.mark_number, each.t_s, each.made_s) for each in found] == [(0, 22.0, None), (2, 2.0, None)]


def test_steps_follow_the_order_worked() -> None:
    assert list_ways(A, B, C) == [("0", "10", False), ("10", "20", False), ("20", None, False)]
    assert list_ways(C, B, A) == [("10", "0", True), ("20", "10", True), ("0", None, True)]
    assert list_ways(A, C, B) == [("20", "10", True)], "nobody went from A to B, and B is no end of the way"
    assert list_ways(B, C, A) == [("10", "20", False)], "A was not reached from its neighbor, and nothing lies beyond"
    assert list_ways(B, A, C) == [("10", "0", True)], "what was found first tells where a step goes to"
    assert list_ways(B) == [("10", None, False)], "one place alone goes on in the direction of the task"
    assert list_ways(B, is_backwards=True) == [("10", None, True)]
    assert list_ways() == []


def test_what_was_missed_comes_after_what_was_found_before_it() -> None:
    legs = make_four().legs
    assert place_missed(make_four(A, C)) == {legs[1]: 0.5, legs[3]: 1.5}
    assert place_missed(make_four(C, A)) == {legs[1]: 1.5, legs[3]: 0.5}
    assert place_missed(make_four(B)) == {legs[0]: -0.5, legs[2]: 0.5, legs[3]: 0.5}
    assert place_missed(make_four(B), is_backwards=True) == {legs[0]: 0.5, legs[2]: -0.5, legs[3]: -0.5}
    assert place_missed(make_four(MARK_OTHER)) == {}
