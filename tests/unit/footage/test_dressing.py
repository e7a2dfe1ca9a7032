from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.people import Garment, Person
from sim.crowd.wardrobe import NONE
from sim.footage.bodies import load_body
from sim.footage.cloth import BOTTOMS, TOPS, Piece, dress_surface
from sim.footage.dressing import dress_person
from sim.footage.skin_mesh import cut_mesh, make_skin_mesh, split_pieces
from tests.support.painted_hall import BODIES, make_hall_people

PERSON = make_hall_people()[0]


def _wear(**garments: Garment) -> Person:
    return replace(PERSON, body_id="girl_average", outfit=replace(PERSON.outfit, **garments))


def test_cutting_keeps_the_surface_where_it_is() -> None:
    body = load_body(BODIES, "girl_average")
    mesh = make_skin_mesh(body)
    cut = cut_mesh(mesh, mesh.compute(body.rest_m)[:, 2] - 1.0, label=7)
    at = cut.compute(body.rest_m)

    def area(points: np.ndarray, faces: np.ndarray) -> float:
        a, b, c = (points[faces[:, k]] for k in range(3))
        return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)

    assert area(at, cut.faces) == pytest.approx(area(body.rest_m, body.faces), rel=1e-4)
    above = at[cut.faces[cut.labels == 7]]
    below = at[cut.faces[cut.labels == 0]]
    assert above[..., 2].min() >= 1.0 - 1e-4
    assert below[..., 2].max() <= 1.0 + 1e-4
    _, label = split_pieces(cut)
    assert set(label) == {0, 7}


@pytest.mark.parametrize("top", sorted(TOPS))
@pytest.mark.parametrize("bottom", ["jeans", "shorts", "skirt"])
def test_every_garment_fits(top: str, bottom: str) -> None:
    person = _wear(top=replace(PERSON.outfit.top, kind=top), bottom=replace(PERSON.outfit.bottom, kind=bottom))
    dressed = dress_person(load_body(BODIES, person.body_id), person)
    assert np.isfinite(dressed.vertices_m).all()
    assert np.linalg.norm(dressed.normals, axis=2).max() < 1.001
    assert dressed.faces.max() < dressed.vertices_m.shape[1]
    assert dressed.albedo.min() >= 0.0
    assert dressed.albedo.max() <= 1.0
    assert dressed.vertices_m[..., 2].min() > -0.01


def test_short_sleeves_leave_the_forearm_bare_and_long_ones_do_not() -> None:
    body = load_body(BODIES, "boy_average")
    elbow = abs(float(body.get_joint("lowerarm01.L")[1]))
    for kind, bare in (("T-shirt", True), ("hoodie", False)):
        person = _wear(top=replace(PERSON.outfit.top, kind=kind))
        surface = dress_surface(body, person.outfit, np.random.default_rng(1))
        at = surface.mesh.compute(body.rest_m)
        wrist = abs(float(body.get_joint("wrist.L")[1]))
        forearm = (np.abs(at[:, 1]) > elbow + 0.03) & (np.abs(at[:, 1]) < wrist - 0.05)
        assert (surface.piece[forearm] == Piece.SKIN).mean() == (1.0 if bare else 0.0)


def test_a_backpack_is_behind_and_bags_and_hats_add_meshes() -> None:
    body = load_body(BODIES, "girl_average")
    plain = dress_person(body, _wear(bag=NONE, headwear=NONE))
    black = PERSON.outfit.shoes.rgb
    packed = dress_person(body, _wear(bag=Garment(kind="backpack", colour="black", rgb=black), headwear=NONE))
    stand = plain.pose_names.index("stand_a")
    assert packed.vertices_m[stand, :, 0].min() < plain.vertices_m[stand, :, 0].min() - 0.08
    for kind in ("cap", "beanie", "hijab"):
        hat = dress_person(body, _wear(bag=NONE, headwear=Garment(kind=kind, colour="black", rgb=black)))
        assert hat.faces.shape != plain.faces.shape


def test_taller_people_are_taller() -> None:
    body = load_body(BODIES, "girl_average")
    short, tall = (dress_person(body, replace(_wear(), height_scale=s)) for s in (0.95, 1.05))
    assert np.allclose(short.vertices_m / 0.95, tall.vertices_m / 1.05, atol=1e-5)


def test_all_legwear_reaches_where_it_says() -> None:
    body = load_body(BODIES, "boy_average")
    for kind, fit in BOTTOMS.items():
        surface = dress_surface(
            body, _wear(bottom=replace(PERSON.outfit.bottom, kind=kind)).outfit, np.random.default_rng(1)
        )
        at = surface.mesh.compute(body.rest_m)[surface.piece == Piece.BOTTOM]
        assert float(at[:, 2].min()) == pytest.approx(fit.end * float(body.rest_m[:, 2].max()) / 1.6, abs=0.02)
