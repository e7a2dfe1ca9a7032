"""A camera that somebody turned, and how much of the baked picture is left to cover where it looked and looks now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.errors import SiteError
from sim.site.camera import CameraView, FloatArray, make_view, roll_axes
from sim.site.model import CameraSpec

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
    """Return the geometry of a camera after a turn."""
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
