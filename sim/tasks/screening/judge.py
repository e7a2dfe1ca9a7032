"""A list of recorded alarms judged one by one: is an incomplete check flagged, and a complete one let go?

The signal is a check that was not complete; judging it "not-complete" is a hit, judging a complete one so is a false
alarm. "cannot-tell" and no verdict flag nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

from sim.scoring.check_moments import Verdict, judge_check, name_alarm, read_verdict
from sim.scoring.duration import COMPLETION, FINISHED, need_log
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Better, Metric, divide
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.truth.events import Event

_NORMAL = NormalDist()

PASS_HIT_RATE = 0.8
PASS_FALSE_ALARM_RATE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCase:
    """Verdicts on n alarms beside the right ones."""

    right: tuple[Verdict, ...]
    given: tuple[Verdict | None, ...]  # [n] the verdicts handed in, None for none
    log: SearchLog | None  # how it went, or None when only the answer is known

    def count(self, right: Verdict) -> int:
        return self.right.count(right)

    def count_flagged(self, right: Verdict) -> int:
        """Return those of them that were judged "not-complete"."""
        return list(zip(self.right, self.given, strict=True)).count((right, Verdict.NOT_COMPLETE))


def make_screening_case(alarms: Sequence[Event], answer: Answer, *, log: SearchLog | None = None) -> ScreeningCase:
    """Put the verdicts handed in beside the right ones; the alarms are in the order of the list shown."""
    return ScreeningCase(
        right=tuple(judge_check(alarm) for alarm in alarms),
        given=tuple(read_verdict(answer.choices.get(name_alarm(n))) for n in range(1, len(alarms) + 1)),
        log=log,
    )


def compute_hit_rate(case: ScreeningCase) -> float | None:
    """Return incomplete checks flagged / all incomplete ones, 0..1; None without one (2 of 4: 0.5)."""
    return divide(case.count_flagged(Verdict.NOT_COMPLETE), case.count(Verdict.NOT_COMPLETE))


def compute_false_alarm_rate(case: ScreeningCase) -> float | None:
    """Return complete checks flagged / all complete ones, 0..1; None without one (1 of 4: 0.25)."""
    return divide(case.count_flagged(Verdict.COMPLETE), case.count(Verdict.COMPLETE))


def compute_case_d_prime(case: ScreeningCase) -> float | None:
    """Return d' as `compute_d_prime`; None without both kinds of checks."""
    return compute_d_prime(
        hits=case.count_flagged(Verdict.NOT_COMPLETE),
        signals=case.count(Verdict.NOT_COMPLETE),
        false_alarms=case.count_flagged(Verdict.COMPLETE),
        others=case.count(Verdict.COMPLETE),
    )


def compute_case_criterion(case: ScreeningCase) -> float | None:
    """Return c as `compute_criterion`; None without both kinds of checks."""
    return compute_criterion(
        hits=case.count_flagged(Verdict.NOT_COMPLETE),
        signals=case.count(Verdict.NOT_COMPLETE),
        false_alarms=case.count_flagged(Verdict.COMPLETE),
        others=case.count(Verdict.COMPLETE),
    )


def compute_share_right(case: ScreeningCase) -> float | None:
    """Return right verdicts / alarms, 0..1; None without an alarm (5 of 8: 0.625)."""
    return divide(sum(a is b for a, b in zip(case.right, case.given, strict=True)), len(case.right))


def count_undecided(case: ScreeningCase) -> int:
    """Return the alarms judged "cannot-tell" or not at all."""
    return sum(given in (None, Verdict.CANNOT_TELL) for given in case.given)


def count_not_complete(case: ScreeningCase) -> int:
    """Return the checks that were not complete: the n behind the hit rate."""
    return case.count(Verdict.NOT_COMPLETE)


def count_complete(case: ScreeningCase) -> int:
    """Return the checks that were complete: the n behind the false-alarm rate."""
    return case.count(Verdict.COMPLETE)


