"""How fast the walker must have gone from camera to camera, by the clocks: too fast means that a clock is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.clips.model import Neighbor

MOST_M_S = 3.0
LEAST_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The walker on one camera, from the first to the last moment in its picture, site time."""

    camera_id: str
    first_s: float
    last_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The walk from one camera to the next."""

    camera_a: str
    camera_b: str
    at_s: float
    seconds: float  # from the last moment on the first to the first on the second; below 0 where both show the walker
    meters: float | None  # how far it is; None where nobody said
    m_s: float | None  # meters a second, None without meters or where both show the walker

    @property
    def is_too_fast(self) -> bool:
        return self.m_s is not None and self.m_s > MOST_M_S


def compute_speeds(stays: Sequence[Stay], neighbors: Sequence[Neighbor]) -> tuple[Speed, ...]:
    """Return the speed of each walk between two cameras, in order of time.

    12 m in 10 s are 1.2 m/s. Two cameras that are some meters apart and show the walker at the same time are too fast
    also: the walk is taken to last a tenth of a second.
    """
    meters = {frozenset((n.a, n.b)): n.meters for n in neighbors}
    ordered = sorted(stays, key=lambda stay: (stay.first_s, stay.last_s))
    found = []
    for one, other in pairwise(ordered):
        if one.camera_id == other.camera_id:
            continue
        apart_m = meters.get(frozenset((one.camera_id, other.camera_id)))
        seconds = other.first_s - one.last_s
        m_s = None if not apart_m else apart_m / max(seconds, LEAST_S)
        found.append(
            Speed(
                camera_a=one.camera_id,
                camera_b=other.camera_id,
                at_s=one.last_s,
                seconds=seconds,
                meters=apart_m,
                m_s=m_s,
            )
        )
    return tuple(found)
