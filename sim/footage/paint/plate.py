"""The empty picture of a camera with its depth, the light that people standing in it get, and places in its picture."""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError
from sim.footage.compiled import compiled
from sim.footage.paint.light import find_sunlight_file
from sim.footage.paint.raster import project_vertices
from sim.footage.people.meshes import NEAR_M, FloatArray
from sim.footage.video.sizes import check_size
from sim.site.camera import CameraView

FAR_M = 200.0
_ENDINGS = (".webp", ".png")
_LIGHT_WH = (64, 36)
_WEBP_QUALITY = 92
_DARKEST, _BRIGHTEST = 0.45, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    bgr: NDArray[np.uint8]  # [h, w, 3] uint8, display colours
    depth_m: NDArray[np.float32]  # [h, w] float32, distance along the camera's axis; `FAR_M` where there is nothing
    # [36, 64, 3] float32 linear blue-green-red, brightness and tint of the surroundings relative to the picture's
    # ordinary brightness, 0.45..1.5
    light: NDArray[np.float32]
    # [h, w] float32, share of the sun that falls on what each pixel shows, 0..1; None where nobody knows
    sunlight: NDArray[np.float32] | None = None

    @property
    def size_wh(self) -> tuple[int, int]:
        return (self.bgr.shape[1], self.bgr.shape[0])

    def get_light(self, x_px: float, y_px: float) -> NDArray[np.float32]:
        """Return the light [3] around a pixel, interpolated; pixels outside take the nearest edge's."""
        rows, columns = self.light.shape[:2]
        width, height = self.size_wh
        x = min(max(float(x_px) / width * columns - 0.5, 0.0), columns - 1.001)
        y = min(max(float(y_px) / height * rows - 0.5, 0.0), rows - 1.001)
        light = np.empty(3, dtype=np.float32)
        _mix_light(self.light, x, y, light)
        return light


@compiled
def _mix_light(lights: NDArray[np.float32], x: float, y: float, light: NDArray[np.float32]) -> None:
    """Interpolate between lights [rows, columns, 3] at a column and row into `light` [3]."""
    i, j = int(y), int(x)
    u, v = np.float32(x - j), np.float32(y - i)
    left, above = np.float32(1 - (x - j)), np.float32(1 - (y - i))
    for k in range(3):
        upper = left * lights[i, j, k] + u * lights[i, j + 1, k]
        lower = left * lights[i + 1, j, k] + u * lights[i + 1, j + 1, k]
        light[k] = above * upper + v * lower


def load_plate(folder: Path, camera_id: str, *, size_wh: tuple[int, int]) -> Plate:
    """Read `<camera_id>.webp` (or `.png`), `<camera_id>-depth.png` and, where there is one, `<camera_id>-sun.png`."""
    bgr, depth_m = read_plate_files(folder, camera_id)
    if abs(bgr.shape[1] * size_wh[1] - bgr.shape[0] * size_wh[0]) > max(bgr.shape):
        raise RecordingError(
            f"{folder / camera_id} is {bgr.shape[1]}x{bgr.shape[0]}", expected=f"the shape of {size_wh}"
        )
    sunlight = read_sunlight_file(folder, camera_id, size_wh=size_wh)
    return replace(make_plate(bgr, depth_m, size_wh=size_wh), sunlight=sunlight)


