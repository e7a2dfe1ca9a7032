"""Coordinates on a body that clothes are cut by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.footage.people.bodies import Body

FloatArray = NDArray[np.float32]

TAILORED_M = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Coordinates of body vertices that clothes are cut by, all [v], meters unless said."""

    height_m: float  # of the body
    neck_m: FloatArray  # [3], where the neck begins
    # hips_m, knee_m, ankle_m: heights of these joints
    hips_m: float
    knee_m: float
    ankle_m: float
    rest: FloatArray  # [v, 3] rest positions
    sleeve: FloatArray  # 0 at the shoulder joint, 1 at the wrist, without unit
    # arm, leg, foot, head: part weights 0..1
    arm: FloatArray
    leg: FloatArray
    foot: FloatArray
    head: FloatArray
    leg_radius: FloatArray  # distance from the leg's axis

    @property
    def scale(self) -> float:
        """Size against a body of `TAILORED_M`, for which clothes are given in meters."""
        return self.height_m / TAILORED_M


def measure_body(body: Body) -> Measures:
    """Return the coordinates of a body's vertices that clothes are cut by."""
    rest = body.rest_m
    sleeve = np.full(len(rest), -1.0, dtype=np.float32)
    radius = np.zeros(len(rest), dtype=np.float32)
    for side, sign in (("L", 1), ("R", -1)):
        mine = rest[:, 1] * sign > 0
        shoulder, elbow, wrist = (body.get_joint(f"{n}.{side}") for n in ("upperarm01", "lowerarm01", "wrist"))
        upper, lower = elbow - shoulder, wrist - elbow
        upper_m, lower_m = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
        along_upper = (rest - shoulder) @ upper / upper_m
        along_lower = (rest - elbow) @ lower / lower_m
        along = np.where(along_lower > 0, upper_m + along_lower, np.minimum(along_upper, upper_m))
        sleeve = np.where(mine, along / (upper_m + lower_m), sleeve).astype(np.float32)
        hip, knee, ankle = (body.get_joint(f"{n}.{side}") for n in ("upperleg01", "lowerleg01", "foot"))
        heights = np.array([ankle[2] - 0.05, ankle[2], knee[2], hip[2]])
        axis = [np.interp(rest[:, 2], heights, [ankle[k], ankle[k], knee[k], hip[k]]) for k in (0, 1)]
        distance = np.hypot(rest[:, 0] - axis[0], rest[:, 1] - axis[1])
        radius = np.where(mine, distance, radius).astype(np.float32)
    return Measures(
        height_m=float(rest[:, 2].max()),
        neck_m=body.get_joint("neck01"),
        hips_m=float(body.get_joint("upperleg01.L")[2]),
        knee_m=float(body.get_joint("lowerleg01.L")[2]),
        ankle_m=float(body.get_joint("foot.L")[2]),
        rest=rest,
        sleeve=sleeve,
        arm=body.get_part("upper_arm", "forearm", "hand"),
        leg=body.get_part("thigh", "calf"),
        foot=body.get_part("foot"),
        head=body.get_part("head", "neck"),
        leg_radius=radius,
    )
