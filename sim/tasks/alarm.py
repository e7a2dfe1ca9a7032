"""Task type `alarm`: the entrance detector sounded; who was it, was the check completed, where are they at the end."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field as FileField

from sim.errors import TaskError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.check_moments import (
    Verdict,
    VerdictMoment,
    describe_verdict,
    find_alarms,
    get_alarm,
    judge_check,
    read_verdict,
)
from sim.scoring.duration import COMPLETION, FINISHED, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.final_place import FINAL_PLACE, RIGHT_PERSON, find_final_zone
from sim.scoring.judged import Judged, PartView
from sim.scoring.mark_moments import describe_last_mark
from sim.scoring.metric import Better, Metric
from sim.scoring.moments import Moment, sort_moments
from sim.scoring.person_in_frame import find_nearest
from sim.scoring.score_card import Criterion, ScoreCard, find_warnings, make_score_card
from sim.scoring.trace_moments import list_place_moments
from sim.tasks.common.answer_form import AnswerForm, Field, FieldKind
from sim.tasks.common.base import Task, TaskFile, parse_file
from sim.tasks.common.flaw import Flaw, mark_clearest, pick_other, pick_wrong_zone
from sim.tasks.common.moment_words import VERDICT_OPTIONS, tell_search_moment, tell_verdict
from sim.tasks.common.simulated_user import SimulatedUser, Skill
from sim.tasks.common.sought import EVENT_ID, LEAST_FROM_END_S, check_sought, find_late_glimpse
from sim.tasks.common.task_type import TIME_COUNTS, UsualParts
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    TaskWords,
    Trains,
    advise_next,
    judge_part,
    list_time_parts,
    make_part,
    write_missing,
)
from sim.text.times import write_minutes
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

SCREENING_KEY = "screening"
"""Key of the choice that says whether the check was complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmCase(TraceCase):
    """An answer about one alarm. The target is the student who set it off."""

    alarm: Event
    check: Verdict  # the right verdict about the check


def make_alarm_case(
    index: TruthIndex,
    *,
    alarm: Event,
    window_s: tuple[float, float],
    answer: Answer,
    log: SearchLog | None = None,
) -> AlarmCase:
    """Look an answer up in truth. Raises TaskError and AnswerError as `make_trace_case`."""
    student = alarm.person_ids[0]
    trace = make_trace_case(index, target=student, window_s=window_s, answer=answer, log=log)
    own = {each.name: getattr(trace, each.name) for each in fields(trace)}
    return AlarmCase(**own, alarm=alarm, check=judge_check(alarm))


def judge_verdict(case: AlarmCase) -> bool:
    """Return whether the verdict about the check is the right one; no verdict: false.

    A check with one of three compartments opened, judged "not-complete": true; judged "cannot-tell": false. A check
    that no camera shows, judged "cannot-tell": true.
    """
    return read_verdict(case.answer.choices.get(SCREENING_KEY)) is case.check


VERDICT_RIGHT = Metric(key="verdict_right", version=1, better=Better.HIGHER, compute=judge_verdict)
ALARM_METRICS: tuple[Metric[AlarmCase], ...] = (
    RIGHT_PERSON,
    VERDICT_RIGHT,
    FINAL_PLACE,
    FIRST_CORRECT,
    FIRST_CORRECT_MADE,
    COMPLETION,
    FINISHED,
)


