from dataclasses import replace

import numpy as np
import pytest

from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Opening, SearchLog, TimedMark, Watch
from sim.scoring.score_card import Judged, PartView
from sim.tasks.common.simulated_user import FOLLOWER, StepKind, mark_clearest
from sim.tasks.common.task import Task
from sim.tasks.trace import TraceType
from sim.truth.index import make_truth_index
from sim.truth.window import cut_window
from tests.support.trace_tables import (
    MARK_EMPTY,
    MARK_FIRST_LEG,
    MARK_OTHER,
    MARK_SECOND_LEG,
    MARK_THIRD_LEG,
    OTHER_BOX,
    WORKED_ANSWER,
    WORKED_LOG,
    Stay,
    make_table,
    make_worked_table,
)

TRACE_TYPE = TraceType()
WORKED = make_truth_index(make_worked_table(), people_ids=frozenset({"P009"}))
TASK = Task(type="trace", target="P001", window_s=(0.0, 60.0))
FULL = Answer(marks=(MARK_FIRST_LEG, MARK_SECOND_LEG, MARK_THIRD_LEG), final_zone="hall-b")
LATE = SearchLog(used_s=360.0, finished=False, limit_s=360.0)


def make_case(answer: Answer, *, log: SearchLog = WORKED_LOG, target: str = "P001") -> TraceCase:
    return make_trace_case(WORKED, target=target, window_s=(0.0, 60.0), answer=answer, log=log)


def judge(answer: Answer, **changes: object) -> Judged:
    case = make_case(answer, **changes)
    return Judged(card=TRACE_TYPE.make_card(case), case=case, answer=answer)


def list_parts(answer: Answer, **changes: object) -> dict[str, PartView]:
    return {part.key: part for part in TRACE_TYPE.write_parts(judge(answer, **changes), TASK)}


def write(answer: Answer, **changes: object) -> dict[str, str]:
    return {key: part.sentence for key, part in list_parts(answer, **changes).items()}


def test_every_metric_but_the_row_counts_and_yes_no_twins_has_a_sentence() -> None:
    told = {*write(WORKED_ANSWER), *write(FULL), *write(Answer(marks=(), not_on_camera=True), target="P009")}
    assert {each.key for each in TRACE_TYPE.metrics} - told == {
        "idtp",
        "idfp",
        "idfn",
        "first_correct_mark_made",
        "finished",
    }


def test_sentences_of_the_worked_case() -> None:
    told = write(WORKED_ANSWER)
    assert told["appearance_recall"] == "The student has 3 appearances; you marked 1 of them."
    assert told["appearance_precision"] == "Of 3 places you marked, 1 showed someone else and 1 showed no one."
    assert told["wrong_person_s"] == "For 6 s of footage you took someone else for the student."
    assert told["idf1"].startswith(
        "Your path and the student's agree on 10 s of camera time; 6 s of yours show someone else, 20 s of theirs"
    )
    assert told["completion_time_s"] == "You submitted after 3 min 20 s."
    assert told["time_to_first_correct_mark_s"] == "Your first correct mark came after 41 s."


def test_undefined_metrics_are_left_out_and_censored_times_say_so() -> None:
    told = write(Answer(marks=()), log=LATE)
    assert "appearance_precision" not in told
    assert told["completion_time_s"] == "The limit of 6 minutes passed before you submitted."
    assert told["time_to_first_correct_mark_s"] == "In 6 minutes no mark was on the student."
    assert told["final_place"] == "You did not say where the student was last seen."


