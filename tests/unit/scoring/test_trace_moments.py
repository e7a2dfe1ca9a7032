"""The moments of a trace on the worked table, and on one with 10,000 marks."""

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.moments import BoxRole, Moment, MomentKind
from sim.scoring.trace_moments import MOST_WRONG, find_trace_moments
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_EMPTY,
    MARK_FIRST_LEG,
    MARK_OTHER,
    MARK_SECOND_LEG,
    MARK_THIRD_LEG,
    OTHER_BOX,
    WORKED_LOG,
    WORKED_STAYS,
    Stay,
    make_mark,
    make_table,
)

STAYS = [
    *WORKED_STAYS,
    Stay(camera_id="CAM-03", person_id="P003", first=100, last=140),
    Stay(camera_id="CAM-03", person_id="P004", first=300, last=340, visible=0.1),
]
INDEX = make_truth_index(make_table(STAYS))
TARGET_BOX = (400.0, 200.0, 440.0, 320.0)


def make_case(*marks: Mark, window_s: tuple[float, float] = (0.0, 60.0), log: SearchLog | None = None) -> TraceCase:
    return make_trace_case(INDEX, target="P001", window_s=window_s, answer=Answer(marks=marks), log=log)


def list_kinds(moments: tuple[Moment, ...]) -> list[MomentKind]:
    return [moment.kind for moment in moments]


def get_only(moments: tuple[Moment, ...], kind: MomentKind) -> Moment:
    (found,) = [moment for moment in moments if moment.kind is kind]
    return found


def test_a_whole_trace_has_only_its_first_right_mark_and_when_it_was_made() -> None:
    (moment,) = find_trace_moments(make_case(MARK_SECOND_LEG, MARK_FIRST_LEG, MARK_THIRD_LEG))
    assert (moment.kind, moment.camera_id, moment.t_s, moment.is_good) == (MomentKind.FIRST_RIGHT, "CAM-02", 18.0, True)
    (made, *_) = find_trace_moments(make_case(MARK_FIRST_LEG, log=WORKED_LOG))
    assert (made.kind, made.made_s) == (MomentKind.FIRST_RIGHT, 41.0)


def test_wrong_person_with_the_target_in_the_same_frame() -> None:
    moment = get_only(find_trace_moments(make_case(MARK_FIRST_LEG, MARK_OTHER)), MomentKind.WRONG_PERSON)
    assert (moment.marked, moment.sought, moment.times) == ("P002", "P001", 1)
    (scene,) = moment.scenes
    assert (scene.camera_id, scene.frame) == ("CAM-02", 180)
    assert [(boxed.role, boxed.box_xyxy) for boxed in scene.boxes] == [
        (BoxRole.MARKED, OTHER_BOX),
        (BoxRole.STUDENT, TARGET_BOX),
    ]


def test_wrong_person_while_the_target_is_elsewhere_or_nowhere() -> None:
    mark = make_mark("CAM-03", 12.0)
    moment = get_only(find_trace_moments(make_case(mark)), MomentKind.WRONG_PERSON)
    here, there = moment.scenes
    assert [boxed.role for boxed in here.boxes] == [BoxRole.MARKED]
    assert (there.camera_id, there.frame, there.boxes[0].role) == ("CAM-01", 99, BoxRole.STUDENT)
    absent = find_trace_moments(make_case(mark, window_s=(11.0, 13.0)))
    assert list_kinds(absent) == [MomentKind.WRONG_PERSON, MomentKind.NOT_ABSENT]
    assert len(absent[0].scenes) == 1


def test_marks_that_say_the_same_are_one_moment() -> None:
    again = make_mark("CAM-02", 19.0, x_px=620.0)
    moments = find_trace_moments(make_case(MARK_OTHER, again, MARK_EMPTY, make_mark("CAM-03", 20.0)))
    wrong, nobody = (get_only(moments, kind) for kind in (MomentKind.WRONG_PERSON, MomentKind.NOBODY))
    assert (wrong.times, nobody.times) == (2, 2)
    assert nobody.scenes[0].boxes[0].role is BoxRole.POINT
    assert nobody.scenes[0].boxes[0].box_xyxy == (408.0, 248.0, 432.0, 272.0)


def test_a_mark_on_somebody_too_hidden_to_count_accuses_of_nobody_else_and_stays_apart_from_empty_spots() -> None:
    hidden = [make_mark("CAM-03", t_s) for t_s in (31.0, 33.0)]
    moments = find_trace_moments(make_case(MARK_FIRST_LEG, hidden[0], make_mark("CAM-03", 32.0, x_px=900.0), hidden[1]))
    found, empty = (get_only(moments, kind) for kind in (MomentKind.TOO_HIDDEN, MomentKind.NOBODY))
    assert (found.marked, found.times, empty.marked, empty.times) == ("P004", 2, None, 1)
    assert MomentKind.WRONG_PERSON not in list_kinds(moments)


def test_moments_are_in_the_order_worked_and_what_has_no_mark_comes_last_in_order_of_site_time() -> None:
    for marks, expected in (
        (
            (MARK_THIRD_LEG, MARK_OTHER, MARK_FIRST_LEG),
            [(MomentKind.FIRST_RIGHT, 35.0), (MomentKind.WRONG_PERSON, 18.0), (MomentKind.MISSED, 15.0)],
        ),
        ((MARK_OTHER,), [(MomentKind.WRONG_PERSON, 18.0), *((MomentKind.MISSED, t_s) for t_s in (0.0, 15.0, 30.0))]),
    ):
        assert [(moment.kind, moment.t_s) for moment in find_trace_moments(make_case(*marks))] == expected


def test_wrong_moments_beyond_the_most_are_counted() -> None:
    stays = [
        *WORKED_STAYS,
        *(Stay(camera_id="CAM-03", person_id=f"P{n:03}", first=0, last=5, box_xyxy=_place(n)) for n in range(10, 140)),
    ]
    index = make_truth_index(make_table(stays))
    marks = tuple(make_mark("CAM-03", 0.2, x_px=_place(n)[0] + 2, y_px=_place(n)[1] + 15) for n in range(10, 140))
    case = make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))
    moments = find_trace_moments(case)
    more = get_only(moments, MomentKind.MORE_WRONG)
    assert more.times == 130 - MOST_WRONG
    assert list_kinds(moments).count(MomentKind.WRONG_PERSON) == MOST_WRONG


def _place(n: int) -> tuple[float, float, float, float]:
    left, top = 30.0 * (n % 30), 60.0 * (n // 30)
    return left, top, left + 4.0, top + 30.0
