import json
import math

import pytest

from sim.app.settings import PROJECT
from sim.errors import SiteError
from sim.site.checks import list_problems
from sim.site.geojson import read_geojson, write_geojson
from sim.site.model import Site, load_site

SITES = PROJECT / "scenarios" / "sites"


def read(data: object, *, site_id: str = "drawn") -> Site:
    return read_geojson(data, site_id=site_id, notice="fictional", source="plan.geojson")


def make_feature(geometry: str, coordinates: object, /, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": geometry, "coordinates": coordinates}, "properties": properties}


def make_hall(**properties: object) -> dict[str, object]:
    corners = [[0, 0], [20, 0], [20, 4], [0, 4], [0, 0]]
    return make_feature("Polygon", [corners], what="space", name="Main Hall", **properties)


def make_plan(*features: dict[str, object]) -> dict[str, object]:
    camera = make_feature("Point", [0.5, 2], what="camera", name="Hall", yaw_deg=0)
    return {"type": "FeatureCollection", "features": [make_hall(), camera, *features]}


def test_a_shipped_school_comes_back_as_it_was() -> None:
    site = load_site(SITES / "birch-elementary")
    back = read(json.loads(json.dumps(write_geojson(site))), site_id=site.site_id)
    assert [s.zone_id for s in back.spaces] == [s.zone_id for s in site.spaces]
    assert back.cameras == site.cameras
    for door, other in zip(back.openings, site.openings, strict=True):
        assert math.dist(door.at, other.at) < 0.01
        assert (door.door_id, door.width_m, door.leads_to is None) == (
            other.door_id,
            other.width_m,
            other.leads_to is None,
        )
    for thing, other in zip(back.furnishings, site.furnishings, strict=True):
        assert thing.kind == other.kind
        assert thing.size_m == pytest.approx(other.size_m, abs=0.01)
        assert thing.at == pytest.approx(other.at, abs=0.01)
        assert abs((thing.facing_deg - other.facing_deg + 180) % 360 - 180) < 0.2
    assert list_problems(back) == ()


def test_the_least_that_another_program_writes_is_a_school() -> None:
    door = make_feature("Point", [6, 0.3], what="door", name="Room 1")
    out = make_feature("Point", [19.8, 2], what="door", name="East Exit", kind="exterior")
    bench = make_feature("Polygon", [[[8, 3], [10, 3], [10, 3.9], [8, 3.9], [8, 3]]], what="furniture", kind="bench")
    site = read(make_plan(door, out, bench, make_feature("LineString", [[0, 0], [1, 1]], what="note")))
    assert [o.door_id for o in site.openings] == ["room-1", "east-exit"]
    assert site.openings[0].at == (6.0, 0.0)
    assert site.openings[1].facing_deg == 180.0
    assert site.cameras[0].position_m == (0.5, 2.0, 2.8)
    assert site.walk_nodes
    assert list_problems(site) == ()
    doors = [make_feature("Point", [3 + 3 * n, 0], what="door", name="Büro 1") for n in range(3)]
    assert [o.door_id for o in read(make_plan(*doors)).openings] == ["b-ro-1", "b-ro-1-2", "b-ro-1-3"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "is no plan"),
        ({"type": "FeatureCollection", "features": []}, "is no plan"),
        ({"features": [make_feature("Point", [0, 0], what="camera")]}, "has no spaces"),
        ({"features": [{"type": "Feature"}]}, "feature 1 has no shape"),
        (make_plan(make_feature("Point", ["a", 2], what="door")), "feature 3 has no shape"),
        (make_plan(make_feature("Point", [float("nan"), 2], what="door")), "not on the plan"),
        (make_plan(make_feature("Point", [1e9, 2], what="door", name="Far")), r"feature 3 \(Far\) is not on the plan"),
        (make_plan(make_feature("Point", [5, 40], what="door", name="Lost")), r"\(Lost\): there is no wall near"),
        (make_plan(make_feature("Point", [5, 0], what="door", kind="portal")), "feature 3, kind"),
        (make_plan(make_feature("Point", [5, 0], what="door", width_m="wide")), "width_m is 'wide'"),
        (make_plan(make_feature("Point", [5, 2], what="space")), "feature 3 is no outline"),
        (make_plan(make_feature("Point", [5, 2], what="camera", hfov_deg=500)), "feature 3, hfov_deg"),
        (make_plan(make_feature("Point", [5, 2], what="camera", camera_id="CAM-01")), "used twice"),
        (make_plan(make_feature("Point", [5, 2], what="camera", floor="9")), "floor '9'"),
        (
            make_plan(make_feature("Polygon", [[[1, 1], [2, 1], [3, 1], [1, 1]]], what="furniture")),
            "feature 3 has no area",
        ),
        ({**make_plan(), "floors": "two"}, "floors"),
        ({"features": [make_hall()] * 2001}, "at most 2000"),
    ],
)
def test_what_is_no_part_of_a_school_is_refused_in_words(data: object, message: str) -> None:
    with pytest.raises(SiteError, match=message):
        read(data)
