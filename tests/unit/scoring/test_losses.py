"""What came after each stretch that was found, forwards and backwards."""

from dataclasses import replace

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Fix, Opening, SearchLog
from sim.scoring.losses import MOST_OPENED, find_losses
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    FIX_FIRST_LEG,
    FIX_OTHER,
    FIX_SECOND_LEG,
    FIX_THIRD_LEG,
    WORKED_LOG,
    WORKED_STAYS,
    Stay,
    make_fix,
    make_table,
)

INDEX = make_truth_index(make_table(WORKED_STAYS, cameras=6))


def make_case(*fixes: Fix, log: SearchLog | None = None) -> TraceCase:
    return make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(fixes=fixes), log=log)


def open_after(*camera_ids: str) -> SearchLog:
    """The first leg is marked 41 s after release; these cameras are opened after that, two others before it."""
    openings = [Opening(camera_id=each, at_s=50.0 + n, site_s=9.0) for n, each in enumerate(camera_ids)]
    before = Opening(camera_id="CAM-06", at_s=20.0, site_s=0.0)
    return replace(WORKED_LOG, openings=(WORKED_LOG.openings[0], before, *openings))


def test_nothing_found_nothing_lost() -> None:
    assert find_losses(make_case()) == ()
    assert find_losses(make_case(FIX_OTHER)) == ()


def test_the_next_stretch_missed_is_a_loss_with_its_gap() -> None:
    (loss,) = find_losses(make_case(FIX_FIRST_LEG, FIX_THIRD_LEG))
    assert (loss.left_camera, loss.left_s, loss.next_camera, loss.next_s) == ("CAM-01", 9.9, "CAM-02", 15.0)
    assert round(loss.unseen_s, 3) == 5.1
    assert (loss.opened, loss.is_found) == ((), False)


def test_only_cameras_opened_after_the_mark_and_before_the_right_one_count() -> None:
    log = open_after("CAM-03", "CAM-01", "CAM-03", "CAM-02", "CAM-04")
    (loss,) = find_losses(make_case(FIX_FIRST_LEG, FIX_SECOND_LEG, FIX_THIRD_LEG, log=log))
    assert (loss.opened, loss.is_found) == (("CAM-03",), True)
    assert (
        find_losses(make_case(FIX_FIRST_LEG, FIX_SECOND_LEG, FIX_THIRD_LEG, log=open_after("CAM-02", "CAM-04"))) == ()
    )


def test_no_more_than_three_are_named() -> None:
    log = open_after("CAM-03", "CAM-04", "CAM-05", "CAM-06")
    (loss,) = find_losses(make_case(FIX_FIRST_LEG, FIX_THIRD_LEG, log=log))
    assert loss.opened == ("CAM-03", "CAM-04", "CAM-05")
    assert len(loss.opened) == MOST_OPENED


def test_two_cameras_at_once_leave_no_gap() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
        Stay(camera_id="CAM-02", person_id="P001", first=50, last=60),
        Stay(camera_id="CAM-03", person_id="P001", first=80, last=120),
    ]
    index = make_truth_index(make_table(stays))
    answer = Answer(fixes=(make_fix("CAM-02", 5.5),))
    (loss,) = find_losses(make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=answer))
    assert (loss.left_camera, loss.next_camera, loss.unseen_s) == ("CAM-02", "CAM-03", 0.0)


def test_backwards_the_next_stretch_is_the_one_before() -> None:
    (loss,) = find_losses(make_case(FIX_SECOND_LEG), is_backwards=True)
    assert (loss.left_camera, loss.left_s, loss.next_camera, loss.next_s) == ("CAM-02", 15.0, "CAM-01", 9.9)
    assert round(loss.unseen_s, 3) == 5.1
    assert find_losses(make_case(FIX_FIRST_LEG), is_backwards=True) == ()
