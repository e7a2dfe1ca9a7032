"""Where a vehicle is in every frame."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Kind(StrEnum):
    """A kind of vehicle."""

    BUS = "bus"
    SEDAN = "sedan"
    SUV = "suv"
    VAN = "van"


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleTrack:
    """Where one vehicle is, over an unbroken stretch of frames.

    Attributes:
        vehicle_id: its name among people and things.
        kind: what it is.
        rgb: linear colour of its paint; a bus is yellow whatever this is.
        first_frame: frame of row 0.
        xyz_m: [n, 3] float64, the ground below its middle, site coordinates.
        heading_rad: [n] float64.
        is_open: [n] bool, whether its door is open.
        floor: floor_id.
    """

    vehicle_id: str
    kind: Kind
    rgb: tuple[float, float, float]
    first_frame: int
    xyz_m: FloatArray
    heading_rad: FloatArray
    is_open: NDArray[np.bool_]
    floor: str
