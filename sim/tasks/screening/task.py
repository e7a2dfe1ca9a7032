"""Task type `screening`: recorded alarms one by one; was each check completed before the student walked on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError

from sim.checked import describe_first
from sim.errors import TaskError
from sim.scoring.check_moments import (
    Verdict,
    find_alarms,
    find_best_shown,
    find_check_moments,
    get_alarm,
    judge_check,
    name_alarm,
)
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.metric import Metric
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.answer_form import AnswerForm, Item, Marks
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw
from sim.tasks.common.moment_words import VERDICT_OPTIONS
from sim.tasks.common.simulated_user import SimulatedUser, Skill
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import TaskWords, Trains
from sim.tasks.screening.judge import (
    PASS_FALSE_ALARM_RATE,
    PASS_HIT_RATE,
    SCREENING_METRICS,
    ScreeningCase,
    make_screening_card,
    make_screening_case,
)
from sim.tasks.screening.sentences import SCREENING_WORDS
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

SCREENING = "screening"
LEAST_ALARMS = 4
"""With fewer, guessing does as well as looking."""


class RecordedAlarm(TaskFile):
    """One alarm of the list: which, and the camera and site time that one click opens."""

    event_id: Annotated[str, Field(min_length=1)]
    camera_id: Annotated[str, Field(min_length=1)]
    t_s: float


class ScreeningParams(TaskFile):
    """What a screening task needs besides its window."""

    alarms: Annotated[list[RecordedAlarm], Field(min_length=LEAST_ALARMS)]


class ScreeningTaskFile(ScreeningParams):
    """`{"type": "screening", "window_s": [0, 300], "alarms": [{"event_id", "camera_id", "t_s"}]}`, 4 alarms or more."""

    type: Literal["screening"]
    window_s: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`."""

    name: str = SCREENING
    version: int = 2
    metrics: Sequence[Metric[ScreeningCase]] = SCREENING_METRICS
    make_card: Callable[[Any], ScoreCard] = make_screening_card
    title: str = "Was the check complete"
    practice_title: str = "Screening checks"
    counts: Sequence[str] = (
        "Checks correctly called complete or incomplete.",
        "How long you took for each.",
        TIME_COUNTS,
    )
    pass_rule: str = (
        f"Pass: at least {PASS_HIT_RATE:.0%} of incomplete checks caught, at most {PASS_FALSE_ALARM_RATE:.0%} "
        "false alarms, every alarm decided, in time."
    )
    words: TaskWords = SCREENING_WORDS
    trains: Sequence[tuple[Trains, float]] = ((Trains.CHECKS, 1.0),)

    def make_question(self, task: Task) -> str:
        return (
            f"The entrance detector sounded {len(_read(task))} times. Open each alarm and say whether the check was "
            "completed before the student walked on: the wand, and every compartment of the bag. Only what staff do is "
            "judged, not what is in the bag."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        """Return the alarms as a list of items, each with its camera and time."""
        items = tuple(
            Item(key=name_alarm(number), label=f"Alarm {number}", camera_id=alarm.camera_id, t_s=alarm.t_s)
            for number, alarm in enumerate(_read(task), start=1)
        )
        return AnswerForm(marks=Marks.NONE, items=items, item_options=VERDICT_OPTIONS, list_name="Alarms")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task with all alarms that a camera shows; none with fewer than four, or with only one kind."""
        alarms = [alarm for alarm in find_alarms(index, check_window(index, window_s)) if alarm.shown]
        if len(alarms) < LEAST_ALARMS or not _has_both_kinds(alarms):
            return ()
        listed = [
            {"event_id": alarm.event_id, "camera_id": best.camera_id, "t_s": alarm.start_s}
            for alarm in alarms
            if (best := find_best_shown(alarm)) is not None
        ]
        return (Task(type=SCREENING, window_s=window_s, params={"alarms": listed}),)

    def parse_task(self, text: str, *, source: str) -> Task:
        file = parse_file(ScreeningTaskFile, text, source=source, error_type=TaskError)
        return Task(
            type=SCREENING, window_s=file.window_s, params={"alarms": [alarm.model_dump() for alarm in file.alarms]}
        )

    def check_task(self, task: Task, index: TruthIndex) -> None:
        """Raise TaskError when the recording has not these alarms on these cameras, or they are all of one kind."""
        low_s, _ = check_window(index, task.window_s)
        listed = _read(task)
        if len({alarm.event_id for alarm in listed}) < len(listed):
            raise TaskError("an alarm is listed twice", expected="each event_id once", todo="remove one of them")
        events = _list_events(task, index)
        for alarm, event in zip(listed, events, strict=True):
            showing = [shown.camera_id for shown in event.shown]
            if alarm.camera_id not in showing:
                raise TaskError(
                    f"{alarm.camera_id} does not show {alarm.event_id}",
                    expected=f"one of {', '.join(showing)}" if showing else "an alarm that a camera shows",
                )
            if not low_s <= alarm.t_s <= event.end_s:
                raise TaskError(
                    f"{alarm.event_id} is to be opened at {alarm.t_s:g} s",
                    expected=f"{low_s:g} to {event.end_s:g} s, before its check is over",
                )
        if not _has_both_kinds(events):
            raise TaskError(
                "the checks are all complete, or all not complete", expected="both kinds", todo="list other alarms"
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> ScreeningCase:
        """Look verdicts up. Raises TaskError; AnswerError for a mark as in a trace, though none is asked for."""
        check_marks(index, answer.marks, check_window(index, task.window_s))
        return make_screening_case(_list_events(task, index), answer, log=log)

    def list_moments(self, case: ScreeningCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return every check that was misjudged, and the first that was rightly called not complete."""
        return find_check_moments(index, _list_events(task, index), case.given)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return the right verdict on every alarm."""
        events = _list_events(task, index)
        return Answer(choices={name_alarm(n): judge_check(event).value for n, event in enumerate(events, start=1)})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with an incomplete check let go, a complete one flagged, and two left undecided."""
        return tuple(_list_flaws(self.answer_perfectly(task, index)))

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Watch each check to its end and judge it.

        `miss_share`: an incomplete check is let go, every other time as "cannot tell". `follow_share`: a complete one
        is flagged.
        """
        for number, (alarm, event) in enumerate(zip(_read(task), _list_events(task, index), strict=True), start=1):
            user.open_camera(alarm.camera_id)
            user.watch(from_s=alarm.t_s, to_s=event.end_s)
            user.choose(name_alarm(number), _judge(judge_check(event), user.rng, user.skill).value)
        user.submit()


def _read(task: Task) -> list[RecordedAlarm]:
    try:
        return ScreeningParams.model_validate(dict(task.params)).alarms
    except ValidationError as error:
        raise TaskError(describe_first(error, source="params"), todo="correct the form") from error


def _list_events(task: Task, index: TruthIndex) -> list[Event]:
    return [get_alarm(index, alarm.event_id, task.window_s) for alarm in _read(task)]


def _has_both_kinds(alarms: Sequence[Event]) -> bool:
    return {Verdict.COMPLETE, Verdict.NOT_COMPLETE} <= {judge_check(alarm) for alarm in alarms}


def _list_flaws(perfect: Answer) -> Iterator[Flaw]:
    first: dict[str, str] = {}
    for key, value in perfect.choices.items():
        first.setdefault(value, key)
    missed, flagged = first[Verdict.NOT_COMPLETE.value], first[Verdict.COMPLETE.value]
    both = frozenset({"d_prime", "criterion", "share_right"})
    for name, changes, hurts in (
        ("let go", {missed: Verdict.COMPLETE}, {"hit_rate"}),
        ("flagged", {flagged: Verdict.NOT_COMPLETE}, {"false_alarm_rate"}),
        ("undecided", {missed: Verdict.CANNOT_TELL, flagged: Verdict.CANNOT_TELL}, {"hit_rate", "undecided"}),
    ):
        answer = Answer(choices={**perfect.choices, **{key: verdict.value for key, verdict in changes.items()}})
        yield Flaw(name=name, answer=answer, hurts=both | hurts)


def _judge(right: Verdict, rng: np.random.Generator, skill: Skill) -> Verdict:
    if right is Verdict.COMPLETE:
        return Verdict.NOT_COMPLETE if rng.random() < skill.follow_share else right
    if rng.random() >= skill.miss_share:
        return right
    return Verdict.CANNOT_TELL if rng.random() < 0.5 else Verdict.COMPLETE


SCREENING_TYPE = ScreeningType()
