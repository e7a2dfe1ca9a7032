"""Hair as cameras see it: from all sides, and under hats."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Person
from sim.crowd.people.track import Pose
from sim.footage.paint.picture import ScenePainter
from sim.footage.people.bodies import REST, load_body
from sim.footage.people.dressing import dress_person
from sim.footage.people.extra import Material
from sim.footage.people.figure import Figure
from sim.footage.people.meshes import find_farthest
from tests.support.painted_hall import BODIES, make_hall_people, make_hall_plate, make_hall_view, stand

NOTHING = Garment(kind="none", colour="none", rgb=(0.0, 0.0, 0.0))
GREEN = (0.0, 0.6, 0.0)
HATS = ("cap", "backward cap", "bucket hat", "beanie", "hood")
HAIR = ("short", "bob", "long", "afro", "ponytail", "bun")


def _wear(person: Person, *, hair: str, hat: str = "none") -> Person:
    headwear = NOTHING if hat == "none" else Garment(kind=hat, colour="white", rgb=(0.8, 0.8, 0.8))
    outfit = replace(person.outfit, hair=Garment(kind=hair, colour="green", rgb=GREEN), headwear=headwear, bag=NOTHING)
    return replace(person, outfit=replace(outfit, top=replace(outfit.top, colour="grey", rgb=(0.2, 0.2, 0.2))))


def _count_green_below(person: Person, heading_rad: float, *, share: float) -> int:
    """Return how many pixels of somebody 4 m away are green in a band from `share` of the height down from the top."""
    view = make_hall_view()
    figure = Figure(dress_person(load_body(BODIES, person.body_id), person))
    painter = ScenePainter(view, make_hall_plate(view), {(person.person_id, 0): figure})
    stances = [stand(person, 4.0, 0.0, heading_rad=heading_rad, pose=Pose.STAND)]
    picture, _ = painter.paint(stances)
    (sighting,) = painter.measure(stances)
    top, bottom = sighting.box_xyxy[1], sighting.box_xyxy[3]
    blue, green, red = np.moveaxis(picture[round(top + share * (bottom - top)) :].astype(int), 2, 0)
    return int(((green > 1.6 * blue) & (green > 1.6 * red)).sum())


@pytest.mark.parametrize("person", make_hall_people()[:3], ids=lambda p: p.person_id)
def test_long_hair_is_seen_beside_the_neck_from_the_front_and_from_behind(person: Person) -> None:
    """It hangs behind the neck, so from the front its inner side shows; chin-length hair ends above."""
    long, bob = _wear(person, hair="long"), _wear(person, hair="bob")
    ahead, behind = np.pi, 0.0
    assert _count_green_below(long, ahead, share=0.16) >= 12
    assert _count_green_below(long, behind, share=0.16) >= 60
    assert _count_green_below(bob, ahead, share=0.19) < 6


def _reach(figure: Figure, material: Material, directions: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far from the head's middle the outermost face of a material lies in directions, 0 for none."""
    dressed = figure.dressed
    vertices = dressed.vertices_m[REST]
    faces = dressed.faces[dressed.material[dressed.faces[:, 0]] == material]
    hair = vertices[dressed.material == Material.HAIR]
    crown = hair[hair[:, 2].argmax()]
    center = np.array([hair[:, 0].mean(), 0.0, crown[2] - 0.11], dtype=np.float32)
    first, second, third = (vertices[faces[:, k]] for k in range(3))
    edge1, edge2, step = second - first, third - first, center - first
    q = np.cross(step, edge1)
    far = np.empty(len(directions), dtype=np.float32)
    find_farthest(directions, edge1, edge2, step, directions @ q.T, np.einsum("tc,tc->t", q, edge2), far)
    return far


@pytest.mark.parametrize("hair", HAIR)
@pytest.mark.parametrize("hat", HATS)
def test_hair_does_not_show_through_a_hat(hair: str, hat: str) -> None:
    """Over the crown, down to 45 degrees, the hat is what is outermost; a hood is open over the forehead."""
    polar, around = np.meshgrid(np.deg2rad([8.0, 20.0, 32.0, 45.0]), np.linspace(0, 2 * np.pi, 24, endpoint=False))
    up = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar)], axis=-1)
    directions = up.reshape(-1, 3).astype(np.float32)
    for person in make_hall_people()[:3]:
        dressed = dress_person(load_body(BODIES, person.body_id), _wear(person, hair=hair, hat=hat))
        assert (dressed.material == Material.HAIR).any()
        figure = Figure(dressed)
        beneath, above = (_reach(figure, material, directions) for material in (Material.HAIR, Material.HAT))
        assert (above > 0).mean() > (0.8 if hat == "hood" else 0.99)
        assert (beneath > above)[above > 0].mean() < 0.03
