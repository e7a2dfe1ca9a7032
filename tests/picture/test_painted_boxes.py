"""Boxes and visible shares against a slow twin, everybody projected onto one id mask, and by geometry; vehicles too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Kind, Pose, Prop, VehicleTrack
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.paint.light import OUTDOORS, make_daylight
from sim.footage.paint.meshes import Drawable
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import Plate
from sim.footage.paint.things import Thing, Things, load_vehicle, make_prop_mesh
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView
from sim.site.model import SunSpec
from tests.support.cell_runs import find_cells, find_shared, make_runs
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

SUBDIVIDE = 12


def _scatter(figure_faces: NDArray[np.int32], vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    u, v = np.meshgrid(np.linspace(0, 1, SUBDIVIDE), np.linspace(0, 1, SUBDIVIDE))
    inside = u + v <= 1
    u, v = u[inside], v[inside]
    a, b, c = (vertices[figure_faces[:, k]] for k in range(3))
    points = a[:, None] + u[None, :, None] * (b - a)[:, None] + v[None, :, None] * (c - a)[:, None]
    return np.asarray(points.reshape(-1, 3))


def _render_ids(view: CameraView, plate: Plate, stances: list[Stance]) -> tuple[NDArray[np.int64], dict[str, int]]:
    people = {p.person_id: p for p in make_hall_people()}
    width, height = view.size_wh
    nearest = plate.depth_m.astype(np.float64).copy()
    owner = np.full((height, width), -1)
    alone: dict[str, int] = {}
    for number, stance in enumerate(stances):
        figure = make_figure(people[stance.person_id])
        vertices, _ = figure.place(stance)
        points = _scatter(figure.dressed.faces, vertices.astype(np.float64))
        pixels, depth = view.compute_pixels(points)
        column, row = np.floor(pixels[:, 0]).astype(int), np.floor(pixels[:, 1]).astype(int)
        keep = (column >= 0) & (column < width) & (row >= 0) & (row < height) & (depth > 0.3)
        mine = np.full((height, width), np.inf)
        np.minimum.at(mine, (row[keep], column[keep]), depth[keep])
        alone[stance.person_id] = int(np.isfinite(mine).sum())
        won = mine < nearest + 0.03
        owner[won], nearest[won] = number, np.minimum(mine, nearest)[won]
    return owner, alone


def _crowd() -> list[Stance]:
    people = make_hall_people()
    return [
        stand(people[0], 4.0, 0.3, heading_rad=np.pi, phase=0.1),
        stand(people[1], 5.2, 0.1, heading_rad=0.4, phase=0.6),
        stand(people[2], 7.0, -1.2, pose=Pose.STAND),
        stand(people[3], 7.6, -1.5, pose=Pose.PHONE, heading_rad=2.0),
        stand(people[4], 12.0, 0.4, phase=0.8),
        stand(people[5], 19.0, -2.0, phase=0.3, heading_rad=np.pi),
        stand(people[6], 3.4, 2.6, phase=0.45, heading_rad=-1.5),
        stand(people[7], 9.0, 2.2, pose=Pose.SIT, heading_rad=-2.0),
    ]


@pytest.mark.parametrize("pillar", [False, True])
def test_boxes_and_shares_are_those_of_an_id_mask(pillar: bool) -> None:
    view = make_hall_view()
    plate = make_hall_plate(view, pillar=pillar)
    stances = _crowd()
    figures = {(p.person_id, 0): make_figure(p) for p in make_hall_people()}
    _, sightings = ScenePainter(view, plate, figures).paint(stances)
    owner, alone = _render_ids(view, plate, stances)
    found = {s.person_id: s for s in sightings}
    for number, stance in enumerate(stances):
        rows, columns = np.nonzero(owner == number)
        share = len(rows) / alone[stance.person_id]
        if share < 0.03:
            assert found[stance.person_id].visible < 0.1 if stance.person_id in found else True
            continue
        sighting = found[stance.person_id]
        assert sighting.visible == pytest.approx(share, abs=0.08)
        if share > 0.3:
            expected = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            assert sighting.box_xyxy == pytest.approx(expected, abs=2.0)
    _, other_way_round = ScenePainter(view, plate, figures).paint(stances[::-1])
    assert {s.person_id: (s.box_xyxy, s.visible) for s in other_way_round} == {
        s.person_id: (s.box_xyxy, s.visible) for s in sightings
    }


@pytest.mark.parametrize("pillar", [False, True])
def test_silhouettes_are_the_cells_of_the_id_mask_and_measuring_tells_what_painting_does(pillar: bool) -> None:
    view = make_hall_view()
    figures = {(p.person_id, 0): make_figure(p) for p in make_hall_people()}
    painter = ScenePainter(view, make_hall_plate(view, pillar=pillar), figures)
    _, painted = painter.paint(_crowd())
    measured = painter.measure(_crowd(), with_pixels=True)
    assert [(s.person_id, s.box_xyxy, s.visible) for s in measured] == [
        (s.person_id, s.box_xyxy, s.visible) for s in painted
    ]
    pixels = {s.person_id: s.pixels for s in measured if s.pixels is not None}
    assert len(pixels) == len(measured) > 5
    cells = find_cells(pixels, view.size_wh)
    for sighting, before in zip(measured, painted, strict=True):
        own = pixels[sighting.person_id]
        x1, y1, x2, y2 = sighting.box_xyxy
        assert own.min(axis=0) == pytest.approx([x1, y1], abs=1.0)
        assert own.max(axis=0) + 1 == pytest.approx([x2, y2], abs=1.0)
        assert np.array_equal(sighting.runs, before.runs)
        assert np.array_equal(sighting.shared, before.shared)
        assert np.array_equal(sighting.runs, make_runs(cells[sighting.person_id]))
        assert np.array_equal(sighting.shared, find_shared(pixels, sighting.person_id))
    assert len({tuple(pixel) for own in pixels.values() for pixel in own.tolist()}) == sum(map(len, pixels.values()))
    assert sum(len(own) for own in cells.values()) > 500
    assert any(len(own) < len({(y // 4, x // 4) for x, y in pixels[who].tolist()}) for who, own in cells.items())


def test_things_hide_cells_and_have_none() -> None:
    view = make_hall_view()
    near, far = make_hall_people()[:2]
    figures = {(p.person_id, 0): make_figure(p) for p in (near, far)}
    painter = ScenePainter(view, make_hall_plate(view), figures)
    before, behind = stand(near, 5.0, 0.0, pose=Pose.STAND), stand(far, 7.0, 0.0, pose=Pose.STAND)
    (alone,) = painter.measure([behind])
    (hidden,) = painter.measure([behind], [before])
    assert hidden.person_id == far.person_id
    assert hidden.runs[:, 2].sum() < 0.7 * alone.runs[:, 2].sum()
    again = painter.measure([behind])
    assert np.array_equal(again[0].runs, alone.runs), "nothing of the frame before is left"


def test_people_out_of_the_picture_are_not_seen() -> None:
    view = make_hall_view()
    person = make_hall_people()[0]
    painter = ScenePainter(view, make_hall_plate(view), {(person.person_id, 0): make_figure(person)})
    for x_m, y_m in ((-4.0, 0.0), (5.0, 30.0)):
        picture, sightings = painter.paint([stand(person, x_m, y_m)])
        assert not sightings
        assert (picture == 128).all()


TALL_M = 1.70


class _Pole:
    def __init__(self, figure: Figure, tall_m: float) -> None:
        self.dressed, self.albedo_bgr = figure.dressed, figure.albedo_bgr
        self._figure, self._tall_m = figure, tall_m

    def place(self, stance: Stance) -> tuple[np.ndarray, np.ndarray]:
        vertices, normals = self._figure.place(stance)
        low, high = vertices[:, 2].min(), vertices[:, 2].max()
        stretched = vertices.copy()
        stretched[:, 2] = (vertices[:, 2] - low) / (high - low) * self._tall_m + stance.xyz_m[2]
        return stretched, normals

    def make_coarse(self) -> "_Pole":
        return _Pole(self._figure.make_coarse(), self._tall_m)


@pytest.mark.parametrize("k1", [0.0, -0.18])
@pytest.mark.parametrize("away_m", [5.0, 10.0, 20.0])
def test_somebody_of_170_cm_has_the_height_that_geometry_demands(away_m: float, k1: float) -> None:
    view = replace(make_hall_view(), size_wh=(1280, 720), k1=k1)
    person = make_hall_people()[0]
    pole = _Pole(make_figure(person), TALL_M)
    stance = stand(person, away_m, 1.0, pose=Pose.STAND)
    painter = ScenePainter(view, make_hall_plate(replace(view, k1=0.0)), {(person.person_id, 0): pole})
    _, sightings = painter.paint([stance])
    vertices, _ = pole.place(stance)
    pixels, _ = view.compute_pixels(vertices.astype(np.float64))
    demanded = float(np.ptp(pixels[:, 1]))
    ends, _ = view.compute_pixels(np.array([[away_m, 1.0, 0.0], [away_m, 1.0, TALL_M]]))
    _, top, _, bottom = sightings[0].box_xyxy
    assert bottom - top == pytest.approx(demanded, abs=1.0)
    assert bottom - top == pytest.approx(ends[0, 1] - ends[1, 1], abs=0.12 * demanded)


def test_a_bag_left_on_the_floor_is_drawn_while_it_is_there_and_hides_feet() -> None:
    view = make_hall_view()
    person = make_hall_people()[0]
    bag = Garment(kind="backpack", colour="red", rgb=(0.6, 0.05, 0.05))
    prop = Prop(
        prop_id="bag", garment=bag, first_frame=5, last_frame=9, xyz_m=(4.85, 0.0, 0.0), heading_rad=0.0, floor="1"
    )
    things = Things([prop])
    figures = {(person.person_id, 0): make_figure(person), ("bag", 0): Thing(make_prop_mesh(bag))}
    painter = ScenePainter(view, make_hall_plate(view), figures)
    behind = [stand(person, 5.2, 0.0, pose=Pose.STAND)]
    before, free = painter.paint(behind, things.get(4))
    during, hidden = painter.paint(behind, things.get(5))
    after, _ = painter.paint(behind, things.get(10))
    assert [s.person_id for s in hidden] == [person.person_id]
    assert hidden[0].visible < free[0].visible == 1.0
    red = [(p[..., 2].astype(int) - p[..., 1] > 40).sum() for p in (before, during)]
    assert red[1] - red[0] > 200
    assert (before == after).all()


def test_a_camera_may_have_a_sun_of_its_own_or_none() -> None:
    view = make_hall_view()
    person = make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    plate = make_hall_plate(view)
    azimuth_deg = float(np.rad2deg(np.arctan2(1.1, -0.8)))

    def paint(sun: SunSpec) -> tuple[float, float]:
        lighting = make_daylight(sun)
        picture, _ = ScenePainter(view, plate, figures, lighting=lighting).paint([stand(person, 7.0, 0.0)])
        beside, _ = view.compute_pixels(np.array([[6.2, 1.1, 0.0], [7.8, -1.1, 0.0]]))
        one, other = (picture[round(y) - 1 : round(y) + 2, round(x) - 1 : round(x) + 2].mean() for x, y in beside)
        return float(one), float(other)

    towards_us = paint(SunSpec(strength=1.0, azimuth_deg=azimuth_deg, elevation_deg=30))
    assert towards_us[1] < 0.75 * towards_us[0]
    behind = paint(SunSpec(strength=1.0, azimuth_deg=azimuth_deg + 180, elevation_deg=30))
    assert behind[0] < 0.75 * behind[1]
    hazy = paint(SunSpec(strength=0.4, azimuth_deg=azimuth_deg, elevation_deg=30))
    assert towards_us[1] + 5 < hazy[1] < hazy[0] - 5
    overcast = paint(SunSpec(strength=0.0))
    assert overcast[0] == pytest.approx(overcast[1], abs=2)


RED = (0.4, 0.02, 0.02)


def make_van(x_m: float, y_m: float, *, heading_rad: float = np.pi / 2) -> Stance:
    track = VehicleTrack(
        vehicle_id="vehicle-1",
        kind=Kind.VAN,
        rgb=RED,
        first_frame=0,
        xyz_m=np.array([[x_m, y_m, 0.0]]),
        heading_rad=np.array([heading_rad]),
        is_open=np.array([False]),
        floor="1",
    )
    (stance,) = Things((), (track,)).get(0)
    return stance


@pytest.fixture
def painter() -> ScenePainter:
    view = make_hall_view()
    figures: dict[tuple[str, int], Drawable] = {(p.person_id, 0): make_figure(p) for p in make_hall_people(2)}
    figures["vehicle-1", 0] = Thing(load_vehicle(Kind.VAN, rgb=RED, is_open=False))
    return ScenePainter(view, make_hall_plate(view), figures, lighting=OUTDOORS)


def test_a_car_hides_who_is_behind_it_and_is_hidden_by_who_is_before_it(painter: ScenePainter) -> None:
    behind, before = make_hall_people(2)
    stances = [stand(behind, 12.0, 0.0), stand(before, 6.0, 1.0)]
    _, alone = painter.paint(stances)
    _, seen = painter.paint(stances, [make_van(9.0, 0.0)])
    shares = {sighting.person_id: sighting.visible for sighting in seen}
    assert {sighting.person_id for sighting in alone} == {behind.person_id, before.person_id}
    assert shares[before.person_id] == pytest.approx(1.0)
    assert shares.get(behind.person_id, 0.0) < 0.5
    assert set(shares) <= {behind.person_id, before.person_id}, "a car is nobody"
    measured = painter.measure(stances, [make_van(9.0, 0.0)])
    assert [m.box_xyxy for m in measured] == [s.box_xyxy for s in seen]


def test_a_car_is_red_where_it_is_and_dark_where_its_shadow_is(painter: ScenePainter) -> None:
    empty, _ = painter.paint([])
    picture, _ = painter.paint([], [make_van(9.0, 0.0)])
    change = picture.astype(int) - empty
    red = (change[..., 2] > change[..., 0] + 25) & (change[..., 2] > change[..., 1] + 25)
    _, columns = np.nonzero(red)
    assert red.sum() > 1500
    assert columns.min() > 90 and columns.max() < 550
    shadow = (change < -12).all(axis=2) & ~red
    assert shadow.sum() > 600
    gone, _ = painter.paint([])
    assert (gone == empty).all(), "nothing stays behind"


def test_a_file_that_is_missing_or_newer_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"gone\.npz cannot be read"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "gone.npz")
    np.savez(tmp_path / "new.npz", schema_version=np.asarray(99))
    with pytest.raises(NewerSchemaError, match="schema_version 99"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "new.npz")
    np.savez(tmp_path / "less.npz", schema_version=np.asarray(1))
    with pytest.raises(RecordingError, match="no vehicle 'van'"):
        load_vehicle(Kind.VAN, rgb=RED, is_open=False, file=tmp_path / "less.npz")
