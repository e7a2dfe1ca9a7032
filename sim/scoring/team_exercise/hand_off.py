"""How long it took from asking another to take over a camera until somebody else had it on screen."""

import math
from statistics import median

from sim.scoring.metric import Better, Metric, divide
from sim.scoring.team_exercise.evidence import ExerciseCase, Request

REACH_S = 10.0
"""A request is met by the camera asked for at a site time at most this far from the one asked for, seconds."""


def find_delay_s(case: ExerciseCase, request: Request) -> float:
    """Return the drill seconds from a request until another member had that camera at about that time; inf for never.

    Who it was asked of plays no part, nor who accepted it: what counts is the picture. 0 for one who had it already.
    """
    moments = [math.inf]
    for member in case.members:
        if member.role == request.asker:
            continue
        for screen in member.screens:
            if screen.camera_id != request.camera_id or screen.to_s <= request.asked_s:
                continue
            near = screen.find_near(request.site_s, reach_s=REACH_S)
            if near is not None and near[1] >= request.asked_s:
                moments.append(max(near[0], request.asked_s))
    return min(moments) - request.asked_s


def compute_hand_off_delay(case: ExerciseCase) -> float | None:
    """Return the median delay of all requests, seconds, at least 0; one never met is longer than every other.

    None without requests, and when the median is one that was never met. Delays of 4 and 9 s and one never: 9 s.
    """
    delays = [find_delay_s(case, request) for request in case.requests]
    middle = median(delays) if delays else math.inf
    return middle if math.isfinite(middle) else None


def compute_hand_offs_met(case: ExerciseCase) -> float | None:
    """Return the share of the requests that were met before the end, 0..1; None without requests (2 of 3: 0.667)."""
    met = sum(math.isfinite(find_delay_s(case, request)) for request in case.requests)
    return divide(met, len(case.requests))


EXERCISE_HAND_OFF_DELAY = Metric(
    key="exercise_hand_off_delay",
    version=1,
    unit="s",
    better=Better.LOWER,
    needs_log=True,
    compute=compute_hand_off_delay,
)
EXERCISE_HAND_OFFS_MET = Metric(
    key="exercise_hand_offs_met", version=1, unit="ratio", better=Better.HIGHER, needs_log=True,
    compute=compute_hand_offs_met,
)  # fmt: skip
