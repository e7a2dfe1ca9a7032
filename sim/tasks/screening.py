"""Task type `screening`: recorded alarms one by one; was each check completed before the student walked on.

The signal is a check that was not complete; judging it "not-complete" is a hit, judging a complete one so is a false
alarm. "cannot-tell" and no verdict flag nothing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median
from typing import Annotated

import pydantic

from sim.checked import describe_first
from sim.errors import TaskError
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.moments import Moment
from sim.scoring.score_card import SLACK, Better, Judged, PartView, ScoreCard, divide, list_metrics, metric
from sim.scoring.use_metrics import need_log
from sim.tasks.common.checks import (
    VERDICT_OPTIONS,
    Verdict,
    VerdictMoment,
    describe_verdict,
    find_alarms,
    find_largest,
    get_alarm,
    judge_check,
    read_verdict,
    tell_verdict,
)
from sim.tasks.common.simulated_user import Flaw, SimulatedUser
from sim.tasks.common.task import AnswerForm, Item, Marks, Name, StrictFile, Task, TaskFile
from sim.tasks.common.task_type import TIME_COUNTS, TaskType
from sim.tasks.common.task_words import Advice, MomentFacts, MomentText, Trains, make_part, read_number, write_missing
from sim.text.words import write_count
from sim.truth.events import Event
from sim.truth.index import TruthIndex
from sim.truth.window import check_window

_NORMAL = NormalDist()

PASS_HIT_RATE = 0.8
PASS_FALSE_ALARM_RATE = 0.2
LEAST_ALARMS = 4
LEAST_MEASURED = 8
MOST_BY_COIN = 0.01
"""With fewer than four guessing does as well as looking; fewer than eight are for practice. Of eight or more anyone who
tosses a coin passes once in a hundred at most."""
FEW_ALARMS = 20
"""With fewer, one verdict more or less moves d' by much."""
LEANS = 0.3
"""A criterion this far from 0 is worth a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCase:
    right: tuple[Verdict, ...]
    given: tuple[Verdict | None, ...]  # [n] the verdicts handed in, None for none
    log: SearchLog | None  # how it went, or None when only the answer is known

    def count(self, right: Verdict) -> int:
        return self.right.count(right)

    def count_flagged(self, right: Verdict) -> int:
        return list(zip(self.right, self.given, strict=True)).count((right, Verdict.NOT_COMPLETE))


@metric("screening", "hit_rate", "Incomplete checks caught", version=1, unit="ratio")
def compute_hit_rate(case: ScreeningCase) -> float | None:
    """Return incomplete checks flagged / all incomplete ones, 0..1; None without one (2 of 4: 0.5)."""
    return divide(case.count_flagged(Verdict.NOT_COMPLETE), case.count(Verdict.NOT_COMPLETE))


@metric("screening", "false_alarm_rate", "False alarms", version=1, unit="ratio", better=Better.LOWER)
def compute_false_alarm_rate(case: ScreeningCase) -> float | None:
    """Return complete checks flagged / all complete ones, 0..1; None without one (1 of 4: 0.25)."""
    return divide(case.count_flagged(Verdict.COMPLETE), case.count(Verdict.COMPLETE))


@metric("screening", "d_prime", "Complete and incomplete told apart", version=1, unit="sd")
def compute_d_prime(case: ScreeningCase) -> float | None:
    """Return d', in standard deviations: z(hit rate) - z(false-alarm rate), both corrected. None without either kind.

    8 of 10 signals and 3 of 10 others flagged: z(8.5/11) - z(3.5/11) = 0.7479 + 0.4728 = 1.2206.
    """
    z_hit, z_false = _find_z(case, Verdict.NOT_COMPLETE), _find_z(case, Verdict.COMPLETE)
    return None if z_hit is None or z_false is None else z_hit - z_false


@metric("screening", "criterion", "Too strict or too lenient", version=1, unit="sd", better=Better.NEITHER)
def compute_criterion(case: ScreeningCase) -> float | None:
    """Return c, in standard deviations: -(z(hit rate) + z(false-alarm rate)) / 2, both corrected. None as for d'.

    Above 0: flags seldom; below 0: flags often. 8 of 10 and 3 of 10: -(0.7479 - 0.4728) / 2 = -0.1375.
    Never -0.0: adding 0.0 takes the sign away.
    """
    z_hit, z_false = _find_z(case, Verdict.NOT_COMPLETE), _find_z(case, Verdict.COMPLETE)
    return None if z_hit is None or z_false is None else -(z_hit + z_false) / 2.0 + 0.0


@metric("screening", "share_right", "Correct verdicts", version=1, unit="ratio")
def compute_share_right(case: ScreeningCase) -> float | None:
    """Return right verdicts / alarms, 0..1; None without an alarm (5 of 8: 0.625)."""
    return divide(sum(a is b for a, b in zip(case.right, case.given, strict=True)), len(case.right))


@metric("screening", "undecided", "Left undecided", version=1, unit="alarms", better=Better.LOWER)
def count_undecided(case: ScreeningCase) -> int:
    return sum(given in (None, Verdict.CANNOT_TELL) for given in case.given)


@metric("screening", "checks_not_complete", version=1, unit="alarms", better=Better.NEITHER)
def count_not_complete(case: ScreeningCase) -> int:
    """Return the checks that were not complete: the n behind the hit rate."""
    return case.count(Verdict.NOT_COMPLETE)


@metric("screening", "checks_complete", version=1, unit="alarms", better=Better.NEITHER)
def count_complete(case: ScreeningCase) -> int:
    """Return the checks that were complete: the n behind the false-alarm rate."""
    return case.count(Verdict.COMPLETE)


@metric("screening", "seconds_per_alarm", "Time for an alarm", version=1, unit="s", better=Better.LOWER, needs_log=True)
def compute_median_verdict_s(case: ScreeningCase) -> float | None:
    """Return median seconds from the verdict before, or release, to an alarm's first verdict; None without a verdict.

    Three alarms judged 20, 50 and 60 s after release took 20, 30 and 10 s: median 20. A verdict changed later counts
    for no alarm again, but the next one is timed from it.
    """
    keys = {_name_alarm(n) for n in range(1, len(case.right) + 1)}
    took_s: dict[str, float] = {}
    before_s = 0.0
    for choice in need_log(case).choices:
        if choice.key in keys and read_verdict(choice.value) is not None:
            took_s.setdefault(choice.key, choice.at_s - before_s)
            before_s = choice.at_s
    return float(median(took_s.values())) if took_s else None


def _find_z(case: ScreeningCase, kind: Verdict) -> float | None:
    total = case.count(kind)
    return _NORMAL.inv_cdf((case.count_flagged(kind) + 0.5) / (total + 1.0)) if total else None


def compute_coin_share(*, signals: int, others: int) -> float:
    """Return how often anyone passes who flags every other alarm by chance: 4 and 4 give (1/16) (1/16) = 0.0039."""
    hits = sum(math.comb(signals, n) for n in range(signals + 1) if n >= (PASS_HIT_RATE - SLACK) * signals)
    wrong = sum(math.comb(others, n) for n in range(others + 1) if n <= (PASS_FALSE_ALARM_RATE + SLACK) * others)
    return hits * wrong / (1 << (signals + others))


def _is_coin_safe(alarms: Sequence[Event]) -> bool:
    right = [judge_check(alarm) for alarm in alarms]
    coin = compute_coin_share(signals=right.count(Verdict.NOT_COMPLETE), others=right.count(Verdict.COMPLETE))
    return len(alarms) < LEAST_MEASURED or coin <= MOST_BY_COIN


class RecordedAlarm(StrictFile):
    event_id: Name
    camera_id: Name
    t_s: float


class ScreeningParams(StrictFile):
    alarms: Annotated[list[RecordedAlarm], pydantic.Field(min_length=LEAST_ALARMS)]


class ScreeningTaskFile(ScreeningParams, TaskFile):
    """`{"type": "screening", "window_s": [0, 300], "alarms": [{"event_id", "camera_id", "t_s"}]}`, 4 alarms or more."""


class ScreeningType(TaskType):
    name = "screening"
    title = "Was the check complete"
    practice_title = "Screening checks"
    counts = (
        "Checks correctly called complete or incomplete: what staff do is judged, not what is in the bag.",
        "How long you took for each.",
        TIME_COUNTS,
    )
    pass_rule = (
        f"Pass: at least {PASS_HIT_RATE:.0%} of incomplete checks caught, at most {PASS_FALSE_ALARM_RATE:.0%} "
        "false alarms, every alarm decided."
    )
    metrics = list_metrics("screening", "time")
    trains = ((Trains.CHECKS, 1.0),)
    file = ScreeningTaskFile
    harder = Advice("Aim for the same result in less time.")

    def make_question(self, task: Task) -> str:
        return (
            f"The entrance detector sounded {len(_read(task))} times. For each alarm, say whether the check was "
            "completed before the student walked on: the wand, and every compartment of the bag."
        )

    def make_answer_form(self, task: Task) -> AnswerForm:
        items = tuple(
            Item(key=_name_alarm(number), label=f"Alarm {number}", camera_id=alarm.camera_id, t_s=alarm.t_s)
            for number, alarm in enumerate(_read(task), start=1)
        )
        return AnswerForm(marks=Marks.NONE, items=items, item_options=VERDICT_OPTIONS, list_name="Alarms")

    def make_tasks(self, index: TruthIndex, window_s: tuple[float, float]) -> tuple[Task, ...]:
        """Return one task with alarms that a camera shows; none with fewer than four, or with only one kind.

        They are all of them, or as many, from the first on, as no coin passes.
        """
        found = find_alarms(index, check_window(index, window_s))
        alarms = [(alarm, best) for alarm in found if (best := find_largest(alarm.shown)) is not None]
        while not _is_coin_safe([alarm for alarm, _ in alarms]):
            alarms.pop()
        if len(alarms) < LEAST_ALARMS or not _has_both_kinds([alarm for alarm, _ in alarms]):
            return ()
        listed = [
            {"event_id": alarm.event_id, "camera_id": best.camera_id, "t_s": alarm.start_s} for alarm, best in alarms
        ]
        return (Task(type=self.name, window_s=window_s, params={"alarms": listed}),)

    def check_task(self, task: Task, index: TruthIndex) -> None:
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
        if not _is_coin_safe(events):
            raise TaskError(
                f"a coin passes these {len(events)} alarms more than once in a hundred",
                expected="as many checks complete as not",
                todo="list other alarms",
            )
        if not _has_both_kinds(events):
            raise TaskError(
                "the checks are all complete, or all not complete", expected="both kinds", todo="list other alarms"
            )

    def make_case(self, task: Task, answer: Answer, index: TruthIndex, log: SearchLog | None = None) -> ScreeningCase:
        check_marks(index, answer.marks, check_window(index, task.window_s))
        events = _list_events(task, index)
        return ScreeningCase(
            right=tuple(judge_check(event) for event in events),
            given=tuple(read_verdict(answer.choices.get(_name_alarm(n))) for n in range(1, len(events) + 1)),
            log=log,
        )

    def judge(self, case: ScreeningCase) -> dict[str, bool | None]:
        hit_rate, false_alarm_rate = compute_hit_rate(case), compute_false_alarm_rate(case)
        return {
            "hit_rate": hit_rate is not None and hit_rate >= PASS_HIT_RATE - SLACK,
            "false_alarm_rate": false_alarm_rate is not None and false_alarm_rate <= PASS_FALSE_ALARM_RATE + SLACK,
            "undecided": count_undecided(case) == 0,
        }

    def list_moments(self, case: ScreeningCase, task: Task, index: TruthIndex) -> tuple[Moment, ...]:
        moments = []
        has_noticed = False
        for number, (alarm, given) in enumerate(zip(_list_events(task, index), case.given, strict=True), start=1):
            right = judge_check(alarm)
            is_first = given is right is Verdict.NOT_COMPLETE and not has_noticed
            has_noticed |= is_first
            if is_first or given is not right:
                moments.append(describe_verdict(index, alarm, given=given, number=number))
        return tuple(moments)

    def list_parts(self, score: Judged, task: Task) -> Iterator[PartView]:
        values = score.card.values
        hits, signals, wrong, others = _count(score.card)
        total = signals + others
        if (rate := values.get("hit_rate")) is not None:
            were = "check that was" if signals == 1 else "checks that were"
            sentence = f"Of {signals} {were} not completed, you noticed {hits}."
            yield make_part("hit_rate", f"{hits} of {signals}", sentence, good=rate >= PASS_HIT_RATE)
        if (rate := values.get("false_alarm_rate")) is not None:
            sentence = f"Of {write_count(others, 'completed check')}, you called {wrong} not completed."
            good = rate <= PASS_FALSE_ALARM_RATE
            yield make_part("false_alarm_rate", f"{wrong} of {others}", sentence, good=good)
        if (share := values.get("share_right")) is not None:
            right = round(share * total)
            sentence = f"You judged {right} of {write_count(total, 'alarm')} correctly."
            yield make_part("share_right", f"{right} of {total}", sentence, good=right == total)
        if (undecided := values.get("undecided")) is not None:
            was, they = ("was", "it counts") if undecided == 1 else ("were", "they count")
            left = f"{undecided} of {write_count(total, 'alarm')} {was} left open"
            sentence = f'{left} or judged "cannot tell"; {they} as not noticed.'
            yield make_part("undecided", str(undecided), sentence, good=undecided == 0)
        if (d_prime := values.get("d_prime")) is not None:
            counted = write_count(total, "alarm")
            sentence = f"How well you told the two apart: 0 is guessing, more is better. n = {counted}"
            sentence += f"; with fewer than {FEW_ALARMS} this is only a rough figure." if total < FEW_ALARMS else "."
            yield make_part("d_prime", f"{d_prime:.2f}", sentence, good=None)
        if (criterion := values.get("criterion")) is not None:
            sentence = "You lean neither to letting checks pass nor to calling them not completed."
            if criterion > LEANS:
                sentence = "You tend to let checks pass: when in doubt, you do not call them not completed."
            elif criterion < -LEANS:
                sentence = "You tend to call checks not completed, also when they were."
            yield make_part("criterion", f"{criterion:+.2f}", sentence, good=None)
        if (seconds := values.get("seconds_per_alarm")) is not None:
            sentence = "From one verdict to the next; half of your alarms took longer, half less."
            yield make_part("seconds_per_alarm", f"{seconds:.0f} s", sentence, good=None)

    def write_verdict(self, score: Judged, task: Task) -> str:
        hits, signals, wrong, others = _count(score.card)
        left = int(read_number(score.card.values.get("undecided")))
        failures = {
            "hit_rate": f"caught {hits} of {write_count(signals, 'incomplete check')} (goal: {PASS_HIT_RATE:.0%})",
            "false_alarm_rate": f"gave {write_count(wrong, 'false alarm')} on {write_count(others, 'complete check')} "
            f"(goal: at most {PASS_FALSE_ALARM_RATE:.0%})",
            "undecided": f"left {write_count(left, 'alarm')} undecided",
        }
        return write_missing(score.card, failures) or "Correct. You told complete checks from incomplete ones."

    def list_advice(self, score: Judged, task: Task) -> Iterator[Advice]:
        values = score.card.values
        if read_number(values.get("undecided")) > 0:
            sentence = "Decide each check as you see it."
            yield Advice(sentence, trains=Trains.CHECKS)
        if read_number(values.get("hit_rate")) < 1.0:
            sentence = "Count as you watch: the wand, then each compartment of the bag."
            yield Advice(sentence, trains=Trains.CHECKS)
        if read_number(values.get("false_alarm_rate")) > 0.0:
            sentence = "Watch the whole check again before you call it not completed."
            yield Advice(sentence, trains=Trains.CHECKS)

    def tell_moment(self, facts: MomentFacts, moment: VerdictMoment) -> MomentText:
        return tell_verdict(facts, moment)

    def can_measure(self, task: Task) -> bool:
        return len(_read(task)) >= LEAST_MEASURED

    def answer_perfectly(self, task: Task, index: TruthIndex) -> Answer:
        events = _list_events(task, index)
        return Answer(choices={_name_alarm(n): judge_check(event).value for n, event in enumerate(events, start=1)})

    def answer_wrongly(self, task: Task, index: TruthIndex) -> Iterator[Flaw]:
        choices = self.answer_perfectly(task, index).choices
        first = {choices[key]: key for key in reversed(list(choices))}
        missed, flagged = first[Verdict.NOT_COMPLETE.value], first[Verdict.COMPLETE.value]
        both = {"d_prime", "criterion", "share_right"}
        let_go = Answer(choices={**choices, missed: Verdict.COMPLETE.value})
        yield Flaw("let go", let_go, {"hit_rate", *both})
        wrong = Answer(choices={**choices, flagged: Verdict.NOT_COMPLETE.value})
        yield Flaw("flagged", wrong, {"false_alarm_rate", *both})
        neither = Answer(choices={**choices, **dict.fromkeys((missed, flagged), Verdict.CANNOT_TELL.value)})
        yield Flaw("undecided", neither, {"hit_rate", "undecided", *both})

    def play(self, user: SimulatedUser, task: Task, index: TruthIndex, look_alikes: Sequence[str]) -> None:
        """Watch each check to its end and judge it.

        `miss_share`: an incomplete check is let go, every other time as "cannot tell". `follow_share`: a complete one
        is flagged.
        """
        rng, skill = user.rng, user.skill
        for number, (alarm, event) in enumerate(zip(_read(task), _list_events(task, index), strict=True), start=1):
            user.open_camera(alarm.camera_id)
            user.watch(from_s=alarm.t_s, to_s=event.end_s)
            verdict = judge_check(event)
            if verdict is Verdict.COMPLETE:
                verdict = Verdict.NOT_COMPLETE if rng.random() < skill.follow_share else verdict
            elif rng.random() < skill.miss_share:
                verdict = Verdict.CANNOT_TELL if rng.random() < 0.5 else Verdict.COMPLETE
            user.choose(_name_alarm(number), verdict.value)
        user.submit()


def _name_alarm(number: int) -> str:
    return f"alarm-{number}"


def _read(task: Task) -> list[RecordedAlarm]:
    try:
        return ScreeningParams.model_validate(dict(task.params)).alarms
    except pydantic.ValidationError as error:
        raise TaskError(describe_first(error, source="params"), todo="correct the form") from error


def _list_events(task: Task, index: TruthIndex) -> list[Event]:
    return [get_alarm(index, alarm.event_id, task.window_s) for alarm in _read(task)]


def _has_both_kinds(alarms: Sequence[Event]) -> bool:
    return {Verdict.COMPLETE, Verdict.NOT_COMPLETE} <= {judge_check(alarm) for alarm in alarms}


def _count(card: ScoreCard) -> tuple[int, int, int, int]:
    values = card.values
    signals, others = (int(read_number(values.get(key))) for key in ("checks_not_complete", "checks_complete"))
    hits = round(read_number(values.get("hit_rate")) * signals)
    return hits, signals, round(read_number(values.get("false_alarm_rate")) * others), others
