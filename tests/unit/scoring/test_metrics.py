"""Every worked number that a metric's docstring gives."""

from dataclasses import replace

import pytest

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Opening, SearchLog, TimedMark, Watch
from sim.scoring.metric import METRICS
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
    early = replace(WORKED_LOG.marks[0], at_s=10.0, kept=False)
    log = replace(WORKED_LOG, marks=(early, *WORKED_LOG.marks))
    assert METRICS["time_to_first_correct_mark_s"].compute(make_case(log=log)) == 41.0
