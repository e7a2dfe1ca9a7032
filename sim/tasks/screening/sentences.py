"""The result of a screening task in sentences."""

from collections.abc import Iterator, Mapping

from sim.scoring.check_moments import VerdictMoment
from sim.scoring.judged import Judged, PartView
from sim.scoring.metric import MetricValue
from sim.scoring.moments import Moment
from sim.scoring.score_card import ScoreCard
from sim.tasks.common.base import Task
from sim.tasks.common.moment_words import tell_search_moment, tell_verdict
from sim.tasks.common.task_words import (
    Advice,
    MomentFacts,
    MomentText,
    Trains,
    advise_next,
    list_time_parts,
    make_part,
    write_missing,
)
from sim.tasks.screening.judge import PASS_FALSE_ALARM_RATE, PASS_HIT_RATE
from sim.text.words import write_count

FEW_ALARMS = 20
"""With fewer, one verdict more or less moves d' by much."""
LEANS = 0.3
"""A criterion this far from 0 is worth a word."""


class ScreeningWords:
    """See `sim.tasks.common.task_words.TaskWords`."""

    def write_parts(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[PartView, ...]:
        return tuple(_list_parts(score))

    def write_verdict(self, score: Judged, task: Task, names: Mapping[str, str]) -> str:
        return (
            write_missing(score.card, _list_failures(score.card))
            or "Correct. You told complete checks from incomplete ones."
        )

    def write_advice(self, score: Judged, task: Task, names: Mapping[str, str]) -> tuple[Advice, ...]:
        values = score.card.values
        advice: list[Advice] = []
        if _number(values.get("hit_rate")) < 1.0:
            advice.append(
                Advice(
                    "Count as you watch: the wand, then each compartment of the bag, before the student walks on.",
                    trains=Trains.CHECKS,
                )
            )
        if _number(values.get("false_alarm_rate")) > 0.0:
            advice.append(
                Advice(
                    "Go back to the alarm and watch the whole check again before you call it not completed.",
                    trains=Trains.CHECKS,
                )
            )
        if _number(values.get("undecided")) > 0:
            advice.append(
                Advice(
                    "Try the other camera at the checkpoint when one does not show the table well.",
                    trains=Trains.CHECKS,
                )
            )
        return tuple(advice[:2]) or advise_next(score.card, Advice("Aim for the same result in less time."))

    def tell_moment(self, facts: MomentFacts, moment: Moment) -> MomentText:
        return tell_verdict(facts, moment) if isinstance(moment, VerdictMoment) else tell_search_moment(facts, moment)


SCREENING_WORDS = ScreeningWords()


def _list_failures(card: ScoreCard) -> dict[str, str | None]:
    hits, signals, wrong, others = _count(card)
    left = int(_number(card.values.get("undecided")))
    return {
        "hit_rate": f"caught {hits} of {write_count(signals, 'incomplete check')} (goal: {PASS_HIT_RATE:.0%})",
        "false_alarm_rate": f"gave {write_count(wrong, 'false alarm')} on {write_count(others, 'complete check')} "
        f"(goal: at most {PASS_FALSE_ALARM_RATE:.0%})",
        "undecided": f"left {write_count(left, 'alarm')} undecided",
    }


def _count(card: ScoreCard) -> tuple[int, int, int, int]:
    """Return hits, checks that were incomplete, false alarms, and checks that were complete."""
    values = card.values
    signals, others = (int(_number(values.get(key))) for key in ("checks_not_complete", "checks_complete"))
    hits = round(_number(values.get("hit_rate")) * signals)
    return hits, signals, round(_number(values.get("false_alarm_rate")) * others), others


def _list_parts(score: Judged) -> Iterator[PartView]:
    values = score.card.values
    signals, others = (int(_number(values.get(key))) for key in ("checks_not_complete", "checks_complete"))
    total = signals + others
    if (rate := values.get("hit_rate")) is not None:
        hits = round(rate * signals)
        were = "check that was" if signals == 1 else "checks that were"
        sentence = f"Of {signals} {were} not completed, you noticed {hits}."
        yield make_part(
            "hit_rate", "Incomplete checks caught", f"{hits} of {signals}", sentence, good=rate >= PASS_HIT_RATE
        )
    if (rate := values.get("false_alarm_rate")) is not None:
        wrong = round(rate * others)
        sentence = f"Of {write_count(others, 'completed check')}, you called {wrong} not completed."
        good = rate <= PASS_FALSE_ALARM_RATE
        yield make_part("false_alarm_rate", "False alarms", f"{wrong} of {others}", sentence, good=good)
    if (share := values.get("share_right")) is not None:
        right = round(share * total)
        sentence = f"You judged {right} of {write_count(total, 'alarm')} correctly."
        yield make_part("share_right", "Correct verdicts", f"{right} of {total}", sentence, good=right == total)
    if (undecided := values.get("undecided")) is not None:
        was, they = ("was", "it counts") if undecided == 1 else ("were", "they count")
        left = f"{undecided} of {write_count(total, 'alarm')} {was} left open"
        sentence = f'{left} or judged "cannot tell"; {they} as not noticed.'
        yield make_part("undecided", "Left undecided", str(undecided), sentence, good=undecided == 0)
    if (d_prime := values.get("d_prime")) is not None:
        sentence = f"How well you told the two apart: 0 is guessing, more is better. n = {write_count(total, 'alarm')}"
        sentence += f"; with fewer than {FEW_ALARMS} this is only a rough figure." if total < FEW_ALARMS else "."
        yield make_part("d_prime", "Told apart (d')", f"{d_prime:.2f}", sentence, good=None)
    if (criterion := values.get("criterion")) is not None:
        yield make_part("criterion", "Which way you lean", f"{criterion:+.2f}", _write_lean(criterion), good=None)
    if (seconds := values.get("seconds_per_alarm")) is not None:
        sentence = "From one verdict to the next; half of your alarms took longer, half less."
        yield make_part("seconds_per_alarm", "Time for an alarm", f"{seconds:.0f} s", sentence, good=None)
    yield from list_time_parts(score.card)


def _write_lean(criterion: float) -> str:
    if criterion > LEANS:
        return "You tend to let checks pass: when in doubt, you do not call them not completed."
    if criterion < -LEANS:
        return "You tend to call checks not completed, also when they were."
    return "You lean neither to letting checks pass nor to calling them not completed."


def _number(value: MetricValue) -> float:
    return 0.0 if value is None else float(value)
