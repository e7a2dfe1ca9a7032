from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import Polygon

from sim.commands.site import write_coverage_table
from sim.errors import SiteError
from sim.site.checks import check_cameras
from sim.site.coverage import WALK_M_S, make_coverage, make_coverage_report
from sim.site.drawn_plan import CameraGroup, group_cameras
from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Furnishing, Opening, Ramp, Site, Space, WalkNode, load_site
from sim.site.plan import compute_ramp_z, make_floor_plan, make_footprint
from tests.support.tall_recording import make_tall_site
from tests.support.tiny_site import make_tiny_site
from tests.support.walking_hall import make_hall_site
from tools.authoring.scene import compute_field


def make_space(zone_id: str, left: float) -> dict[str, object]:
    outline = [(left, 0), (left + 4, 0), (left + 4, 4), (left, 4)]
    return {"zone_id": zone_id, "name": zone_id, "kind": "hall", "floor": "1", "polygon": outline}


def make_opening(door_id: str, at: tuple[float, float], **changes: object) -> dict[str, object]:
    place = {"door_id": door_id, "name": door_id, "floor": "1", "at": at}
    return place | {"facing_deg": 0, "width_m": 1.0, "kind": "gap"} | changes


def make_two_rooms(**changes: object) -> Site:
    parts: dict[str, object] = {
        "schema_version": 1,
        "site_id": "two-rooms",
        "name": "Two Rooms",
        "notice": "fictional",
        "floors": [{"floor_id": "1", "name": "Main", "elevation_m": 0.0, "height_m": 3.0}],
        "spaces": [make_space("west", 0), make_space("east", 4)],
        "openings": [
            make_opening("gap", (4, 2), leads_to="east"),
            make_opening("room", (1, 0), facing_deg=90, kind="classroom"),
        ],
        "walk_nodes": [{"node_id": "a", "floor": "1", "at": (2, 2)}, {"node_id": "b", "floor": "1", "at": (6, 2)}],
        "walk_edges": [("a", "b")],
        "cameras": [make_camera()],
    }
    return Site.model_validate(parts | changes)


def make_camera(**changes: object) -> CameraSpec:
    parts: dict[str, object] = {
        "floor": "1",
        "camera_id": "CAM-01",
        "name": "West",
        "position_m": (0.2, 2.0, 2.7),
        "yaw_deg": 0.0,
        "pitch_deg": -20.0,
        "hfov_deg": 90.0,
    }
    return CameraSpec.model_validate(parts | changes)


def test_walls_are_the_outline_less_the_openings_and_a_shared_one_is_there_once() -> None:
    plan = make_floor_plan(make_two_rooms(), "1")
    lengths = np.hypot(plan.walls[:, 2] - plan.walls[:, 0], plan.walls[:, 3] - plan.walls[:, 1])
    # outline 8 + 8 + 4 + 4, dividing wall 4, less a gap and a door of 1 m each
    assert lengths.sum() == pytest.approx(26.0)
    divider = plan.walls[(plan.walls[:, 0] == 4) & (plan.walls[:, 2] == 4)]
    assert sorted(divider[:, [1, 3]].min(axis=1)) == pytest.approx([0.0, 2.5])
    assert len(divider) == 2


def test_walkable_is_floor_less_walls_and_furniture_and_a_way_is_clear_where_all_of_it_is() -> None:
    bench = {"kind": "bench", "floor": "1", "at": (2, 3.9), "facing_deg": -90, "size_m": (2.0, 0.5, 0.5)}
    plan = make_floor_plan(make_two_rooms(furnishings=[bench]), "1")
    assert plan.is_walkable((2.0, 2.0), margin_m=0.3)
    assert not plan.is_walkable((0.05, 2.0))
    assert not plan.is_walkable((2.0, 3.6))
    assert plan.is_walkable((2.0, 3.2))
    assert not plan.is_walkable((2.0, 3.2), margin_m=0.25)
    assert plan.is_walkable((1.0, -1.0), margin_m=0.25)
    assert not plan.is_walkable((2.0, -1.0))
    assert plan.is_clear((2.0, 2.0), (6.0, 2.0), margin_m=0.3), "through the gap"
    assert not plan.is_clear((2.0, 3.0), (6.0, 3.0))
    assert not plan.is_clear((2.0, 2.0), (6.0, 2.0), margin_m=0.55)


def test_a_door_on_no_wall_and_an_unknown_floor_are_refused_by_name() -> None:
    stray = make_opening("stray", (2, 2))
    with pytest.raises(SiteError, match="stray"):
        make_floor_plan(make_two_rooms(openings=[stray]), "1")
    with pytest.raises(SiteError, match="'9'"):
        make_floor_plan(make_two_rooms(), "9")


