"""Every kind of furnishing stays where its footprint says and shows what it is meant to show."""

import numpy as np
import pytest

from sim.site.model import Furnishing
from tools.authoring.furnishings import KINDS
from tools.authoring.geometry import Frame, Model
from tools.authoring.scene import draw_sky

SIZES: dict[str, tuple[float, float, float]] = {
    "bus": (11.0, 2.5, 3.05),
    "car": (4.7, 1.85, 1.6),
    "building": (20.0, 8.0, 7.5),
    "road": (40.0, 9.0, 0.1),
    "canopy": (9.0, 3.0, 3.3),
    "playground": (8.0, 4.0, 2.6),
    "round-table": (1.9, 1.9, 0.74),
    "cafeteria-table": (2.4, 1.6, 0.74),
    "serving-counter": (6.0, 1.0, 0.95),
    "poster": (0.6, 0.03, 0.8),
    "bin": (0.5, 0.5, 0.95),
    "picnic-table": (1.8, 1.6, 0.75),
    "post": (0.2, 0.2, 3.0),
}
# what may reach out of the footprint: crowns, wires, brackets, what hangs below or above
REACHING = frozenset({"tree", "flag-pole", "lamp-post", "bike-rack", "playground", "window", "planter", "hedge"})


def build(kind: str, *, text: str = "", seed: int = 5) -> Model:
    size = SIZES.get(kind, (2.0, 0.5, 1.9))
    item = Furnishing(floor="1", kind=kind, at=(0.0, 0.0), facing_deg=90.0, size_m=size, text=text)
    model = Model()
    KINDS[kind](model, Frame.at(0.0, 0.0, 0.0, facing_deg=90.0), item, np.random.default_rng(seed))
    return model


def list_points(model: Model) -> np.ndarray:
    return np.concatenate([v for buffer in model.meshes.values() for v in buffer.vertices])


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kind_stays_near_its_footprint(kind: str) -> None:
    points = list_points(build(kind))
    assert np.isfinite(points).all()
    width, depth, _ = SIZES.get(kind, (2.0, 0.5, 1.9))
    if kind in REACHING:
        return
    assert np.abs(points[:, 0]).max() <= width / 2 + 0.27
    assert points[:, 1].min() >= -0.27
    assert points[:, 1].max() <= depth + 0.42


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_kind_is_the_same_each_time(kind: str) -> None:
    assert np.array_equal(list_points(build(kind)), list_points(build(kind)))


@pytest.mark.parametrize("shape", ["sedan", "suv", "van"])
def test_a_car_stands_on_its_wheels(shape: str) -> None:
    points = list_points(build("car", text=shape))
    assert points[:, 2].min() == pytest.approx(0.0, abs=0.02)
    assert 1.3 < points[:, 2].max() < 1.95


def test_the_door_of_a_bus_is_open() -> None:
    """Rays from the kerb through the doorway meet nothing of the body before the dark inside."""
    model = build("bus")
    # facing north, the front points west: the door lies 1.5 to 2.45 m behind the front
    doorway = []
    for buffer in model.meshes.values():
        corners = np.concatenate(buffer.vertices)[np.concatenate(buffer.faces)]
        flat = np.ptp(corners[:, :, 1], axis=1) < 1e-6
        spans = (corners[:, :, 0].min(axis=1) < -3.6) & (corners[:, :, 0].max(axis=1) > -3.45)
        high = (corners[:, :, 2].min(axis=1) < 1.2) & (corners[:, :, 2].max(axis=1) > 1.6)
        doorway.append(corners[flat & spans & high][:, 0, 1])
    assert np.concatenate(doorway).max() < 1.2


def test_detector_leaves_room_to_walk_under_its_beam() -> None:
    item = Furnishing(floor="1", kind="detector-head", at=(0.0, 0.0), facing_deg=90.0, size_m=(1.1, 0.6, 0.2), z_m=2.0)
    model = Model()
    KINDS["detector-head"](model, Frame.at(0.0, 0.0, 2.0, facing_deg=90.0), item, np.random.default_rng(1))
    assert list_points(model)[:, 2].min() >= 2.0


def test_sky_is_bluer_above_than_at_the_horizon() -> None:
    sky = draw_sky()
    top, horizon = sky[4].mean(axis=0), sky[60].mean(axis=0)
    assert top[2] / top[0] > 1.5 * horizon[2] / horizon[0]
    assert (sky > 0).all()
