from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from sim.errors import AnswerError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.clip_match import check_clips, compute_iou, match_clips, sum_strangers_s
from sim.scoring.evidence import Answer, Clip, Opening, SearchLog, TimedMark, Watch
from sim.scoring.score_card import METRICS
from sim.scoring.use_metrics import TimeUse, compute_time_budget, compute_watched_s, list_seen, list_stretches
from sim.tasks import get_task_type
from sim.truth.index import make_truth_index
from tests.support.trace_tables import (
    MARK_FIRST_LEG,
    MARK_SECOND_LEG,
    MARK_THIRD_LEG,
    WORKED_ANSWER,
    WORKED_LOG,
    Stay,
    make_mark,
    make_table,
    make_worked_table,
)

INDEX = make_truth_index(make_worked_table(), people_ids=frozenset({"P009"}))


def make_case(
    answer: Answer = WORKED_ANSWER,
    *,
    log: SearchLog | None = WORKED_LOG,
    target: str = "P001",
    window_s: tuple[float, float] = (0.0, 60.0),
) -> TraceCase:
    return make_trace_case(INDEX, target=target, window_s=window_s, answer=answer, log=log)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("appearance_recall", 1 / 3),
        ("appearance_precision", 1 / 3),
        ("idtp", 100),
        ("idfp", 60),
        ("idfn", 200),
        ("idp", 0.625),
        ("idr", 1 / 3),
        ("idf1", 200 / 460),
        ("wrong_person_s", 5.9),
        ("sequence_similarity", 2 / 3),
        ("final_place", True),
        ("absence_right", None),
        ("footage_seen", 60 / 180),
        ("time_to_first_correct_mark_s", 41.0),
        ("first_correct_mark_made", True),
        ("completion_time_s", 200.0),
        ("finished", True),
        ("next_camera_accuracy", 1.0),
        ("search_economy", 60 / 29.7),
        ("rewatch_share", 0.25),
        ("mean_speed", 2.0),
    ],
)
def test_worked_case(key: str, expected: float | bool | None) -> None:
    found = METRICS[key].compute(make_case())
    if expected is None or isinstance(expected, bool):
        assert found is expected
    else:
        assert found == pytest.approx(expected, abs=1e-9)


def test_every_metric_is_in_the_worked_case_or_tested_alone() -> None:
    named = {mark.args[1][i][0] for mark in test_worked_case.pytestmark for i in range(len(mark.args[1]))}
    assert {each.key for each in get_task_type("trace").metrics} - named == {"time_on_target"}


def test_time_on_target() -> None:
    log = replace(
        WORKED_LOG,
        watches=(Watch(cameras=("CAM-01",), site_from_s=4.9, site_to_s=24.9, began_s=0.0, wall_s=10.0, speed=2.0),),
    )
    assert METRICS["time_on_target"].compute(make_case(log=log)) == pytest.approx(0.25, abs=1e-9)


def test_next_camera_is_judged_only_where_one_was_opened() -> None:
    answer = Answer(marks=(MARK_FIRST_LEG, MARK_SECOND_LEG))
    marks = tuple(replace(t, mark=f) for t, f in zip(WORKED_LOG.marks, answer.marks, strict=False))
    openings = (*WORKED_LOG.openings, Opening(camera_id="CAM-03", at_s=95.0, site_s=25.0))
    compute = METRICS["next_camera_accuracy"].compute
    assert compute(make_case(answer, log=replace(WORKED_LOG, marks=marks, openings=openings))) == 0.5
    assert compute(make_case(answer, log=replace(WORKED_LOG, marks=marks))) == 1.0
    assert compute(make_case(answer, log=replace(WORKED_LOG, marks=marks, openings=()))) is None
    same = [Opening(camera_id=f"CAM-0{n}", at_s=41.0, site_s=9.0, order=n) for n in (3, 2)]
    made = (replace(WORKED_LOG.marks[0], order=3), *WORKED_LOG.marks[1:])
    assert compute(make_case(log=replace(WORKED_LOG, marks=made, openings=tuple(same)))) is None, "opened before it"
    same[0] = replace(same[0], order=4)
    assert compute(make_case(log=replace(WORKED_LOG, marks=made, openings=tuple(same)))) == 0.0, "opened after it"
    again = Opening(camera_id="CAM-01", at_s=50.0, site_s=9.0)
    twice = replace(WORKED_LOG, openings=(WORKED_LOG.openings[0], again, WORKED_LOG.openings[1]))
    assert compute(make_case(log=twice)) == 1.0, "the same camera again is no choice of a next one"


