import pytest

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.claim import NO_APPEARANCE, MarkOutcome
from sim.scoring.evidence import Answer, Mark
from sim.scoring.score_card import compute_score_card
from sim.tasks.encounter import measure_errors_s
from sim.truth.events import Event
from sim.truth.index import make_truth_index
from tests.support.trace_tables import OTHER_BOX, Stay, make_mark, make_table

OTHER_X = (OTHER_BOX[0] + OTHER_BOX[2]) / 2
STAYS = [
    Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
    Stay(camera_id="CAM-01", person_id="P001", first=130, last=139),
    Stay(camera_id="CAM-02", person_id="P001", first=200, last=300, box_xyxy=(400.0, 200.0, 410.0, 231.0)),
    Stay(camera_id="CAM-03", person_id="P001", first=400, last=410, zone="hall-b"),
    Stay(camera_id="CAM-01", person_id="P001", first=500, last=505, zone="yard"),
    Stay(camera_id="CAM-03", person_id="P002", first=100, last=105, box_xyxy=OTHER_BOX),
]


def judge(*marks: Mark, final_zone: str | None = None) -> TraceCase:
    answer = Answer(marks=marks, final_zone=final_zone)
    return make_trace_case(make_truth_index(make_table(STAYS)), target="P001", window_s=(0.0, 60.0), answer=answer)


def test_a_mark_on_a_glimpse_of_the_target_is_ignored() -> None:
    case = judge(
        make_mark("CAM-01", 13.5), make_mark("CAM-02", 25.0, x_px=405.0, y_px=215.5), make_mark("CAM-01", 50.2)
    )
    assert case.claims.outcome.tolist() == [MarkOutcome.IGNORED] * 3
    assert case.claims.appearance.tolist() == [NO_APPEARANCE] * 3
    assert case.claims.claimed == () and case.claims.empty_count == 0


def test_a_mark_between_an_appearance_and_a_nearer_glimpse_is_on_the_glimpse() -> None:
    """Rows too small to count join the two: 10.8 s is nearer to 9.9 s, 12.0 s is nearer to 13.0 s."""
    tiny = (410.0, 250.0, 420.0, 270.0)
    stays = [*STAYS, Stay(camera_id="CAM-01", person_id="P001", first=100, last=129, box_xyxy=tiny)]
    index = make_truth_index(make_table(stays))
    marks = tuple(make_mark("CAM-01", t_s, x_px=415.0, y_px=260.0) for t_s in (10.8, 12.0))
    case = make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))
    assert case.claims.outcome.tolist() == [MarkOutcome.TARGET, MarkOutcome.IGNORED]


def test_a_glimpse_of_somebody_else_is_a_claim_like_any_other() -> None:
    case = judge(make_mark("CAM-03", 10.2, x_px=OTHER_X))
    assert case.claims.outcome.tolist() == [MarkOutcome.OTHER]
    assert compute_score_card(case).values["wrong_person_s"] == 0.5


def test_a_meeting_is_measured_from_where_the_other_person_is_more_than_a_glimpse() -> None:
    """P001 is glimpsed at 50.0 to 50.5 s, when they meet somebody; the nearest they are really seen is at 41.0 s."""
    met = Event(
        event_id="beat",
        kind="hand-over",
        start_s=50.2,
        end_s=51.0,
        person_ids=("P002", "P001"),
        camera_id="",
        floor="1",
        zone="yard",
        at_m=(1.0, 2.0),
        shown=(),
        detail={},
    )
    seen = Stay(camera_id="CAM-03", person_id="P001", first=390, last=410)
    index = make_truth_index(make_table([STAYS[0], seen, STAYS[4]]))
    assert measure_errors_s(index, met, other="P001", window_s=(0.0, 60.0)).min() == pytest.approx(50.2 - 41.0)


def test_glimpses_of_the_target_are_in_no_denominator_and_decide_no_last_location() -> None:
    marks = (make_mark("CAM-01", 5.0), make_mark("CAM-03", 40.5))
    card = compute_score_card(judge(*marks, final_zone="hall-b"))
    assert (card.values["appearance_recall"], card.values["idfn"], card.values["idr"]) == (1.0, 0, 1.0)
    assert card.values["final_place"] is True
    assert compute_score_card(judge(*marks, final_zone="yard")).values["final_place"] is False


def test_marks_on_glimpses_change_no_measure() -> None:
    marks = (make_mark("CAM-01", 5.0), make_mark("CAM-03", 40.5))
    beside = (*marks, make_mark("CAM-01", 13.5), make_mark("CAM-01", 50.2))
    assert compute_score_card(judge(*marks)).values == compute_score_card(judge(*beside)).values
