"""The mesh with fewer faces: it looks the same from afar, and nothing tears or grows together."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from sim.crowd.people.people import Person
from sim.crowd.people.track import Pose
from sim.footage.paint.light import INDOORS
from sim.footage.paint.meshes import COARSE_PX
from sim.footage.paint.picture import ScenePainter
from sim.footage.people.bodies import REST
from sim.footage.people.dressing import coarsen
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view

GREEN = (0, 255, 0)
AT_100_PX_M = 6.4
POSES = (Pose.WALK, Pose.STAND, Pose.SIT)


def _stand(person: Person, pose: Pose, *, heading_rad: float) -> Stance:
    return Stance(
        person_id=person.person_id,
        xyz_m=(AT_100_PX_M, 0.0, 0.0),
        heading_rad=heading_rad,
        gait_phase=0.3,
        shares=tuple(float(p is pose) for p in Pose),
    )


def _make_painter(person: Person, *, coarse_px: float) -> ScenePainter:
    view = make_hall_view()
    plate = make_hall_plate(view)
    bare = replace(plate, bgr=np.full_like(plate.bgr, GREEN), depth_m=np.full_like(plate.depth_m, 50.0))
    figures = {(person.person_id, 0): make_figure(person)}
    return ScenePainter(view, bare, figures, lighting=replace(INDOORS, contact=0.0), coarse_px=coarse_px)


@pytest.mark.parametrize("person", make_hall_people(), ids=lambda p: p.person_id)
def test_drawn_small_a_coarse_person_has_the_same_outline_and_box(person: Person) -> None:
    fine, coarse = _make_painter(person, coarse_px=0), _make_painter(person, coarse_px=1000)
    for pose in POSES:
        for heading_rad in (0.0, 1.6, 4.5):
            stance = _stand(person, pose, heading_rad=heading_rad)
            (a, (seen,)), (b, (also,)) = fine.paint([stance]), coarse.paint([stance])
            one, other = (np.abs(p.astype(int) - GREEN).sum(axis=2) > 128 for p in (a, b))
            assert (one & other).sum() / (one | other).sum() > 0.97
            assert np.abs(np.subtract(seen.box_xyxy, also.box_xyxy)).max() <= 1
            assert np.abs(a.astype(int) - b)[one & other].mean() < 8


@pytest.mark.parametrize("person", make_hall_people(), ids=lambda p: p.person_id)
def test_a_coarse_mesh_has_far_fewer_faces_and_vertices_near_all_of_the_fine_ones(person: Person) -> None:
    dressed = make_figure(person).dressed
    mesh = coarsen(dressed.laid_m, dressed.normals[REST], dressed.faces)
    assert len(mesh.faces) < 0.65 * len(dressed.faces)
    away_m = cKDTree(dressed.laid_m[mesh.rows]).query(dressed.laid_m)[0]
    assert np.quantile(away_m, 0.99) < 0.025
    assert mesh.faces.max() < len(mesh.rows)


def test_parts_are_never_put_together_and_a_thin_bar_keeps_its_width() -> None:
    length, size_m = 61, 0.012
    x = np.repeat(np.linspace(0, 0.6, length), 4)
    y = np.tile([0, size_m, size_m, 0], length)
    z = np.tile([0, 0, size_m, size_m], length)
    bar = np.stack([x, y, z], axis=1).astype(np.float32)
    normals = np.stack([np.zeros_like(x), y * 2 / size_m - 1, z * 2 / size_m - 1], axis=1) / np.sqrt(2)
    ring = np.arange(length - 1)[:, None] * 4 + np.arange(4)
    turned = np.arange(length - 1)[:, None] * 4 + (np.arange(4) + 1) % 4
    faces = np.concatenate(
        [
            np.stack([ring, turned, ring + 4], -1).reshape(-1, 3),
            np.stack([turned, turned + 4, ring + 4], -1).reshape(-1, 3),
        ]
    )
    both = np.concatenate([bar, bar + np.float32([0, size_m * 1.1, 0])])
    mesh = coarsen(
        both,
        np.concatenate([normals, normals]).astype(np.float32),
        np.concatenate([faces, faces + len(bar)]).astype(np.int32),
    )
    first = mesh.rows < len(bar)
    assert len(mesh.faces) < len(faces)
    assert (first[mesh.faces].all(axis=1) | ~first[mesh.faces].any(axis=1)).all()
    kept = both[mesh.rows[first]]
    assert np.ptp(kept[:, 1]) == pytest.approx(size_m) and np.ptp(kept[:, 2]) == pytest.approx(size_m)


def test_feet_stand_where_they_do_with_all_faces() -> None:
    figure = make_figure(make_hall_people()[0])
    stance = _stand(make_hall_people()[0], Pose.WALK, heading_rad=0.4)
    fine, coarse = figure.find_soles([stance]), figure.make_coarse().find_soles([stance])
    assert all(np.array_equal(a, b) for a, b in zip(fine, coarse, strict=True))


def test_only_people_below_the_bound_are_drawn_with_fewer_faces() -> None:
    person = make_hall_people()[0]
    usual, fine = _make_painter(person, coarse_px=COARSE_PX), _make_painter(person, coarse_px=0)
    near, far = (replace(_stand(person, Pose.STAND, heading_rad=0.0), xyz_m=(x, 0.0, 0.0)) for x in (4.0, 9.0))
    assert np.array_equal(usual.paint([near])[0], fine.paint([near])[0])
    assert not np.array_equal(usual.paint([far])[0], fine.paint([far])[0])


def test_who_stands_beside_the_camera_out_of_its_picture_is_not_even_posed(monkeypatch: pytest.MonkeyPatch) -> None:
    person = make_hall_people()[0]
    painter = _make_painter(person, coarse_px=COARSE_PX)
    posed: list[Stance] = []
    place = Figure.place

    def count(figure: Figure, stance: Stance) -> tuple[np.ndarray, np.ndarray]:
        posed.append(stance)
        return place(figure, stance)

    monkeypatch.setattr(Figure, "place", count)
    beside, before = (
        replace(_stand(person, Pose.STAND, heading_rad=0.0), xyz_m=xyz) for xyz in ((0.5, 9, 0), (5, 0, 0))
    )
    painter.paint([beside, before])
    assert posed == [before]
