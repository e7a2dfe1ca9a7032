"""Task type `alarm`: the entrance detector sounded; who was it, was the check completed, where are they at the end."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import TaskError
from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.moments import Moment, find_nearest, sort_moments
from sim.scoring.path_metrics import find_final_zone, judge_final_place, judge_right_person
from sim.scoring.score_card import Judged, PartView, list_metrics, metric
from sim.scoring.trace_moments import describe_last_mark, list_place_moments
from sim.tasks.common.checks import (
    VERDICT_OPTIONS,
    Verdict,
    VerdictMoment,
    describe_verdict,
    find_alarms,
    get_alarm,
    judge_check,
    read_verdict,
    tell_verdict,
)
from sim.tasks.common.simulated_user import Flaw, SimulatedUser, mark_clearest, pick_other, pick_wrong_zone
from sim.tasks.common.sought import LEAST_FROM_END_S, check_sought, find_late_glimpse
from sim.tasks.common.task import AnswerForm, Field, FieldKind, Name, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    Trains,
    judge_part,
    judge_place_part,
    make_part,
    tell_search_moment,
    write_missing,
)
from sim.text.times import write_minutes
from sim.truth.appearance import is_over
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


@metric("alarm", "verdict_right", "The check", version=1)
def judge_verdict(case: AlarmCase) -> bool:
    """Return whether the verdict about the check is the right one; no verdict: false.

    A check with one of three compartments opened, judged "not-complete": true; judged "cannot-tell": false. A check
    that no camera shows, judged "cannot-tell": true.
    """
    return read_verdict(case.answer.choices.get(SCREENING_KEY)) is case.check


CLOCK_STEP_S = 1.0
"""Clocks in the pictures show whole seconds: the window begins with the second in which the detector sounds."""


class AlarmTaskFile(TaskFile):
    """`{"type": "alarm", "event_id": "alarm-2", "window_s": [92, 270]}`: the window begins when the detector sounds."""

    event_id: Name


def find_alarm_leg(case: AlarmCase) -> int | None:
    """Return the student's appearance that shows them longest from alarm to end of the check, None without one."""
    window, alarm = case.window, case.alarm

    def measure_s(leg: int) -> float:
        return float(min(window.last_s[leg], alarm.end_s) - max(window.first_s[leg], alarm.start_s))

    best = max(case.legs, key=measure_s, default=None)
    return best if best is not None and not is_over(0.0, measure_s(best)) else None


