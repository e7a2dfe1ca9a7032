"""Who watched what when: a lane a role over the drill's time, with the stretches in which the student was in view."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.scoring.footage_use import Span, merge_spans
from sim.scoring.team_exercise.evidence import ExerciseCase, MemberScreens, Screen

SHORTEST_S = 0.5
"""Shorter glances are not drawn."""
TICKS = 5
JOIN_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneBlock:
    """A camera that was the main picture: where on the lane, 0..1, and the camera."""

    from_share: float
    to_share: float
    camera_id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One member: what they had on screen, and where on the lane, 0..1 each, the student was in that picture."""

    role_name: str
    person: str
    blocks: tuple[LaneBlock, ...]
    student: tuple[Span, ...]
    viewed: str
    student_viewed: str


def join_screens(screens: Iterable[Screen]) -> list[tuple[str, float, float]]:
    """Return camera, from and to in drill seconds: stretches of one camera that follow each other are one."""
    joined: list[tuple[str, float, float]] = []
    for screen in screens:
        last = joined[-1] if joined else None
        if last and last[0] == screen.camera_id and screen.from_s - last[2] <= JOIN_S:
            joined[-1] = (last[0], last[1], screen.to_s)
        else:
            joined.append((screen.camera_id, screen.from_s, screen.to_s))
    return joined


def list_student_spans(case: ExerciseCase, member: MemberScreens) -> list[Span]:
    """Return the drill time in which the student was in the member's picture, as disjoint spans."""
    legs = list(case.list_legs())
    spans = []
    for screen in member.screens:
        for camera, first_s, last_s in legs:
            if camera == screen.camera_id:
                near = screen.find_near((first_s + last_s) / 2, reach_s=(last_s - first_s) / 2)
                if near is not None:
                    spans.append(near)
    return merge_spans(spans)


def share_spans(spans: Iterable[Span], *, used_s: float) -> tuple[Span, ...]:
    """Return spans as places on a lane, 0..1."""
    whole = max(used_s, 1e-9)
    return tuple((low / whole, high / whole) for low, high in spans if high - low >= SHORTEST_S)


def sum_spans_s(spans: Sequence[Span]) -> float:
    """Return the length of disjoint spans, seconds."""
    return sum(high - low for low, high in spans)
