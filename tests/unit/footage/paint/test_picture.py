from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Pose, Prop
from sim.errors import RecordingError
from sim.footage.paint.meshes import sort_faces
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.raster import NOBODY, SUBPIXEL, draw_triangles
from sim.footage.paint.shadows import Samples, make_samples
from sim.footage.paint.things import PropMesh, Thing, Things, make_prop_mesh
from sim.footage.people.bags import BAG_SOLIDS
from sim.footage.people.motion import Stance
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

SHARE = 0.5
STEP_M = 0.30
AWAY_M = 4.0


@dataclass
class _Slide:
    standing: Stance

    def get(self, row: int) -> Stance:
        x, y, z = self.standing.xyz_m
        return replace(self.standing, xyz_m=(x, y + STEP_M * (row - 1), z), row=row, walk=self)  # type: ignore[arg-type]

    def find_feet(self, row: int, find_soles: object) -> np.ndarray:
        return np.zeros((2, 3))


def _paint(stance: Stance, *, share: float) -> tuple[np.ndarray, object]:
    view, person = make_hall_view(), make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    painter = ScenePainter(view, make_hall_plate(view), figures, coarse_px=0, shutter_share=share)
    picture, sightings = painter.paint([stance])
    return picture.astype(float), sightings


def _make_walk() -> _Slide:
    return _Slide(stand(make_hall_people()[0], AWAY_M, 0.0, pose=Pose.STAND))


def test_somebody_who_moves_is_the_mean_of_many_sharp_pictures() -> None:
    walk = _make_walk()
    now = walk.get(1)
    blurred, seen = _paint(now, share=SHARE)
    sharp, also = _paint(now, share=0.0)
    assert seen == also, "who is seen where does not change"
    x, y, z = now.xyz_m
    steps = [(k + 0.5) / 16 - 0.5 for k in range(16)]
    moved = [_paint(replace(now, xyz_m=(x, y + SHARE * STEP_M * s, z), walk=None), share=0.0)[0] for s in steps]
    wanted = np.mean(moved, axis=0)
    person = np.abs(sharp - wanted).max(axis=2) > 8
    assert person.sum() > 200
    off_now, off_sharp = np.abs(blurred - wanted)[person].mean(), np.abs(sharp - wanted)[person].mean()
    assert off_now < 0.4 * off_sharp


def test_who_stands_still_and_who_has_just_come_stay_sharp() -> None:
    walk = _make_walk()
    sharp, _ = _paint(walk.get(1), share=0.0)
    assert (_paint(replace(walk.get(1), row=0), share=SHARE)[0] == sharp).all()
    assert (_paint(replace(walk.get(1), walk=None), share=SHARE)[0] == sharp).all()
    assert (_paint(walk.get(1), share=0.001)[0] == sharp).all()


def test_a_picture_does_not_depend_on_what_was_painted_before() -> None:
    view, person = make_hall_view(), make_hall_people()[0]
    figures = {(person.person_id, 0): make_figure(person)}
    walk = _make_walk()
    painter = ScenePainter(view, make_hall_plate(view), figures, coarse_px=0, shutter_share=1.0)
    fresh = painter.paint([walk.get(3)])[0].copy()
    for row in (1, 2, 5, 4):
        painter.paint([walk.get(row)])
    assert (painter.paint([walk.get(3)])[0] == fresh).all()


KINDS = [*BAG_SOLIDS, "jacket", "hoodie", "cap"]


def _make(kind: str) -> PropMesh:
    return make_prop_mesh(Garment(kind=kind, colour="navy", rgb=(0.02, 0.03, 0.08), accent=(0.5, 0.5, 0.5)))


