from dataclasses import replace

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Jump, Mark, Opening, SearchLog, TimedMark, Watch
from sim.scoring.losses import MOST_OPENED, find_losses
from sim.scoring.moments import BoxRole, Moment, MomentKind
from sim.scoring.plan_points import MarkKind, count_hidden, find_marked_places
from sim.scoring.score_card import Judged
from sim.scoring.trace_moments import MOST_WRONG, find_trace_moments
from sim.tasks.common.task import Task
from sim.tasks.trace import TraceType
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
    here, there = get_only(find_trace_moments(make_case(mark)), MomentKind.WRONG_PERSON).scenes
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
    assert get_only(moments, MomentKind.MORE_WRONG).times == 130 - MOST_WRONG
    assert list_kinds(moments).count(MomentKind.WRONG_PERSON) == MOST_WRONG


def _place(n: int) -> tuple[float, float, float, float]:
    left, top = 30.0 * (n % 30), 60.0 * (n // 30)
    return left, top, left + 4.0, top + 30.0


SIX_INDEX = make_truth_index(make_table(WORKED_STAYS, cameras=6))


def make_loss_case(*marks: Mark, log: SearchLog | None = None) -> TraceCase:
    return make_trace_case(SIX_INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks), log=log)


def open_after(*camera_ids: str) -> SearchLog:
    openings = [Opening(camera_id=each, at_s=50.0 + n, site_s=9.0) for n, each in enumerate(camera_ids)]
    before = Opening(camera_id="CAM-06", at_s=20.0, site_s=0.0)
    return replace(WORKED_LOG, openings=(WORKED_LOG.openings[0], before, *openings))


def at(made_s: float, mark: Mark) -> TimedMark:
    return TimedMark(mark=mark, at_s=made_s, kept=True)


def make_way(
    stays: list[Stay], *places: tuple[str, float], openings: tuple[Opening, ...] = (), cameras: int = 6
) -> TraceCase:
    marks = tuple(make_mark(camera_id, t_s) for camera_id, t_s in places)
    made = tuple(at(10.0 * number, mark) for number, mark in enumerate(marks, start=1))
    log = SearchLog(used_s=200.0, finished=True, limit_s=300.0, marks=made, openings=openings)
    index = make_truth_index(make_table(stays, cameras=cameras))
    return make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks), log=log)


def stay(camera: int, first: int, last: int) -> Stay:
    return Stay(camera_id=f"CAM-{camera:02}", person_id="P001", first=first, last=last)


def test_only_cameras_opened_after_the_mark_and_before_the_right_one_count() -> None:
    log = open_after("CAM-03", "CAM-01", "CAM-03", "CAM-02", "CAM-04")
    (loss,) = find_losses(make_loss_case(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG, log=log))
    assert (loss.opened, loss.is_found) == (("CAM-03",), True)
    assert (
        find_losses(make_loss_case(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG, log=open_after("CAM-02", "CAM-04")))
        == ()
    )


def test_no_more_than_three_are_named() -> None:
    log = open_after("CAM-03", "CAM-04", "CAM-05", "CAM-06")
    (loss,) = find_losses(make_loss_case(MARK_FIRST_LEG, MARK_THIRD_LEG, log=log))
    assert loss.opened == ("CAM-03", "CAM-04", "CAM-05")
    assert len(loss.opened) == MOST_OPENED


def test_cameras_that_show_the_student_at_once_are_one_place() -> None:
    stays = [stay(1, 0, 99), stay(2, 50, 85), stay(3, 115, 200)]
    assert find_losses(make_way(stays, ("CAM-01", 5.0), ("CAM-03", 15.0))) == (), "1.6 s later, found on CAM-03"
    for marks in ((("CAM-02", 5.5), ("CAM-01", 7.0)), (("CAM-01", 7.0), ("CAM-02", 5.5))):
        (loss,) = find_losses(make_way(stays, *marks))
        assert (loss.left_camera, loss.left_s, loss.next_camera, loss.mark_number) == ("CAM-01", 9.9, "CAM-03", 1)


def test_a_camera_that_had_them_all_the_while_is_told_as_such() -> None:
    (loss,) = find_losses(make_way([stay(1, 0, 300), stay(2, 50, 80), stay(3, 400, 430)], ("CAM-02", 5.5)))
    assert (loss.next_camera, loss.beside, loss.unseen_s, loss.next_until_s) == ("CAM-01", True, 0.0, 30.0)


def test_going_through_a_camera_is_no_wrong_turn() -> None:
    stays = [stay(1, 0, 99), stay(3, 300, 399)]
    marks = (("CAM-01", 5.0), ("CAM-03", 35.0))
    case = make_way(stays, *marks, openings=(Opening(camera_id="CAM-02", at_s=12.0, site_s=9.0),))
    assert [loss.opened for loss in find_losses(case)] == [("CAM-02",)]
    jumps = tuple(Jump(camera_id="CAM-02", at_s=12.5 + n, site_s=t_s) for n, t_s in enumerate((0.0, 22.0, 45.0)))
    assert find_losses(replace(case, log=replace(case.log, jumps=jumps))) == ()
    watch = Watch(cameras=("CAM-02",), site_from_s=0.0, site_to_s=45.0, began_s=12.5, wall_s=5.0, speed=9.0)
    assert find_losses(replace(case, log=replace(case.log, watches=(watch,)))) == ()
    assert len(find_losses(replace(case, log=replace(case.log, watches=(replace(watch, site_to_s=44.9),))))) == 1


