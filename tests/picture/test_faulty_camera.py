"""A turned camera, painted: the plate turns as geometry says, people and their boxes with it."""

from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.crowd.people.people import Crowd, Pose
from sim.crowd.scenario.faults import AnyFault
from sim.footage.paint.fault_plan import find_camera_as_recorded
from sim.footage.paint.faults import make_moved_plate
from sim.footage.paint.painter import CameraSources
from sim.footage.recording.recording import Picture
from sim.site.camera import CameraView, Turn, find_covering_share, make_turned_view, make_view, zoom_camera
from tests.support.faulty_recording import read_faults
from tests.support.painted_hall import BODIES, make_hall_people
from tests.support.walking_hall import make_hall_site, make_hall_track

SIZE_WH = (640, 360)
CAMERA = make_hall_site().get_camera("CAM-01")
FLOOR_Z_M, FARTHEST_M = 0.0, 15.0


def _draw_world(view: CameraView) -> tuple[Picture, np.ndarray, np.ndarray]:
    width, height = view.size_wh
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    rays = view.compute_rays(np.column_stack([x.ravel(), y.ravel()])) @ view.rotation
    azimuth = np.arctan2(rays[:, 1], rays[:, 0])
    height_angle = np.arctan2(rays[:, 2], np.hypot(rays[:, 0], rays[:, 1]))
    bands = np.stack([np.sin(9 * azimuth), np.sin(7 * height_angle), np.cos(5 * azimuth + 3 * height_angle)], axis=1)
    depth = (FLOOR_Z_M - view.position_m[2]) / np.minimum(rays[:, 2], -1e-3)
    is_floor = depth < FARTHEST_M
    picture = (140 + 70 * bands).reshape(height, width, 3).astype(np.uint8)
    return picture, np.where(is_floor, depth, 0).reshape(height, width), is_floor.reshape(height, width)


@pytest.mark.parametrize("k1", [0.0, -0.12])
def test_a_turned_plate_is_what_the_turned_camera_would_have_seen(k1: float) -> None:
    camera = CAMERA.model_copy(update={"k1": k1})
    turn = Turn(yaw_deg=4, pitch_deg=-2, roll_deg=3)
    zoomed = zoom_camera(camera, find_covering_share(camera, [turn]))
    view = make_turned_view(zoomed, turn, size_wh=SIZE_WH)
    baked, depth, _ = _draw_world(make_view(camera, size_wh=SIZE_WH))
    plate = make_moved_plate(
        baked, depth.astype(np.float32), plate_view=make_view(camera, size_wh=SIZE_WH), view=view, size_wh=SIZE_WH
    )
    expected, expected_depth, is_floor = _draw_world(view)
    assert np.abs(plate.bgr.astype(int) - expected).max() <= 4
    inner = is_floor & (expected_depth < 0.8 * FARTHEST_M)
    assert np.median(np.abs(plate.depth_m[inner] / expected_depth[inner] - 1)) < 0.004
    assert np.abs(plate.depth_m[inner] / expected_depth[inner] - 1).max() < 0.06


@pytest.fixture
def sources(tmp_path: Path) -> CameraSources:
    baked, depth, _ = _draw_world(make_view(CAMERA, size_wh=(1280, 720)))
    cv2.imwrite(str(tmp_path / "CAM-01.png"), baked)
    cv2.imwrite(str(tmp_path / "CAM-01-depth.png"), np.round(depth * 1000).astype(np.uint16))
    person = make_hall_people()[0]
    track = make_hall_track(person.person_id, np.tile([6.0, 2.0, 0.0], (40, 1)), [Pose.STAND] * 40)
    return CameraSources(
        site=make_hall_site(),
        crowd=Crowd(people=(person,), tracks=(track,), fps=10, frame_count=40),
        plates_folder=tmp_path,
        bodies_folder=BODIES,
        size_wh=SIZE_WH,
        start_time=datetime(2026, 10, 14, 8),
        seed=3,
    )


def test_people_and_boxes_follow_a_turned_camera_and_no_edge_is_bare(sources: CameraSources) -> None:
    faults: tuple[AnyFault, ...] = read_faults(
        {"kind": "moved-view", "camera": "CAM-01", "from_s": 2, "yaw_deg": 4, "pitch_deg": -2, "roll_deg": 1}
    )
    sources = CameraSources(**{name: getattr(sources, name) for name in sources.__slots__} | {"faults": faults})
    recorded = find_camera_as_recorded(CAMERA, faults)
    assert recorded.hfov_deg < CAMERA.hfov_deg
    source = sources("CAM-01")
    places = {}
    for frame, view in (
        (19, make_view(recorded, size_wh=SIZE_WH)),
        (20, make_turned_view(recorded, Turn(yaw_deg=4, pitch_deg=-2, roll_deg=1), size_wh=SIZE_WH)),
    ):
        picture, (sighting,) = source.paint(frame)
        feet, _ = view.compute_pixels(np.array([[6.0, 2.0, 0.0]]))
        x1, _, x2, y2 = sighting.box_xyxy
        assert (x1 + x2) / 2 == pytest.approx(feet[0, 0], abs=6)
        assert y2 == pytest.approx(feet[0, 1], abs=8)
        places[frame] = (x1 + x2) / 2
        edges = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        assert edges.max(axis=1).min() > 60
    assert places[20] > places[19] + 25


def test_the_clock_in_the_picture_is_wrong_by_the_offset(sources: CameraSources) -> None:
    late = read_faults({"kind": "clock-offset", "camera": "CAM-01", "offset_s": -1.5})
    wrong = CameraSources(**{name: getattr(sources, name) for name in sources.__slots__} | {"faults": late})("CAM-01")
    clock = (slice(-40, None), slice(0, 260))
    shown = {frame: source.paint(frame)[0][clock] for source in (wrong,) for frame in (15, 25)}
    right = {frame: source.paint(frame)[0][clock] for source in (sources("CAM-01"),) for frame in (0, 10)}
    assert np.abs(shown[25].astype(int) - right[10]).mean() < 4
    assert np.abs(shown[25].astype(int) - right[10]).max() < 40, "25 frames in, the clock says what it should at 10"
    assert np.abs(shown[15].astype(int) - right[10]).max() > 80
