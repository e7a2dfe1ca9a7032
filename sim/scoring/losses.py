"""Where the student was lost: what came after each stretch that was found, and where the trainee looked instead."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.mark_moments import find_made_times

MOST_OPENED = 3
"""Cameras named that were opened in vain; more say nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A stretch that was found, after which the trainee went to another camera first or did not find the next one.

    "Next" is in the direction of the search: backwards it is the stretch before.

    Attributes:
        left: appearance after which it happened.
        following: the next appearance of the student.
        left_camera, next_camera: their cameras.
        left_s, next_s: when the one ended and the other began, site time (backwards: began and ended).
        unseen_s: how long no camera showed the student in between, 0 where two cameras showed them at once.
        opened: cameras opened after the mark until the right one, in order, each once; () when that is not known.
        is_found: whether the next appearance was marked after all.
    """

    left: int
    following: int
    left_camera: str
    next_camera: str
    left_s: float
    next_s: float
    unseen_s: float
    opened: tuple[str, ...]
    is_found: bool


def find_losses(case: TraceCase, *, is_backwards: bool = False) -> tuple[Loss, ...]:
    """Return every loss in the order of the search; none for an answer without right marks."""
    legs = case.legs[::-1] if is_backwards else case.legs
    found = set(case.claims.target)
    made_s = _find_mark_times(case)
    losses = []
    for number, (left, following) in enumerate(pairwise(legs)):
        if left not in found:
            continue
        opened = _list_opened(case, left, following, made_s.get(left))
        if following in found and not opened:
            continue
        losses.append(_make_loss(case, legs[: number + 1], following, opened, is_backwards=is_backwards))
    return tuple(losses)


def _make_loss(
    case: TraceCase, before: tuple[int, ...], following: int, opened: tuple[str, ...], *, is_backwards: bool
) -> Loss:
    window, left = case.window, before[-1]
    left_camera, next_camera = case.find_cameras((left, following))
    if is_backwards:
        left_s, next_s = float(window.first_s[left]), float(window.last_s[following])
        unseen_s = float(np.min(window.first_s[list(before)])) - next_s
    else:
        left_s, next_s = float(window.last_s[left]), float(window.first_s[following])
        unseen_s = next_s - float(np.max(window.last_s[list(before)]))
    return Loss(
        left=left,
        following=following,
        left_camera=left_camera,
        next_camera=next_camera,
        left_s=left_s,
        next_s=next_s,
        unseen_s=max(0.0, unseen_s),
        opened=opened,
        is_found=following in case.claims.target,
    )


def _find_mark_times(case: TraceCase) -> dict[int, float]:
    """Return when the first kept mark on each claimed appearance was made, seconds since release."""
    at_s = find_made_times(case.log)
    made_s: dict[int, float] = {}
    for fix, number in zip(case.answer.fixes, case.claims.appearance.tolist(), strict=True):
        if fix in at_s:
            made_s[number] = min(at_s[fix], made_s.get(number, at_s[fix]))
    return made_s


def _list_opened(case: TraceCase, left: int, following: int, since_s: float | None) -> tuple[str, ...]:
    """Return the wrong cameras opened after a mark until the right one, each once, no more than three."""
    here, right = case.find_cameras((left, following))
    if case.log is None or since_s is None or here == right:
        return ()
    opened: list[str] = []
    for opening in case.log.openings:
        if opening.at_s < since_s or opening.camera_id == here:
            continue
        if opening.camera_id == right:
            break
        if opening.camera_id not in opened:
            opened.append(opening.camera_id)
    return tuple(opened[:MOST_OPENED])
