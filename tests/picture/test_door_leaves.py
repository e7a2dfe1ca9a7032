"""Doors over the plates of a shipped school: they hang where the plates show them, and hide who is behind."""

from pathlib import Path

import numpy as np
import pytest

from sim.crowd.people.people import DoorTrack
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import Plate, load_plate
from sim.footage.paint.things import DoorLeaf, Thing, Things, find_in_view, list_door_leaves, make_leaf_mesh
from sim.site.camera import CameraView, make_view
from sim.site.model import Site, load_site
from tests.support.painted_hall import make_figure, make_hall_people, stand

SITE = Path("scenarios/sites/maple-ridge")
SIZE_WH = (960, 540)
SHUT, AJAR, OPEN = 0, 1, 2
SHARES = np.array([0.0, 0.4, 1.0], dtype=np.float32)


@pytest.fixture(scope="module")
def site() -> Site:
    return load_site(SITE)


def look(site: Site, camera_id: str, folder: Path = SITE) -> tuple[CameraView, Plate]:
    view = make_view(site.get_camera(camera_id), size_wh=SIZE_WH)
    return view, load_plate(folder / "plates", camera_id, size_wh=SIZE_WH)


def list_leaves(site: Site) -> tuple[DoorLeaf, ...]:
    kinds = ("classroom", "office", "restroom")
    doors = [o.door_id for o in site.openings if o.kind in kinds and o.leaf == "open"]
    return list_door_leaves(site, [DoorTrack(door_id=door_id, open_share=SHARES) for door_id in doors])


def place(leaf: DoorLeaf, frame: int) -> np.ndarray:
    (stance,) = Things((), (), (leaf,)).get(frame)
    return Thing(make_leaf_mesh(leaf)).place(stance)[0]


@pytest.mark.parametrize(("camera_id", "door_id"), [("CAM-05", "b107"), ("CAM-06", "c206"), ("CAM-04", "a104")])
def test_a_leaf_hangs_within_its_frame(site: Site, camera_id: str, door_id: str) -> None:
    view, plate = look(site, camera_id)
    seen = [leaf for leaf in find_in_view(list_leaves(site), view, plate) if leaf.leaf.opening.door_id == door_id]
    assert len(seen) == 1
    opening = seen[0].leaf.opening
    facing = np.deg2rad(opening.facing_deg)
    out = np.array([np.cos(facing), np.sin(facing)])
    vertices = place(seen[0], SHUT)
    offset = vertices[:, :2] - opening.at
    assert np.abs(offset @ [-out[1], out[0]]).max() < opening.width_m / 2
    assert (offset @ out).max() < 0.1
    assert vertices[:, 2].min() >= 0
    assert vertices[:, 2].max() < opening.height_m + 4.5
    ajar = place(seen[0], AJAR)[:, :2] - opening.at
    assert (ajar @ out).min() < -0.4, "it opens into the room"


@pytest.mark.parametrize(("share", "least", "most"), [(1.0, 5, 99), (0.6, 0, 0)])
def test_wide_open_leaves_lie_where_the_plates_show_them(share: float, least: int, most: int) -> None:
    agreeing = 0
    for folder in (SITE, SITE.parent / "lincoln-high"):
        site = load_site(folder)
        for camera in site.cameras:
            view, plate = look(site, camera.camera_id, folder)
            agreeing += sum(
                is_in_plate(leaf, share, view, plate) for leaf in find_in_view(list_leaves(site), view, plate)
            )
    assert least <= agreeing <= most


def is_in_plate(leaf: DoorLeaf, share: float, view: CameraView, plate: Plate) -> bool:
    at, heading = leaf.leaf.place(share)
    along = leaf.leaf.side * leaf.leaf.width_m * np.array([[0.3], [0.5]])
    xy = at + along * np.array([np.cos(heading), np.sin(heading)])
    pixels, depth_m = view.compute_pixels(np.column_stack([xy, np.full(2, leaf.sill_m + 0.6)]))
    if not ((pixels >= 0) & (pixels < SIZE_WH)).all() or (depth_m < 0).any():
        return False
    column, row = pixels.astype(int).T
    return bool((np.abs(plate.depth_m[row, column] - depth_m) < 0.08).all())


def test_a_shut_door_hides_who_is_behind_it_and_is_nobody(site: Site) -> None:
    view, plate = look(site, "CAM-13")
    leaves = find_in_view(list_leaves(site), view, plate)
    opening = leaves[0].leaf.opening
    assert len(leaves) == 2, "a wide door has two leaves"
    (person,) = make_hall_people(1)
    figures = {(person.person_id, 0): make_figure(person)}
    figures |= {(leaf.leaf_id, 0): Thing(make_leaf_mesh(leaf)) for leaf in leaves}
    painter = ScenePainter(view, plate, figures)
    out = np.array([np.cos(np.deg2rad(opening.facing_deg)), np.sin(np.deg2rad(opening.facing_deg))])
    behind, before = (
        stand(person, *(np.array(opening.at) + out * out_m).tolist(), heading_rad=0.0) for out_m in (-0.9, 1.5)
    )
    things = Things((), (), leaves)
    shown = {
        frame: [
            {sighting.person_id: sighting.visible for sighting in painter.measure([stance], things.get(frame))}
            for stance in (behind, before)
        ]
        for frame in (SHUT, OPEN)
    }
    assert shown[OPEN][0][person.person_id] > 0.5
    assert shown[SHUT][0].get(person.person_id, 0.0) < 0.05
    assert shown[SHUT][1] == pytest.approx(shown[OPEN][1], abs=0.01)
    shut, _ = painter.paint([], things.get(SHUT))
    wide, _ = painter.paint([], things.get(OPEN))
    assert (wide == plate.bgr).all(), "wide open it is the plate's own"
    assert (np.abs(shut.astype(int) - wide).max(axis=2) > 20).mean() > 0.01