def make_alarm_card(case: AlarmCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: right person, right verdict, right place, inside the limit."""
    return make_score_card(
        case,
        ALARM_METRICS,
        criteria=(
            Criterion(key="right_person", met=bool(RIGHT_PERSON.compute(case))),
            Criterion(key="verdict_right", met=judge_verdict(case)),
            Criterion(key="final_place", met=bool(FINAL_PLACE.compute(case))),
        ),
        warnings=find_warnings(case),
    )


ALARM = "alarm"
CLOCK_STEP_S = 1.0
"""Clocks in the pictures show whole seconds: the window begins with the second in which the detector sounds."""


class AlarmTaskFile(TaskFile):
    """`{"type": "alarm", "event_id": "alarm-2", "window_s": [92, 270]}`: the window begins when the detector sounds."""

    type: Literal["alarm"]
    event_id: Annotated[str, FileField(min_length=1)]
    window_s: tuple[float, float]


def _get(task: Task, index: TruthIndex) -> Event:
    return get_alarm(index, str(task.params.get(EVENT_ID, "")), task.window_s)


def _find_second(alarm: Event) -> float:
    return float(math.floor(alarm.start_s))


def find_alarm_moments(case: AlarmCase) -> tuple[Moment, ...]:
    """Return who was marked, the check when it was misjudged, and the last place when another one was named."""
    moments: list[Moment] = []
    student = find_nearest(case.window, case.legs, max(case.alarm.start_s, case.window.window_s[0]))
    if student is not None:
        moments.append(describe_last_mark(case, student))
    if not judge_verdict(case):
        given = read_verdict(case.answer.choices.get(SCREENING_KEY))
        moments.append(describe_verdict(case.index, case.alarm, given=given))
    return sort_moments((*moments, *list_place_moments(case)))


def find_alarm_leg(case: AlarmCase) -> int | None:
    """Return the student's appearance that shows them longest from alarm to end of the check, None without one."""
    window, alarm = case.window, case.alarm

    def measure_s(leg: int) -> float:
        return float(min(window.last_s[leg], alarm.end_s) - max(window.first_s[leg], alarm.start_s))

    best = max(case.legs, key=measure_s, default=None)
    return best if best is not None and measure_s(best) >= 0 else None


def _judge(right: Verdict, rng: np.random.Generator, skill: Skill) -> Verdict:
    if rng.random() >= skill.miss_share:
        return right
    wrong = [verdict for verdict in Verdict if verdict is not right]
    return wrong[int(rng.integers(len(wrong)))]


class AlarmWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        right = "Correct. You found who it was, judged the check, and gave the location."
        failures = {
            "right_person": "did not mark the student who set off the alarm",
            "verdict_right": "misjudged the check"
            if score.answer.choices.get(SCREENING_KEY)
            else "did not say how the check went",
            "final_place": "missed the last location",
        }
        return write_missing(score.card, failures) or right

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        values = score.card.values
        advice: list[Advice] = []
        if values.get("right_person") is False:
            advice.append(
                Advice(
                    "Go to the second of the alarm and mark the student in the detector, not the one who comes next."
                )
            )
        if values.get("verdict_right") is False:
            advice.append(
                Advice(
                    "Watch the check to its end: the wand, and every compartment of the bag, before they walk on.",
                    trains=Trains.CHECKS,
                )
            )
        if values.get("final_place") is False:
            advice.append(
                Advice(
                    "Follow the student from camera to camera, and find the last one on the map.",
                    trains=Trains.LAST_PLACE,
                )
            )
        return tuple(advice[:2]) or advise_next(
            score.card, Advice("Try another alarm, and aim for the same result in less time.")
        )

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_verdict(facts, moment) if isinstance(moment, VerdictMoment) else tell_search_moment(facts, moment)


ALARM_WORDS = AlarmWords()


def _list_parts(score: Judged) -> Iterator[PartView]:
    card = score.card
    yield from judge_part(
        card,
        "right_person",
        "Who it was",
        right="Your mark is on the student who set off the alarm.",
        wrong="Your mark is not on the student who set off the alarm.",
        unanswered="" if score.answer.marks else "You marked no one.",
    )
    yield from judge_part(
        card,
        "verdict_right",
        "The check",
        right="You judged secondary screening as the cameras show it.",
        wrong="The cameras show something else of secondary screening than you said.",
        unanswered="" if score.answer.choices.get(SCREENING_KEY) else "You did not say how secondary screening went.",
    )
    yield from judge_part(
        card,
        "final_place",
        "Last location",
        right="This is where the student was last seen.",
        wrong="The student was last seen elsewhere.",
        unanswered="" if score.answer.final_zone else "You gave no last location.",
    )
    first_s = card.values.get("time_to_first_correct_mark_s")
    if first_s is not None and card.values.get("first_correct_mark_made"):
        sentence = "From the start to your first correct mark."
        yield make_part("time_to_first_correct_mark_s", "Student found", write_minutes(first_s), sentence, good=None)
    yield from list_time_parts(card)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmType(UsualParts):
    """See `sim.tasks.common.task_type.TaskType`. Finding out who it was is part of the task."""

    name: str = ALARM
    version: int = 2
    metrics: Sequence[Metric[AlarmCase]] = ALARM_METRICS
    make_card: Callable[[Any], ScoreCard] = make_alarm_card
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
        cases = ((task, self.make_case(task, Answer(), index)) for task in tasks)
        return tuple(
            task
            for task, case in cases
            if find_alarm_leg(case) is not None and find_late_glimpse(case.window, case.target) is None
        )

    def parse_task(self, text: str, *, source: str) -> Task:
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
        case = self.make_case(task, Answer(), index)
        check_sought(case.window, case.target, [find_late_glimpse(case.window, case.target)])
        if find_alarm_leg(case) is None:
            raise TaskError(
                f"no camera shows the student of {alarm.event_id} at the alarm", todo="choose another alarm"
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> AlarmCase:
        return make_alarm_case(index, alarm=_get(task, index), window_s=task.window_s, answer=answer, log=log)

    def list_moments(self, case: AlarmCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        """Return who was marked, a check misjudged, and the last place."""
        return find_alarm_moments(case)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        """Return a mark on the student at the alarm, the right verdict and the last place."""
        case = self.make_case(task, Answer(), index)
        leg = find_alarm_leg(case)
        return Answer(
            marks=() if leg is None else (mark_clearest(case.window, leg),),
            final_zone=find_final_zone(case),
            choices={SCREENING_KEY: case.check.value},
        )

    def answer_wrongly(self, task: Task, index: TruthIndex) -> tuple[Flaw, ...]:
        """Return answers with a wrong verdict, a wrong place, somebody else marked, and nobody marked."""
        perfect = self.answer_perfectly(task, index)
        case = self.make_case(task, Answer(), index)
        leg = find_alarm_leg(case)
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

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Watch the check, mark who set the detector off, and follow them leg by leg to the last.

        `follow_share`: somebody near is marked. `miss_share`: the check is misjudged; at each later leg the student is
        lost, and the place where they were seen before is named. `place_share`: the last place is named right.
        """
        rng, skill = user.rng, user.skill
        case = self.make_case(task, Answer(), index)
        window, alarm = case.window, case.alarm
        leg = find_alarm_leg(case)
        if leg is None:
            user.submit()
            return
        user.stray(index.camera_ids, window, around_s=alarm.start_s)
        user.open_camera(index.appearances[leg].camera_id)
        user.watch(from_s=window.window_s[0], to_s=alarm.end_s)
        other = pick_other(window, leg, case.target, look_alikes, rng) if rng.random() < skill.follow_share else None
        user.mark(mark_clearest(window, leg if other is None else other), window)
        user.choose(SCREENING_KEY, _judge(case.check, rng, skill).value)
        zone, seen = find_final_zone(case), leg
        for later in (n for n in case.legs if window.first_s[n] > alarm.end_s):
            if rng.random() < skill.miss_share:
                zone = str(index.table.rows["zone"].iat[window.last_table_row[seen]])
                break
            seen = later
            user.stray(index.camera_ids, window, around_s=float(window.first_s[later]))
            user.open_camera(index.appearances[later].camera_id)
            user.watch(from_s=float(window.first_s[later]), to_s=float(window.last_s[later]))
        if zone is not None and rng.random() >= skill.place_share:
            zone = pick_wrong_zone(index, zone, rng)
        user.submit(final_zone=zone)


ALARM_TYPE = AlarmType()
