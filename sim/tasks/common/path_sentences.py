"""A search for every appearance in sentences: what a trace and a search for an entrance say alike."""

from collections.abc import Callable, Mapping

from sim.errors import TaskError
from sim.scoring.case import TraceCase
from sim.scoring.claim import MarkOutcome
from sim.scoring.identity import count_idfn, count_idfp, count_idtp
from sim.scoring.judged import Judged, PartView
from sim.scoring.marked_places import count_hidden
from sim.scoring.metric import MetricValue
from sim.scoring.score_card import PASS_LEG_RECALL, ScoreCard
from sim.scoring.worked import list_steps
from sim.tasks.common.base import Task
from sim.tasks.common.task_words import join_clauses
from sim.text.times import write_minutes
from sim.text.words import write_count

_Writer = Callable[[TraceCase, MetricValue], tuple[str, str, bool | None]]


def write_parts(card: ScoreCard, case: TraceCase) -> tuple[PartView, ...]:
    """Return one line for each metric that is told to people, in the order of the card.

    The row counts behind IDF1 are told inside its sentence; a metric that is not defined here is left out. Being quick
    and marking nobody wrong are no praise where the student was not found: they are told without a judgment then.
    Which camera was opened next is told only of a search that went that way.
    """
    parts: list[PartView] = []
    ways = {step.is_backwards for step in list_steps(case) if step.there is not None}
    for key, (label, write) in _WRITERS.items():
        value = card.values.get(key)
        if value is None or _GOES_BACK.get(key) not in {None, *ways}:
            continue
        text, sentence, good = write(case, value)
        if good and key in _EARNED_BY_FINDING and not _is_earned(case, _EARNED_BY_FINDING[key]):
            good = None
        parts.append(PartView(key=key, label=label, value=text, sentence=sentence, good=good))
    return tuple(parts)


def write_success(case: TraceCase) -> str:
    """Return how the sentence about a passed search begins; one that missed an appearance is not called correct."""
    found, total = len(case.claims.target), len(case.legs)
    if found < total:
        return f"Passed. You found {found} of {write_count(total, 'appearance')}"
    return "Correct. You found " + ("all appearances" if total > 1 else "the only appearance")


def list_trace_failures(case: TraceCase) -> dict[str, str | None]:
    """Return what stands after "You" for the criteria that a trace and a search for an entrance share."""
    marked = bool(case.claims.appearance.size)
    return {
        "appearance_recall": f"found {len(case.claims.target)} of {write_count(len(case.legs), 'appearance')} "
        f"(goal: {PASS_LEG_RECALL:.0%})",
        "no_wrong_person": "marked someone else",
        "no_contradiction": "said that the student doesn't appear, but marked someone" if case.legs else None,
        "absence_right": write_absence_failure(has_marks=marked),
    }


def write_absence_failure(*, has_marks: bool) -> str:
    """Return what stands after "You" when someone who is on no camera was marked, or nothing was said of it."""
    if has_marks:
        return "marked someone, but the student doesn't appear on any camera in this time"
    return "did not say that the student doesn't appear on any camera in this time"


def _is_earned(case: TraceCase, least: float) -> bool:
    """Return whether so large a share of the student's appearances was found, or of one on no camera, it was said."""
    if not case.legs:
        return case.answer.not_on_camera
    return bool(case.claims.target) and len(case.claims.target) >= least * len(case.legs)


def read_number(value: MetricValue) -> float:
    """Return a measure as a number, 0 for none."""
    return 0.0 if value is None else float(value)


def _percent(value: MetricValue) -> str:
    return f"{100 * read_number(value):.0f}%"


def _seconds(case: TraceCase, rows: int) -> str:
    return f"{rows / case.index.table.fps:.0f} s"