def compute_median_verdict_s(case: ScreeningCase) -> float | None:
    """Return median seconds from the verdict before, or release, to an alarm's first verdict; None without a verdict.

    Three alarms judged 20, 50 and 60 s after release took 20, 30 and 10 s: median 20. A verdict changed later counts
    for no alarm again, but the next one is timed from it.
    """
    keys = {name_alarm(n) for n in range(1, len(case.right) + 1)}
    took_s: dict[str, float] = {}
    before_s = 0.0
    for choice in need_log(case).choices:
        if choice.key in keys and read_verdict(choice.value) is not None:
            took_s.setdefault(choice.key, choice.at_s - before_s)
            before_s = choice.at_s
    return float(median(took_s.values())) if took_s else None


SCREENING_METRICS: tuple[Metric[ScreeningCase], ...] = (
    Metric(key="hit_rate", version=1, unit="ratio", better=Better.HIGHER, compute=compute_hit_rate),
    Metric(key="false_alarm_rate", version=1, unit="ratio", better=Better.LOWER, compute=compute_false_alarm_rate),
    Metric(key="d_prime", version=1, unit="sd", better=Better.HIGHER, compute=compute_case_d_prime),
    Metric(key="criterion", version=1, unit="sd", better=Better.NEITHER, compute=compute_case_criterion),
    Metric(key="share_right", version=1, unit="ratio", better=Better.HIGHER, compute=compute_share_right),
    Metric(key="undecided", version=1, unit="alarms", better=Better.LOWER, compute=count_undecided),
    Metric(key="checks_not_complete", version=1, unit="alarms", better=Better.NEITHER, compute=count_not_complete),
    Metric(key="checks_complete", version=1, unit="alarms", better=Better.NEITHER, compute=count_complete),
    Metric(
        key="seconds_per_alarm",
        version=1,
        unit="s",
        better=Better.LOWER,
        needs_log=True,
        compute=compute_median_verdict_s,
    ),
    COMPLETION,
    FINISHED,
)


def make_screening_card(case: ScreeningCase) -> ScoreCard:
    """Compute every metric that the case allows.

    Passed: hit rate >= 0.8, false-alarm rate <= 0.2, no alarm undecided, inside the limit.
    """
    hit_rate, false_alarm_rate = compute_hit_rate(case), compute_false_alarm_rate(case)
    return make_score_card(
        case,
        SCREENING_METRICS,
        criteria=(
            Criterion(key="hit_rate", met=hit_rate is not None and hit_rate >= PASS_HIT_RATE),
            Criterion(
                key="false_alarm_rate",
                met=false_alarm_rate is not None and false_alarm_rate <= PASS_FALSE_ALARM_RATE,
            ),
            Criterion(key="undecided", met=count_undecided(case) == 0),
        ),
    )


def compute_d_prime(*, hits: int, signals: int, false_alarms: int, others: int) -> float | None:
    """Return d', in standard deviations: z(hit rate) - z(false-alarm rate), both corrected. None without either kind.

    8 of 10 signals and 3 of 10 others flagged: z(8.5/11) - z(3.5/11) = 0.7479 + 0.4728 = 1.2206.
    """
    if signals == 0 or others == 0:
        return None
    return _find_z(hits, signals) - _find_z(false_alarms, others)


def compute_criterion(*, hits: int, signals: int, false_alarms: int, others: int) -> float | None:
    """Return c, in standard deviations: -(z(hit rate) + z(false-alarm rate)) / 2, both corrected. None as for d'.

    Above 0: flags seldom; below 0: flags often. 8 of 10 and 3 of 10: -(0.7479 - 0.4728) / 2 = -0.1375.
    Never -0.0: adding 0.0 takes the sign away.
    """
    if signals == 0 or others == 0:
        return None
    return -(_find_z(hits, signals) + _find_z(false_alarms, others)) / 2.0 + 0.0


def _find_z(flagged: int, total: int) -> float:
    return _NORMAL.inv_cdf((flagged + 0.5) / (total + 1.0))
