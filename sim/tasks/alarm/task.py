"""Task type `alarm`: the entrance detector sounded; who was it, was the check completed, where are they at the end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field as FileField

from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.final_place import find_final_zone
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.scoring.screening_alarms import Verdict, find_alarms, get_alarm
from sim.tasks.alarm.judge import ALARM_METRICS, SCREENING_KEY, AlarmCase, make_alarm_card, make_alarm_case
from sim.tasks.alarm.moments import find_alarm_moments
from sim.tasks.alarm.searcher import find_alarm_leg, search_alarm
from sim.tasks.alarm.sentences import ALARM_WORDS
from sim.tasks.common.advice import Trains
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.answer_form import AnswerForm, Field, FieldKind
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.mistakes import pick_other, pick_wrong_zone
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.skill import Skill
from sim.tasks.common.sought import LEAST_FROM_END_S, check_sought, find_late_glimpse
from sim.tasks.common.story import EVENT_ID
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords
from sim.tasks.common.verdicts import VERDICT_OPTIONS
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

ALARM = "alarm"
CLOCK_STEP_S = 1.0
"""Clocks in the pictures show whole seconds: the window begins with the second in which the detector sounds."""


class AlarmTaskFile(TaskFile):
    """`{"type": "alarm", "event_id": "alarm-2", "window_s": [92, 270]}`: the window begins when the detector sounds."""

    type: Literal["alarm"]
    event_id: Annotated[str, FileField(min_length=1)]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`. Finding out who it was is part of the task."""

    name: str = ALARM
    version: int = 2
    metrics: Sequence[Metric[AlarmCase]] = ALARM_METRICS
    title: str = "Who set off the detector"
    practice_title: str = "Detector alarm"
    counts: Sequence[str] = (
        "Who it was.",
        "Whether the check was completed.",
        "Where they are at the end.",
        TIME_COUNTS,
    )
    pass_rule: str = "Pass: the correct student, the correct answer about the check, last location correct, in time."
    words: TaskWords = ALARM_WORDS
    trains: Sequence[tuple[Trains, float]] = ((Trains.CHECKS, 0.0),)

    def make_question(self, task: Task) -> str:
        """Return what is asked, in words for the trainee."""
        return (
            "The entrance detector sounds as the time given begins. Mark the student who set it off. Was secondary "
            "screening completed before they walked on: the wand, every compartment of the bag? Where are they at the "
            "end of the time, or were last seen?"
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return one mark, the verdict about the check, and the place."""
        verdict = Field(
            key=SCREENING_KEY,
            kind=FieldKind.CHOICE,
            label="Was secondary screening completed?",
            options=VERDICT_OPTIONS,
        )
        return AnswerForm(most_marks=1, asks_final_zone=True, fields=(verdict,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return a task for each alarm of a student on camera; it ends where somebody else has gone on walking."""
        low_s, high_s = check_window(index, window_s)
        until_s = high_s - LEAST_FROM_END_S
        tasks = [
            Task(type=ALARM, window_s=(_find_second(alarm), until_s), params={EVENT_ID: alarm.event_id})
            for alarm in find_alarms(index, (low_s, until_s))
            if _find_second(alarm) >= low_s
        ]
        return tuple(task for task in tasks if _find_leg(task, index) is not None and not _ends_in_glimpse(task, index))

    def parse_task(self, text: str, *, source: str) -> Task:
        """Read an alarm task. Raises TaskError."""
        file = parse_file(AlarmTaskFile, text, source=source, error_type=TaskError)
        return Task(type=ALARM, window_s=file.window_s, params={EVENT_ID: file.event_id})

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the window does not begin with the alarm, or no camera shows the student at it."""
        check_window(index, task.window_s)
        alarm = _get(task, index)
        if alarm.start_s - task.window_s[0] >= CLOCK_STEP_S:
            raise TaskError(
                f"window_s begins at {task.window_s[0]:g} s, the alarm sounds at {alarm.start_s:g} s",
                expected=f"window_s from {_find_second(alarm):g} s on",
            )
        case = _make_case(task, Answer(), index)
        check_sought(case.window, case.target, [find_late_glimpse(case.window, case.target)])
        if _find_leg(task, index) is None:
            raise TaskError(
                f"no camera shows the student of {alarm.event_id} at the alarm", todo="choose another alarm"
            )

    def score(self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None) -> ScoreCard:
        """Return the score card. Raises TaskError and AnswerError as `make_alarm_case`."""
        return make_alarm_card(_make_case(task, answer, index, log))

    def find_moments(
        self, task: Task, answer: Answer, index: TruthIndex, *, log: SearchLog | None = None
    ) -> tuple[Moment, ...]:
        """Return who was marked, a check misjudged, and the last place."""
        return find_alarm_moments(_make_case(task, answer, index, log), _get(task, index))

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the student at the alarm, the right verdict and the last place."""
        case = _make_case(task, Answer(), index)
        leg = _find_leg(task, index)
        return Answer(
            marks=() if leg is None else (mark_clearest(case.window, leg),),
            final_zone=find_final_zone(case),
            choices={SCREENING_KEY: case.check.value},
        )

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong verdict, a wrong place, somebody else marked, and nobody marked."""
        perfect = self.answer_perfectly(task, index)
        case = _make_case(task, Answer(), index)
        leg = _find_leg(task, index)
        if leg is None or perfect.final_zone is None:
            return ()
        rng = np.random.default_rng(0)
        nobody = replace(perfect, marks=())
        flaws = [Flaw(name="nobody marked", answer=nobody, hurts=frozenset({"right_person"}))]
        for verdict in (each for each in Verdict if each is not case.check):
            answer = replace(perfect, choices={SCREENING_KEY: verdict.value})
            flaws.append(Flaw(name=f"judged {verdict}", answer=answer, hurts=frozenset({"verdict_right"})))
        zone = pick_wrong_zone(index, perfect.final_zone, rng)
        if zone is not None:
            answer = replace(perfect, final_zone=zone)
            flaws.append(Flaw(name="wrong place", answer=answer, hurts=frozenset({"final_place"})))
        other = pick_other(case.window, leg, case.target, (), rng)
        if other is not None:
            answer = replace(perfect, marks=(mark_clearest(case.window, other),))
            flaws.append(Flaw(name="someone else marked", answer=answer, hurts=frozenset({"right_person"})))
        return tuple(flaws)

    def search(
        self, task: Task, index: TruthIndex, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
    ) -> tuple[SearchStep, ...]:
        """Play the task; see `sim.tasks.alarm.searcher`."""
        case = _make_case(task, Answer(), index)
        return search_alarm(case, _get(task, index), rng=rng, skill=skill, look_alikes=look_alikes)


def _get(task: Task, index: TruthIndex) -> Event:
    return get_alarm(index, str(task.params.get(EVENT_ID, "")), task.window_s)


def _find_leg(task: Task, index: TruthIndex) -> int | None:
    return find_alarm_leg(_make_case(task, Answer(), index), _get(task, index))


def _ends_in_glimpse(task: Task, index: TruthIndex) -> bool:
    case = _make_case(task, Answer(), index)
    return find_late_glimpse(case.window, case.target) is not None


def _find_second(alarm: Event) -> float:
    return float(math.floor(alarm.start_s))


def _make_case(task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> AlarmCase:
    return make_alarm_case(index, alarm=_get(task, index), window_s=task.window_s, answer=answer, log=log)


ALARM_TYPE = AlarmType()