def _write_recall(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    found, total = len(case.claims.target), len(case.legs)
    return (
        f"{found} of {total}",
        f"The student has {write_count(total, 'appearance')}; you marked {found} of them.",
        read_number(value) >= PASS_LEG_RECALL,
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
    return _percent(value), sentence, read_number(value) >= PASS_LEG_RECALL


def _write_idp(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return _percent(value), f"Of the camera time you claimed, {_percent(value)} show the student.", None


def _write_idr(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return _percent(value), f"Of the student's time on camera, you claimed {_percent(value)}.", None


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
    whole = read_number(value) == 1.0
    sentence = (
        "Your cameras are the student's, in the same order."
        if whole
        else f"Your list of cameras, in order, matches the student's to {_percent(value)}."
    )
    return _percent(value), sentence, None


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
    if case.log is not None and not any(mark in case.claims.target for mark in case.claims.appearance.tolist()):
        is_close = bool((case.claims.outcome == MarkOutcome.IGNORED).any())
        said = "no mark on the student counted" if is_close else "no mark was on the student"
        return "none", f"In {write_minutes(read_number(value))} {said}.", False
    return (
        write_minutes(read_number(value)),
        f"Your first correct mark came after {write_minutes(read_number(value))}.",
        None,
    )


def _write_completion(case: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    words = write_minutes(read_number(value))
    if case.log is not None and not case.log.finished:
        return f"over {words}", f"The limit of {words} passed before you submitted.", False
    return words, f"You submitted after {words}.", True


def _write_next(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return (
        _percent(value),
        f"After a correct mark, the next camera you opened was the correct one {_percent(value)} of the time.",
        None,
    )


def _write_previous(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return (
        _percent(value),
        f"After a correct mark, the next camera you opened was the one before it {_percent(value)} of the time.",
        None,
    )


def _write_economy(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    ratio = read_number(value)
    return f"{ratio:.1f}x", f"You watched {ratio:.1f} times as much footage as shows the student.", None


def _write_rewatch(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return _percent(value), f"{_percent(value)} of what you watched you had watched before.", None


def _write_speed(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return (
        f"{read_number(value):.1f}x",
        f"While playing, footage ran at {read_number(value):.1f} times real speed on average.",
        None,
    )


def _write_on_target(_: TraceCase, value: MetricValue) -> tuple[str, str, bool | None]:
    return _percent(value), f"The student was in the large picture {_percent(value)} of the time it played.", None


_WRITERS: Mapping[str, tuple[str, _Writer]] = {
    "appearance_recall": ("Appearances found", _write_recall),
    "appearance_precision": ("Correct marks", _write_precision),
    "final_place": ("Last location", _write_place),
    "absence_right": ("Not on any camera", _write_absence),
    "completion_time_s": ("Time used", _write_completion),
    "time_to_first_correct_mark_s": ("First correct mark", _write_first),
    "wrong_person_s": ("Time on the wrong person", _write_wrong),
    "idf1": ("Match with the actual path", _write_idf1),
    "idp": ("Correct share of your path", _write_idp),
    "idr": ("Found share of the actual path", _write_idr),
    "sequence_similarity": ("Order of cameras", _write_sequence),
    "next_camera_accuracy": ("Next camera chosen correctly", _write_next),
    "previous_camera_accuracy": ("Previous camera chosen correctly", _write_previous),
    "search_economy": ("Footage watched", _write_economy),
    "rewatch_share": ("Watched again", _write_rewatch),
    "mean_speed": ("Playing speed", _write_speed),
    "time_on_target": ("Student in the large picture", _write_on_target),
}


_GOES_BACK: Mapping[str, bool] = {"next_camera_accuracy": False, "previous_camera_accuracy": True}
"""Measures that speak of one direction of a search only."""


_EARNED_BY_FINDING: Mapping[str, float] = {"completion_time_s": PASS_LEG_RECALL, "wrong_person_s": 0.0}
"""Praise that needs a share of the student's appearances to be found, more than none."""


def get_case(score: Judged, task: Task) -> TraceCase:
    """Return the search, or raise TaskError where nobody is sought."""
    if score.case is None:
        raise TaskError(f"a {task.type} task without a person has no trace to describe")
    return score.case
