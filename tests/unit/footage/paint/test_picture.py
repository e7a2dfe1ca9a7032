"""Motion blur against an average of many sharp pictures taken while the shutter is open."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.crowd.people.people import Garment
from sim.crowd.people.track import Pose, Prop
from sim.errors import RecordingError
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.things import PropMesh, Thing, Things, make_prop_mesh
from sim.footage.people.bags import BAG_SOLIDS
from sim.footage.people.motion import Stance
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

SHARE = 0.5
STEP_M = 0.30
AWAY_M = 4.0


@dataclass
class _Slide:
    """A walk that goes sideways in one pose."""

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
    """After a long step sideways, pixels far beside the person are averaged: this picture's, not an earlier one's."""
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
        prop_id="bag",
        garment=garment,
        first_frame=0,
        last_frame=0,
        xyz_m=(3.0, 0.0, 0.0),
        heading_rad=np.pi,
        floor="1",
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
