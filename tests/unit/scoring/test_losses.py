"""What came after each place that was found, in the order worked."""

from dataclasses import replace

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Jump, Mark, Opening, SearchLog, TimedMark, Watch
from sim.scoring.losses import MOST_OPENED, find_losses
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_FIRST_LEG,
    MARK_SECOND_LEG,
    MARK_THIRD_LEG,
    WORKED_LOG,
    WORKED_STAYS,
    Stay,
    make_mark,
    make_table,
)

INDEX = make_truth_index(make_table(WORKED_STAYS, cameras=6))


def make_case(*marks: Mark, log: SearchLog | None = None) -> TraceCase:
    return make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks), log=log)


def open_after(*camera_ids: str) -> SearchLog:
    """The first leg is marked 41 s after release; these cameras are opened after that, two others before it."""
    openings = [Opening(camera_id=each, at_s=50.0 + n, site_s=9.0) for n, each in enumerate(camera_ids)]
    before = Opening(camera_id="CAM-06", at_s=20.0, site_s=0.0)
    return replace(WORKED_LOG, openings=(WORKED_LOG.openings[0], before, *openings))


def at(made_s: float, mark: Mark) -> TimedMark:
    return TimedMark(mark=mark, at_s=made_s, kept=True)


def make_way(
    stays: list[Stay], *places: tuple[str, float], openings: tuple[Opening, ...] = (), cameras: int = 6
) -> TraceCase:
    """A case on other stays: marks on the target 10 s of drill time apart, the first at 10 s."""
    marks = tuple(make_mark(camera_id, t_s) for camera_id, t_s in places)
    made = tuple(at(10.0 * number, mark) for number, mark in enumerate(marks, start=1))
    log = SearchLog(used_s=200.0, finished=True, limit_s=300.0, marks=made, openings=openings)
    index = make_truth_index(make_table(stays, cameras=cameras))
    return make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks), log=log)


def stay(camera: int, first: int, last: int) -> Stay:
    return Stay(camera_id=f"CAM-{camera:02}", person_id="P001", first=first, last=last)


def test_only_cameras_opened_after_the_mark_and_before_the_right_one_count() -> None:
    log = open_after("CAM-03", "CAM-01", "CAM-03", "CAM-02", "CAM-04")
    (loss,) = find_losses(make_case(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG, log=log))
    assert (loss.opened, loss.is_found) == (("CAM-03",), True)
    assert (
        find_losses(make_case(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG, log=open_after("CAM-02", "CAM-04")))
        == ()
    )


def test_no_more_than_three_are_named() -> None:
    log = open_after("CAM-03", "CAM-04", "CAM-05", "CAM-06")
    (loss,) = find_losses(make_case(MARK_FIRST_LEG, MARK_THIRD_LEG, log=log))
    assert loss.opened == ("CAM-03", "CAM-04", "CAM-05")
    assert len(loss.opened) == MOST_OPENED


def test_cameras_that_show_the_student_at_once_are_one_place() -> None:
    stays = [stay(1, 0, 99), stay(2, 50, 85), stay(3, 115, 200)]
    assert find_losses(make_way(stays, ("CAM-01", 5.0), ("CAM-03", 15.0))) == (), "1.6 s later, found on CAM-03"
    for marks in ((("CAM-02", 5.5), ("CAM-01", 7.0)), (("CAM-01", 7.0), ("CAM-02", 5.5))):
        (loss,) = find_losses(make_way(stays, *marks))
        assert (loss.left_camera, loss.left_s, loss.next_camera, loss.mark_number) == ("CAM-01", 9.9, "CAM-03", 1)


def test_a_camera_that_had_them_all_the_while_is_told_as_such() -> None:
    """Found for three seconds beside a camera that shows them for a minute: they were not on no camera after it."""
    (loss,) = find_losses(make_way([stay(1, 0, 300), stay(2, 50, 80), stay(3, 400, 430)], ("CAM-02", 5.5)))
    assert (loss.next_camera, loss.beside, loss.unseen_s, loss.next_until_s) == ("CAM-01", True, 0.0, 30.0)


def test_going_through_a_camera_is_no_wrong_turn() -> None:
    stays = [stay(1, 0, 99), stay(3, 300, 399)]
    marks = (("CAM-01", 5.0), ("CAM-03", 35.0))
    opening = Opening(camera_id="CAM-02", at_s=12.0, site_s=9.0)
    case = make_way(stays, *marks, openings=(opening,))
    assert [loss.opened for loss in find_losses(case)] == [("CAM-02",)]
    jumps = tuple(Jump(camera_id="CAM-02", at_s=12.5 + n, site_s=t_s) for n, t_s in enumerate((0.0, 22.0, 45.0)))
    assert find_losses(replace(case, log=replace(case.log, jumps=jumps))) == ()
    watch = Watch(cameras=("CAM-02",), site_from_s=0.0, site_to_s=45.0, began_s=12.5, wall_s=5.0, speed=9.0)
    assert find_losses(replace(case, log=replace(case.log, watches=(watch,)))) == ()
    short = replace(watch, site_to_s=44.9)
    assert len(find_losses(replace(case, log=replace(case.log, watches=(short,))))) == 1


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