def read_plate_files(folder: Path, camera_id: str) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a plate as it was baked: [h, w, 3] blue-green-red and [h, w] depth in meters, 0 where there is nothing.

    Raises as `load_plate`.
    """
    path = next(
        (p for p in (folder / f"{camera_id}{e}" for e in _ENDINGS) if p.is_file()), folder / f"{camera_id}.webp"
    )
    bgr = _read(path, cv2.IMREAD_COLOR)
    depth = _read(folder / f"{camera_id}-depth.png", cv2.IMREAD_UNCHANGED)
    if depth.ndim != 2 or depth.dtype != np.uint16 or depth.shape != bgr.shape[:2]:
        raise RecordingError(
            f"{folder / camera_id}-depth.png is {depth.dtype} {depth.shape}",
            expected=f"16-bit grey, {bgr.shape[1]}x{bgr.shape[0]}",
            todo="bake the plates again",
        )
    return bgr.astype(np.uint8), depth.astype(np.float32) / np.float32(1000)


def write_picture_file(folder: Path, camera_id: str, bgr: NDArray[np.uint8]) -> Path:
    """Write a picture [h, w, 3] without people as `read_plate_files` reads it, and return the file."""
    path = folder / f"{camera_id}.webp"
    Image.fromarray(bgr[..., ::-1]).save(path, quality=_WEBP_QUALITY, method=5)
    return path


def write_depth_file(folder: Path, camera_id: str, depth_m: NDArray[np.float32]) -> Path:
    """Write a depth [h, w] in meters as `read_plate_files` reads it, and return the file; 65 m and more is nothing."""
    path = folder / f"{camera_id}-depth.png"
    millimeters = np.where(depth_m * 1000 < np.iinfo(np.uint16).max, depth_m * 1000, 0)
    done, data = cv2.imencode(".png", np.round(millimeters).astype(np.uint16))
    assert done
    path.write_bytes(data.tobytes())
    return path


def make_plate(bgr: NDArray[np.uint8], depth_m: NDArray[np.float32], *, size_wh: tuple[int, int]) -> Plate:
    """Return a plate at a picture size from a picture [h, w, 3] and its depth [h, w] in meters (0: nothing there)."""
    far = np.where(depth_m <= 0, np.float32(FAR_M), depth_m).astype(np.float32)
    shrunk = cv2.resize(bgr, size_wh, interpolation=cv2.INTER_AREA)
    depth = cv2.resize(far, size_wh, interpolation=cv2.INTER_NEAREST)
    return Plate(
        bgr=np.ascontiguousarray(shrunk, dtype=np.uint8),
        depth_m=np.ascontiguousarray(depth, dtype=np.float32),
        light=_compute_light(shrunk.astype(np.uint8)),
    )


def _compute_light(bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
    linear = (bgr.astype(np.float32) / 255) ** 2.2
    soft = cv2.GaussianBlur(cv2.resize(linear, _LIGHT_WH, interpolation=cv2.INTER_AREA), (0, 0), 3.0)
    brightness = soft.mean(axis=2, keepdims=True)
    ordinary = float(np.median(brightness))
    relative = np.clip((brightness / max(ordinary, 1e-3)) ** 0.6, _DARKEST, _BRIGHTEST)
    tint = soft / np.maximum(brightness, 1e-4)
    grey = linear.mean(axis=(0, 1))
    cast = grey / max(float(grey.mean()), 1e-4)
    return np.asarray(relative * (0.75 * cast + 0.25 * tint) ** 0.6, dtype=np.float32)


def read_sunlight_file(folder: Path, camera_id: str, *, size_wh: tuple[int, int]) -> NDArray[np.float32] | None:
    """Return the share of the sun [h, w] 0..1 on what each pixel of a plate shows; None where no file tells."""
    path = find_sunlight_file(folder, camera_id)
    if not path.is_file():
        return None
    sun, (width, height) = _read(path, cv2.IMREAD_UNCHANGED), size_wh
    if sun.ndim != 2 or sun.dtype != np.uint8 or abs(sun.shape[1] * height - sun.shape[0] * width) > max(sun.shape):
        raise RecordingError(
            f"{path} is {sun.dtype} {sun.shape}",
            expected=f"8-bit grey, the shape of {width}x{height}",
            todo="bake it again, or delete it: then the sun shines everywhere",
        )
    small = cv2.resize(sun.astype(np.uint8), size_wh, interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)


def _read(path: Path, mode: int) -> NDArray[np.generic]:
    try:
        with Image.open(path) as opened:
            check_size(path, *opened.size)
    except (OSError, Image.DecompressionBombError) as error:
        raise RecordingError(f"{path} is missing or no picture", todo="restore the site's plates") from error
    picture = cv2.imread(str(path), mode)
    if picture is None:
        raise RecordingError(f"{path} is missing or no picture", todo="restore the site's plates")
    return np.asarray(picture)


def compute_surface(view: CameraView, depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the site coordinates [h, w, 3] of what each pixel of a plate shows, from its depth [h, w]."""
    width, height = view.size_wh
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    points = view.compute_points(np.stack([x.reshape(-1), y.reshape(-1)], axis=1), depth_m.reshape(-1))
    return np.ascontiguousarray(points.reshape(height, width, 3), dtype=np.float32)


def compute_nearness(depth_m: NDArray[np.float32], *, samples: int, bias_m: float) -> NDArray[np.float32]:
    """Return 1/(depth + bias) [h * samples, w * samples] of a depth map [h, w].

    Within a surface it is interpolated, which is exact for planes; at edges of things it keeps to one side.
    """
    near = (1 / (depth_m + np.float32(bias_m))).astype(np.float32)
    if samples == 1:
        return near
    size_wh = (near.shape[1] * samples, near.shape[0] * samples)
    stepped = cv2.resize(near, size_wh, interpolation=cv2.INTER_NEAREST)
    smooth = cv2.resize(near, size_wh, interpolation=cv2.INTER_LINEAR)
    return np.where(np.abs(smooth - stepped) < 0.03 * stepped, smooth, stepped).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Projected:
    """What a projector had of one mesh: `place` [v, 2] and `nearness` [v]."""

    place: NDArray[np.int32]
    nearness: FloatArray


class Projector:
    """Projects meshes into a view; each overwrites the one before.

    Attributes:
        place: [most v, 2] int32, positions in 1/16 sample.
        nearness: [most v], 1/distance along the camera's axis, 0 for what is too near.
    """

    def __init__(self, view: CameraView) -> None:
        self._size_wh = view.size_wh
        self._rotation = np.ascontiguousarray(view.rotation, dtype=np.float32)
        self._position = view.position_m.astype(np.float32)
        self._lens = np.array([*view.tan_half_wh, view.k1], dtype=np.float32)
        self.place = np.zeros((0, 2), dtype=np.int32)
        self.nearness = np.zeros(0, dtype=np.float32)

    def project(self, vertices: FloatArray, *, samples: int, bounds: NDArray[np.int64]) -> bool:
        """Project vertices [v, 3], site coordinates, at some samples along a pixel; tell whether any may be seen.

        `bounds` [4] gets x0, y0, x1, y1 in samples, x1 and y1 exclusive.
        """
        if len(vertices) > len(self.nearness):
            self.place = np.zeros((len(vertices), 2), dtype=np.int32)
            self.nearness = np.zeros(len(vertices), dtype=np.float32)
        width, height = self._size_wh
        project_vertices(
            vertices,
            self._rotation,
            self._position,
            self._lens,
            (width * samples, height * samples),
            NEAR_M,
            self.place,
            self.nearness,
            bounds,
        )
        return bool(bounds[2] > bounds[0] and bounds[3] > bounds[1])

    def keep(self, count: int) -> Projected:
        """Return a copy of what the last mesh gave, which had so many vertices."""
        return Projected(self.place[:count].copy(), self.nearness[:count].copy())