def test_previous_camera_of_a_search_backwards() -> None:
    stays = [Stay(camera_id=f"CAM-0{n}", person_id="P001", first=n * 100, last=n * 100 + 50) for n in (1, 2, 3)]
    found = (make_mark("CAM-03", 31.0), make_mark("CAM-02", 21.0))
    log = replace(
        WORKED_LOG,
        marks=tuple(TimedMark(mark=mark, at_s=at_s, kept=True) for mark, at_s in zip(found, (10.0, 30.0), strict=True)),
        openings=tuple(
            Opening(camera_id=camera, at_s=at_s, site_s=30.0)
            for camera, at_s in (("CAM-03", 5.0), ("CAM-02", 20.0), ("CAM-04", 40.0))
        ),
    )
    case = make_trace_case(
        make_truth_index(make_table(stays, cameras=4)),
        target="P001",
        window_s=(0.0, 60.0),
        answer=Answer(marks=found),
        log=log,
    )
    assert METRICS["previous_camera_accuracy"].compute(case) == 0.5
    assert METRICS["next_camera_accuracy"].compute(case) == 0.0


def test_running_out_of_time_fails_and_is_censored() -> None:
    full = Answer(marks=(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG), final_zone="hall-b")
    log = SearchLog(used_s=360.0, finished=False, limit_s=360.0)
    card = get_task_type("trace").make_card(make_case(full, log=log))
    assert card.values["completion_time_s"] == 360.0
    assert card.values["finished"] is False
    assert card.values["time_to_first_correct_mark_s"] == 360.0
    assert card.values["first_correct_mark_made"] is False
    assert card.passed is False


def test_zero_marks() -> None:
    values = (
        get_task_type("trace")
        .make_card(make_case(Answer(marks=()), log=SearchLog(used_s=9, finished=True, limit_s=60)))
        .values
    )
    assert values["appearance_recall"] == 0.0
    assert values["idf1"] == 0.0
    assert values["sequence_similarity"] == 0.0
    assert values["final_place"] is False
    for key in ("appearance_precision", "idp", "next_camera_accuracy", "rewatch_share", "mean_speed", "time_on_target"):
        assert values[key] is None
    assert values["search_economy"] is None, "who finds nothing has not been economical"


def test_a_mark_taken_back_is_not_the_first_correct_one() -> None:
    log = replace(WORKED_LOG, marks=(replace(WORKED_LOG.marks[0], at_s=10.0, kept=False), *WORKED_LOG.marks))
    assert METRICS["time_to_first_correct_mark_s"].compute(make_case(log=log)) == 41.0


def cut(low: float, high: float, camera_id: str = "CAM-01") -> Clip:
    return Clip(camera_id=camera_id, from_s=low, to_s=high)


def test_no_matching_has_a_greater_total() -> None:
    rng = np.random.default_rng(5)

    def draw(count: int) -> list[Clip]:
        starts, lengths, cameras = rng.uniform(0, 20, count), rng.uniform(1, 9, count), rng.integers(1, 3, count)
        return [cut(s, s + n, f"CAM-{c:02}") for s, n, c in zip(starts, lengths, cameras, strict=True)]

    for _ in range(30):
        appearances, clips = draw(4), draw(int(rng.integers(1, 6)))
        padded: list[Clip | None] = [*clips, *[None] * len(appearances)]
        best = max(
            sum(
                compute_iou(a.span_s, c.span_s)
                for a, c in zip(appearances, order, strict=False)
                if c is not None and c.camera_id == a.camera_id
            )
            for order in permutations(padded, len(appearances))
        )
        pairs = match_clips(appearances, clips)
        assert sum(pair.iou for pair in pairs) == pytest.approx(best)
        assert len({pair.clip for pair in pairs}) == len({pair.appearance for pair in pairs}) == len(pairs)


