import numpy as np
import pytest

from sim.errors import AnswerError
from sim.scoring.claim import FixOutcome, judge_claims
from sim.scoring.evidence import Fix
from sim.scoring.fix import check_fixes, resolve_fixes
from sim.truth.index import make_truth_index
from sim.truth.window import cut_window
from tests.support.trace_tables import SIZE_WH, Stay, make_fix, make_table, make_worked_table

NAN, INF = float("nan"), float("inf")


def resolve(stays: list[Stay], fix: Fix) -> str | None:
    index = make_truth_index(make_table(stays))
    code = int(resolve_fixes(index, [fix]).person[0])
    return None if code < 0 else index.person_ids[code]


def judge(stays: list[Stay], fix: Fix, window: tuple[float, float] = (0.0, 60.0)) -> tuple[FixOutcome, int]:
    cut = cut_window(make_truth_index(make_table(stays)), window)
    claims = judge_claims(cut, resolve_fixes(cut.index, [fix]), target="P001")
    return FixOutcome(int(claims.outcome[0])), int(claims.appearance[0])


def stay(person_id: str, first: int, last: int, **changes: object) -> Stay:
    return Stay(camera_id="CAM-01", person_id=person_id, first=first, last=last, **changes)


def test_nearest_centre_wins_as_in_the_docstring() -> None:
    left, right = (472.0, 200.0, 500.0, 300.0), (488.0, 200.0, 520.0, 300.0)
    stays = [stay("P001", 0, 9, box_xyxy=right), stay("P002", 0, 9, box_xyxy=left)]
    assert resolve(stays, Fix(camera_id="CAM-01", t_s=0.5, x=0.5, y=0.5)) == "P002"


def test_equal_distance_goes_to_the_smaller_person_id() -> None:
    assert resolve([stay("P002", 0, 9), stay("P001", 0, 9)], make_fix("CAM-01", 0.5)) == "P001"


@pytest.mark.parametrize(
    ("x_px", "y_px", "hit"),
    [
        (392, 260, True),
        (391.9, 260, False),
        (448, 260, True),
        (448.1, 260, False),
        (420, 192, True),
        (420, 328.1, False),
    ],
)
def test_box_grows_by_eight_pixels(x_px: float, y_px: float, hit: bool) -> None:
    assert (resolve([stay("P001", 0, 9)], make_fix("CAM-01", 0.5, x_px=x_px, y_px=y_px)) == "P001") is hit


@pytest.mark.parametrize(("t_s", "hit"), [(0.95, False), (0.949, True), (0.9, True), (0.0, True), (1.0, False)])
def test_frame_is_the_nearest_one_with_halves_up(t_s: float, hit: bool) -> None:
    assert (resolve([stay("P001", 0, 9)], make_fix("CAM-01", t_s)) == "P001") is hit


def test_fix_is_looked_up_on_its_own_camera_only() -> None:
    assert resolve([stay("P001", 0, 9)], make_fix("CAM-02", 0.5)) is None


def test_half_hidden_sighting_claims_a_near_appearance_and_not_a_far_one() -> None:
    stays = [stay("P001", 0, 100, visible=0.1), stay("P001", 101, 200)]
    assert judge(stays, make_fix("CAM-01", 8.1)) == (FixOutcome.TARGET, 0)
    assert judge(stays, make_fix("CAM-01", 8.0)) == (FixOutcome.IGNORED, -1)


def test_someone_else_without_appearance_is_empty() -> None:
    stays = [stay("P001", 0, 9), stay("P002", 100, 200, visible=0.1)]
    assert judge(stays, make_fix("CAM-01", 15.0)) == (FixOutcome.EMPTY, -1)


def test_of_two_spans_the_nearer_is_claimed_as_in_the_docstring() -> None:
    stays = [stay("P001", 100, 200), stay("P001", 201, 229, visible=0.1), stay("P001", 230, 300)]
    assert judge(stays, make_fix("CAM-01", 21.4)) == (FixOutcome.TARGET, 0)
    assert judge(stays, make_fix("CAM-01", 21.6)) == (FixOutcome.TARGET, 1)
    assert judge(stays, make_fix("CAM-01", 21.5)) == (FixOutcome.TARGET, 0), "a tie goes to the earlier"


def test_an_appearance_outside_the_window_cannot_be_claimed() -> None:
    stays = [stay("P001", 100, 119, visible=0.1), stay("P001", 120, 200), stay("P002", 0, 10)]
    assert judge(stays, make_fix("CAM-01", 11.0), (0.0, 12.0)) == (FixOutcome.TARGET, 0)
    assert judge(stays, make_fix("CAM-01", 11.0), (0.0, 11.9)) == (FixOutcome.IGNORED, -1)


@pytest.mark.parametrize(
    ("fix", "words"),
    [
        (Fix(camera_id="CAM-01", t_s=NAN, x=0.5, y=0.5), "t_s is nan"),
        (Fix(camera_id="CAM-01", t_s=1.0, x=INF, y=0.5), "x is inf"),
        (Fix(camera_id="CAM-01", t_s=1.0, x=0.5, y=NAN), "y is nan"),
        (Fix(camera_id="CAM-77", t_s=1.0, x=0.5, y=0.5), "'CAM-77' is not in this recording"),
        (Fix(camera_id="CAM-01", t_s=1.0, x=1.001, y=0.5), "outside the picture"),
        (Fix(camera_id="CAM-01", t_s=1.0, x=0.5, y=-0.001), "outside the picture"),
        (Fix(camera_id="CAM-01", t_s=-0.1, x=0.5, y=0.5), "outside the recording"),
        (Fix(camera_id="CAM-01", t_s=60.1, x=0.5, y=0.5), "outside the recording"),
        (Fix(camera_id="CAM-01", t_s=20.1, x=0.5, y=0.5), "outside the task's window"),
    ],
)
def test_bad_fix_is_refused_and_named(fix: Fix, words: str) -> None:
    index = make_truth_index(make_worked_table())
    good = Fix(camera_id="CAM-01", t_s=10.0, x=1.0, y=0.0)
    with pytest.raises(AnswerError, match=f"fix 2 of 2: .*{words}.*Expected.*What to do"):
        check_fixes(index, [good, fix], (0.0, 20.0))


def test_ten_thousand_fixes_resolve_like_one_by_one() -> None:
    index = make_truth_index(make_worked_table())
    rng = np.random.default_rng(5)
    fixes = [
        Fix(camera_id=f"CAM-0{int(c)}", t_s=float(t), x=float(x) / SIZE_WH[0], y=float(y) / SIZE_WH[1])
        for c, t, x, y in zip(
            rng.integers(1, 4, 10_000),
            rng.uniform(0, 60, 10_000),
            rng.uniform(380, 660, 10_000),
            rng.uniform(180, 340, 10_000),
            strict=True,
        )
    ]
    together = resolve_fixes(index, fixes)
    alone = [int(resolve_fixes(index, [fix]).person[0]) for fix in fixes[:300]]
    assert together.person[:300].tolist() == alone
    assert set(together.person.tolist()) == {-1, 0, 1}