def test_a_ramp_rises_from_foot_to_top_and_a_footprint_reaches_out_of_its_back_edge() -> None:
    ramp = Ramp(
        floor="1", polygon=((0, 0), (2, 0), (2, 4), (0, 4)), foot=(1, 1), top=(1, 3), foot_z_m=0.0, top_z_m=1.6, steps=8
    )
    assert compute_ramp_z(ramp, (0.3, 2.0)) == pytest.approx(0.8)
    assert compute_ramp_z(ramp, (1.0, 0.0)) == 0.0
    assert compute_ramp_z(ramp, (1.0, 3.9)) == pytest.approx(1.6)
    plan = make_floor_plan(make_two_rooms(ramps=[ramp.model_dump()]), "1")
    assert plan.compute_floor_z((1.0, 2.0)) == pytest.approx(0.8)
    assert plan.compute_floor_z((3.0, 2.0)) == 0.0
    item = Furnishing(floor="1", kind="bench", at=(2.0, 4.0), facing_deg=-90.0, size_m=(2.0, 0.5, 0.5))
    assert make_footprint(item).bounds == pytest.approx((1.0, 3.5, 3.0, 4.0))


def test_field_of_view_stops_at_walls_goes_through_the_gap_and_is_a_sector_in_the_open() -> None:
    plan = make_floor_plan(make_two_rooms(), "1")
    field = Polygon(compute_field(plan, make_camera(), range_m=16.0))
    assert field.is_valid
    assert field.bounds[2] == pytest.approx(8.0, abs=0.05)
    assert not field.buffer(0.05).contains(Polygon([(5, 0.2), (6, 0.2), (6, 0.4), (5, 0.4)]))
    assert field.contains(Polygon([(3, 1), (3.5, 1), (3.5, 3), (3, 3)]))
    camera = make_camera(position_m=(100.0, 100.0, 2.7))
    sector = Polygon(compute_field(plan, camera, range_m=10.0)).area
    assert sector == pytest.approx(np.pi * 100 / 4, rel=0.01)


def test_outdoor_space_has_no_walls_of_its_own() -> None:
    yard = Space(zone_id="yard", name="Yard", kind="outdoor", floor="1", polygon=((0, -9), (8, -9), (8, 0), (0, 0)))
    spaces = [*(s.model_dump() for s in make_two_rooms().spaces), yard.model_dump()]
    plan = make_floor_plan(make_two_rooms(spaces=spaces), "1")
    assert plan.walls[:, [1, 3]].min() == 0.0
    assert plan.is_walkable((7.0, -5.0), margin_m=0.3)


def _hang(x: float, y: float, z: float) -> Site:
    site = make_hall_site()
    return site.model_copy(update={"cameras": (site.cameras[0].model_copy(update={"position_m": (x, y, z)}),)})


def test_a_camera_under_the_ceiling_or_above_the_lockers_is_right() -> None:
    check_cameras(make_hall_site())
    check_cameras(_hang(0.15, 3.8, 3.0))
    check_cameras(_hang(8.0, 3.7, 2.5))


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ((40.0, 2.0, 2.6), r"\(CAM-01\) hangs outside all that is drawn, 16 m from .*kind Outdoors"),
        ((-3.0, 2.0, 2.6), r"outside all that is drawn, 3 m from Hall"),
        ((3.0, 0.05, 2.6), r"is in a wall.*0.05 m away"),
        ((16.04, 4.5, 2.6), r"is in a wall"),
        ((8.0, 3.7, 1.2), r"inside lockers \(furnishings.0\)"),
        ((3.0, 1.0, 3.2), r"not between floor and ceiling of Hall.*at most 3.00 m"),
        ((3.0, 1.0, 0.0), r"not between floor and ceiling"),
    ],
)
def test_a_camera_where_none_can_hang_is_refused(at: tuple[float, float, float], message: str) -> None:
    with pytest.raises(SiteError, match=message):
        check_cameras(_hang(*at))


SITES = Path(__file__).parents[3] / "scenarios" / "sites"


