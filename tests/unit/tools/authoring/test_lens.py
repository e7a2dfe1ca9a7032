"""A plate of a bent lens: what is drawn lies where the camera's geometry says."""

import cv2
import numpy as np
import pytest

from sim.site.camera import CameraView, make_view
from sim.site.model import CameraSpec
from tools.authoring.scene import bend_picture, list_pixel_centers, make_pinhole_view

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


def test_a_straight_lens_needs_no_other_picture() -> None:
    view = make_wide_view(0.0)
    picture = np.random.default_rng(1).random((SIZE_WH[1], SIZE_WH[0], 3))
    assert make_pinhole_view(view) is view
    assert bend_picture(picture, view, view) is picture


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
