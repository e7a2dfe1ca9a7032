"""Times: to the first correct mark, and to the end. Both are censored, never invented."""

from sim.scoring.case import TraceCase
from sim.scoring.evidence import SearchLog, Timed
from sim.scoring.metric import Better, Metric


def find_first_correct_s(case: TraceCase) -> float | None:
    """Return drill time of the first mark, of those handed in, that claims an appearance in T, seconds, or None."""
    log = need_log(case)
    right = {
        case.answer.marks[i] for i, number in enumerate(case.claims.appearance.tolist()) if number in case.claims.target
    }
    times = [timed.at_s for timed in log.marks if timed.kept and timed.mark in right]
    return min(times, default=None)


def compute_first_correct_s(case: TraceCase) -> float | None:
    """Return seconds from release to the first correct mark, else the time used (censored); None when T is empty.

    First correct mark at 41.0 s: 41.0, made. None in 200 s: 200.0, not made.
    """
    if not case.legs:
        return None
    first = find_first_correct_s(case)
    return need_log(case).used_s if first is None else first


def judge_first_correct_made(case: TraceCase) -> bool | None:
    """Return whether a correct mark was made, that is, whether its time is not censored; None when T is empty."""
    return None if not case.legs else find_first_correct_s(case) is not None


def compute_completion_s(case: Timed) -> float:
    """Return seconds from release to submit; the limit, censored, when `finished` is false.

    Submitted at 200.0 s: 200.0. Not submitted inside a limit of 360 s: 360.0.
    """
    log = need_log(case)
    return log.used_s if log.finished else log.limit_s


def judge_finished(case: Timed) -> bool:
    """Return whether the answer was submitted inside the limit."""
    return need_log(case).finished


def need_log(case: Timed) -> SearchLog:
    """Return the case's log; metrics with `needs_log` are only computed when there is one."""
    if case.log is None:
        raise ValueError("this metric needs a search log")
    return case.log


FIRST_CORRECT = Metric(
    key="time_to_first_correct_mark_s",
    version=2,
    unit="s",
    better=Better.LOWER,
    needs_log=True,
    compute=compute_first_correct_s,
)
FIRST_CORRECT_MADE = Metric(
    key="first_correct_mark_made", version=2, better=Better.HIGHER, needs_log=True, compute=judge_first_correct_made
)
COMPLETION = Metric(
    key="completion_time_s", version=1, unit="s", better=Better.LOWER, needs_log=True, compute=compute_completion_s
)
FINISHED = Metric(key="finished", version=1, better=Better.HIGHER, needs_log=True, compute=judge_finished)