@pytest.mark.parametrize(
    ("answer", "log", "words"),
    [
        (
            FULL,
            WORKED_LOG,
            "Correct. You found all appearances, marked no one else, named the last location, and finished",
        ),
        (FULL, LATE, "Not yet. You ran out of time."),
        (replace(FULL, final_zone="hall-a"), WORKED_LOG, "Not yet. You missed the last location."),
        (
            replace(FULL, marks=(*FULL.marks, MARK_OTHER), final_zone=None),
            WORKED_LOG,
            "Not yet. You marked someone else and missed the last location.",
        ),
        (
            Answer(marks=()),
            LATE,
            "Not yet. You found 0 of 3 appearances (goal: 2), missed the last location, and ran out of time.",
        ),
        (Answer(not_on_camera=True), WORKED_LOG, "Not yet. You said they were on no camera. They were on 2 cameras."),
        (
            replace(FULL, not_on_camera=True),
            WORKED_LOG,
            "Not yet. You said that the student doesn't appear, but marked someone.",
        ),
    ],
)
def test_verdict(answer: Answer, log: SearchLog, words: str) -> None:
    assert TRACE_TYPE.write_verdict(judge(answer, log=log), TASK).startswith(words)


def test_a_verdict_says_how_much_was_found_where_that_is_enough_but_not_all() -> None:
    score = judge(FULL, log=WORKED_LOG)
    legs = score.case.legs
    with_another_leg = replace(score, case=replace(score.case, legs=(*legs, max(legs) + 1)))
    said = TRACE_TYPE.write_verdict(with_another_leg, TASK)
    assert said == (
        "Passed. You found 3 of 4 appearances, marked no one else, named the last location, and finished in time."
    )


def test_verdict_on_an_absent_student() -> None:
    """Of three cameras one was played for 60 s; all play on the wall for 15 s, or a little less, or too fast."""
    nobody = Answer(marks=(), not_on_camera=True)
    said = TRACE_TYPE.write_verdict(judge(nobody, target="P009"), TASK)
    assert said == "Right, but you looked at 33% of the footage: you could not know. Not passed."
    on = {"cameras": (), "wall": ("CAM-01", "CAM-02", "CAM-03"), "site_from_s": 0.0, "began_s": 0.0, "wall_s": 4.0}
    for to_s, speed, seen, words in (
        (15.0, 4.0, 0.5, "Correct. The student doesn't appear"),
        (14.9, 4.0, 89.8 / 180, "Right, but you looked at 49.9% of"),
        (15.0, 4.1, 1 / 3, "Right, but you looked at 33% of"),
    ):
        watches = (*WORKED_LOG.watches, Watch(site_to_s=to_s, speed=speed, **on))
        result = judge(nobody, target="P009", log=replace(WORKED_LOG, watches=watches))
        assert result.card.values["footage_seen"] == pytest.approx(seen, abs=1e-9)
        assert TRACE_TYPE.write_verdict(result, TASK).startswith(words)
        praised = {part.key for part in TRACE_TYPE.write_parts(result, TASK) if part.good}
        assert ({"completion_time_s", "wrong_person_s"} <= praised) is (seen >= 0.5)
    for answer, words in (
        (Answer(marks=()), "Not yet. You did not say that the student doesn't appear on any camera in this time."),
        (
            Answer(marks=(MARK_FIRST_LEG,), not_on_camera=True),
            "Not yet. You marked someone, but the student doesn't appear on any camera in this time.",
        ),
    ):
        assert TRACE_TYPE.write_verdict(judge(answer, target="P009", log=WORKED_LOG), TASK) == words


OPENED = tuple(Opening(camera_id=each, at_s=50.0 + n, site_s=9.0) for n, each in enumerate(("CAM-03", "CAM-02")))
MADE = tuple(TimedMark(mark=mark, at_s=40.0 + 30.0 * n, kept=True) for n, mark in enumerate(FULL.marks))
DETOUR = replace(WORKED_LOG, marks=MADE, openings=OPENED)
"""All found, once by another camera first."""


def test_the_next_camera_is_told_only_of_a_search_that_went_on() -> None:
    made, log = MADE, DETOUR
    assert "next_camera_accuracy" in write(FULL, log=log)
    back = replace(FULL, marks=FULL.marks[::-1])
    assert "next_camera_accuracy" not in write(back, log=replace(log, marks=made[::-1]))


