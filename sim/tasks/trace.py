"""Task type `trace`: where was this person, camera after camera, and where last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.final_place import find_final_zone
from sim.scoring.judged import Judged, PartView
from sim.scoring.losses import find_losses
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment, sort_moments
from sim.scoring.registry import TRACE_METRICS
from sim.scoring.score_card import PASS_LEG_RECALL, ScoreCard, compute_score_card
from sim.scoring.trace_moments import find_trace_moments, list_place_moments
from sim.tasks.common.answer_form import AnswerForm
from sim.tasks.common.base import SearchTaskFile, Task, parse_file
from sim.tasks.common.flaw import (
    MISSED,
    STRANGER,
    Flaw,
    find_bare_spots,
    find_strangers,
    flaw_absent,
    mark_clearest,
    pick_other,
    pick_wrong_zone,
)
from sim.tasks.common.moment_words import tell_search_moment
from sim.tasks.common.path_sentences import get_case, list_trace_failures, read_number, write_parts, write_success
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.sought import check_sought, find_half_seen, find_late_glimpse, play_absent
from sim.tasks.common.task_type import ABSENT_RULE, APPEARANCES_RULE, TIME_COUNTS, Direction, UsualParts
from sim.tasks.common.task_words import Advice, MomentFacts, MomentText, TaskWords, Trains, advise_next, write_missing
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window


def answer_trace_perfectly(task: Task, index: TruthIndex) -> Answer:
    """Return one mark on the clearest row of each leg, and the true final zone. Raises TaskError."""
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    marks = tuple(mark_clearest(window, leg) for leg in legs)
    return Answer(marks=marks, final_zone=_find_zone(task, index), not_on_camera=not legs)


def _find_zone(task: Task, index: TruthIndex) -> str | None:
    nothing = Answer(marks=())
    return find_final_zone(make_trace_case(index, target=task.person, window_s=task.window_s, answer=nothing))


def write_verdict(card: ScoreCard, case: TraceCase) -> str:
    """Return the verdict in one sentence: which parts of the pass rule were met."""
    if card.passed and not case.legs:
        return "Correct. The student doesn't appear on any camera in this time, and you marked no one."
    if card.passed:
        return f"{write_success(case)}, marked no one else, named the last location, and finished in time."
    lacking = write_missing(card, {**list_trace_failures(case), "final_place": "missed the last location"})
    return lacking or "Nothing was wrong, but the time is not known."


FIRST_SIGHTING = (
    "Start at the place where the student was last seen, or at an entrance, and look at all cameras at that moment "
    "before you move on in time."
)


def write_advice(card: ScoreCard, case: TraceCase) -> tuple[Advice, ...]:
    """Return one or two things to practice next, the most telling first."""
    values = card.values
    advice: list[Advice] = []
    if case.claims.others:
        advice.append(
            Advice(
                "Before you mark, compare two things besides the top: shoes, bag, hair, pants.",
                trains=Trains.LOOK_ALIKES,
            )
        )
    is_nothing = len(case.legs) > 0 and not case.claims.target
    if is_nothing:
        advice.append(Advice(FIRST_SIGHTING))
    is_lost = not is_nothing and case.legs and read_number(values.get("appearance_recall")) < PASS_LEG_RECALL
    if is_lost or find_losses(case):
        advice.append(
            Advice(
                "After each mark, check the map for the next cameras.",
                trains=Trains.NEXT_CAMERA,
            )
        )
    if values.get("final_place") is False:
        advice.append(
            Advice(
                "Before you submit, follow the student to their last appearance and give that location.",
                trains=Trains.LAST_PLACE,
            )
        )
    if values.get("finished") is False:
        advice.append(Advice("Scan at double speed or faster, and slow down only where the student may come by."))
    if values.get("rewatch_share") is not None and read_number(values.get("rewatch_share")) > 0.3:
        advice.append(Advice("Mark as soon as you are sure: much of what you watched you had watched before."))
    harder = Advice("Try another one, and aim for the same result in less time.")
    return tuple(advice[:2]) or advise_next(card, harder)


class _TraceWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return write_parts(score.card, get_case(score, task))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return write_verdict(score.card, get_case(score, task))

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        return write_advice(score.card, get_case(score, task))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_search_moment(facts, moment)


TRACE_WORDS = _TraceWords()
TRACE = "trace"


class TraceTaskFile(SearchTaskFile):
    """`{"type": "trace", "target": "P014", "window_s": [0, 240]}`."""

    type: Literal["trace"]


def flaw_trace(task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
    """Return the flaws that the task allows; a person who never appears has flaws of their own. Raises TaskError."""
    perfect = answer_trace_perfectly(task, index)
    window = cut_window(index, task.window_s)
    return tuple(_flaw_seen(window, task.person, perfect) if perfect.marks else flaw_absent(window))


def _flaw_seen(window: TruthWindow, target: str, perfect: Answer) -> Iterator[Flaw]:
    zone = perfect.final_zone and pick_wrong_zone(window.index, perfect.final_zone, np.random.default_rng(0))
    if zone:
        yield Flaw(name="wrong place", answer=replace(perfect, final_zone=zone), hurts=frozenset({"final_place"}))
    if len(perfect.marks) > 1:
        yield Flaw(name="a leg missed", answer=replace(perfect, marks=perfect.marks[1:]), hurts=MISSED)
    for number in find_strangers(window, target)[:1]:
        marks = (*perfect.marks, mark_clearest(window, number))
        yield Flaw(name="someone else marked", answer=replace(perfect, marks=marks), hurts=STRANGER)
    for mark in find_bare_spots(window, perfect)[:1]:
        answer = replace(perfect, marks=(*perfect.marks, mark))
        yield Flaw(name="nobody at the spot marked", answer=answer, hurts=frozenset({"appearance_precision"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = TRACE
    version: int = 2
    metrics: Sequence[Metric[TraceCase]] = TRACE_METRICS
    make_card: Callable[[Any], ScoreCard] = compute_score_card
    title: str = "Trace a student"
    practice_title: str = "Practice"
    counts: Sequence[str] = (
        "How many of the student's appearances you marked.",
        "That you marked no one else.",
        "The student's last location.",
        TIME_COUNTS,
    )
    pass_rule: str = f"Pass: {APPEARANCES_RULE}, last location correct, in time. {ABSENT_RULE}"
    words: TaskWords = TRACE_WORDS
    follows: Direction | None = Direction.FORWARD
    can_be_absent: bool = True
    trains: Sequence[tuple[Trains, float]] = (
        (Trains.LOOK_ALIKES, 30.0),
        (Trains.NEXT_CAMERA, 1.0),
    )

    def make_question(self, task: Task) -> str:
        return "Mark this student once in each appearance on a camera, and give their last location."

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return any number of marks, the final zone, and "never appears"."""
        return AnswerForm(asks_final_zone=True, asks_absent=True)

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task for everybody known, seen or not, who can fairly be asked for."""
        window = cut_window(index, window_s)
        asked = [
            person
            for person in index.person_ids
            if find_half_seen(window, person) is None and find_late_glimpse(window, person) is None
        ]
        return tuple(Task(type=TRACE, target=person, window_s=window_s) for person in asked)

    def parse_task(self, text: str, *, source: str) -> Task:
        return parse_file(TraceTaskFile, text, source=source, error_type=TaskError).make_task(TRACE)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError: the person is unknown or cannot fairly be asked for, or the window leaves the recording."""
        window, person = cut_window(index, task.window_s), task.person
        check_sought(window, person, (find_half_seen(window, person), find_late_glimpse(window, person)))

    def list_moments(self, case: TraceCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return wrong marks, stretches missed, losses, the first right mark and the last place, by site time."""
        return sort_moments((*find_trace_moments(case), *list_place_moments(case)))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return one mark on the clearest row of each leg, and the true final zone."""
        return answer_trace_perfectly(task, index)

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with one mistake each; see `sim.tasks.trace`."""
        return flaw_trace(task, index)

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Go leg by leg: before each some wrong cameras are opened and watched.

        Then the leg is marked, missed, or somebody nearby is marked instead, one of `look_alikes` when such a one is
        near. Waiting times are log-normal about `skill.pace_s`.
        """
        window = cut_window(index, task.window_s)
        legs = window.find_target(task.person)
        if not legs:
            play_absent(user, window, look_alikes)
            return
        found_last = False
        for leg in legs:
            user.stray(index.camera_ids, window, around_s=float(window.first_s[leg]))
            found_last = False
            if user.rng.random() < user.skill.follow_share:
                other = pick_other(window, leg, task.person, look_alikes, user.rng)
                if other is not None:
                    user.mark(mark_clearest(window, other), window)
                    continue
            if user.rng.random() < user.skill.miss_share:
                user.stray(index.camera_ids, window, around_s=float(window.last_s[leg]))
                continue
            user.mark(mark_clearest(window, leg), window)
            found_last = True
        zone = _find_zone(task, index)
        if zone is not None and not (found_last and user.rng.random() < user.skill.place_share):
            zone = pick_wrong_zone(index, zone, user.rng)
        user.submit(final_zone=zone)


TRACE_TYPE = TraceType()
