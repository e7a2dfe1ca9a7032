"""Depth by the plan against geometry done by hand, and against depth that was path-traced."""

from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import Polygon

from sim.footage.paint.plate import FAR_M
from sim.footage.stills.plan_depth import compute_plan_depth
from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Furnishing, Opening, Site, Space, WalkNode, load_site
from sim.site.obstacles import Block
from tools.bench.site import SITES, compare_depths

SIZE_WH = (160, 90)
MIDDLE = (45, 80)
CAMERA = CameraSpec(
    camera_id="CAM-01", name="Hall", floor="1", position_m=(1, 3, 2.5), yaw_deg=0, pitch_deg=0, hfov_deg=90
)


def make_hall(*, furnishings: tuple[Furnishing, ...] = (), doors: tuple[Opening, ...] = ()) -> Site:
    """A hall 12 m long and 6 m wide, 3 m high; its camera looks along it."""
    return Site(
        schema_version=SITE_SCHEMA,
        site_id="hall",
        name="Hall",
        notice="fictional",
        floors=(Floor(floor_id="1", name="First", elevation_m=0, height_m=3),),
        spaces=(
            Space(zone_id="hall", name="Hall", kind="hall", floor="1", polygon=((0, 0), (12, 0), (12, 6), (0, 6))),
        ),
        openings=doors,
        furnishings=furnishings,
        walk_nodes=(WalkNode(node_id="a", floor="1", at=(2, 3)),),
        walk_edges=(),
        cameras=(CAMERA,),
    )


def compute(site: Site, *, pitch_deg: float = 0.0, drawn: tuple[Block, ...] = ()) -> np.ndarray:
    camera = CAMERA.model_copy(update={"pitch_deg": pitch_deg})
    return compute_plan_depth(site, camera, size_wh=SIZE_WH, drawn=drawn)


def test_walls_floor_and_ceiling_are_where_geometry_says() -> None:
    depth_m = compute(make_hall())
    assert depth_m[MIDDLE] == pytest.approx(12 - 0.1 - 1, abs=0.01)
    # half a pixel above the lower edge: 2.5 m down at a slope of (1 - 1/90) * 9 / 16
    assert depth_m[-1, 80] == pytest.approx(2.5 / ((1 - 1 / 90) * 9 / 16), rel=0.01)
    assert depth_m[0, 80] == pytest.approx(0.5 / ((1 - 1 / 90) * 9 / 16), rel=0.01)
    # a side wall's face is 2.9 m away
    assert depth_m[45, 0] == pytest.approx(2.9 / (1 - 1 / 160), rel=0.01)


def test_a_cupboard_hides_the_wall_and_a_table_only_its_top() -> None:
    cupboard = Furnishing(kind="lockers", floor="1", at=(8, 3), facing_deg=180, size_m=(2, 1, 2.9))
    assert compute(make_hall(furnishings=(cupboard,)))[MIDDLE] == pytest.approx(6.0, abs=0.01)
    table = Furnishing(kind="table", floor="1", at=(6, 3), facing_deg=180, size_m=(3, 2, 0.75))
    below = compute(make_hall(furnishings=(table,)), pitch_deg=-25)
    bare = compute(make_hall(), pitch_deg=-25)
    on_top = below < bare - 0.05
    assert 0.02 < on_top.mean() < 0.2
    poster = Furnishing(kind="poster", floor="1", at=(11.9, 3), facing_deg=180, size_m=(2, 0.03, 2.5))
    assert np.array_equal(compute(make_hall(furnishings=(poster,))), compute(make_hall()))


def test_a_closed_door_and_what_is_drawn_end_a_line_of_sight_and_an_open_door_shows_a_room() -> None:
    door = Opening(
        door_id="d", name="Room 1", floor="1", at=(12, 3), facing_deg=180, width_m=2, height_m=2.9, kind="classroom"
    )
    opened = compute(make_hall(doors=(door,)))
    closed = compute(make_hall(doors=(door.model_copy(update={"leaf": "closed"}),)))
    assert opened[MIDDLE] == pytest.approx(11 + 2.4, abs=0.05)
    assert closed[MIDDLE] == pytest.approx(11.05, abs=0.02)
    post = Block(outline=Polygon([(5, 2.9), (5.2, 2.9), (5.2, 3.1), (5, 3.1)]), low_m=0.0, high_m=3.0)
    assert compute(make_hall(), drawn=(post,))[MIDDLE] == pytest.approx(4.0, abs=0.01)


def test_outdoors_there_is_nothing_above_the_horizon() -> None:
    site = make_hall()
    yard = site.model_copy(update={"spaces": (site.spaces[0].model_copy(update={"kind": "outdoor"}),)})
    depth_m = compute_plan_depth(yard, CAMERA, size_wh=SIZE_WH)
    assert (depth_m[:44] == FAR_M).all()


@pytest.mark.parametrize("name", ["birch-elementary", "maple-ridge"])
def test_little_that_hides_people_is_missing_in_shipped_schools(name: str) -> None:
    folder: Path = SITES / name
    site = load_site(folder)
    shares = list(compare_depths(site.keep_cameras([c.camera_id for c in site.cameras[2:5]]), folder))
    assert len(shares) == 3
    assert max(each.missing for each in shares) < 0.08
    assert max(each.extra for each in shares) < 0.04
