"""A search for every appearance: its pass rule and its result in words, for a trace and a search for an entrance."""

from collections.abc import Callable, Iterator, Mapping

from sim.errors import TaskError
from sim.scoring.case import MarkOutcome, TraceCase
from sim.scoring.losses import list_steps
from sim.scoring.path_metrics import compute_appearance_recall, count_idfn, count_idfp, count_idtp, judge_absence
from sim.scoring.plan_points import count_hidden
from sim.scoring.score_card import (
    FEW_LEGS,
    LEAST_SEEN,
    MOST_EMPTY_MARKS,
    PASS_LEG_RECALL,
    SLACK,
    Judged,
    MetricValue,
    PartView,
)
from sim.scoring.use_metrics import compute_footage_seen
from sim.tasks.common.task import Task
from sim.tasks.common.task_words import Advice, join_clauses, make_part, read_number, write_share
from sim.text.times import write_minutes
from sim.text.words import write_count

_Writer = Callable[[TraceCase, MetricValue], tuple[str, str, bool | None]]


def judge_path(case: TraceCase, **last: bool | None) -> dict[str, bool | None]:
    """Judge leg recall, no wrong-person claim, few marks on no one, the `last` part of a type, and no contradiction.

    Enough is 80 %, or, of two to four, all but one where the last part is right. For a target that never appears all
    but the contradiction are replaced by: the answer says so and claims nothing.
    """
    recall = compute_appearance_recall(case)
    if recall is None:
        return judge_absent(case)
    return {
        "appearance_recall": recall >= PASS_LEG_RECALL - SLACK or (_misses_one_of_few(case) and all(last.values())),
        "no_wrong_person": not case.claims.others,
        "few_empty_marks": case.claims.empty_count <= len(case.claims.target) + MOST_EMPTY_MARKS,
        **last,
        "no_contradiction": not case.has_contradiction,
    }


def _misses_one_of_few(case: TraceCase) -> bool:
    return len(case.legs) in FEW_LEGS and len(case.claims.target) == len(case.legs) - 1


def judge_absent(case: TraceCase) -> dict[str, bool | None]:
    return {
        "absence_right": judge_absence(case),
        "searched_enough": None if case.log is None else compute_footage_seen(case) >= LEAST_SEEN - SLACK,
        "no_contradiction": not case.has_contradiction,
    }


def list_path_parts(score: Judged, task: Task) -> Iterator[PartView]:
    """Yield one line for each metric that is told to people, in the order shown.

    The row counts behind IDF1 are told inside its sentence; a metric that is not defined here is left out. Being quick
    and marking nobody wrong are no praise where the student was not found: they are told without a judgment then.
    Which camera was opened next is told only of a search that went that way.
    """
    case = get_case(score, task)
    ways = {step.is_backwards for step in list_steps(case) if step.there is not None}
    for key, write in _WRITERS.items():
        value = score.card.values.get(key)
        if value is None or _GOES_BACK.get(key) not in {None, *ways}:
            continue
        good: bool | None = None
        if isinstance(write, tuple):
            text, sentence = (each.format(value) for each in write)
        else:
            text, sentence, good = write(case, value)
        good = score.card.criteria.get(key, good)
        if good and key in _EARNED_BY_FINDING and not _is_earned(case, _EARNED_BY_FINDING[key]):
            good = None
        yield make_part(key, text, sentence, good=good)


def write_success(case: TraceCase) -> str:
    found, total = len(case.claims.target), len(case.legs)
    if found < total:
        return f"Passed. You found {found} of {write_count(total, 'appearance')}"
    return "Correct. You found " + ("all appearances" if total > 1 else "the only appearance")


def list_trace_failures(case: TraceCase) -> dict[str, str | None]:
    marked = bool(case.claims.appearance.size)
    found, total = len(case.claims.target), len(case.legs)
    goal = str(total - 1) if total in FEW_LEGS else f"{PASS_LEG_RECALL:.0%}"
    few = None if _misses_one_of_few(case) else f"found {found} of {write_count(total, 'appearance')} (goal: {goal})"
    return {
        "appearance_recall": few,
        "no_wrong_person": "marked someone else",
        "few_empty_marks": f"made {case.claims.empty_count} marks on no one (limit: {found + MOST_EMPTY_MARKS})",
        "no_contradiction": "said that the student doesn't appear, but marked someone" if case.legs else None,
        "absence_right": write_absence_failure(has_marks=marked),
        "searched_enough": None,
    }


def write_absence_failure(*, has_marks: bool) -> str:
    """Return what stands after "You" when someone who is on no camera was marked, or nothing was said of it."""
    if has_marks:
        return "marked someone, but the student doesn't appear on any camera in this time"
    return "did not say that the student doesn't appear on any camera in this time"


def write_wrong_absence(case: TraceCase | None) -> str | None:
    """Return the verdict on somebody who said that the student is on no camera, and marked no one, where they are.

    Where they are not, the verdict on one who cannot have known it.
    """
    if case is None or not case.answer.not_on_camera or case.answer.marks:
        return None
    if not case.legs:
        if judge_absent(case)["searched_enough"] is not False:
            return None
        seen = write_share(compute_footage_seen(case), LEAST_SEEN)
        return f"Right, but you looked at {seen} of the footage: you could not know. Not passed."
    cameras = write_count(len(set(case.find_cameras(case.legs))), "camera")
    return f"Not yet. You said they were on no camera. They were on {cameras}."


SEARCH_ALL = Advice("Before you say that a student is on no camera, play every camera through.")