def test_a_look_at_another_time_is_another_search() -> None:
    stays = [stay(1, 250, 300), stay(3, 390, 420)]
    marks = (("CAM-01", 26.0), ("CAM-03", 41.0))
    for site_s, opened in ((16.0, ("CAM-02",)), (15.9, ()), (59.0, ("CAM-02",))):
        case = make_way(stays, *marks, openings=(Opening(camera_id="CAM-02", at_s=12.0, site_s=site_s),))
        assert tuple(camera for loss in find_losses(case) for camera in loss.opened) == opened


def test_a_camera_that_shows_the_student_in_between_was_not_opened_in_vain() -> None:
    glimpse = Stay(camera_id="CAM-02", person_id="P001", first=150, last=155)
    openings = (Opening(camera_id="CAM-02", at_s=12.0, site_s=15.2),)
    marks = (("CAM-01", 5.0), ("CAM-03", 35.0))
    assert find_losses(make_way([stay(1, 0, 99), glimpse, stay(3, 300, 399)], *marks, openings=openings)) == ()


def test_a_glimpse_is_no_loss_and_is_told_beside_the_time_on_no_camera() -> None:
    glimpse = Stay(camera_id="CAM-02", person_id="P001", first=150, last=155)
    assert find_losses(make_way([stay(1, 0, 99), glimpse], ("CAM-01", 5.0))) == ()
    (loss,) = find_losses(make_way([stay(1, 0, 99), glimpse, stay(3, 300, 399)], ("CAM-01", 5.0)))
    assert (loss.next_camera, round(loss.unseen_s, 1), loss.glimpses) == ("CAM-03", 20.1, ("CAM-02",))


FAINT = Stay(camera_id="CAM-03", person_id="P001", first=500, last=520, visible=0.1)
FAINT_OTHER = Stay(camera_id="CAM-03", person_id="P002", first=540, last=560, visible=0.1)
FAINT_INDEX = make_truth_index(make_table([*WORKED_STAYS, FAINT, FAINT_OTHER]))


def make_faint_case(*marks: Mark) -> TraceCase:
    return make_trace_case(FAINT_INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))


def list_places(*marks: Mark, right: str = "P001") -> list[tuple[str, float, MarkKind, int]]:
    found = find_marked_places(make_faint_case(*marks), right={right})
    return [(place.mark.camera_id, place.mark.t_s, place.kind, place.count) for place in found]


def write_sentences(case: TraceCase) -> dict[str, str]:
    trace, task = TraceType(), Task(type="trace", target=case.target, window_s=case.window.window_s)
    score = Judged(card=trace.make_card(case), case=case, answer=case.answer)
    return {part.key: part.sentence for part in trace.write_parts(score, task)}


def test_marks_on_one_appearance_are_one_place_at_the_first_that_was_made() -> None:
    assert list_places(MARK_OTHER, make_mark("CAM-01", 6.0), MARK_FIRST_LEG, MARK_EMPTY) == [
        ("CAM-01", 6.0, MarkKind.RIGHT, 2),
        ("CAM-02", 18.0, MarkKind.WRONG_PERSON, 1),
        ("CAM-03", 18.0, MarkKind.NOBODY, 1),
    ]


def test_somebody_s_place_is_where_they_stood_and_nobody_has_none() -> None:
    right, wrong, empty = find_marked_places(make_faint_case(MARK_FIRST_LEG, MARK_OTHER, MARK_EMPTY), right={"P001"})
    rows = FAINT_INDEX.table.rows
    for place, person in ((right, "P001"), (wrong, "P002")):
        at = rows[(rows["person_id"] == person) & (rows["t_s"] == place.mark.t_s)].iloc[0]
        assert place.stood_at == (at["floor_x_m"], at["floor_y_m"], at["floor"])
    assert empty.stood_at is None


def test_marks_on_nobody_are_gathered_without_gaps_on_one_camera() -> None:
    moments = (14.0, 10.0, 11.0, 16.0)
    assert list_places(*[make_mark("CAM-03", t_s) for t_s in moments], make_mark("CAM-02", 11.0)) == [
        ("CAM-03", 10.0, MarkKind.NOBODY, 2),
        ("CAM-02", 11.0, MarkKind.NOBODY, 1),
        ("CAM-03", 14.0, MarkKind.NOBODY, 2),
    ]


def test_the_student_too_hidden_to_count_is_told_as_such() -> None:
    assert list_places(make_mark("CAM-03", 51.0)) == [("CAM-03", 51.0, MarkKind.UNCOUNTED, 1)]


def test_someone_else_too_hidden_to_count_is_not_no_one() -> None:
    case = make_faint_case(MARK_EMPTY, make_mark("CAM-03", 55.0), make_mark("CAM-03", 51.0))
    kinds = [(place.kind, place.stood_at is None) for place in find_marked_places(case, right={"P001"})]
    assert kinds == [(MarkKind.NOBODY, True), (MarkKind.UNCOUNTED, False), (MarkKind.NOBODY, False)]
    assert count_hidden(case) == 1
    assert write_sentences(case)["appearance_precision"] == (
        "Of 2 places you marked, 1 showed someone too hidden or too far away to count and 1 showed no one."
    )


def test_a_mark_on_a_glimpse_of_the_student_is_no_mark_on_nobody() -> None:
    log = SearchLog(used_s=200.0, finished=True, limit_s=360.0)
    answer = Answer(marks=(make_mark("CAM-03", 51.0),))
    case = make_trace_case(FAINT_INDEX, target="P001", window_s=(0.0, 60.0), answer=answer, log=log)
    assert write_sentences(case)["time_to_first_correct_mark_s"] == "In 3 min 20 s no mark on the student counted."
