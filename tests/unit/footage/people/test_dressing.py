from dataclasses import replace
from functools import cache
from itertools import cycle

import numpy as np
import pytest

from sim.crowd.people.body_index import compute_height_m, load_body_index
from sim.crowd.people.people import Aid, Garment, Manner, Person
from sim.crowd.people.track import Pose
from sim.crowd.people.wardrobe import BAG_KINDS, HEADWEAR_KINDS, NONE
from sim.footage.people.bags import hold_bag
from sim.footage.people.bodies import Body, find_group, load_body
from sim.footage.people.cloth import Piece, cut_mesh, dress_surface, make_skin_mesh, split_pieces
from sim.footage.people.cloth_fits import BOTTOMS, TOPS
from sim.footage.people.dressing import bring_feet_together, dress_person, dress_poses, hold_body, walk_as
from sim.footage.people.figure import Figure
from tests.support.painted_hall import BODIES, make_hall_people, stand

PERSON = make_hall_people()[0]


@cache
def get_body(body_id: str) -> Body:
    """Return a body, read once; do not change its arrays."""
    return load_body(BODIES, body_id)


def _wear(**garments: Garment) -> Person:
    return replace(PERSON, body_id="girl_average", outfit=replace(PERSON.outfit, **garments))


def test_cutting_keeps_the_surface_where_it_is() -> None:
    body = get_body("girl_average")
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


@pytest.mark.parametrize(("top", "bottom"), list(zip(sorted(TOPS), cycle(["jeans", "shorts", "skirt"]), strict=False)))
def test_every_garment_fits(top: str, bottom: str) -> None:
    person = _wear(top=replace(PERSON.outfit.top, kind=top), bottom=replace(PERSON.outfit.bottom, kind=bottom))
    dressed = dress_person(get_body(person.body_id), person)
    assert np.isfinite(dressed.vertices_m).all()
    assert np.linalg.norm(dressed.normals, axis=2).max() < 1.001
    assert dressed.faces.max() < dressed.vertices_m.shape[1]
    assert dressed.albedo.min() >= 0.0
    assert dressed.albedo.max() <= 1.0
    assert dressed.vertices_m[..., 2].min() > -0.01


def test_every_top_fits_a_heavy_body() -> None:
    body = get_body("woman_heavy")
    for kind in TOPS:
        person = replace(_wear(top=replace(PERSON.outfit.top, kind=kind)), body_id=body.body_id)
        dressed = dress_person(body, person)
        assert np.isfinite(dressed.vertices_m).all()
        stretched = np.linalg.norm(np.diff(dressed.laid_m[dressed.faces][:, [0, 1, 2, 0]], axis=1), axis=2)
        assert stretched.max() < 0.25, "no spikes"


def test_short_sleeves_leave_the_forearm_bare_and_long_ones_do_not() -> None:
    body = get_body("boy_average")
    elbow = abs(float(body.get_joint("lowerarm01.L")[1]))
    for kind, bare in (("T-shirt", True), ("hoodie", False)):
        person = _wear(top=replace(PERSON.outfit.top, kind=kind))
        surface = dress_surface(body, person.outfit, np.random.default_rng(1))
        at = surface.mesh.compute(body.rest_m)
        wrist = abs(float(body.get_joint("wrist.L")[1]))
        forearm = (np.abs(at[:, 1]) > elbow + 0.03) & (np.abs(at[:, 1]) < wrist - 0.05)
        assert (surface.piece[forearm] == Piece.SKIN).mean() == (1.0 if bare else 0.0)


def test_a_backpack_is_behind_and_bags_and_hats_add_meshes() -> None:
    body = get_body("girl_average")
    plain = dress_person(body, _wear(bag=NONE, headwear=NONE))
    black = PERSON.outfit.shoes.rgb
    packed = dress_person(body, _wear(bag=Garment(kind="backpack", colour="black", rgb=black), headwear=NONE))
    stand = plain.pose_names.index("stand_a")
    assert packed.vertices_m[stand, :, 0].min() < plain.vertices_m[stand, :, 0].min() - 0.08
    for kind in ("cap", "beanie", "hijab"):
        hat = dress_person(body, _wear(bag=NONE, headwear=Garment(kind=kind, colour="black", rgb=black)))
        assert hat.faces.shape != plain.faces.shape


def test_taller_people_are_taller() -> None:
    body = get_body("girl_average")
    short, tall = (dress_person(body, replace(_wear(), height_scale=s)) for s in (0.95, 1.05))
    assert np.allclose(short.vertices_m / 0.95, tall.vertices_m / 1.05, atol=1e-5)


def test_all_legwear_reaches_where_it_says() -> None:
    body = get_body("boy_average")
    for kind, fit in BOTTOMS.items():
        surface = dress_surface(
            body, _wear(bottom=replace(PERSON.outfit.bottom, kind=kind)).outfit, np.random.default_rng(1)
        )
        at = surface.mesh.compute(body.rest_m)[surface.piece == Piece.BOTTOM]
        assert float(at[:, 2].min()) == pytest.approx(fit.end * float(body.rest_m[:, 2].max()) / 1.6, abs=0.02)


@pytest.mark.parametrize("kind", BAG_KINDS)
def test_bags_are_carried_and_stand_beside_who_sits(kind: str) -> None:
    person = _wear(bag=Garment(kind=kind, colour="black", rgb=(0.02, 0.02, 0.02)))
    dressed = dress_person(get_body(person.body_id), person)
    plain = dress_person(get_body(person.body_id), _wear(bag=NONE))
    assert len(dressed.faces) > len(plain.faces) + 100
    figure = Figure(dressed)
    for pose in (Pose.WALK, Pose.STAND, Pose.SIT, Pose.LIE):
        vertices, _ = figure.place(stand(person, 0.0, 0.0, pose=pose))
        assert np.isfinite(vertices).all()
        assert vertices[:, 2].min() > -0.02


