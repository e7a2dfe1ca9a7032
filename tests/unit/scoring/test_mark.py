from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.errors import AnswerError
from sim.scoring.case import LegOutcome, MarkOutcome, TraceCase, describe_legs, judge_claims, make_trace_case
from sim.scoring.evidence import Answer, Mark
from sim.scoring.losses import list_found, list_steps, place_missed
from sim.scoring.mark import check_marks, resolve_marks
from sim.scoring.plan_points import make_true_path
from sim.truth.index import make_truth_index
from sim.truth.silhouettes import make_silhouettes
from sim.truth.window import cut_window
from tests.support.trace_tables import (
    MARK_FIRST_LEG,
    MARK_OTHER,
    SIZE_WH,
    WORKED_STAYS,
    Stay,
    make_mark,
    make_table,
    make_worked_table,
)

NAN, INF = float("nan"), float("inf")


def resolve(stays: list[Stay], mark: Mark) -> str | None:
    index = make_truth_index(make_table(stays))
    code = int(resolve_marks(index, [mark]).person[0])
    return None if code < 0 else index.person_ids[code]


def judge(stays: list[Stay], mark: Mark, window: tuple[float, float] = (0.0, 60.0)) -> tuple[MarkOutcome, int]:
    cut = cut_window(make_truth_index(make_table(stays)), window)
    claims = judge_claims(cut, resolve_marks(cut.index, [mark]), target="P001")
    return MarkOutcome(int(claims.outcome[0])), int(claims.appearance[0])


def stay(person_id: str, first: int, last: int, **changes: object) -> Stay:
    return Stay(camera_id="CAM-01", person_id=person_id, first=first, last=last, **changes)


Cells = list[list[tuple[int, int, int]]]


def resolve_seen(
    stays: list[Stay], runs: Cells, *points: tuple[float, float], shared: Cells | tuple[()] = ()
) -> list[str]:
    table = make_table(stays)
    silhouettes = make_silhouettes(
        count=np.array([len(own) for own in runs], dtype=np.int64),
        runs=np.array([run for own in runs for run in own], dtype=np.int16).reshape(-1, 3),
        shared_count=np.array([len(own) for own in shared] or [0] * len(runs), dtype=np.int64),
        shared=np.array([cell for own in shared for cell in own], dtype=np.int32).reshape(-1, 3),
        table=table,
    )
    index = make_truth_index(table, silhouettes=silhouettes)
    marks = [make_mark("CAM-01", 0.0, x_px=x, y_px=y) for x, y in points]
    return ["" if code < 0 else index.person_ids[code] for code in resolve_marks(index, marks).person.tolist()]


NEAR_BOX, FAR_BOX = (40.0, 20.0, 120.0, 220.0), (100.0, 40.0, 132.0, 120.0)
NEAR_RUNS = [(row, 10, 16) for row in range(5, 55)]
FAR_RUNS = [(row, 27, 6) for row in range(10, 30)]


def test_the_person_whose_cell_holds_the_point_is_meant_however_near_other_boxes_are() -> None:
    stays = [stay("P001", 0, 0, box_xyxy=NEAR_BOX), stay("P002", 0, 0, box_xyxy=FAR_BOX)]
    points = [(70.0, 30.0), (103.9, 80.0), (104.0, 80.0), (108.0, 80.0), (131.9, 119.9)]
    assert resolve_seen(stays, [NEAR_RUNS, FAR_RUNS], *points) == ["P001", "P001", "P001", "P002", "P002"]


def test_in_a_cell_of_two_the_pixel_decides_and_where_it_shows_nobody_the_cell() -> None:
    stays = [stay("P001", 0, 0, box_xyxy=NEAR_BOX), stay("P002", 0, 0, box_xyxy=FAR_BOX)]
    shared: Cells = [[(12, 26, 0x3333)], [(12, 26, 0x0004)]]
    near = [run if run[0] != 12 else (12, 10, 17) for run in NEAR_RUNS]
    points = [(105.0, 48.0), (106.0, 48.0), (107.0, 48.0), (106.0, 49.0)]
    assert resolve_seen(stays, [near, FAR_RUNS], *points, shared=shared) == ["P001", "P002", "P001", "P001"]


def test_beside_everybody_the_nearest_cell_within_twelve_pixels_is_meant() -> None:
    stays = [stay("P001", 0, 0, box_xyxy=NEAR_BOX), stay("P002", 0, 0, box_xyxy=FAR_BOX)]
    runs = [NEAR_RUNS, FAR_RUNS]
    # the right column of P002's cells has its center at x = 130, the last row of them at y = 118
    assert resolve_seen(stays, runs, (142.0, 82.0), (142.001, 82.0)) == ["P002", ""]
    assert resolve_seen(stays, runs, (130.0, 130.0), (130.0, 130.01)) == ["P002", ""]
    # the upper left cell of P001 has its center at (42, 22)
    assert resolve_seen(stays, runs, (42.0, 10.0), (42.0, 9.99)) == ["P001", ""]
    assert resolve_seen(stays, runs, (34.8, 12.4), (34.8, 12.39)) == ["P001", ""], "7.2 and 9.6 are 12 off"


