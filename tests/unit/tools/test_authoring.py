from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.footage.paint.light import find_light_file, read_light
from sim.site.camera import CameraView, make_view
from sim.site.model import CameraSpec, Furnishing
from tests.support.tiny_site import make_tiny_site
from tools.authoring.bake_plates import write_scene_light
from tools.authoring.geometry import Model
from tools.authoring.outdoors import KINDS
from tools.authoring.scene import bend_picture, list_pixel_centers, make_pinhole_view

SIZES: dict[str, tuple[float, float, float]] = {
    "bus": (11.0, 2.5, 3.05),
    "car": (4.7, 1.85, 1.6),
    "building": (20.0, 8.0, 7.5),
    "road": (40.0, 9.0, 0.1),
    "canopy": (9.0, 3.0, 3.3),
    "playground": (8.0, 4.0, 2.6),
    "round-table": (1.9, 1.9, 0.74),
    "cafeteria-table": (2.4, 1.6, 0.74),
    "serving-counter": (6.0, 1.0, 0.95),
    "poster": (0.6, 0.03, 0.8),
    "bin": (0.5, 0.5, 0.95),
    "picnic-table": (1.8, 1.6, 0.75),
    "post": (0.2, 0.2, 3.0),
}
# what may reach out of the footprint: crowns, wires, brackets, what hangs below or above
REACHING = frozenset({"tree", "flag-pole", "lamp-post", "bike-rack", "playground", "window", "planter", "hedge"})


def build(kind: str, *, text: str = "", seed: int = 5) -> Model:
    size = SIZES.get(kind, (2.0, 0.5, 1.9))
    item = Furnishing(floor="1", kind=kind, at=(0.0, 0.0), facing_deg=90.0, size_m=size, text=text)
    model = Model()
    KINDS[kind](model.at(0.0, 0.0, 0.0, facing_deg=90.0), item, np.random.default_rng(seed))
    return model


def list_points(model: Model) -> np.ndarray:
    return np.concatenate([v for buffer in model.meshes.values() for v in buffer.vertices])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kind_stays_near_its_footprint(kind: str) -> None:
    points = list_points(build(kind))
    assert np.isfinite(points).all()
    width, depth, _ = SIZES.get(kind, (2.0, 0.5, 1.9))
    if kind in REACHING:
        return
    assert np.abs(points[:, 0]).max() <= width / 2 + 0.27
    assert points[:, 1].min() >= -0.27
    assert points[:, 1].max() <= depth + 0.42


SIZE_WH = (640, 360)


def make_wide_view(k1: float) -> CameraView:
    camera = CameraSpec(
        camera_id="CAM-01",
        name="Wide",
        floor="1",
        position_m=(0.0, 0.0, 3.0),
        yaw_deg=30,
        pitch_deg=-20,
        hfov_deg=94,
        k1=k1,
    )
    return make_view(camera, size_wh=SIZE_WH)


@pytest.mark.parametrize("k1", [-0.05, -0.14, -0.2])
def test_pinhole_picture_shows_all_that_the_lens_shows(k1: float) -> None:
    view = make_wide_view(k1)
    pinhole = make_pinhole_view(view)
    rays = view.compute_rays(list_pixel_centers(SIZE_WH))
    inside = np.abs(rays[:, :2]) <= np.asarray(pinhole.tan_half_wh) + 1e-9
    assert inside.all()
    # and not much more than that: the corners lie at its edge
    assert np.abs(rays[:, 0]).max() > 0.97 * pinhole.tan_half_wh[0]


@pytest.mark.parametrize("k1", [-0.05, -0.2])
@pytest.mark.parametrize("local", [(0.0, 0.0), (0.8, 0.3), (-0.9, -0.42), (0.5, -0.45)])
def test_known_points_are_drawn_where_the_camera_says(k1: float, local: tuple[float, float]) -> None:
    view = make_wide_view(k1)
    pinhole = make_pinhole_view(view)
    ahead = view.position_m + 6.0 * (-view.rotation[2] + local[0] * view.rotation[0] + local[1] * view.rotation[1])
    (start,), _ = pinhole.compute_pixels(ahead[None])
    picture = np.zeros((pinhole.size_wh[1], pinhole.size_wh[0], 3))
    x, y = np.meshgrid(np.arange(pinhole.size_wh[0]) + 0.5, np.arange(pinhole.size_wh[1]) + 0.5)
    picture[...] = np.exp(-((x - start[0]) ** 2 + (y - start[1]) ** 2) / 18.0)[..., None]
    bent = bend_picture(picture, pinhole, view)
    moments = cv2.moments(bent[..., 0])
    found = (moments["m10"] / moments["m00"] + 0.5, moments["m01"] / moments["m00"] + 0.5)
    (expected,), _ = view.compute_pixels(ahead[None])
    assert found == pytest.approx(tuple(expected), abs=0.35)


def test_the_light_of_a_plate_is_written_beside_it_and_read_again(tmp_path: Path) -> None:
    site = make_tiny_site()
    camera = site.cameras[0]
    light = np.full((90, 160, 3), (0.4, 0.2, 0.1))
    write_scene_light(tmp_path, site, camera, light, np.full((90, 160), 6000, dtype=np.uint16))
    read = read_light(find_light_file(tmp_path, camera.camera_id))
    assert len(read.places_m) == 3
    even = read.light[:, 0].mean(axis=0)
    assert even[2] > even[1] > even[0]
    assert read.places_m[:, 2] == pytest.approx(1.1)