@pytest.mark.parametrize("kind", KINDS)
def test_things_put_down_stand_on_the_ground_around_their_middle(kind: str) -> None:
    mesh = _make(kind)
    low, high = mesh.vertices_m.min(axis=0), mesh.vertices_m.max(axis=0)
    assert low[2] == pytest.approx(0.0, abs=1e-4)
    assert 0.03 < high[2] < 1.0
    assert np.abs(low[:2] + high[:2]).max() < 0.12
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0, abs=1e-3)
    assert mesh.faces.max() == len(mesh.vertices_m) - 1
    assert len(mesh.albedo) == len(mesh.occlusion) == len(mesh.vertices_m)
    garment = Garment(kind=kind, colour="navy", rgb=(0.02, 0.03, 0.08))
    for solid in BAG_SOLIDS[kind](garment) if kind in BAG_SOLIDS else ():
        a, b, c = (solid.vertices_m[solid.faces[:, k]].astype(float) for k in range(3))
        assert np.einsum("fi,fi->f", a, np.cross(b, c)).sum() > 0, "every part is closed and turned outward"
    with pytest.raises(RecordingError, match="jeans"):
        _make("jeans")


@pytest.mark.parametrize("kind", ["backpack", "messenger bag", "hoodie"])
def test_a_thing_put_down_has_seams_and_folds_and_keeps_its_outline(kind: str) -> None:
    view = make_hall_view()
    garment = Garment(kind=kind, colour="red", rgb=(0.4, 0.05, 0.05))
    prop = Prop(
        prop_id="bag", garment=garment, first_frame=0, last_frame=0, xyz_m=(3.0, 0.0, 0.0), heading_rad=np.pi, floor="1"
    )
    stances = Things([prop]).get(0)
    plain, textured = (
        ScenePainter(view, make_hall_plate(view), {("bag", 0): Thing(make_prop_mesh(garment), what)})
        for what in (None, garment)
    )
    (flat, _), (seen, _) = plain.paint(stances), textured.paint(stances)
    box = textured.measure(stances)[0].box_xyxy
    assert box == plain.measure(stances)[0].box_xyxy
    inside = np.s_[int(box[1]) : int(box[3]) + 1, int(box[0]) : int(box[2]) + 1]
    off = np.abs(seen.astype(int) - flat.astype(int)).max(axis=2)
    assert np.mean(off[inside] > 3) > 0.15
    # what is called red stays as red as it was
    assert seen[inside].mean(axis=(0, 1)) == pytest.approx(flat[inside].mean(axis=(0, 1)), rel=0.06)


SIZE_WH = (90, 70)
IntArray = NDArray[np.int64]


def draw(
    samples: Samples, place: IntArray, nearness: NDArray[np.float32], *, serial: int = 0, hides: bool = False
) -> tuple[int, NDArray[np.int32]]:
    width, height = SIZE_WH
    spans = np.full((height, 2), (width, -1), dtype=np.int32)
    covered = draw_triangles(
        np.arange(len(place), dtype=np.int32).reshape(-1, 3),
        0,
        place.astype(np.int32),
        nearness,
        np.full((len(place), 3), 200, dtype=np.float32),
        3,
        serial,
        np.array([0, 0, width, height]),
        samples.near,
        samples.colour,
        samples.owner,
        samples.stamp,
        spans,
        None,
        samples.cover if hides else None,
    )
    return covered, spans


def is_inside(triangle: IntArray) -> NDArray[np.bool_]:
    width, height = SIZE_WH
    x, y = np.meshgrid(np.arange(width) * SUBPIXEL + SUBPIXEL // 2, np.arange(height) * SUBPIXEL + SUBPIXEL // 2)
    a, b, c = triangle
    if (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1]) < 0:
        b, c = c, b
    inside = np.ones((height, width), dtype=np.bool_)
    for start, end in pairwise((a, b, c, a)):
        side = (end[0] - start[0]) * (y - start[1]) - (end[1] - start[1]) * (x - start[0])
        is_left_or_top = end[1] < start[1] or (end[1] == start[1] and end[0] > start[0])
        inside &= side >= (0 if is_left_or_top else 1)
    return inside