def _is_earned(case: TraceCase, least: float) -> bool:
    if not case.legs:
        return case.answer.not_on_camera and judge_absent(case)["searched_enough"] is not False
    return bool(case.claims.target) and len(case.claims.target) >= least * len(case.legs)


def _seconds(case: TraceCase, rows: int) -> str:
    return f"{rows / case.index.table.fps:.0f} s"


def _write_recall(case: TraceCase, _: MetricValue) -> tuple[str, str, bool | None]:
    found, total = len(case.claims.target), len(case.legs)
    return (
        f"{found} of {total}",
        f"The student has {write_count(total, 'appearance')}; you marked {found} of them.",
        None,
    )


def _write_precision(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    right, others, empty = len(case.claims.target), len(case.claims.others), case.claims.empty_count
    total = right + others + empty
    if right == total:
        return f"{right} of {total}", "Everyone you marked was the student.", True
    wrong = [f"{others} showed someone else"] if others else []
    hidden = count_hidden(case) if case.index.knows_everybody else 0
    nobody = "no one" if case.index.knows_everybody else "nobody known"
    wrong += [f"{hidden} showed someone too hidden or too far away to count"] if hidden else []
    wrong += [f"{empty - hidden} showed {nobody}"] if empty > hidden else []
    return f"{right} of {total}", f"Of {total} place{'s' * (total != 1)} you marked, {join_clauses(wrong)}.", False


def _write_idf1(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    right, wrong, missed = count_idtp(case), count_idfp(case), count_idfn(case)
    sentence = (
        f"Your path and the student's agree on {_seconds(case, right)} of camera time; {_seconds(case, wrong)} of "
        f"yours show someone else, {_seconds(case, missed)} of theirs are missing. 100% would be the same path."
    )
    return f"{value:.0%}", sentence, read_number(value) >= PASS_LEG_RECALL


def _write_wrong(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    seconds = read_number(value)
    if not case.claims.appearance.size and case.legs:
        return "0 s", "You marked no one, so no one wrong.", None
    if not case.index.knows_everybody:
        return "0 s", "In real footage only the walker is known: time with someone else is not counted.", None
    if not case.claims.others:
        return "0 s", "You never took someone else for the student.", True
    return f"{seconds:.0f} s", f"For {seconds:.0f} s of footage you took someone else for the student.", False


def _write_sequence(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    sentence = f"Your list of cameras, in order, matches the student's to {value:.0%}."
    if read_number(value) == 1.0:
        sentence = "Your cameras are the student's, in the same order."
    return f"{value:.0%}", sentence, None


def _write_place(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    if value:
        return "Correct", "You gave the location where the student was last seen.", True
    if case.answer.final_zone is None:
        return "No answer", "You did not say where the student was last seen.", False
    return "Incorrect", "The student was last seen at another location.", False


def _write_absence(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    if value:
        return "Correct", "The student doesn't appear on any camera in this time, and you said so.", True
    sentence = "The student doesn't appear on any camera in this time; say so, and mark no one."
    return "Incorrect", sentence, False


def _write_first(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    words = write_minutes(read_number(value))
    if case.log is None or any(mark in case.claims.target for mark in case.claims.appearance.tolist()):
        return words, f"Your first correct mark came after {words}.", None
    is_close = bool((case.claims.outcome == MarkOutcome.IGNORED).any())
    said = "no mark on the student counted" if is_close else "no mark was on the student"
    return "none", f"In {words} {said}.", False


def _write_completion(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    words = write_minutes(read_number(value))
    if case.log is not None and not case.log.finished:
        return f"over {words}", f"The limit of {words} passed before you submitted.", False
    return words, f"You submitted after {words}.", True


_WRITERS: Mapping[str, _Writer | tuple[str, str]] = {
    "appearance_recall": _write_recall,
    "appearance_precision": _write_precision,
    "final_place": _write_place,
    "absence_right": _write_absence,
    "completion_time_s": _write_completion,
    "time_to_first_correct_mark_s": _write_first,
    "wrong_person_s": _write_wrong,
    "idf1": _write_idf1,
    "idp": ("{:.0%}", "Of the camera time you claimed, {:.0%} show the student."),
    "idr": ("{:.0%}", "Of the student's time on camera, you claimed {:.0%}."),
    "sequence_similarity": _write_sequence,
    "next_camera_accuracy": (
        "{:.0%}",
        "After a correct mark, the next camera you opened was the correct one {:.0%} of the time.",
    ),
    "previous_camera_accuracy": (
        "{:.0%}",
        "After a correct mark, the next camera you opened was the one before it {:.0%} of the time.",
    ),
    "footage_seen": ("{:.0%}", "You looked at {:.0%} of the footage."),
    "search_economy": ("{:.1f}x", "You watched {:.1f} times as much footage as shows the student."),
    "rewatch_share": ("{:.0%}", "{:.0%} of what you watched you had watched before."),
    "mean_speed": ("{:.1f}x", "While playing, footage ran at {:.1f} times real speed on average."),
    "time_on_target": ("{:.0%}", "The student was in the large picture {:.0%} of the time it played."),
}
"""How each measure is told: value and sentence, and whether it is good; or both as patterns, without a judgment."""
_GOES_BACK: Mapping[str, bool] = {"next_camera_accuracy": False, "previous_camera_accuracy": True}
"""Measures that speak of one direction of a search only."""


_EARNED_BY_FINDING: Mapping[str, float] = {"completion_time_s": PASS_LEG_RECALL, "wrong_person_s": 0.0}
"""Praise that needs a share of the student's appearances to be found, more than none."""


def get_case(score: Judged, task: Task) -> TraceCase:
    if score.case is None:
        raise TaskError(f"a {task.type} task without a person has no trace to describe")
    return score.case
