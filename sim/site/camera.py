"""Camera geometry: from the plan to the picture and back.

Camera axes follow OpenGL: x right, y up, looking along -z.

Wide lenses bend straight lines. The division model (Fitzgibbon 2001, doi:10.1109/CVPR.2001.990465) says how, with one
number and closed forms both ways: a point at distance d from the picture's middle, in half picture widths, would
lie at u = d / (1 + k1 d^2) in a pinhole picture. With k1 = -0.2, a point at d = 0.5 comes from u = 0.5263.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.site.model import CameraSpec

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView:
    """A camera at a picture size."""

    rotation: FloatArray  # [3, 3], rows are the camera's right, up and backward axes in world coordinates
    position_m: FloatArray  # [3], world meters
    # tangent of half the horizontal and vertical field of view; with `k1`, of the pinhole picture that has the same
    # scale in its middle
    tan_half_wh: tuple[float, float]
    size_wh: tuple[int, int]  # picture size, pixels
    k1: float = 0.0  # lens distortion, 0 for none

    def compute_camera_xyz(self, world_xyz: FloatArray) -> FloatArray:
        """Return camera coordinates [n, 3] in meters of world points [n, 3]."""
        return np.asarray((world_xyz - self.position_m) @ self.rotation.T)

    def compute_pixels(self, world_xyz: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Project world points [n, 3]; return pixels [n, 2] and depth [n] in meters (negative: behind the camera)."""
        cam = self.compute_camera_xyz(world_xyz)
        depth = -cam[:, 2]
        safe = np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        width, height = self.size_wh
        bend = self.compute_bend(cam)
        x_px = (cam[:, 0] / safe * bend / self.tan_half_wh[0] + 1) * width / 2
        y_px = (1 - cam[:, 1] / safe * bend / self.tan_half_wh[1]) * height / 2
        return np.stack([x_px, y_px], axis=1), depth

    def compute_bend(self, camera_xyz: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the factor [n] by which the lens draws points [n, 3] in camera coordinates towards the middle."""
        if self.k1 == 0:
            return np.ones(len(camera_xyz), dtype=camera_xyz.dtype)
        depth = np.maximum(np.abs(camera_xyz[:, 2]), 1e-9)
        r2 = (camera_xyz[:, 0] ** 2 + camera_xyz[:, 1] ** 2) / (depth * self.tan_half_wh[0]) ** 2
        return np.asarray(2 / (1 + np.sqrt(1 - 4 * self.k1 * r2)))

    def compute_rays(self, pixels: FloatArray) -> FloatArray:
        """Return directions [n, 3] in camera coordinates, z = -1, of pixels [n, 2]: what `compute_pixels` undoes."""
        width, height = self.size_wh
        x = pixels[:, 0] / width * 2 - 1
        y = (1 - pixels[:, 1] / height * 2) * (self.tan_half_wh[1] / self.tan_half_wh[0])
        straight = self.tan_half_wh[0] / (1 + self.k1 * (x * x + y * y))
        return np.stack([x * straight, y * straight, -np.ones(len(x))], axis=1)

    def compute_points(self, pixels: FloatArray, depth_m: NDArray[np.floating]) -> FloatArray:
        """Return world points [n, 3] of pixels [n, 2] at depths [n] in meters: what `compute_pixels` undoes."""
        return np.asarray((self.compute_rays(pixels) * depth_m[:, None]) @ self.rotation + self.position_m)


def make_view(camera: CameraSpec, *, size_wh: tuple[int, int] | None = None) -> CameraView:
    """Return the geometry of a camera, at its own picture size or another of the same shape."""
    return place_view(
        position_m=camera.position_m,
        turn_deg=(camera.yaw_deg, camera.pitch_deg, camera.roll_deg),
        hfov_deg=camera.hfov_deg,
        k1=camera.k1,
        size_wh=size_wh or camera.size_wh,
    )


def place_view(
    *,
    position_m: Sequence[float],
    turn_deg: tuple[float, float, float],
    hfov_deg: float,
    k1: float,
    size_wh: tuple[int, int],
) -> CameraView:
    """Return the geometry of a camera from its numbers, as `CameraSpec` says them; `turn_deg` is yaw, pitch, roll."""
    yaw, pitch, roll = np.deg2rad(turn_deg)
    forward = np.array([np.cos(pitch) * np.cos(yaw), np.cos(pitch) * np.sin(yaw), np.sin(pitch)])
    right = np.array([np.sin(yaw), -np.cos(yaw), 0.0])
    up = np.array([-np.sin(pitch) * np.cos(yaw), -np.sin(pitch) * np.sin(yaw), np.cos(pitch)])
    tan_x = float(np.tan(np.deg2rad(hfov_deg) / 2)) * (1 + k1)
    return CameraView(
        rotation=roll_axes(np.stack([right, up, -forward]), roll),
        position_m=np.asarray(position_m, dtype=np.float64),
        tan_half_wh=(tan_x, tan_x * size_wh[1] / size_wh[0]),
        size_wh=size_wh,
        k1=k1,
    )


def roll_axes(rotation: FloatArray, roll: float) -> FloatArray:
    """Return a camera's axes [3, 3] turned clockwise about its line of sight by `roll` radians."""
    right, up, backward = rotation
    cos, sin = np.cos(roll), np.sin(roll)
    return np.stack([cos * right - sin * up, sin * right + cos * up, backward])