def test_between_two_as_near_the_smaller_person_id_is_meant() -> None:
    stays = [
        stay("P002", 0, 0, box_xyxy=(40.0, 40.0, 44.0, 44.0)),
        stay("P001", 0, 0, box_xyxy=(60.0, 40.0, 64.0, 44.0)),
    ]
    assert resolve_seen(stays, [[(10, 15, 1)], [(10, 10, 1)]], (52.0, 42.0), (51.9, 42.0)) == ["P001", "P002"]


def test_the_edges_of_the_picture_belong_to_the_last_cells() -> None:
    width, height = SIZE_WH
    box = (width - 8.0, height - 8.0, float(width), float(height))
    runs = [[(row, width // 4 - 2, 2) for row in (height // 4 - 2, height // 4 - 1)]]
    corners = [(float(width), float(height)), (float(width), height - 4.0), (width - 8.0, float(height))]
    assert resolve_seen([stay("P001", 0, 0, box_xyxy=box)], runs, *corners) == ["P001"] * 3


@pytest.mark.parametrize(("t_s", "hit"), [(0.95, False), (0.949, True), (0.9, True), (0.0, True), (1.0, False)])
def test_frame_is_the_nearest_one_with_halves_up(t_s: float, hit: bool) -> None:
    assert (resolve([stay("P001", 0, 9)], make_mark("CAM-01", t_s)) == "P001") is hit


@pytest.mark.parametrize(
    ("again", "found"), [(250, (0, 0, 0)), (251, (0, -1, 1))], ids=["5.0 s hidden is one appearance", "5.1 s are two"]
)
def test_a_mark_within_two_seconds_of_an_appearance_claims_it(again: int, found: tuple[int, ...]) -> None:
    stays = [stay("P001", 100, 200), stay("P001", 201, again - 1, visible=0.1), stay("P001", again, 300)]
    for t_s, number in zip((22.0, 22.5, 23.1), found, strict=True):
        outcome = MarkOutcome.IGNORED if number < 0 else MarkOutcome.TARGET
        assert judge(stays, make_mark("CAM-01", t_s)) == (outcome, number), t_s


@pytest.mark.parametrize(
    ("last", "tall_px", "lines", "is_glimpse"),
    [
        (130, 48.625, 540, False),
        (129, 200.0, 540, True),
        (200, 48.5, 540, True),
        (130, 97.25, 1080, False),
        (200, 97.125, 1080, True),
    ],
)
def test_a_glimpse_is_under_three_seconds_or_nine_hundredths_of_the_picture(
    last: int, tall_px: float, lines: int, is_glimpse: bool
) -> None:
    """Half of a box twice as tall is visible: 10.0 to 13.0 s and 48.6 px of 540 lines are enough."""
    box = (400.0, 0.0, 440.0, 2 * tall_px)
    table = make_table([Stay(camera_id="CAM-01", person_id="P001", first=100, last=last, box_xyxy=box, visible=0.5)])
    wide = replace(table, picture_wh=dict.fromkeys(table.picture_wh, (1920, lines)))
    assert [each.is_glimpse for each in make_truth_index(wide).appearances] == [is_glimpse]


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        (Mark(camera_id="CAM-01", t_s=NAN, x=0.5, y=0.5), "t_s is nan"),
        (Mark(camera_id="CAM-01", t_s=1.0, x=INF, y=0.5), "x is inf"),
        (Mark(camera_id="CAM-01", t_s=1.0, x=0.5, y=NAN), "y is nan"),
        (Mark(camera_id="CAM-77", t_s=1.0, x=0.5, y=0.5), "'CAM-77' is not in this recording"),
        (Mark(camera_id="CAM-01", t_s=1.0, x=1.001, y=0.5), "outside the picture"),
        (Mark(camera_id="CAM-01", t_s=1.0, x=0.5, y=-0.001), "outside the picture"),
        (Mark(camera_id="CAM-01", t_s=-0.1, x=0.5, y=0.5), "outside the recording"),
        (Mark(camera_id="CAM-01", t_s=60.1, x=0.5, y=0.5), "outside the recording"),
        (Mark(camera_id="CAM-01", t_s=20.1, x=0.5, y=0.5), "outside the task's window"),
    ],
)
def test_bad_mark_is_refused_and_named(mark: Mark, words: str) -> None:
    index = make_truth_index(make_worked_table())
    good = Mark(camera_id="CAM-01", t_s=10.0, x=1.0, y=0.0)
    with pytest.raises(AnswerError, match=f"mark 2 of 2: .*{words}.*Expected.*What to do"):
        check_marks(index, [good, mark], (0.0, 20.0))


STAYS = [*WORKED_STAYS, Stay(camera_id="CAM-03", person_id="P003", first=100, last=140)]
INDEX = make_truth_index(make_table(STAYS))


def make_case(*marks: Mark, target: str = "P001", window_s: tuple[float, float] = (0.0, 60.0)) -> TraceCase:
    return make_trace_case(INDEX, target=target, window_s=window_s, answer=Answer(marks=marks))


def test_a_glimpse_is_listed_as_one_and_shown_on_the_path() -> None:
    index = make_truth_index(make_table([*STAYS, Stay(camera_id="CAM-03", person_id="P001", first=270, last=275)]))
    answer = Answer(marks=(MARK_FIRST_LEG, make_mark("CAM-03", 27.2)))
    case = make_trace_case(index, target="P001", window_s=(0.0, 60.0), answer=answer)
    assert [(leg.camera_id, leg.outcome) for leg in describe_legs(case)] == [
        ("CAM-01", LegOutcome.FOUND),
        ("CAM-02", LegOutcome.MISSED),
        ("CAM-03", LegOutcome.BONUS),
        ("CAM-01", LegOutcome.MISSED),
    ]
    assert "CAM-03" in {point.camera_id for point in make_true_path(case) if point.seen}


def test_true_path_is_seen_on_legs_and_unseen_between() -> None:
    path = make_true_path(make_case())
    times = [p.t_s for p in path]
    assert times == sorted(times)
    assert (times[0], times[-1]) == (0.0, 39.9)
    assert all(b - a <= 2.0 for a, b in pairwise(times))
    unseen = [p for p in path if not p.seen]
    assert all(9.9 < p.t_s < 15.0 or 24.9 < p.t_s < 30.0 for p in unseen)
    assert {p.camera_id for p in unseen} == {""}
    middle = min(unseen, key=lambda p: abs(p.t_s - 12.9))
    assert abs(middle.x_m - middle.t_s) < 1e-5, "the worked table walks one meter a second"
    assert make_true_path(make_case(window_s=(41.0, 60.0))) == ()


FOUR = make_truth_index(
    make_table(
        [
            Stay(camera_id=f"CAM-{camera:02}", person_id="P001", first=first, last=first + 50)
            for camera, first in ((1, 0), (2, 100), (3, 200), (1, 300))
        ]
    )
)
A, B, C = make_mark("CAM-01", 2.0), make_mark("CAM-02", 12.0), make_mark("CAM-03", 22.0)
Way = tuple[str, str | None, bool]


def make_four(*marks: object) -> TraceCase:
    return make_trace_case(FOUR, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))