@pytest.mark.parametrize(
    ("answer", "log", "words"),
    [
        (FULL, replace(WORKED_LOG, watches=()), "Aim for the same result in less time"),
        (WORKED_ANSWER, WORKED_LOG, "compare two things besides the top"),
        (Answer(), replace(WORKED_LOG, marks=()), "Start at the last sighting"),
        (Answer(marks=(MARK_FIRST_LEG,)), WORKED_LOG, "check the map for the next cameras"),
        (replace(FULL, final_zone=None), DETOUR, "follow the student to their last appearance"),
        (FULL, LATE, "double speed"),
    ],
)
def test_advice_is_one_or_two_lines_about_what_went_wrong(answer: Answer, log: SearchLog, words: str) -> None:
    advice = TRACE_TYPE.write_advice(judge(answer, log=log), TASK)
    assert 1 <= len(advice) <= 2
    assert words in advice[0].sentence


@pytest.mark.parametrize(
    ("answer", "target", "time", "wrong"),
    [
        (Answer(marks=()), "P001", None, None),
        (Answer(marks=(MARK_EMPTY,)), "P001", None, None),
        (Answer(marks=(MARK_FIRST_LEG,)), "P001", None, True),
        (FULL, "P001", True, True),
        (Answer(marks=()), "P009", None, None),
        (Answer(marks=(), not_on_camera=True), "P009", None, None),
    ],
)
def test_being_quick_and_careful_is_praised_only_with_what_was_found(
    answer: Answer, target: str, time: bool | None, wrong: bool | None
) -> None:
    good = {key: part.good for key, part in list_parts(answer, target=target).items()}
    assert (good["completion_time_s"], good.get("wrong_person_s")) == (time, wrong)


def test_whoever_marked_nobody_is_not_told_that_they_took_nobody_else_for_the_student() -> None:
    assert write(Answer(marks=()))["wrong_person_s"] == "You marked no one, so no one wrong."


SMALL, TALL = (100.0, 100.0, 120.0, 140.0), (500.0, 100.0, 540.0, 240.0)


def test_the_clearest_row_is_tall_and_not_hidden() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=9, box_xyxy=SMALL),
        Stay(camera_id="CAM-01", person_id="P001", first=10, last=19, box_xyxy=TALL),
        Stay(camera_id="CAM-01", person_id="P001", first=20, last=29, box_xyxy=(500, 80, 540, 260), visible=0.3),
    ]
    mark = mark_clearest(cut_window(make_truth_index(make_table(stays)), (0.0, 60.0)), 0)
    assert mark.t_s == 1.0
    assert TALL[0] < mark.x * 960 < TALL[2]
    assert TALL[1] < mark.y * 540 < TALL[3]
    late = mark_clearest(cut_window(make_truth_index(make_table(stays)), (2.5, 60.0)), 0)
    assert 2.5 <= late.t_s <= 2.9


def test_a_follower_marks_the_look_alike_when_one_is_near() -> None:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
        Stay(camera_id="CAM-01", person_id="P002", first=0, last=99, box_xyxy=OTHER_BOX),
        Stay(camera_id="CAM-03", person_id="P003", first=0, last=99),
    ]
    index = make_truth_index(make_table(stays))
    skill = replace(FOLLOWER, follow_share=1.0, detours=0.0)

    def find_cameras(look_alikes: tuple[str, ...]) -> set[str | None]:
        seeds = [
            TRACE_TYPE.search(TASK, index, rng=np.random.default_rng(n), skill=skill, look_alikes=look_alikes)
            for n in range(5)
        ]
        return {step.camera_id for steps in seeds for step in steps if step.kind is StepKind.MARK}

    assert find_cameras(("P003",)) == {"CAM-03"}
    assert find_cameras(()) == {"CAM-01"}
