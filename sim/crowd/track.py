"""Where everybody is in every frame: the one source for picture and truth."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people import Person


class Pose(IntEnum):
    """What the body does; the renderer has a baked pose or cycle for each."""

    WALK = 0
    STAND = 1
    PHONE = 2
    SIT = 3
    LOCKER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One person's motion over an unbroken stretch of frames. A person who leaves and comes back has two.

    Attributes:
        person_id: whose.
        first_frame: frame of row 0.
        xyz_m: [n, 3] float64, point on the ground between the feet, site coordinates.
        heading_rad: [n] float64, where the body faces, counter-clockwise from east.
        gait_phase: [n] float64 in 0..1, left heel strike at 0, advanced by distance walked so that feet do not slide.
        speed_m_s: [n] float64.
        pose: [n] int8, values of `Pose`.
        floor: floor_id of each row.
        zone: zone_id of each row.
    """

    person_id: str
    first_frame: int
    xyz_m: NDArray[np.float64]
    heading_rad: NDArray[np.float64]
    gait_phase: NDArray[np.float64]
    speed_m_s: NDArray[np.float64]
    pose: NDArray[np.int8]
    floor: tuple[str, ...]
    zone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """All people of a recording and all their tracks."""

    people: tuple[Person, ...]
    tracks: tuple[Track, ...]
    fps: float
    frame_count: int