def list_ways(*marks: object, is_backwards: bool = False) -> list[Way]:
    return [
        (f"{step.here.from_s:g}", None if step.there is None else f"{step.there.from_s:g}", step.is_backwards)
        for step in list_steps(make_four(*marks), is_backwards=is_backwards)
    ]


def test_each_appearance_is_found_by_the_first_mark_on_it() -> None:
    found = list_found(make_four(C, MARK_OTHER, A, C))
    assert [(each.mark_number, each.t_s, each.made_s) for each in found] == [(0, 22.0, None), (2, 2.0, None)]


def test_steps_follow_the_order_worked() -> None:
    assert list_ways(A, B, C) == [("0", "10", False), ("10", "20", False), ("20", None, False)]
    assert list_ways(C, B, A) == [("10", "0", True), ("20", "10", True), ("0", None, True)]
    assert list_ways(A, C, B) == [("20", "10", True)], "nobody went from A to B, and B is no end of the way"
    assert list_ways(B, C, A) == [("10", "20", False)], "A was not reached from its neighbor, and nothing lies beyond"
    assert list_ways(B, A, C) == [("10", "0", True)], "what was found first tells where a step goes to"
    assert list_ways(B) == [("10", None, False)], "one place alone goes on in the direction of the task"
    assert list_ways(B, is_backwards=True) == [("10", None, True)]
    assert list_ways() == []


def test_what_was_missed_comes_after_what_was_found_before_it() -> None:
    legs = make_four().legs
    assert place_missed(make_four(A, C)) == {legs[1]: 0.5, legs[3]: 1.5}
    assert place_missed(make_four(C, A)) == {legs[1]: 1.5, legs[3]: 0.5}
    assert place_missed(make_four(B)) == {legs[0]: -0.5, legs[2]: 0.5, legs[3]: 0.5}
    assert place_missed(make_four(B), is_backwards=True) == {legs[0]: 0.5, legs[2]: -0.5, legs[3]: -0.5}
    assert place_missed(make_four(MARK_OTHER)) == {}
