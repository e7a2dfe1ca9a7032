import numpy as np
import pytest
from shapely.geometry import Polygon, box

from tools.authoring.geometry import Frame, Model
from tools.authoring.materials import STYLES, Material, paint
from tools.authoring.shell import list_rectangles
from tools.authoring.textures import PATTERN_PX, draw_pattern, encode_srgb
from tools.authoring.tone import TARGET_GREY, compress, develop

GREY = paint((0.5, 0.5, 0.5))


def compute_signed_volume_m3(model: Model) -> float:
    """Volume by the divergence theorem: right only for closed meshes whose triangles all face outward."""
    total = 0.0
    for buffer in model.meshes.values():
        corners = np.concatenate(buffer.vertices)[np.concatenate(buffer.faces)]
        total += float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()) / 6
    return total


@pytest.mark.parametrize("facing_deg", [0.0, 90.0, 215.0])
def test_box_is_closed_and_faces_outward_in_any_frame(facing_deg: float) -> None:
    model = Model()
    model.add_box(GREY, Frame.at(3.0, -2.0, 1.0, facing_deg=facing_deg), (-1.0, 0.0, 0.0), (1.0, 0.5, 3.0))
    assert compute_signed_volume_m3(model) == pytest.approx(3.0)


def test_bevel_takes_the_edges_off_a_box() -> None:
    model = Model()
    model.add_box(GREY, Frame.at(0.0, 0.0, 0.0, facing_deg=90.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), bevel_m=0.1)
    # twelve edge prisms of 0.005 m2 x 0.8 m, and at each of eight corners 5/6 of a cube of 0.001 m3
    assert compute_signed_volume_m3(model) == pytest.approx(1 - 12 * 0.004 - 8 * 0.001 * 5 / 6)


def test_extrusion_of_an_outline_with_a_hole() -> None:
    model = Model()
    ring = box(0, 0, 4, 4).difference(box(1, 1, 3, 3))
    model.add_extrusion(GREY, ring, 0.5, 2.5)
    assert compute_signed_volume_m3(model) == pytest.approx(24.0)


def test_frame_runs_left_to_right_for_one_who_looks_at_it() -> None:
    frame = Frame.at(0.0, 0.0, 0.0, facing_deg=-90.0)
    # on a north wall, seen from the south, the right is east
    assert frame.compute_world(np.array([[1.0, 0.0, 0.0]]))[0] == pytest.approx([1.0, 0.0, 0.0])
    assert frame.compute_world(np.array([[0.0, 1.0, 0.0]]))[0] == pytest.approx([0.0, -1.0, 0.0])


def test_right_angled_outline_is_cut_into_rectangles() -> None:
    outline = Polygon([(12, 4), (30, 4), (30, 7), (14.6, 7), (14.6, 12), (12, 12)])
    parts = list_rectangles(outline)
    assert sum(p.area for p in parts) == pytest.approx(outline.area)
    assert len(parts) == 2
    assert len(list_rectangles(box(0, 0, 5, 3))) == 1


def test_shoulder_of_the_tone_curve() -> None:
    assert compress(np.array([0.3, 0.62]))[0] == pytest.approx(0.3)
    assert float(compress(np.array([1.0]))[0]) == pytest.approx(0.860, abs=5e-4)
    curve = compress(np.linspace(0, 20, 200))
    assert (np.diff(curve) >= 0).all()
    assert curve[-1] <= 1.0


def test_exposure_does_not_depend_on_how_bright_the_lamps_are() -> None:
    light = np.random.default_rng(1).uniform(0.1, 0.4, (90, 160, 3))
    dim, bright = develop(light), develop(light * 7)
    assert np.abs(dim.astype(int) - bright.astype(int)).max() <= 1
    middle = float(np.median(dim)) / 255
    assert middle == pytest.approx(float(encode_srgb(np.array([TARGET_GREY]))[0]) / 255, abs=0.12)


def test_srgb_of_known_values() -> None:
    # IEC 61966-2-1: linear 0.2140 is code value 127.5 of 255
    assert encode_srgb(np.array([0.0, 1.0, 0.2140])).tolist() in ([0, 255, 127], [0, 255, 128])


@pytest.mark.parametrize(
    "name", sorted({m.pattern for s in STYLES.values() for m in (s.floor, s.upper, s.ceiling)} - {""})
)
def test_pattern_repeats_without_a_seam(name: str) -> None:
    image = draw_pattern(Material(colour=(0.5, 0.4, 0.3), second=(0.4, 0.4, 0.4), pattern=name)).astype(float)
    assert image.shape == (PATTERN_PX, PATTERN_PX, 3)
    seam = np.abs(image[:, 0] - image[:, -1]).mean()
    inside = max(np.abs(image[:, x] - image[:, x + 1]).mean() for x in range(0, PATTERN_PX - 1, 17))
    assert seam <= max(3 * inside, 6.0)


@pytest.mark.parametrize("facing_deg", [0.0, 90.0])
def test_profile_is_closed_and_faces_outward(facing_deg: float) -> None:
    model = Model()
    outline = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 2.0], [0.0, 1.0]])
    model.add_profile(GREY, Frame.at(1.0, 2.0, 0.0, facing_deg=facing_deg), outline, 0.5, 2.0)
    assert compute_signed_volume_m3(model) == pytest.approx(3.0 * 1.5)


def test_night_picture_is_grey_and_darker() -> None:
    light = np.random.default_rng(3).random((36, 64, 3)) * np.array([1.0, 0.6, 0.3])
    day, night = develop(light), develop(light, is_night=True)
    assert np.ptp(night.astype(int), axis=2).max() == 0
    assert night.mean() < day.mean()
