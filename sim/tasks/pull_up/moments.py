"""Moments of places called out."""

from dataclasses import dataclass

import numpy as np

from sim.scoring.moments import Moment, MomentKind, Scene
from sim.tasks.pull_up.judge import CallsCase, is_right
from sim.truth.index import TruthIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoment(Moment):
    """A call answered by a camera that does not show the place (zone_id), or not at all; `right` the ones that do."""

    place: str
    given: str | None
    right: tuple[str, ...]


def find_call_moments(index: TruthIndex, case: CallsCase) -> tuple[Moment, ...]:
    """Return every call that was not answered rightly, in the order called, with a camera that shows the place."""
    return tuple(_describe_call(index, case, place) for place in case.calls if not is_right(case, place))


def _describe_call(index: TruthIndex, case: CallsCase, place: str) -> CallMoment:
    right, given = tuple(case.right[place]), case.answer.choices.get(place)
    given = given if given in index.table.picture_wh else None
    frame = _find_used_frame(index, right[0], place)
    cameras = (right[0],) if given is None else (given, right[0])
    return CallMoment(
        kind=MomentKind.WRONG_CALL,
        t_s=None,
        scenes=tuple(Scene(camera_id=camera, frame=frame) for camera in cameras),
        place=place,
        given=given,
        right=right,
    )


def _find_used_frame(index: TruthIndex, camera_id: str, zone: str) -> int:
    """Return the frame in which a camera shows somebody in a place largest; the first where it never does."""
    rows = index.table.rows
    own = rows[(rows["camera_id"] == camera_id) & (rows["zone"] == zone)]
    if own.empty:
        return 0
    height_px = (own["y2"] - own["y1"]).to_numpy(dtype=np.float64) * own["visible"].to_numpy(dtype=np.float64)
    return int(own["frame"].iloc[int(np.argmax(height_px))])
