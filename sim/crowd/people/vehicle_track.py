"""Where a vehicle is in every frame."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Kind(StrEnum):
    BUS = "bus"
    SEDAN = "sedan"
    SUV = "suv"
    VAN = "van"


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleTrack:
    """Where one vehicle is, over an unbroken stretch of frames."""

    vehicle_id: str  # its name among people and things
    kind: Kind
    rgb: tuple[float, float, float]  # linear colour of its paint; a bus is yellow whatever this is
    first_frame: int  # frame of row 0
    xyz_m: FloatArray  # [n, 3] float64, the ground below its middle, site coordinates
    heading_rad: FloatArray
    is_open: NDArray[np.bool_]  # [n] bool, whether its door is open
    floor: str  # floor_id
