from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.claim import NO_APPEARANCE, FixOutcome
from sim.scoring.evidence import Answer, Fix
from sim.scoring.score_card import compute_score_card
from sim.truth.index import make_truth_index
from tests.support.trace_tables import OTHER_BOX, Stay, make_fix, make_table

OTHER_X = (OTHER_BOX[0] + OTHER_BOX[2]) / 2
STAYS = [
    Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
    Stay(camera_id="CAM-01", person_id="P001", first=130, last=139),
    Stay(camera_id="CAM-02", person_id="P001", first=200, last=300, box_xyxy=(400.0, 200.0, 410.0, 231.0)),
    Stay(camera_id="CAM-03", person_id="P001", first=400, last=410, zone="hall-b"),
    Stay(camera_id="CAM-01", person_id="P001", first=500, last=505, zone="yard"),
    Stay(camera_id="CAM-03", person_id="P002", first=100, last=105, box_xyxy=OTHER_BOX),
]


def judge(*fixes: Fix, final_zone: str | None = None) -> TraceCase:
    answer = Answer(fixes=fixes, final_zone=final_zone)
    return make_trace_case(make_truth_index(make_table(STAYS)), target="P001", window_s=(0.0, 60.0), answer=answer)


def test_a_mark_on_a_glimpse_of_the_target_is_ignored() -> None:
    case = judge(make_fix("CAM-01", 13.5), make_fix("CAM-02", 25.0, x_px=405.0, y_px=215.5), make_fix("CAM-01", 50.2))
    assert case.claims.outcome.tolist() == [FixOutcome.IGNORED] * 3
    assert case.claims.appearance.tolist() == [NO_APPEARANCE] * 3
    assert case.claims.claimed == () and case.claims.empty_count == 0


def test_a_mark_between_an_appearance_and_a_nearer_glimpse_is_on_the_glimpse() -> None:
    """Rows too small to count join the two: 10.8 s is nearer to 9.9 s, 12.0 s is nearer to 13.0 s."""
    tiny = (410.0, 250.0, 420.0, 270.0)
    stays = [*STAYS, Stay(camera_id="CAM-01", person_id="P001", first=100, last=129, box_xyxy=tiny)]
    index = make_truth_index(make_table(stays))
    fixes = tuple(make_fix("CAM-01", t_s, x_px=415.0, y_px=260.0) for t_s in (10.8, 12.0))
    case = make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=Answer(fixes=fixes))
    assert case.claims.outcome.tolist() == [FixOutcome.TARGET, FixOutcome.IGNORED]


def test_a_glimpse_of_somebody_else_is_a_claim_like_any_other() -> None:
    case = judge(make_fix("CAM-03", 10.2, x_px=OTHER_X))
    assert case.claims.outcome.tolist() == [FixOutcome.OTHER]
    assert compute_score_card(case).values["wrong_person_s"] == 0.5


def test_glimpses_of_the_target_are_in_no_denominator_and_decide_no_last_location() -> None:
    fixes = (make_fix("CAM-01", 5.0), make_fix("CAM-03", 40.5))
    card = compute_score_card(judge(*fixes, final_zone="hall-b"))
    assert (card.values["leg_recall"], card.values["idfn"], card.values["idr"]) == (1.0, 0, 1.0)
    assert card.values["final_place"] is True
    assert compute_score_card(judge(*fixes, final_zone="yard")).values["final_place"] is False


def test_marks_on_glimpses_change_no_measure() -> None:
    fixes = (make_fix("CAM-01", 5.0), make_fix("CAM-03", 40.5))
    beside = (*fixes, make_fix("CAM-01", 13.5), make_fix("CAM-01", 50.2))
    assert compute_score_card(judge(*fixes)).values == compute_score_card(judge(*beside)).values
