"""The debrief's map: the student's true way and the trainee's marks on the plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.scoring.path import TracePoint, make_claimed_path, make_true_path
from sim.services.ended_attempt import EndedAttempt


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """A point of a path on the plan. `seen` is False on stretches that no camera shows."""

    t_s: float
    clock: str
    x_m: float
    y_m: float
    floor: str
    camera_id: str
    zone: str
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What the map shows.

    Attributes:
        plan: the site, see `sim.site.drawn_plan.make_plan`.
        true_path: the student's way; empty when they were on no camera.
        claimed_path: where the trainee marked somebody, ordered by site time.
    """

    plan: dict[str, Any]
    true_path: tuple[PathPoint, ...]
    claimed_path: tuple[PathPoint, ...]


def make_map_view(ended: EndedAttempt, plan: dict[str, Any]) -> MapView | None:
    """Return the map, or None where nobody was sought."""
    case = ended.score.case
    if case is None:
        return None
    return MapView(
        plan=plan,
        true_path=_describe_path(ended, make_true_path(case)),
        claimed_path=_describe_path(ended, make_claimed_path(case)),
    )


def _describe_path(ended: EndedAttempt, path: Sequence[TracePoint]) -> tuple[PathPoint, ...]:
    return tuple(
        PathPoint(
            t_s=point.t_s,
            clock=ended.write_clock(point.t_s),
            x_m=point.x_m,
            y_m=point.y_m,
            floor=point.floor,
            camera_id=point.camera_id,
            zone=point.zone,
            seen=point.seen,
        )
        for point in path
    )