def test_cameras_indoors_go_by_floor_and_those_outdoors_are_a_group_of_their_own() -> None:
    assert group_cameras(make_tiny_site()) == (), "one group is none"
    ground, upper = group_cameras(make_tall_site(cameras=5))
    assert ground == CameraGroup(name="Ground floor", camera_ids=("CAM-01", "CAM-02", "CAM-05"))
    assert upper == CameraGroup(name="Upper floor", camera_ids=("CAM-03", "CAM-04"))

    groups = {group.name: group.camera_ids for group in group_cameras(load_site(SITES / "maple-ridge"))}
    assert list(groups) == ["Main floor", "Upper floor", "Outdoors"]
    assert groups["Outdoors"] == ("CAM-14", "CAM-15")
    assert groups["Upper floor"] == ("CAM-06", "CAM-07")
    for folder in sorted(SITES.iterdir()):
        site = load_site(folder)
        grouped = [camera_id for group in group_cameras(site) for camera_id in group.camera_ids]
        assert sorted(grouped) == sorted(camera.camera_id for camera in site.cameras)


HALL = Space(floor="1", zone_id="hall", name="Hall", kind="hall", polygon=((0, 0), (30, 0), (30, 4), (0, 4)))
SIDE = Space(floor="1", zone_id="side", name="Side way", kind="hall", polygon=((14, 4), (16, 4), (16, 13), (14, 13)))


NODES = {"west": (3, 2), "turn": (15, 2), "east": (28, 2), "end": (15, 12)}


def _make_site(*, yaw_deg: float = 0.0) -> Site:
    return Site(
        schema_version=SITE_SCHEMA,
        site_id="t",
        name="T",
        notice="fictional",
        floors=(Floor(floor_id="1", name="Main", elevation_m=0, height_m=3),),
        spaces=(HALL, SIDE),
        openings=(
            Opening(
                floor="1", door_id="gap", name="Gap", at=(15, 4), facing_deg=90, width_m=2, kind="gap", leads_to="side"
            ),
            Opening(floor="1", door_id="store", name="Store", at=(15, 13), facing_deg=-90, width_m=1, kind="classroom"),
        ),
        walk_nodes=(
            *(WalkNode(floor="1", node_id=name, at=at) for name, at in NODES.items()),
            WalkNode(floor="1", node_id="store-in", at=(15, 14.1), door="store"),
        ),
        walk_edges=(("west", "turn"), ("turn", "east"), ("turn", "end"), ("end", "store-in")),
        cameras=(
            CameraSpec(
                floor="1",
                camera_id="CAM-01",
                name="Hall",
                position_m=(0.5, 2, 2.7),
                yaw_deg=yaw_deg,
                pitch_deg=-10,
                hfov_deg=80,
            ),
        ),
    )


def test_the_corridor_round_the_corner_is_the_blind_stretch() -> None:
    """Sight past the corner (14, 4) from (0.5, 2) reaches y = 4.15 in the corridor's middle: 12 - 4.15 = 7.85 m."""
    report = make_coverage_report(_make_site())
    text = write_coverage_table(_make_site(), report)
    assert "35 m of ways, 22% of them on no camera" in text
    assert "Side way; next on CAM-01; doors: Store" in text
    (stretch,) = report.stretches
    assert (stretch.zones, stretch.cameras, stretch.doors) == (("side",), ("CAM-01",), ("store",))
    assert stretch.length_m == pytest.approx(7.85, abs=0.25)
    assert stretch.walking_s == pytest.approx(stretch.length_m / WALK_M_S)
    assert report.ways_m == pytest.approx(35.0)
    assert report.unseen_share == pytest.approx(7.85 / 35, abs=0.01)
    assert report.seen_m["CAM-01"] == pytest.approx(35 - 7.85, abs=0.25)


def test_a_camera_that_looks_at_the_wall_leaves_all_ways_blind() -> None:
    report = make_coverage_report(_make_site(yaw_deg=180.0))
    (stretch,) = report.stretches
    assert report.unseen_share == 1.0
    assert stretch.total_m == pytest.approx(35.0)
    assert stretch.cameras == ()


def test_the_wall_over_an_opening_ends_the_view() -> None:
    """From (0.5, 2, 2.7) to a chest at (29, 2, 1.1): an arch at x = 2 is passed at 2.62 m, over its 2.5 m."""
    site = _make_site()
    halves = (
        Space(floor="1", zone_id="west", name="West", kind="hall", polygon=((0, 0), (2, 0), (2, 4), (0, 4))),
        Space(floor="1", zone_id="east", name="East", kind="hall", polygon=((2, 0), (30, 0), (30, 4), (2, 4))),
    )
    for height_m, seen in ((2.5, ()), (2.7, ("CAM-01",))):
        arch = Opening(
            floor="1",
            door_id="arch",
            name="Arch",
            at=(2, 2),
            facing_deg=0,
            width_m=3,
            height_m=height_m,
            kind="gap",
            leads_to="east",
        )
        coverage = make_coverage(site.model_copy(update={"spaces": halves, "openings": (arch,)}), "1")
        assert coverage.find_cameras((29, 2)) == seen
