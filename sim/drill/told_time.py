"""What may be told of the time of a drill: nothing that shows whether its person is entitled to extended time.

A time inside the drill's usual limit is told. Who ran out of time has none, whatever their limit was: an own one longer
than the usual limit would betray it. Nor has who submitted after the usual limit and inside their own.
"""

from sim.drill.attempt import Attempt, AttemptState

SLACK_S = 1e-6


def compute_usual_limit_s(attempt: Attempt, extra_time: float) -> float:
    """Return the time limit of a drill for anyone without extended time, seconds; `extra_time` is the factor on it."""
    return attempt.limit_s / extra_time


def find_told_s(attempt: Attempt, extra_time: float) -> float | None:
    """Return the seconds from release to the end that may be told; None where none may, or before the end.

    A limit of 480 s, 1.5 times: submitted after 479 s gives 479; after 481 s, or not before 720 s, None.
    """
    if attempt.used_s is None or attempt.state is AttemptState.TIMED_OUT:
        return None
    return attempt.used_s if attempt.used_s <= compute_usual_limit_s(attempt, extra_time) + SLACK_S else None
