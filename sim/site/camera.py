"""Camera geometry: from the plan to the picture and back.

Camera axes follow OpenGL: x right, y up, looking along -z.

Wide lenses bend straight lines. The division model (Fitzgibbon 2001, doi:10.1109/CVPR.2001.990465) says how, with one
number and closed forms both ways: a point at distance d from the picture's middle, in half picture widths, would
lie at u = d / (1 + k1 d^2) in a pinhole picture. With k1 = -0.2, a point at d = 0.5 comes from u = 0.5263.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import SiteError
from sim.site.model import CameraSpec

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraView:
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


SMALLEST_SHARE = 0.72
_STEPS = 24
_EDGE_POINTS = 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A turn on the bracket, degrees: left, up, and clockwise about the line of sight."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


def make_turned_view(camera: CameraSpec, turn: Turn, *, size_wh: tuple[int, int] | None = None) -> CameraView:
    turned = camera.model_copy(
        update={"yaw_deg": camera.yaw_deg + turn.yaw_deg, "pitch_deg": camera.pitch_deg + turn.pitch_deg}
    )
    view = make_view(turned, size_wh=size_wh)
    return replace(view, rotation=roll_axes(view.rotation, float(np.deg2rad(turn.roll_deg))))


def compute_plate_pixels(plate: CameraView, view: CameraView, pixels: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where pixels [n, 2] of a view lie in the plate of the same camera, and what their depth is there.

    The second result [n] is the plate's depth of a thing divided by the view's: both look from one point, so that the
    turn alone decides.
    """
    rays = view.compute_rays(pixels)
    world = rays @ view.rotation
    found, depth = plate.compute_pixels(plate.position_m + world)
    return found, depth


def find_covering_share(camera: CameraSpec, turns: Sequence[Turn]) -> float:
    """Return the largest share of the picture's width (1 down to 0.72) at which the plate covers every view.

    A camera that is turned is zoomed in for the whole recording, so that the baked picture holds what it sees before
    and after. With a horizontal field of view of 80 degrees, 5 degrees of yaw leave 0.83.
    """
    if _is_covered(camera, turns, 1.0):
        return 1.0
    low, high = SMALLEST_SHARE, 1.0
    if not _is_covered(camera, turns, low):
        raise SiteError(
            f"{camera.camera_id} is turned further than its baked picture reaches",
            expected=f"a turn that leaves {SMALLEST_SHARE:.0%} of the picture's width, a few degrees",
            todo="turn it by less, or bake a plate with a wider field of view",
        )
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _is_covered(camera, turns, middle) else (low, middle)
    return low


def zoom_camera(camera: CameraSpec, share: float) -> CameraSpec:
    """Return the camera with a field of view that is the middle `share` of its picture, distortion included."""
    tan_x = make_view(camera).tan_half_wh[0] * share
    k1 = camera.k1 * share * share
    hfov_deg = float(np.rad2deg(2 * np.arctan(tan_x / (1 + k1))))
    return camera.model_copy(update={"hfov_deg": hfov_deg, "k1": k1})


def _is_covered(camera: CameraSpec, turns: Sequence[Turn], share: float) -> bool:
    zoomed, plate = zoom_camera(camera, share), make_view(camera)
    width, height = plate.size_wh
    along = np.linspace(0.0, 1.0, _EDGE_POINTS)
    none, full = np.zeros(_EDGE_POINTS), np.ones(_EDGE_POINTS)
    edges = np.concatenate(
        [np.stack(pair, axis=1) for pair in ((along, none), (along, full), (none, along), (full, along))]
    )
    for turn in turns:
        found, depth = compute_plate_pixels(plate, make_turned_view(zoomed, turn), edges * (width, height))
        inside = (found >= -1e-6).all(axis=1) & (found <= np.array([width, height]) + 1e-6).all(axis=1)
        if not (inside & (depth > 0)).all():
            return False
    return True


CHEST_M = 1.1
FARTHEST_M = 40.0


def find_ground(camera: CameraSpec, *, x: float, y: float, floor_z_m: float) -> tuple[float, float]:
    """Return where on the plan, in meters, a person stands whose chest is at a point of the picture.

    There the line of sight is 1.1 m over the floor. Above the horizon or farther than 40 m it says little, and the
    place is that far away at most. A camera 3.1 m high that looks down at 45 degrees has 2.0 m of fall to the chest:
    the middle of its picture is 2.0 m in front of it.
    """
    view = make_view(camera)
    pixel = np.array([[x * view.size_wh[0], y * view.size_wh[1]]])
    ray = (view.compute_rays(pixel) @ view.rotation)[0]
    flat = max(float(np.hypot(ray[0], ray[1])), 1e-9)
    fall_m = float(view.position_m[2]) - floor_z_m - CHEST_M
    reach_m = fall_m * flat / -float(ray[2]) if ray[2] < -1e-6 else FARTHEST_M
    share = min(max(reach_m, 0.0), FARTHEST_M) / flat
    return float(view.position_m[0] + ray[0] * share), float(view.position_m[1] + ray[1] * share)
