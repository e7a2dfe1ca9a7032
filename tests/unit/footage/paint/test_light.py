import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from sim.errors import NewerSchemaError, RecordingError
from sim.footage.paint.light import (
    INDOORS,
    OUTDOORS,
    Irradiance,
    choose_lighting,
    estimate_light,
    find_light_file,
    list_places,
    read_light,
    undo_shoulder,
    write_light,
)
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import Plate, compute_surface, load_plate
from sim.footage.paint.raster import mix_light
from sim.footage.paint.shadows import find_sunlight
from sim.site.camera import CameraView, make_view
from sim.site.model import load_site
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand
from tests.support.tiny_site import make_tiny_site

PLACE = np.array([[9.0, 0.0, 1.1]])


def _make_hall(*, door: float, grey: float = 0.3) -> tuple[np.ndarray, np.ndarray, CameraView]:
    view = make_hall_view()
    depth_m = np.minimum(make_hall_plate(view).depth_m, np.float32(12.0))
    light = np.full((*depth_m.shape, 3), grey)
    light[depth_m >= 12.0] = door
    return light, depth_m, view


def _facing(light: np.ndarray, direction: tuple[float, float, float]) -> float:
    return float((light[0] + np.array(direction) @ light[1:]).mean())


def test_before_a_bright_door_people_are_dark_in_front_and_bright_behind() -> None:
    light, depth_m, view = _make_hall(door=4.0)
    (bright,) = estimate_light(light, depth_m, view, PLACE, INDOORS).light
    light, depth_m, view = _make_hall(door=0.3)
    (plain,) = estimate_light(light, depth_m, view, PLACE, INDOORS).light
    to_camera, to_door = (-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)
    assert _facing(bright, to_camera) < 0.8 * _facing(bright, to_door)
    assert _facing(bright, to_camera) < 0.95 * _facing(plain, to_camera)
    assert _facing(plain, to_camera) == pytest.approx(_facing(plain, to_door), rel=0.02)
    assert _facing(plain, (0, 0, 1)) == pytest.approx(INDOORS.ceiling, rel=0.02)
    assert _facing(plain, (0, 0, -1)) == pytest.approx(INDOORS.floor, rel=0.02)


def test_a_coloured_floor_colours_what_faces_down_and_a_dark_end_of_a_hall_is_darker() -> None:
    light, depth_m, view = _make_hall(door=0.3)
    light[depth_m < 12.0] = (0.1, 0.2, 0.6)
    (found,) = estimate_light(light, depth_m, view, PLACE, INDOORS).light
    down, up = found[0] - found[3], found[0] + found[3]
    assert down[2] / down[0] > 3
    assert down[2] / down[0] > 1.5 * up[2] / up[0]
    light, depth_m, view = _make_hall(door=0.3)
    light[depth_m > 8.0] = 0.05
    near, far = estimate_light(light, depth_m, view, np.array([[5.0, 0, 1.1], [11.0, 0, 1.1]]), INDOORS).light
    assert far[0].mean() < 0.85 * near[0].mean()


def test_light_between_places_is_between_theirs_and_the_shoulder_is_undone() -> None:
    lights = np.stack([np.full((4, 3), 0.2), np.full((4, 3), 0.6)]).astype(np.float32)
    places_m = np.array([[0, 0, 1], [4, 0, 1]], dtype=np.float32)
    near, quarter, middle = (mix_light(places_m, lights, np.array([x, 0, 1], dtype=np.float32)) for x in (0, 1, 2))
    assert middle == pytest.approx(0.4)
    assert near == pytest.approx(0.2, abs=0.01)
    assert 0.2 < quarter.mean() < 0.3
    assert undo_shoulder(np.array([0.5, 0.860])) == pytest.approx([0.5, 1.0], abs=2e-3)
    assert undo_shoulder(np.array([1.0])) == pytest.approx([4.0])


def test_the_light_of_a_place_shows_on_people() -> None:
    view, person = make_hall_view(), make_hall_people()[0]
    plate, figures = make_hall_plate(view), {(person.person_id, 0): make_figure(person)}
    means = []
    for share in (0.3, 0.8):
        light = np.zeros((1, 4, 3), dtype=np.float32)
        light[0, 0] = share
        irradiance = Irradiance(places_m=PLACE.astype(np.float32), light=light)
        painter = ScenePainter(view, plate, figures, irradiance=irradiance)
        picture, sightings = painter.paint([stand(person, 9.0, 0.0)])
        x1, y1, x2, y2 = map(int, sightings[0].box_xyxy)
        means.append(float(picture[y1:y2, x1:x2].mean()))
    assert means[0] < means[1] - 10


def test_places_lie_along_the_ways_that_a_camera_sees() -> None:
    site = make_tiny_site()
    view = make_view(site.cameras[0])
    places_m = list_places(site, view)
    assert sorted(map(tuple, places_m.tolist())) == [(3.0, 2.0, 1.1), (4.5, 2.0, 1.1), (6.0, 2.0, 1.1)]
    assert (view.compute_pixels(places_m)[1] > 0).all()


def test_a_light_file_is_read_as_it_was_written_and_a_missing_spoiled_or_newer_one_named(tmp_path: Path) -> None:
    light, depth_m, view = _make_hall(door=4.0)
    written = estimate_light(light, depth_m, view, PLACE, INDOORS)
    path = find_light_file(tmp_path, "CAM-01")
    write_light(path, written)
    read = read_light(path)
    assert read.light == pytest.approx(written.light, abs=1e-4)
    assert read.places_m == pytest.approx(written.places_m)
    path.unlink()
    with pytest.raises(RecordingError, match=r"CAM-01-light\.json is missing"):
        read_light(path)
    path.write_text(json.dumps({"schema_version": 2, "places": []}))
    with pytest.raises(NewerSchemaError, match=r"CAM-01-light\.json has schema_version 2"):
        read_light(path)
    path.write_text(json.dumps({"schema_version": 1, "places": []}))
    with pytest.raises(RecordingError, match=r"CAM-01-light\.json.*places"):
        read_light(path)
    path.write_text("{")
    with pytest.raises(RecordingError, match=r"CAM-01-light\.json"):
        read_light(path)


SITES = Path("scenarios/sites")
SIZE_WH = (960, 540)
NEAR_PX = 7
LIGHTER = 1.25
PLATES = sorted(SITES.glob("*/plates/*-sun.png"))
PLAYGROUND = SITES / "birch-elementary" / "plates" / "CAM-08-sun.png"


def look(path: Path) -> tuple[CameraView, Plate, NDArray[np.float32]]:
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
    grey = cv2.GaussianBlur(plate.bgr.mean(axis=2).astype(np.float32), (0, 0), 15)
    is_ground = (np.abs(surface_m[..., 2]) < 0.05) & (plate.depth_m > 8) & (plate.depth_m < 25)
    is_ground[:200] = False
    wanted = is_ground & ((grey > 165) if is_lit else (grey < 150))
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
