"""Blind stretches of a hall with a dead-end corridor, against lengths worked out by hand."""

import pytest

from sim.commands.site import write_coverage_table
from sim.site.blind import WALK_M_S, make_coverage_report
from sim.site.coverage import make_coverage
from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Opening, Site, Space, WalkNode

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
                floor="1",
                door_id="gap",
                name="Gap",
                at=(15, 4),
                facing_deg=90,
                width_m=2,
                kind="gap",
                leads_to="side",
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
