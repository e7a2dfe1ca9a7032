"""The reference strip of a person: front, back and left side, whole, in even light on a plain ground."""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import Pose
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import FAR_M, Plate
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView

VIEW_WH = (240, 480)
_TURNS_DEG = (0.0, 180.0, -90.0)
_DISTANCE_M = 7.0
_EYE_M = 1.25
_TALLEST_M = 2.02
_STAND = tuple(float(pose is Pose.STAND) for pose in Pose)


def render_reference(figure: Figure) -> NDArray[np.uint8]:
    """Return the strip [480, 720, 3] uint8, blue-green-red: front, back and left side of a standing person.

    All strips have the same scale, so that tall and short people show as such.
    """
    person_id = figure.dressed.person_id
    plate, view = _make_studio()
    painter = ScenePainter(view, plate, {(person_id, 0): Figure(figure.dressed, stand="stand_a")})
    turned = [
        Stance(
            person_id=person_id,
            xyz_m=(0.0, 0.0, 0.0),
            heading_rad=float(np.deg2rad(turn)),
            gait_phase=0.0,
            shares=_STAND,
        )
        for turn in _TURNS_DEG
    ]
    return np.hstack([painter.paint([stance])[0] for stance in turned])


def make_strip_painter(dress: Callable[[str, int], Figure]) -> Callable[[str], NDArray[np.uint8]]:
    """Return a function from person_id to reference strip; `dress` makes a person in an outfit."""

    def paint_strip(person_id: str) -> NDArray[np.uint8]:
        return render_reference(dress(person_id, 0))

    return paint_strip


def _make_studio() -> tuple[Plate, CameraView]:
    width, height = VIEW_WH
    tan_y = _TALLEST_M / 2 / _DISTANCE_M * 1.02
    forward = np.array([-_DISTANCE_M, 0.0, 0.93 - _EYE_M])
    forward /= np.linalg.norm(forward)
    right = np.array([0.0, 1.0, 0.0])
    view = CameraView(
        rotation=np.stack([right, np.cross(right, forward), -forward]),
        position_m=np.array([_DISTANCE_M, 0.0, _EYE_M]),
        tan_half_wh=(tan_y * width / height, tan_y),
        size_wh=VIEW_WH,
    )
    floor_y = 0.86 * height
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wall = 206 - 26 * ((x / width - 0.5) ** 2 * 2 + (y / height - 0.42) ** 2)
    floor = 188 - 20 * (y - floor_y) / (height - floor_y)
    blend = np.clip((y - floor_y) / 22 + 0.5, 0, 1)
    grey = (wall * (1 - blend) + floor * blend)[..., None]
    bgr = np.clip(grey * np.array([1.0, 0.995, 0.985]), 0, 255).astype(np.uint8)
    light = np.full((36, 64, 3), 1.12, dtype=np.float32)
    depth = np.full((height, width), FAR_M, dtype=np.float32)
    return Plate(bgr=np.ascontiguousarray(cv2.GaussianBlur(bgr, (0, 0), 2)), depth_m=depth, light=light), view