@pytest.mark.parametrize("kind", [*HEADWEAR_KINDS, "hood"])
def test_hats_sit_on_the_head_and_look_outward(kind: str) -> None:
    body = get_body("girl_average")
    hatted = dress_person(body, _wear(headwear=Garment(kind=kind, colour="red", rgb=(0.91, 0.001, 0.001))))
    stand_pose = hatted.pose_names.index("stand_a")
    hat = (hatted.albedo[:, 0] > 0.5) & (hatted.albedo[:, 1] < 0.01)
    at, normals = hatted.vertices_m[stand_pose, hat], hatted.normals[stand_pose, hat]
    assert at[:, 2].min() > 0.7 * float(body.rest_m[:, 2].max())
    upper = at[:, 2] > at[:, 2].max() - 0.08
    outward = at[upper] - at[upper].mean(axis=0) + np.array([0.0, 0.0, 0.05], dtype=np.float32)
    assert float((normals[upper] * outward).sum(axis=1).mean()) > 0


def test_wheelchairs_and_crutches_touch_the_ground() -> None:
    for aid, pose in ((Aid.WHEELCHAIR, Pose.WHEEL), (Aid.CRUTCHES, Pose.CRUTCHES)):
        person = replace(_wear(bag=NONE), aid=aid, body_id="boy_average")
        figure = Figure(dress_person(get_body(person.body_id), person))
        for moving in (pose, Pose.STAND, Pose.WALK):
            for phase in (0.0, 0.3, 0.7):
                vertices, _ = figure.place(stand(person, 0.0, 0.0, pose=moving, phase=phase))
                assert vertices[:, 2].min() == pytest.approx(0.0, abs=0.01)


def test_a_vest_and_glasses_show() -> None:
    body = get_body("man_average")
    plain = _wear(bag=NONE)
    vest = Garment(kind="hi-vis vest", colour="yellow", rgb=(0.58, 0.66, 0.06))
    duty = replace(plain, outfit=replace(plain.outfit, vest=vest, glasses=True))
    assert (np.abs(dress_person(body, duty).albedo - np.array(vest.rgb)).max(axis=1) < 1e-6).sum() > 100
    assert len(dress_person(body, duty).faces) > len(dress_person(body, plain).faces)


@pytest.mark.parametrize("body_id", sorted(load_body_index(BODIES)))
@pytest.mark.parametrize("scale", [0.955, 1.045])
def test_people_are_as_tall_as_the_index_says(body_id: str, scale: float) -> None:
    """Standing in shoes, without hair, within 5 mm: a person of 1.70 m measures 1.70 m."""
    person = replace(_wear(bag=NONE, headwear=NONE), body_id=body_id, height_scale=scale)
    body = get_body(body_id)
    surface = dress_surface(body, person.outfit, np.random.default_rng(1))
    skin = surface.piece == Piece.SKIN
    figure = Figure(dress_person(body, person), stand="stand_a")
    vertices, _ = figure.place(stand(person, 0.0, 0.0, pose=Pose.STAND))
    height = float(vertices[: len(skin)][skin, 2].max() - vertices[:, 2].min())
    assert height == pytest.approx(compute_height_m(person, load_body_index(BODIES)), abs=0.005)


def test_rare_poses_have_the_same_mesh_as_everyday_ones() -> None:
    person = _wear(bag=Garment(kind="backpack", colour="black", rgb=(0.02, 0.02, 0.02)))
    dressed = dress_person(get_body(person.body_id), person)
    for name in ("run03", "up05", "lie", "search_a"):
        rare = dress_poses(dressed.body, person, find_group(dressed.body.pose_names, name))
        assert name in rare.pose_names
        assert (rare.faces == dressed.faces).all()
        assert (rare.albedo == dressed.albedo).all()
        assert np.allclose(rare.vertices_m[0], dressed.vertices_m[0], atol=1e-5)


@pytest.mark.parametrize("kind", ["none", "violin case", "rolling backpack", "backpack"])
@pytest.mark.parametrize("pose", ["walk03", "walk_hurry05", "stand_b", "run03", "lie"])
def test_a_body_held_in_some_poses_is_as_in_all(kind: str, pose: str) -> None:
    body = get_body("girl_16")
    bag = Garment(kind=kind, colour="black", rgb=(0.02, 0.02, 0.02))
    manner = Manner(shares=(("walk_long", 0.4), ("walk_stoop", 0.2)), holds_strap=kind == "backpack")
    person = replace(_wear(bag=bag), manner=manner)
    whole = bring_feet_together(hold_bag(walk_as(body, manner), kind))
    poses = find_group(body.pose_names, pose)
    held = hold_body(body, person, poses)
    assert (held.vertices_m == whole.vertices_m[list(poses)]).all()
    assert (held.frames == whole.frames[list(poses)]).all()
    assert held.pose_names == tuple(body.pose_names[row] for row in poses)


def test_nobody_costs_more_triangles_than_a_frame_can_bear() -> None:
    counts = [len(dress_poses(get_body(p.body_id), p, (0,)).faces) for p in make_hall_people(24, 5)]
    assert np.mean(counts) < 6500
    assert max(counts) < 9000