def draw_places(rng: np.random.Generator, *, triangles: int, most: int) -> IntArray:
    middles = rng.integers(-10 * SUBPIXEL, 100 * SUBPIXEL, (triangles, 1, 2))
    return (middles + rng.integers(-most * SUBPIXEL // 2, most * SUBPIXEL // 2, (triangles, 3, 2))).reshape(-1, 2)


@pytest.mark.parametrize("most", [4, 12, 150, 60_000])
def test_samples_whose_middles_lie_in_a_triangle_are_covered(most: int) -> None:
    rng = np.random.default_rng(most)
    compared = 0
    for number in range(60):
        samples = make_samples(np.zeros((SIZE_WH[1], SIZE_WH[0]), dtype=np.float32), 1)
        place = draw_places(rng, triangles=1, most=most)
        if number % 3 == 0:
            place = place // SUBPIXEL * SUBPIXEL + SUBPIXEL // 2  # through middles of samples
        covered, spans = draw(samples, place, np.ones(3, dtype=np.float32))
        wanted = is_inside(place)
        assert np.array_equal(samples.stamp == 0, wanted)
        assert np.array_equal(samples.owner == 3, wanted)
        assert covered == wanted.sum()
        for row in np.flatnonzero(wanted.any(axis=1)):
            assert tuple(spans[row]) == (wanted[row].argmax(), SIZE_WH[0] - 1 - wanted[row][::-1].argmax())
        compared += covered > 0
    assert compared > 10


@pytest.mark.parametrize("most", [12, 60, 150])
def test_leaving_out_what_is_hidden_changes_no_picture(most: int) -> None:
    rng = np.random.default_rng(most)
    base = np.repeat(np.repeat(rng.uniform(0.05, 0.5, (7, 9)), 10, axis=0), 10, axis=1).astype(np.float32)
    everything, seen = make_samples(base, 1), make_samples(base, 1)
    triangles = 900 // most
    place = draw_places(rng, triangles=triangles, most=most)
    nearness = np.repeat(rng.uniform(0.02, 0.4, triangles), 3).astype(np.float32)
    covered, _ = draw(everything, place, nearness)
    without_hidden, _ = draw(seen, place, nearness, hides=True)
    assert (everything.owner == 3).any()
    assert without_hidden < covered
    for kept, whole in ((seen.near, everything.near), (seen.owner, everything.owner), (seen.colour, everything.colour)):
        assert np.array_equal(kept, whole)


def test_a_drawing_never_meets_the_number_of_an_earlier_one() -> None:
    samples = make_samples(np.zeros((SIZE_WH[1], SIZE_WH[0]), dtype=np.float32), 1)
    place = np.array([[0, 0], [0, 40 * SUBPIXEL], [40 * SUBPIXEL, 0]])
    first, _ = draw(samples, place, np.ones(3, dtype=np.float32), serial=samples.take_serial())
    for _ in range(np.iinfo(np.int16).max - 1):
        samples.take_serial()
    assert (samples.stamp != NOBODY).any()
    again, _ = draw(samples, place, np.ones(3, dtype=np.float32), serial=samples.take_serial())
    assert first == again > 0


_SIDES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 2) for z in (0, 3)], dtype=np.float32)


def test_a_box_whose_sides_have_their_own_corners_is_drawn_from_outside_alone() -> None:
    for is_inside_out in (False, True):
        vertices = np.concatenate([_CORNERS[list(side)] for side in _SIDES])
        corners = [[4 * k + i, 4 * k + j, 4 * k + n] for k in range(6) for i, j, n in ((0, 1, 2), (0, 2, 3))]
        faces = np.array(corners, dtype=np.int32)[:, :: -1 if is_inside_out else 1]
        joined = sort_faces(vertices, faces, joins_corners=True)
        assert joined.one_sided == len(faces)
        a, b, c = (vertices[joined.faces[:, k]].astype(np.float64) for k in range(3))
        outward = (np.cross(b - a, c - a) * ((a + b + c) / 3 - vertices.mean(axis=0))).sum(axis=1)
        assert (outward > 0).all()
        assert sort_faces(vertices, faces).one_sided == 0
        assert sort_faces(vertices, faces[:2], joins_corners=True).one_sided == 0, "a sheet has two sides"