class AlarmType(TaskType):
    name = "alarm"
    title = "Who set off the detector"
    practice_title = "Detector alarm"
    counts = ("Who it was.", "Whether the check was completed.", "Where they are at the end.", TIME_COUNTS)
    pass_rule = "Pass: the correct student, the correct answer about the check, and the last location."
    metrics = list_metrics("person", "alarm", "place", "first", "time")
    trains = ((Trains.CHECKS, 0.0),)
    file = AlarmTaskFile
    harder = Advice("Aim for the same result in less time.")

    def make_question(self, task: Task) -> str:
        return (
            "The entrance detector sounds at the start. Mark the student who set it off. Was the check completed (the "
            "wand, every compartment of the bag) before they walked on? Where are they last seen?"
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        label = "Was secondary screening completed?"
        verdict = Field(key=SCREENING_KEY, kind=FieldKind.CHOICE, label=label, options=VERDICT_OPTIONS)
        return AnswerForm(most_marks=1, asks_final_zone=True, fields=(verdict,))

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        low_s, high_s = check_window(index, window_s)
        until_s = high_s - LEAST_FROM_END_S
        tasks = []
        for alarm in find_alarms(index, (low_s, until_s)):
            from_s = float(math.floor(alarm.start_s))
            if from_s < low_s:
                continue
            task = Task(type=self.name, window_s=(from_s, until_s), params={"event_id": alarm.event_id})
            case = self.make_case(task, Answer(), index)
            if find_alarm_leg(case) is not None and find_late_glimpse(case.window, case.target) is None:
                tasks.append(task)
        return tuple(tasks)

    def check_task(self, task: Task, index: TruthIndex) -> None:
        check_window(index, task.window_s)
        case = self.make_case(task, Answer(), index)
        alarm = case.alarm
        if not is_over(CLOCK_STEP_S, alarm.start_s - task.window_s[0]):
            raise TaskError(
                f"window_s begins at {task.window_s[0]:g} s, the alarm sounds at {alarm.start_s:g} s",
                expected=f"window_s from {math.floor(alarm.start_s):g} s on",
            )
        check_sought(case.window, case.target, [find_late_glimpse(case.window, case.target)])
        if find_alarm_leg(case) is None:
            raise TaskError(
                f"no camera shows the student of {alarm.event_id} at the alarm", todo="choose another alarm"
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> AlarmCase:
        alarm = get_alarm(index, str(task.params.get("event_id", "")), task.window_s)
        return AlarmCase.make(
            index,
            target=alarm.person_ids[0],
            window_s=task.window_s,
            answer=answer,
            log=log,
            alarm=alarm,
            check=judge_check(alarm),
        )

    def judge(self, case: AlarmCase) -> dict[str, bool | None]:
        return {
            "right_person": bool(judge_right_person(case)),
            "verdict_right": judge_verdict(case),
            "final_place": bool(judge_final_place(case)),
        }

    def list_moments(self, case: AlarmCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        moments: list[Moment] = []
        student = find_nearest(case.window, case.legs, max(case.alarm.start_s, case.window.window_s[0]))
        if student is not None:
            marks, is_right = case.answer.marks, judge_right_person(case)
            moments.append(describe_last_mark(index, marks, case.log, is_right=is_right, instead=student))
        if not judge_verdict(case):
            given = read_verdict(case.answer.choices.get(SCREENING_KEY))
            moments.append(describe_verdict(index, case.alarm, given=given))
        return sort_moments((*moments, *list_place_moments(case)))

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        card = score.card
        yield from judge_part(
            card,
            "right_person",
            right="Your mark is on the student who set off the alarm.",
            wrong="Your mark is not on the student who set off the alarm.",
            unanswered="" if score.answer.marks else "You marked no one.",
            label="Who it was",
        )
        is_judged = bool(score.answer.choices.get(SCREENING_KEY))
        yield from judge_part(
            card,
            "verdict_right",
            right="You judged secondary screening as the cameras show it.",
            wrong="The cameras show something else of secondary screening than you said.",
            unanswered="" if is_judged else "You did not say how secondary screening went.",
        )
        yield from judge_place_part(score)
        first_s = card.values.get("time_to_first_correct_mark_s")
        if first_s is not None and card.values.get("first_correct_mark_made"):
            key, sentence = "time_to_first_correct_mark_s", "From the start to your first correct mark."
            yield make_part(key, write_minutes(first_s), sentence, good=None, label="Student found")

    def write_verdict(self, score: Judged, task: Task) -> str:
        is_judged = bool(score.answer.choices.get(SCREENING_KEY))
        failures = {
            "right_person": "did not mark the student who set off the alarm",
            "verdict_right": "misjudged the check" if is_judged else "did not say how the check went",
            "final_place": "missed the last location",
        }
        right = "Correct. You found who it was, judged the check, and gave the location."
        return write_missing(score.card, failures) or right

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        values = score.card.values
        if values.get("right_person") is False:
            yield Advice("Go to the second of the alarm, and mark the student in the detector.")
        if values.get("verdict_right") is False:
            sentence = "Watch the check to its end: the wand, and every compartment of the bag."
            yield Advice(sentence, trains=Trains.CHECKS)
        if values.get("final_place") is False:
            sentence = "Follow the student from camera to camera, and find the last one on the map."
            yield Advice(sentence, trains=Trains.LAST_PLACE)

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_verdict(facts, moment) if isinstance(moment, VerdictMoment) else tell_search_moment(facts, moment)

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        case = self.make_case(task, Answer(), index)
        leg = find_alarm_leg(case)
        return Answer(
            marks=() if leg is None else (mark_clearest(case.window, leg),),
            final_zone=find_final_zone(case),
            choices={SCREENING_KEY: case.check.value},
        )

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        perfect = self.answer_perfectly(task, index)
        case = self.make_case(task, Answer(), index)
        leg = find_alarm_leg(case)
        if leg is None or perfect.final_zone is None:
            return
        rng = np.random.default_rng(0)
        yield Flaw("nobody marked", replace(perfect, marks=()), {"right_person"})
        for verdict in (each for each in Verdict if each is not case.check):
            answer = replace(perfect, choices={SCREENING_KEY: verdict.value})
            yield Flaw(f"judged {verdict}", answer, {"verdict_right"})
        zone = pick_wrong_zone(index, perfect.final_zone, rng)
        if zone is not None:
            yield Flaw("wrong place", replace(perfect, final_zone=zone), {"final_place"})
        other = pick_other(case.window, leg, case.target, (), rng)
        if other is not None:
            answer = replace(perfect, marks=(mark_clearest(case.window, other),))
            yield Flaw("someone else marked", answer, {"right_person"})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Watch the check, mark who set the detector off, and follow them leg by leg to the last.

        `follow_share`: somebody near is marked. `miss_share`: the check is misjudged; at each later leg the student is
        lost, and the place where they were seen before is named. `place_share`: the last place is named right.
        """
        rng, skill = user.rng, user.skill
        case = self.make_case(task, Answer(), index)
        window, alarm, verdict = case.window, case.alarm, case.check
        leg = find_alarm_leg(case)
        if leg is None:
            user.submit()
            return
        user.stray(index.camera_ids, window, around_s=alarm.start_s)
        user.open_camera(index.appearances[leg].camera_id)
        user.watch(from_s=window.window_s[0], to_s=alarm.end_s)
        other = pick_other(window, leg, case.target, look_alikes, rng) if rng.random() < skill.follow_share else None
        user.mark(mark_clearest(window, leg if other is None else other), window)
        if rng.random() < skill.miss_share:
            wrong = [each for each in Verdict if each is not case.check]
            verdict = wrong[int(rng.integers(len(wrong)))]
        user.choose(SCREENING_KEY, verdict.value)
        zone, seen = find_final_zone(case), leg
        for later in (n for n in case.legs if window.first_s[n] > alarm.end_s):
            if rng.random() < skill.miss_share:
                zone = str(index.table.rows["zone"].iat[window.last_table_row[seen]])
                break
            seen = later
            user.follow(window, later)
        if zone is not None and rng.random() >= skill.place_share:
            zone = pick_wrong_zone(index, zone, rng)
        user.submit(final_zone=zone)
