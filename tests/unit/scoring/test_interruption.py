"""Hints on the worked table: P001 is on CAM-01 at 0-9.9 s, CAM-02 at 15-24.9 s, CAM-01 at 30-39.9 s."""

import pytest

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Mark
from sim.scoring.interruption import NextCamera, check_still_there, find_next_camera
from sim.truth.index import make_truth_index
from tests.support import trace_tables

STRANGER = trace_tables.make_mark("CAM-02", 18.0, x_px=(trace_tables.OTHER_BOX[0] + trace_tables.OTHER_BOX[2]) / 2)


def make_case(*marks: Mark) -> TraceCase:
    index = make_truth_index(trace_tables.make_worked_table())
    return make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))


@pytest.mark.parametrize(
    ("marks", "is_backwards", "hint"),
    [
        ((), False, (NextCamera.FIRST, "CAM-01")),
        ((STRANGER,), False, (NextCamera.FIRST, "CAM-01")),
        ((trace_tables.MARK_FIRST_LEG,), False, (NextCamera.THERE, "CAM-02")),
        ((trace_tables.MARK_SECOND_LEG, trace_tables.MARK_FIRST_LEG), False, (NextCamera.THERE, "CAM-01")),
        ((trace_tables.MARK_THIRD_LEG,), False, (NextCamera.NO_MORE, None)),
        ((trace_tables.MARK_THIRD_LEG,), True, (NextCamera.THERE, "CAM-02")),
        ((trace_tables.MARK_SECOND_LEG, STRANGER), True, (NextCamera.THERE, "CAM-01")),
        ((trace_tables.MARK_FIRST_LEG,), True, (NextCamera.NO_MORE, None)),
    ],
)
def test_the_next_camera_is_that_of_the_next_appearance(
    marks: tuple[Mark, ...], is_backwards: bool, hint: tuple[NextCamera, str | None]
) -> None:
    assert find_next_camera(make_case(*marks), is_backwards=is_backwards) == hint


@pytest.mark.parametrize(
    ("camera_id", "t_s", "is_seen"),
    [
        ("CAM-01", 0.0, True),
        ("CAM-01", 9.94, True),
        ("CAM-01", 9.96, False),
        ("CAM-02", 5.0, False),
        ("CAM-02", 18.0, True),
        ("CAM-03", 18.0, False),
        (None, 5.0, False),
    ],
)
def test_the_student_is_in_the_picture_at_the_frame_on_screen(camera_id: str | None, t_s: float, is_seen: bool) -> None:
    assert check_still_there(make_case(), camera_id=camera_id, t_s=t_s)[0] is is_seen


def test_who_is_hardly_to_be_seen_or_too_small_is_not_in_the_picture() -> None:
    small = (400.0, 200.0, 410.0, 223.0)
    stays = [
        trace_tables.Stay(camera_id="CAM-01", person_id="P001", first=0, last=50),
        trace_tables.Stay(camera_id="CAM-02", person_id="P001", first=0, last=50, visible=0.24),
        trace_tables.Stay(camera_id="CAM-03", person_id="P001", first=0, last=50, box_xyxy=small),
    ]
    case = make_trace_case(
        make_truth_index(trace_tables.make_table(stays)), target="P001", window_s=(0.0, 60.0), answer=Answer(marks=())
    )
    seen = [check_still_there(case, camera_id=f"CAM-0{number}", t_s=1.0)[0] for number in (1, 2, 3)]
    assert seen == [True, False, False]
