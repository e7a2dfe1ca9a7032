"""Every worked number of an export, on the worked table with P003 on CAM-01 12-14.9 s."""

import pytest

from sim.scoring.evidence import Answer, Clip, SearchLog
from sim.scoring.export_answer import make_export_card, make_export_case
from sim.scoring.score_card import ScoreCard
from sim.truth.index import make_truth_index
from tests.support.trace_tables import WORKED_STAYS, Stay, make_table

LOG = SearchLog(used_s=100.0, finished=True, limit_s=300.0)
CUSTODY = {"reason": {"fight", "theft"}, "goes-to": {"store"}}
NOTED = {"reason": "theft", "goes-to": "store"}
FIRST, SECOND, THIRD = ("CAM-01", 0.0, 9.9), ("CAM-02", 15.0, 24.9), ("CAM-01", 30.0, 39.9)
STAYS = [*WORKED_STAYS, Stay(camera_id="CAM-01", person_id="P003", first=120, last=149)]


def score(
    *clips: tuple[str, float, float],
    choices: dict[str, str] | None = None,
    window_s: tuple[float, float] = (0.0, 60.0),
    stays: list[Stay] = STAYS,
) -> ScoreCard:
    case = make_export_case(
        make_truth_index(make_table(stays)),
        target="P001",
        window_s=window_s,
        custody=CUSTODY,
        answer=Answer(
            clips=tuple(Clip(camera_id=camera, from_s=low, to_s=high) for camera, low, high in clips),
            choices=NOTED if choices is None else choices,
        ),
        log=LOG,
    )
    return make_export_card(case)


def test_every_appearance_cut_and_nothing_else() -> None:
    card = score(THIRD, FIRST, SECOND)
    assert dict(card.values) == {
        "mean_iou": 1.0,
        "cut_share": 1.0,
        "surplus_clips": 0,
        "others_s": 0.0,
        "custody_complete": True,
        "completion_time_s": 100.0,
        "finished": True,
    }
    assert card.passed is True


def test_worked_case() -> None:
    """The first runs on to 16.5 s: 9.9 of 16.5 s agree, and P003 is in it for 2.9 s. The second is not cut."""
    card = score(("CAM-01", 0.0, 16.5), THIRD, ("CAM-03", 0.0, 5.0))
    assert card.values["mean_iou"] == pytest.approx((0.6 + 1.0) / 3)
    assert card.values["cut_share"] == pytest.approx(2 / 3)
    assert card.values["surplus_clips"] == 1
    assert card.values["others_s"] == pytest.approx(2.9)
    assert [c.key for c in card.criteria if not c.met] == ["cut_share", "surplus_clips"]


def test_half_in_agreement_is_enough_and_less_is_not() -> None:
    assert score(FIRST, SECOND, ("CAM-01", 30.0, 34.96)).values["cut_share"] == 1.0
    assert score(FIRST, SECOND, ("CAM-01", 30.0, 34.94)).values["cut_share"] == pytest.approx(2 / 3)


def test_a_second_clip_of_one_appearance_is_one_too_many() -> None:
    card = score(FIRST, SECOND, THIRD, ("CAM-01", 31.0, 39.0))
    assert (card.values["surplus_clips"], card.values["mean_iou"]) == (1, 1.0)
    assert card.passed is False


def test_clips_and_appearances_end_with_the_window() -> None:
    card = score(("CAM-01", 0.0, 9.9), ("CAM-02", 15.0, 30.0), window_s=(5.0, 20.0))
    assert card.values["mean_iou"] == pytest.approx(1.0)
    outside = score(("CAM-01", 5.0, 9.9), ("CAM-02", 15.0, 20.0), THIRD, window_s=(5.0, 20.0))
    assert (outside.values["mean_iou"], outside.values["surplus_clips"]) == (pytest.approx(1.0), 1)
    assert outside.values["others_s"] == 0.0


def test_single_rows_are_no_appearances_to_cut() -> None:
    stays = [*STAYS, Stay(camera_id="CAM-03", person_id="P001", first=500, last=500)]
    assert score(FIRST, SECOND, THIRD, stays=stays).values["mean_iou"] == 1.0


def test_nobody_to_cut_out_has_no_share() -> None:
    card = score(window_s=(45.0, 60.0))
    assert (card.values["mean_iou"], card.values["cut_share"], card.passed) == (None, None, False)


@pytest.mark.parametrize("choices", [{}, {"reason": "theft"}, {"reason": "fun", "goes-to": "store"}])
def test_custody_needs_every_field_with_one_of_its_values(choices: dict[str, str]) -> None:
    card = score(FIRST, SECOND, THIRD, choices=choices)
    assert card.values["custody_complete"] is False
    assert card.passed is False
