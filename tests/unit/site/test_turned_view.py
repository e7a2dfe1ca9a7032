import numpy as np
import pytest

from sim.errors import SiteError
from sim.site.camera import Turn, compute_plate_pixels, find_covering_share, make_turned_view, make_view, zoom_camera
from sim.site.model import CameraSpec

CAMERA = CameraSpec(
    floor="1",
    camera_id="CAM-01",
    name="Hall",
    position_m=(1.0, 2.0, 2.7),
    yaw_deg=30,
    pitch_deg=-18,
    hfov_deg=80,
)
WIDE = CAMERA.model_copy(update={"hfov_deg": 100.0, "k1": -0.15})


def _turn(yaw_deg: float = 0, pitch_deg: float = 0, roll_deg: float = 0) -> Turn:
    return Turn(yaw_deg=yaw_deg, pitch_deg=pitch_deg, roll_deg=roll_deg)


def test_five_degrees_of_yaw_leave_83_percent() -> None:
    assert find_covering_share(CAMERA, [_turn(5)]) == pytest.approx(0.830, abs=0.001)
    assert find_covering_share(CAMERA, []) == 1.0


@pytest.mark.parametrize("camera", [CAMERA, WIDE])
@pytest.mark.parametrize("turn", [_turn(5), _turn(-3, -3, 2), _turn(0, 3), _turn(0, 0, -6)])
def test_the_plate_covers_the_whole_turned_picture(camera: CameraSpec, turn: Turn) -> None:
    share = find_covering_share(camera, [turn])
    view = make_turned_view(zoom_camera(camera, share), turn)
    plate = make_view(camera)
    x, y = np.meshgrid(np.linspace(0, 1280, 41), np.linspace(0, 720, 41))
    found, _ = compute_plate_pixels(plate, view, np.column_stack([x.ravel(), y.ravel()]))
    assert found.min() > -0.01
    assert (found.max(axis=0) < (1280.01, 720.01)).all()
    assert (found.min() < 5) or (found.max(axis=0) > (1275, 715)).any(), "no more is cut off than must be"


def test_a_thing_is_where_turned_camera_and_plate_both_say() -> None:
    turn = _turn(4, -2, 3)
    view, plate = make_turned_view(WIDE, turn), make_view(WIDE)
    things = np.array([[6.0, 5.0, 0.0], [9.0, 6.0, 1.7], [5.0, 5.5, 2.0]])
    pixels, depth = view.compute_pixels(things)
    in_plate, plate_depth = plate.compute_pixels(things)
    found, ratio = compute_plate_pixels(plate, view, pixels)
    assert found == pytest.approx(in_plate, abs=1e-6)
    assert ratio * depth == pytest.approx(plate_depth, abs=1e-9)


def test_signs_of_a_turn() -> None:
    ahead = np.array([[1.0, 2.0, 2.7]]) - 5 * make_view(CAMERA).rotation[2]
    at, _ = make_turned_view(CAMERA, _turn(yaw_deg=5)).compute_pixels(ahead)
    assert at[0, 0] > 650, "a camera turned left sees what was ahead further right"
    at, _ = make_turned_view(CAMERA, _turn(pitch_deg=5)).compute_pixels(ahead)
    assert at[0, 1] > 370, "turned up, further down"
    aside = ahead + make_view(CAMERA).rotation[0]
    at, _ = make_turned_view(CAMERA, _turn(roll_deg=5)).compute_pixels(aside)
    assert at[0, 1] < 355, "rolled clockwise, what was on the right is further up"


def test_a_zoomed_picture_is_the_middle_of_the_whole_one() -> None:
    whole, part = make_view(WIDE), make_view(zoom_camera(WIDE, 0.8))
    corner = part.compute_rays(np.array([[0.0, 0.0]])) @ part.rotation + part.position_m
    at, _ = whole.compute_pixels(corner)
    assert at[0] == pytest.approx((128, 72), abs=1e-6)


def test_a_turn_beyond_the_plate_is_refused() -> None:
    with pytest.raises(SiteError, match=r"CAM-01 is turned further.*72%.*wider"):
        find_covering_share(CAMERA, [_turn(12)])
