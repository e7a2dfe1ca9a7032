"""Boxes and visible shares against a slow twin: everybody projected point by point onto one common id mask."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.people import Pose
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import Plate
from sim.footage.people.motion import Stance
from sim.site.camera import CameraView
from tests.support.cell_runs import find_cells, find_shared, make_runs
from tests.support.painted_hall import (
    make_figure,
    make_hall_people,
    make_hall_plate,
    make_hall_view,
    stand,
)

SUBDIVIDE = 12


def _scatter(figure_faces: NDArray[np.int32], vertices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points spread evenly over all triangles, so dense that no pixel is missed."""
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
