"""Where the sun shines on the shipped plates: the pictures themselves are the reference, they were rendered apart."""

import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sim.errors import RecordingError
from sim.footage.paint.light import OUTDOORS, choose_lighting
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import Plate, compute_surface, load_plate
from sim.footage.paint.shadows import find_sunlight
from sim.site.camera import CameraView, make_view
from sim.site.model import load_site
from tests.support.painted_hall import make_figure, make_hall_people, stand

SITES = Path("scenarios/sites")
SIZE_WH = (960, 540)
NEAR_PX = 7
LIGHTER = 1.25
PLATES = sorted(SITES.glob("*/plates/*-sun.png"))
PLAYGROUND = SITES / "birch-elementary" / "plates" / "CAM-08-sun.png"


def look(path: Path) -> tuple[CameraView, Plate, NDArray[np.float32]]:
    """Return view and plate of a file of sunlight, and the site coordinates [h, w, 3] of what the pixels show."""
    site, camera_id = load_site(path.parents[1]), path.name.removesuffix("-sun.png")
    view = make_view(site.get_camera(camera_id), size_wh=SIZE_WH)
    plate = load_plate(path.parent, camera_id, size_wh=SIZE_WH)
    return view, plate, compute_surface(view, plate.depth_m)


def test_every_camera_in_the_sun_has_a_file() -> None:
    outdoors = {
        SITES / folder.name / "plates" / f"{camera.camera_id}-sun.png"
        for folder in SITES.iterdir()
        for site in [load_site(folder)]
        for camera in site.cameras
        if choose_lighting(site, camera).sun > 0
    }
    assert outdoors == set(PLATES)


@pytest.mark.parametrize("path", PLATES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_the_plate_is_lighter_where_the_sun_is_said_to_shine(path: Path) -> None:
    _, plate, surface_m = look(path)
    assert plate.sunlight is not None
    level = (np.abs(surface_m[..., 2]) < 0.1) & (plate.depth_m < 40)
    ground = cv2.erode(level.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    lit, dark = ((plate.sunlight > 0.98) & ground, (plate.sunlight < 0.02) & ground)
    near = np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1), np.uint8)
    beside_dark, beside_lit = (cv2.dilate(mask.astype(np.uint8), near) > 0 for mask in (dark, lit))
    light = plate.bgr.mean(axis=2)
    assert (lit & beside_dark).sum() > 300
    assert np.median(light[lit & beside_dark]) > LIGHTER * np.median(light[dark & beside_lit])


def find_place(surface_m: NDArray[np.float32], plate: Plate, *, is_lit: bool) -> tuple[float, float, float]:
    """Return a point of the ground in the middle of light or shade, by the brightness of the picture alone."""
    grey = cv2.GaussianBlur(plate.bgr.mean(axis=2).astype(np.float32), (0, 0), 3)
    is_ground = (np.abs(surface_m[..., 2]) < 0.05) & (plate.depth_m > 8) & (plate.depth_m < 25)
    is_ground[:200] = False
    wanted = is_ground & ((grey > 165) if is_lit else (grey < 125))
    deep = cv2.distanceTransform(wanted.astype(np.uint8), cv2.DIST_L2, 5)
    row, column = np.unravel_index(int(deep.argmax()), deep.shape)
    x, y, z = surface_m[row, column].astype(float)
    return x, y, z


@pytest.mark.parametrize("is_lit", [True, False])
def test_who_stands_in_the_shade_gets_no_sun_and_casts_no_shadow(is_lit: bool) -> None:
    view, plate, surface_m = look(PLAYGROUND)
    place = find_place(surface_m, plate, is_lit=is_lit)
    sunlight = find_sunlight(surface_m, plate.sunlight, OUTDOORS, view.position_m)
    assert sunlight is not None
    assert sunlight.get(place) == pytest.approx(float(is_lit), abs=0.05)
    person = make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    stance = replace(stand(person, place[0], place[1]), xyz_m=place)
    picture, (seen,) = ScenePainter(view, plate, figures, lighting=OUTDOORS).paint([stance])
    x1, y1, x2, y2 = (int(v) for v in seen.box_xyxy)
    beside = np.ones(SIZE_WH[::-1], dtype=bool)
    beside[y1 - 4 : y2 + 8, x1 - 12 : x2 + 12] = False
    darker = beside & (picture.mean(axis=2) < 0.75 * plate.bgr.mean(axis=2))
    assert (darker.sum() > 40) == is_lit


def test_a_plate_without_the_file_has_sun_everywhere_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    for name in ("CAM-08.webp", "CAM-08-depth.png"):
        shutil.copy(PLAYGROUND.parent / name, tmp_path)
    assert load_plate(tmp_path, "CAM-08", size_wh=SIZE_WH).sunlight is None
    cv2.imwrite(str(tmp_path / "CAM-08-sun.png"), np.zeros((90, 90), dtype=np.uint8))
    with pytest.raises(RecordingError, match=r"CAM-08-sun\.png.*delete it"):
        load_plate(tmp_path, "CAM-08", size_wh=SIZE_WH)
    (tmp_path / "CAM-08-sun.png").write_bytes(b"no picture")
    with pytest.raises(RecordingError, match=r"CAM-08-sun\.png"):
        load_plate(tmp_path, "CAM-08", size_wh=SIZE_WH)
