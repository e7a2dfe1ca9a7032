"""Every worked number of an export, on the worked table with P003 on CAM-01 12-14.9 s."""

from dataclasses import replace

import pytest

from sim.errors import TaskError
from sim.scoring.evidence import Answer, Clip, SearchLog
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.task import Task
from sim.tasks.export import ExportType
from sim.truth.index import make_truth_index
from tests.support.trace_tables import WORKED_STAYS, Stay, make_table, make_worked_table

LOG = SearchLog(used_s=100.0, finished=True, limit_s=300.0)
EXPORT_TYPE = ExportType()
NOTED = {"reason": "fight", "requested-by": "police", "goes-to": "district-store"}
FIRST, SECOND, THIRD = ("CAM-01", 0.0, 9.9), ("CAM-02", 15.0, 24.9), ("CAM-01", 30.0, 39.9)
STAYS = [*WORKED_STAYS, Stay(camera_id="CAM-01", person_id="P003", first=120, last=149)]


def score(
    *clips: tuple[str, float, float],
    choices: dict[str, str] | None = None,
    window_s: tuple[float, float] = (0.0, 60.0),
    stays: list[Stay] = STAYS,
) -> ScoreCard:
    task = Task(type="export", target="P001", window_s=window_s)
    answer = Answer(
        clips=tuple(Clip(camera_id=camera, from_s=low, to_s=high) for camera, low, high in clips),
        choices=NOTED if choices is None else choices,
    )
    return EXPORT_TYPE.score(task, answer, make_truth_index(make_table(stays)), log=LOG)


def test_every_appearance_cut_and_nothing_else() -> None:
    card = score(THIRD, FIRST, SECOND)
    assert dict(card.values) == {
        "mean_iou": 1.0,
        "cut_share": 1.0,
        "surplus_clips": 0,
        "others_s": 0.0,
        "outside_share": 0.0,
        "custody_complete": True,
        "completion_time_s": 100.0,
        "finished": True,
    }
    assert card.passed is True


def test_worked_case() -> None:
    """The first runs on to 18.5 s, 6.6 s beyond its handle, and P003 is in it for 2.9 s. The second is not cut."""
    card = score(("CAM-01", 0.0, 18.5), THIRD, ("CAM-03", 0.0, 5.0))
    assert card.values["mean_iou"] == pytest.approx((0.6 + 1.0) / 3)
    assert card.values["cut_share"] == pytest.approx(2 / 3)
    assert card.values["surplus_clips"] == 1
    assert card.values["others_s"] == pytest.approx(2.9)
    assert [key for key, is_met in card.criteria.items() if not is_met] == ["cut_share", "mean_iou", "outside_share"]
    assert card.values["outside_share"] == pytest.approx((6.6 + 5.0) / (9.9 + 6.6 + 9.9 + 5.0))


def test_a_second_clip_of_one_appearance_is_one_too_many() -> None:
    card = score(FIRST, SECOND, THIRD, ("CAM-01", 31.0, 39.0))
    assert (card.values["surplus_clips"], card.values["mean_iou"]) == (1, 1.0)
    assert card.passed is True, "shown, but no part of passing: nobody else is in it"


def test_handles_of_two_seconds_cost_nothing() -> None:
    handled = [(camera, max(0.0, low - 2.0), high + 2.0) for camera, low, high in (FIRST, SECOND, THIRD)]
    card = score(*handled)
    assert (card.values["mean_iou"], card.values["outside_share"], card.passed) == (1.0, 0.0, True)
    assert score(("CAM-02", 10.0, 12.9)).values["outside_share"] == 1.0
    beside = score(("CAM-02", 13.0, 15.0))
    assert (beside.values["outside_share"], beside.values["mean_iou"], beside.passed) == (None, 0.0, False)


def test_half_of_an_appearance_exactly_is_cut_wherever_it_lies() -> None:
    for length in range(3, 60):
        for start in (3, 33, 170):
            stays = [Stay(camera_id="CAM-01", person_id="P001", first=start, last=start + 2 * length * 5)]
            clip = ("CAM-01", start / 10, (start + length * 5) / 10)
            assert score(clip, stays=stays).values["cut_share"] == 1.0, (start, length)