def test_strangers_are_counted_once_and_only_where_the_target_is_not() -> None:
    own, others = [cut(0.0, 10.0)], [cut(5.0, 13.0), cut(12.0, 13.0), cut(15.0, 18.0), cut(0.0, 20.0, "CAM-02")]
    assert sum_strangers_s([cut(0.0, 20.0)], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 20.0), cut(11.0, 16.0)], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 10.0)], own, others) == 0.0
    assert sum_strangers_s([cut(11.0, 16.0)], [], others) == pytest.approx(3.0)
    assert sum_strangers_s([cut(2.0, 8.0, "CAM-02")], own, others) == pytest.approx(6.0)
    assert sum_strangers_s([cut(0.0, 20.0)], [cut(2.0, 4.0), cut(6.0, 8.0)], [cut(3.0, 7.0)]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("clip", "words"),
    [
        (Clip(camera_id="CAM-01", from_s=float("nan"), to_s=1.0), "clip 2 of 2: from_s is nan"),
        (Clip(camera_id="CAM-09", from_s=0.0, to_s=1.0), "camera_id 'CAM-09'"),
        (Clip(camera_id="CAM-01", from_s=3.0, to_s=3.0), "from 3 to 3 s"),
        (Clip(camera_id="CAM-01", from_s=-1.0, to_s=3.0), "leaves the recording"),
        (Clip(camera_id="CAM-01", from_s=1.0, to_s=60.5), "leaves the recording"),
    ],
)
def test_clips_that_cannot_be_are_refused(clip: Clip, words: str) -> None:
    index = make_truth_index(make_worked_table())
    right = Clip(camera_id="CAM-01", from_s=0.0, to_s=60.0)
    check_clips(index, (right,))
    with pytest.raises(AnswerError, match=words):
        check_clips(index, (right, clip))


STARTED = SearchLog(used_s=100.0, finished=True, limit_s=360.0)
ON_TARGET = (Clip(camera_id="CAM-01", from_s=10.0, to_s=20.0),)
ON_WRONG = (Clip(camera_id="CAM-01", from_s=30.0, to_s=34.0),)


def play(camera: str | None, from_s: float, to_s: float, *, began_s: float = 0.0, speed: float = 1.0) -> Watch:
    return Watch(
        cameras=() if camera is None else (camera,),
        site_from_s=min(from_s, to_s),
        site_to_s=max(from_s, to_s),
        began_s=began_s,
        wall_s=abs((to_s - from_s) / speed),
        speed=speed,
    )


def list_used(log: SearchLog, *, target: tuple[Clip, ...] = (), wrong: tuple[Clip, ...] = ()) -> dict[str, float]:
    budget = compute_time_budget(log, target=target, wrong=wrong)
    return {use.value: pytest.approx(seconds) for use, seconds in budget.items() if seconds > 0}


def test_the_worked_number_of_the_page() -> None:
    first = play("CAM-01", 0.0, 40.0, began_s=4.0, speed=2.0)
    again = play("CAM-01", 20.0, 40.0, began_s=30.0, speed=2.0)
    log = replace(STARTED, watches=(first, again), away=((0.0, 2.0), (60.0, 75.0)), waits=((33.0, 36.0),))
    assert list_used(log, target=ON_TARGET, wrong=ON_WRONG) == {
        "away": 17.0,
        "waiting": 3.0,
        "following": 5.0,
        "wrong-person": 3.0,
        "again": 6.0,
        "searching": 13.0,
        "paused": 53.0,
    }


def test_a_picture_that_stands_still_while_playing_shows_who_is_in_it() -> None:
    stuck = Watch(cameras=("CAM-01",), site_from_s=15.0, site_to_s=15.0, began_s=10.0, wall_s=7.0, speed=1.0)
    assert list_used(replace(STARTED, watches=(stuck,)), target=ON_TARGET) == {"following": 7.0, "paused": 93.0}


def test_what_was_stepped_through_is_paused_and_has_been_seen() -> None:
    steps = Watch(cameras=("CAM-02",), site_from_s=0.0, site_to_s=5.0, began_s=9.0, wall_s=0.0, speed=0.0)
    log = replace(STARTED, watches=(steps, play("CAM-02", 0.0, 8.0, began_s=10.0)))
    assert list_used(log) == {"again": 5.0, "searching": 3.0, "paused": 92.0}


