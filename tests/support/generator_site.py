"""The walking hall with three cameras, as a site folder with plain plates: little, but all that the generator needs."""

from pathlib import Path

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from sim.site.camera import make_view
from sim.site.model import Site, parse_site
from sim.site.plan import make_floor_plan
from tests.support.walking_hall import make_hall_site

FloatArray = NDArray[np.float64]

PLATE_WH = (480, 270)
_CAMERAS = (
    ("CAM-01", "Hall west", (0.5, 0.5, 2.6), 12),
    ("CAM-02", "Hall east", (15.5, 0.5, 2.6), 168),
    ("CAM-03", "Cafeteria", (23.5, -1.5, 2.6), 140),
)


def make_generator_site() -> Site:
    data = make_hall_site().model_dump(mode="json")
    turned = {"floor": "1", "pitch_deg": -18, "hfov_deg": 75}
    data["cameras"] = [
        turned | {"camera_id": camera_id, "name": name, "position_m": position, "yaw_deg": yaw}
        for camera_id, name, position, yaw in _CAMERAS
    ]
    data["openings"][0]["kind"] = "exterior"
    return parse_site(data, source="generator site")


def write_generator_site(folder: Path, *, plates: bool = True) -> Path:
    site = make_generator_site()
    folder.mkdir(parents=True)
    (folder / "site.yaml").write_text(yaml.safe_dump(site.model_dump(mode="json")), encoding="utf-8")
    if not plates:
        return folder
    (folder / "plates").mkdir()
    walls = make_floor_plan(site, "1").sight
    width, height = PLATE_WH
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    pixels = np.column_stack([x.ravel(), y.ravel()])
    for camera in site.cameras:
        view = make_view(camera, size_wh=PLATE_WH)
        rays = view.compute_rays(pixels) @ view.rotation
        floor_m = np.where(rays[:, 2] < -1e-3, camera.position_m[2] / np.maximum(-rays[:, 2], 1e-3), 60.0)
        depth = np.minimum(floor_m, _find_walls_m(rays[:, :2], np.asarray(camera.position_m[:2]), walls)).clip(0, 60)
        plate = (depth.reshape(height, width) * 1000).astype(np.uint16)
        cv2.imwrite(str(folder / "plates" / f"{camera.camera_id}-depth.png"), plate)
        cv2.imwrite(str(folder / "plates" / f"{camera.camera_id}.png"), np.full((height, width, 3), 120, np.uint8))
    return folder


def _find_walls_m(rays: FloatArray, origin: FloatArray, walls: FloatArray) -> FloatArray:
    start, span = walls[:, :2] - origin, walls[:, 2:] - walls[:, :2]
    cross = rays[:, 0, None] * span[:, 1] - rays[:, 1, None] * span[:, 0]
    safe = np.where(np.abs(cross) < 1e-9, 1e-9, cross)
    reach = (start[:, 0] * span[:, 1] - start[:, 1] * span[:, 0]) / safe
    along = (start[:, 0] * rays[:, 1, None] - start[:, 1] * rays[:, 0, None]) / safe
    hit = (reach > 1e-6) & (along >= 0) & (along <= 1)
    return np.asarray(np.where(hit, reach, 1e6).min(axis=1))
