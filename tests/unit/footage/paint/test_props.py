import numpy as np
import pytest

from sim.crowd.people.people import Garment
from sim.crowd.people.track import Prop
from sim.errors import RecordingError
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.things import PropMesh, Thing, Things, make_prop_mesh
from sim.footage.people.bags import BAG_SOLIDS
from tests.support.painted_hall import make_hall_plate, make_hall_view

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


@pytest.mark.parametrize("kind", sorted(BAG_SOLIDS))
def test_every_part_of_a_bag_is_closed_and_turned_outward(kind: str) -> None:
    for solid in BAG_SOLIDS[kind](Garment(kind=kind, colour="navy", rgb=(0.02, 0.03, 0.08))):
        a, b, c = (solid.vertices_m[solid.faces[:, k]].astype(float) for k in range(3))
        volume = float(np.einsum("fi,fi->f", a, np.cross(b, c)).sum() / 6)
        assert volume > 0


def test_what_cannot_lie_about_is_refused_by_name() -> None:
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
