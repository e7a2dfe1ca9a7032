from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.people import Garment, Person, Pose, Rgb
from sim.crowd.people.wardrobe import CLOTH, compute_colour_distance
from sim.footage.paint.light import GAMMA
from sim.footage.paint.meshes import Meshes
from sim.footage.paint.picture import ScenePainter
from sim.footage.people.extra import BOTTOMS, TOPS, Material
from sim.footage.people.figure import Figure
from sim.footage.textures.coat import Coat, compute_folds, draw_levels, make_coat
from sim.footage.textures.tile import ONE, Tile, shrink
from sim.site.camera import CameraView
from tests.support.painted_hall import make_figure, make_hall_people, make_hall_plate, make_hall_view, stand

HALL = make_hall_people()
NOTHING = Garment(kind="none", colour="none", rgb=(0.0, 0.0, 0.0))
GRAY = Garment(kind="hoodie", colour="grey", rgb=CLOTH["grey"])
ANNA = replace(HALL[0], outfit=replace(HALL[0].outfit, top=GRAY, bag=NOTHING, headwear=NOTHING, vest=None))
BEA = replace(ANNA, person_id="P999")


def _paint(
    person: Person, view: CameraView, *, heading_rad: float = np.pi, turn_rad: float = 0.0
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return the picture of one person 4 m before the camera, all turned by an angle, and which pixels show them."""
    painter = ScenePainter(view, make_hall_plate(make_hall_view()), {(person.person_id, 0): make_figure(person)})
    x, y = 4 * np.cos(turn_rad), 4 * np.sin(turn_rad)
    stances = [stand(person, x, y, heading_rad=heading_rad + turn_rad, pose=Pose.STAND)]
    picture, _ = painter.paint(stances)
    (sighting,) = painter.measure(stances, with_pixels=True)
    assert sighting.pixels is not None
    mask = np.zeros(picture.shape[:2], dtype=np.bool_)
    mask[sighting.pixels[:, 1], sighting.pixels[:, 0]] = True
    return picture, mask


def test_two_gray_hoodies_are_told_apart() -> None:
    """Two people with the same clothes and body and the same pose differ by folds, wear and marks, not in outline."""
    first, mask = _paint(ANNA, make_hall_view())
    again, _ = _paint(ANNA, make_hall_view())
    other, other_mask = _paint(BEA, make_hall_view())
    assert (first == again).all()
    rows = np.flatnonzero(mask.any(axis=1))
    chest = slice(rows[0] + len(rows) // 4, rows[0] + len(rows) // 2)
    both = mask[chest] & other_mask[chest]
    off = np.abs(first[chest].astype(int) - other[chest].astype(int)).max(axis=2)[both]
    assert np.mean(off > 6) > 0.25


def test_a_person_looks_the_same_on_every_camera() -> None:
    """Camera and person turned together by a right angle give the same picture but for rounding of edges."""
    view = make_hall_view()
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    turned = replace(view, rotation=view.rotation @ turn.T, position_m=turn @ view.position_m)
    first, mask = _paint(ANNA, view)
    second, _ = _paint(ANNA, turned, turn_rad=np.pi / 2)
    off = np.abs(first.astype(int) - second.astype(int)).max(axis=2)[mask]
    assert np.quantile(off, 0.95) <= 2
    assert off.mean() < 1


def test_tiles_are_the_same_whenever_they_are_drawn_and_follow_the_clothes() -> None:
    first = draw_levels(ANNA, make_figure(ANNA).dressed.body)
    for one, two in zip(first, draw_levels(ANNA, Figure(make_figure(ANNA).dressed).dressed.body), strict=True):
        assert (one == two).all()
    changed = replace(ANNA, outfit=replace(ANNA.outfit, top=replace(GRAY, kind="T-shirt", colour="red")))
    second = draw_levels(changed, make_figure(ANNA).dressed.body)
    for tile in (Tile.LEG, Tile.FACE, Tile.HAIR, Tile.SHOE):
        assert (first[0][tile] == second[0][tile]).all(), tile
    assert (first[0][Tile.TORSO] != second[0][Tile.TORSO]).any()


def _compute_mean(picture: NDArray[np.uint8], mask: NDArray[np.bool_]) -> Rgb:
    blue, green, red = ((picture[mask] / 255.0) ** GAMMA).mean(axis=0).tolist()
    return (red, green, blue)


@pytest.mark.parametrize("kind", sorted(TOPS))
@pytest.mark.parametrize("colour", ["black", "grey", "red"])
def test_a_garment_keeps_the_color_it_is_called_by(kind: str, colour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean over somebody in one color from neck to feet stays within .03 in OKLab; next shades differ by .1."""
    top = Garment(kind=kind, colour=colour, rgb=CLOTH[colour], accent=CLOTH[colour])
    bottom = Garment(kind="trousers", colour=colour, rgb=CLOTH[colour])
    person = replace(ANNA, outfit=replace(ANNA.outfit, top=top, bottom=bottom))
    textured, mask = _paint(person, make_hall_view())
    with monkeypatch.context() as patch:
        patch.setattr(Meshes, "_make_coat", lambda *_: None)
        plain, _ = _paint(person, make_hall_view())
    assert (textured != plain).any()
    rows = np.flatnonzero(mask.any(axis=1))
    mask[: rows[0] + len(rows) // 5] = False
    mask[rows[0] + 4 * len(rows) // 5 :] = False
    assert compute_colour_distance(_compute_mean(textured, mask), _compute_mean(plain, mask)) < 0.03


@pytest.mark.parametrize("bottom", sorted(BOTTOMS))
def test_every_tile_keeps_the_mean_of_its_color(bottom: str) -> None:
    for person in HALL[:4]:
        worn = replace(person, outfit=replace(person.outfit, bottom=replace(person.outfit.bottom, kind=bottom)))
        tiles = draw_levels(worn, make_figure(person).dressed.body)[0]
        means = ((tiles[..., :3] / ONE) ** GAMMA).mean(axis=(1, 2, 3))
        assert np.abs(means - 1).max() < 0.06, dict(zip(Tile, means.round(2), strict=True))


def test_folds_deepen_where_a_joint_bends() -> None:
    figure = make_figure(ANNA)
    coat = make_coat(figure.dressed, draw_levels(ANNA, figure.dressed.body), figure.dressed.faces)

    def fold(pose: Pose) -> NDArray[np.float32]:
        vertices, _ = figure.place(stand(ANNA, 4.0, 0.0, pose=pose))
        folds = np.zeros(len(vertices), dtype=np.float32)
        compute_folds(vertices, coat.hinges, coat.still, coat.joint, coat.share, folds)
        return folds

    at_knee = (coat.share > 0.6) & (coat.joint >= 2) & (coat.joint < 4)
    assert at_knee.sum() > 10
    assert fold(Pose.SIT)[at_knee].mean() > fold(Pose.STAND)[at_knee].mean() + 0.4
    rest = figure.dressed.material == Material.HAIR
    assert (fold(Pose.SIT)[rest] == fold(Pose.STAND)[rest]).all()


@pytest.mark.parametrize("person", HALL, ids=lambda p: p.person_id)
def test_every_face_has_a_place_on_its_tile(person: Person) -> None:
    """No face of a person runs around a tile or over its end, with all faces or with few."""
    figure = make_figure(person)
    for one in (figure, figure.make_coarse()):
        dressed = one.dressed
        coat: Coat = make_coat(dressed, draw_levels(person, dressed.body), dressed.faces)
        chosen = coat.corners[coat.tile >= 0]
        assert len(chosen) > 0.8 * len(dressed.faces)
        assert chosen[..., 0].min() >= 0
        assert chosen[..., 1].min() >= 0
        assert chosen[..., 1].max() < 1
        assert np.ptp(chosen[..., 0], axis=1).max() <= 1.0
        assert np.isfinite(chosen).all()


def test_nearer_people_get_finer_tiles_and_faces_far_off_less_contrast_and_the_same_color() -> None:
    """Halving a tile alone keeps its mean; each coarser face is a fifth flatter than that besides."""
    levels = draw_levels(ANNA, make_figure(ANNA).dressed.body)
    for finer, coarser in pairwise(levels):
        halved, face = (tiles[Tile.FACE, ..., :3].astype(float) for tiles in (shrink(finer), coarser))
        assert face.mean(axis=(0, 1)) == pytest.approx(halved.mean(axis=(0, 1)), abs=0.6)
        assert face.std() == pytest.approx(0.8 * halved.std(), rel=0.05)
        assert (shrink(finer)[Tile.TORSO] == coarser[Tile.TORSO]).all()
    figure = make_figure(ANNA)
    coat = make_coat(figure.dressed, levels, figure.dressed.faces)
    sides = [coat.choose_level(tall).shape[1] for tall in (600.0, 300.0, 150.0, 80.0, 30.0)]
    assert sides == [128, 128, 64, 32, 16]