def test_a_mean_of_three_fifths_exactly_passes_and_less_does_not() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=100),
        Stay(camera_id="CAM-02", person_id="P001", first=200, last=300),
    ]
    for to_s, met in ((27.0, True), (26.99, False)):
        card = score(("CAM-01", 0.0, 5.0), ("CAM-02", 20.0, to_s), stays=stays)
        assert card.criteria["mean_iou"] is met
        assert card.passed is met
        assert card.values["cut_share"] == 1.0


def test_a_quarter_outside_exactly_passes_and_more_does_not() -> None:
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=10, last=310)]
    assert score(("CAM-01", 1.0, 43.0), stays=stays).passed is True
    card = score(("CAM-01", 1.0, 43.1), stays=stays)
    assert [key for key, is_met in card.criteria.items() if not is_met] == ["outside_share"]


def test_nothing_cut_and_nobody_to_cut_out_have_no_share_and_do_not_pass() -> None:
    card = score()
    assert (card.values["outside_share"], card.passed) == (None, False)
    card = score(window_s=(45.0, 60.0))
    assert (card.values["mean_iou"], card.values["cut_share"], card.passed) == (None, None, False)


def test_what_two_clips_share_is_cut_once() -> None:
    stays = [Stay(camera_id="CAM-01", person_id="P001", first=0, last=100)]
    twice = score(("CAM-01", 0.0, 20.0), ("CAM-01", 0.0, 20.0), stays=stays)
    assert twice.values["outside_share"] == pytest.approx(8 / 18)


def test_a_glimpse_need_not_be_cut_and_may_be() -> None:
    stays = [*STAYS, Stay(camera_id="CAM-03", person_id="P001", first=500, last=508)]
    without = score(FIRST, SECOND, THIRD, stays=stays)
    beside = score(FIRST, SECOND, THIRD, ("CAM-03", 50.0, 50.8), stays=stays)
    assert without.passed is beside.passed is True
    assert dict(without.values) == dict(beside.values)


def test_clips_and_appearances_end_with_the_window() -> None:
    card = score(("CAM-01", 0.0, 9.9), ("CAM-02", 15.0, 30.0), window_s=(5.0, 20.0))
    assert card.values["mean_iou"] == pytest.approx(1.0)
    outside = score(("CAM-01", 5.0, 9.9), ("CAM-02", 15.0, 20.0), THIRD, window_s=(5.0, 20.0))
    assert (outside.values["mean_iou"], outside.values["surplus_clips"]) == (pytest.approx(1.0), 1)
    assert outside.values["others_s"] == 0.0


@pytest.mark.parametrize("choices", [{}, {"reason": "fight"}, {**NOTED, "reason": "fun"}])
def test_custody_needs_every_field_with_one_of_its_values(choices: dict[str, str]) -> None:
    card = score(FIRST, SECOND, THIRD, choices=choices)
    assert card.values["custody_complete"] is False
    assert card.passed is False


def test_footage_outside_the_window_is_measured_whole() -> None:
    """The target is on CAM-01 until 39.9 s: who cuts on to there cuts nothing else; CAM-02 after it is too much."""
    until = (0.0, 35.0)
    assert score(FIRST, SECOND, THIRD, window_s=until).values["outside_share"] == 0.0
    card = score(FIRST, SECOND, THIRD, ("CAM-02", 40.0, 60.0), window_s=until)
    assert card.values["outside_share"] == pytest.approx(20.0 / (9.9 * 3 + 20.0))
    assert (card.values["surplus_clips"], card.passed) == (1, False)


WHOLE = (0.0, 60.0)
WORKED = make_truth_index(make_worked_table(), people_ids=frozenset({"P009"}))
TASK = Task(type="export", target="P001", window_s=WHOLE)


def test_only_people_with_two_appearances_none_too_short_can_be_cut_out() -> None:
    assert EXPORT_TYPE.make_tasks(WORKED, WHOLE) == (TASK,)
    short = [*WORKED_STAYS, Stay(camera_id="CAM-03", person_id="P001", first=450, last=490)]
    assert EXPORT_TYPE.make_tasks(make_truth_index(make_table(short)), (0.0, 46.9)) == ()
    assert EXPORT_TYPE.make_tasks(WORKED, (10.0, 29.0)) == ()


def test_somebody_on_no_camera_is_refused() -> None:
    for task in (replace(TASK, target="P009"), replace(TASK, window_s=(45.0, 60.0))):
        with pytest.raises(TaskError, match="is on no camera between"):
            EXPORT_TYPE.check_task(task, WORKED)