def test_stretches_of_a_case_are_its_appearances_in_the_window() -> None:
    index = make_truth_index(make_worked_table())
    case = make_trace_case(index, target="P001", window_s=(5.0, 40.0), answer=WORKED_ANSWER, log=WORKED_LOG)
    assert list_stretches(case.window, case.legs)[:2] == (
        Clip(camera_id="CAM-01", from_s=5.0, to_s=9.9),
        Clip(camera_id="CAM-02", from_s=15.0, to_s=24.9),
    )
    assert list_stretches(case.window, case.claims.others) == (Clip(camera_id="CAM-02", from_s=16.0, to_s=21.9),)


def test_the_worked_number_of_the_grid() -> None:
    watches = (play("CAM-01", 5.0, 25.0), play("CAM-01", 20.0, 25.0), play("CAM-09", 0.0, 30.0))
    grid = compute_watched_s(watches, camera_ids=("CAM-01", "CAM-02"), edges_s=(0.0, 10.0, 20.0, 30.0))
    assert grid.tolist() == [[5.0, 10.0, 10.0], [0.0, 0.0, 0.0]]
    assert list_seen(watches, "CAM-01") == [(5.0, 25.0)]


def classify_slowly(log: SearchLog, target: tuple[Clip, ...], wrong: tuple[Clip, ...]) -> dict[TimeUse, float]:
    counts = dict.fromkeys(TimeUse, 0.0)
    for half in range(int(log.used_s * 2)):
        counts[_classify(log, half / 2 + 0.25, target, wrong)] += 0.5
    return counts


def _classify(log: SearchLog, at_s: float, target: tuple[Clip, ...], wrong: tuple[Clip, ...]) -> TimeUse:
    for use, spans in ((TimeUse.AWAY, log.away), (TimeUse.WAITING, log.waits)):
        if any(low <= at_s < high for low, high in spans):
            return use
    playing = [(n, w) for n, w in enumerate(log.watches) if w.began_s <= at_s < w.began_s + w.wall_s]
    if not playing:
        return TimeUse.PAUSED
    ((number, watch),) = playing
    passed_s = at_s - watch.began_s
    site_s = watch.site_from_s + passed_s if watch.speed > 0 else watch.site_to_s - passed_s
    for use, stretches in ((TimeUse.FOLLOWING, target), (TimeUse.WRONG_PERSON, wrong)):
        if any(s.camera_id in watch.cameras and s.from_s <= site_s <= s.to_s for s in stretches):
            return use
    before = log.watches[:number]
    is_known = any(set(w.cameras) & set(watch.cameras) and w.site_from_s <= site_s <= w.site_to_s for w in before)
    return TimeUse.AGAIN if is_known else TimeUse.SEARCHING


@pytest.mark.parametrize("seed", range(40))
def test_every_second_is_counted_once_as_a_plain_twin_counts_it(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def draw_span(most: int) -> tuple[float, float]:
        low, high = sorted(rng.choice(most, size=2, replace=False).tolist())
        return float(low), float(high)

    watches, at = [], 0.0
    for _ in range(12):
        low, high = draw_span(40)
        at += float(rng.integers(0, 5))
        camera = rng.choice(["CAM-01", "CAM-02", "CAM-03"])
        backwards = rng.random() < 0.3
        ends = (high, low) if backwards else (low, high)
        watches.append(play(str(camera), *ends, began_s=at, speed=-1.0 if backwards else 1.0))
        at += high - low
    stretches = [Clip(camera_id=f"CAM-{n:02}", from_s=a, to_s=b) for n in (1, 2, 3) for a, b in [draw_span(40)]]
    log = replace(
        STARTED, used_s=120.0, watches=tuple(watches), away=(draw_span(120),), waits=(draw_span(120), draw_span(120))
    )
    target, wrong = tuple(stretches[:2]), tuple(stretches[2:])
    budget = compute_time_budget(log, target=target, wrong=wrong)
    assert sum(budget.values()) == pytest.approx(120.0, abs=1e-9)
    assert dict(budget) == pytest.approx(classify_slowly(log, target, wrong))
