"""The order worked: places, the steps between them, and where what was missed belongs."""

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.worked import list_found, list_steps, place_missed
from sim.truth.index import make_truth_index
from tests.support.trace_tables import MARK_OTHER, Stay, make_mark, make_table

INDEX = make_truth_index(
    make_table(
        [
            Stay(camera_id=f"CAM-{camera:02}", person_id="P001", first=first, last=first + 50)
            for camera, first in ((1, 0), (2, 100), (3, 200), (1, 300))
        ]
    )
)
A, B, C = make_mark("CAM-01", 2.0), make_mark("CAM-02", 12.0), make_mark("CAM-03", 22.0)
Way = tuple[str, str | None, bool]


def make_case(*marks: object) -> TraceCase:
    return make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))  # type: ignore[arg-type]


def list_ways(*marks: object, is_backwards: bool = False) -> list[Way]:
    """Where each step goes from and to, by the second in which a place begins."""
    return [
        (f"{step.here.from_s:g}", None if step.there is None else f"{step.there.from_s:g}", step.is_backwards)
        for step in list_steps(make_case(*marks), is_backwards=is_backwards)
    ]


def test_each_appearance_is_found_by_the_first_mark_on_it() -> None:
    found = list_found(make_case(C, MARK_OTHER, A, C))
    assert [(each.mark_number, each.t_s, each.made_s) for each in found] == [(0, 22.0, None), (2, 2.0, None)]


def test_steps_follow_the_order_worked() -> None:
    assert list_ways(A, B, C) == [("0", "10", False), ("10", "20", False), ("20", None, False)]
    assert list_ways(C, B, A) == [("10", "0", True), ("20", "10", True), ("0", None, True)]
    assert list_ways(A, C, B) == [("20", "10", True)], "nobody went from A to B, and B is no end of the way"


def test_what_was_found_first_tells_where_a_step_goes_to() -> None:
    assert list_ways(B, C, A) == [("10", "20", False)], "A was not reached from its neighbor, and nothing lies beyond"
    assert list_ways(B, A, C) == [("10", "0", True)]


def test_one_place_alone_goes_on_in_the_direction_of_the_task() -> None:
    assert list_ways(B) == [("10", None, False)]
    assert list_ways(B, is_backwards=True) == [("10", None, True)]
    assert list_ways() == []


def test_what_was_missed_comes_after_what_was_found_before_it() -> None:
    legs = make_case().legs
    assert place_missed(make_case(A, C)) == {legs[1]: 0.5, legs[3]: 1.5}
    assert place_missed(make_case(C, A)) == {legs[1]: 1.5, legs[3]: 0.5}
    assert place_missed(make_case(B)) == {legs[0]: -0.5, legs[2]: 0.5, legs[3]: 0.5}
    assert place_missed(make_case(B), is_backwards=True) == {legs[0]: 0.5, legs[2]: -0.5, legs[3]: -0.5}
    assert place_missed(make_case(MARK_OTHER)) == {}
