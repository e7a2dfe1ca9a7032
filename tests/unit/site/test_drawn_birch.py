"""What is computed for the console and the plan on Birch as somebody draws it is what it is on the shipped Birch."""

import pytest
from shapely.geometry import MultiPolygon

from sim.services.library.job import SITES
from sim.site.blind import make_coverage_report
from sim.site.drawn_plan import compute_visible_floor
from sim.site.drawn_site import make_site
from sim.site.model import Site, load_site
from sim.site.next_camera import compute_links
from sim.site.obstacles import make_floor_model
from tests.support.drawn_birch import draw_birch


@pytest.fixture(scope="module")
def birch() -> Site:
    return load_site(SITES / "birch-elementary")


@pytest.fixture(scope="module")
def drawn(birch: Site) -> Site:
    """Birch with corners and doors off by up to 14 cm, its ways computed."""
    return make_site(draw_birch(birch, seed=19), site_id="own-birch")


def test_cones_show_the_floor_that_they_show_on_the_shipped_school(birch: Site, drawn: Site) -> None:
    models = [make_floor_model(site, "1") for site in (birch, drawn)]
    for camera in birch.cameras:
        same = drawn.get_camera(camera.camera_id)
        true, found = (compute_visible_floor(model, each) for model, each in zip(models, (camera, same), strict=True))
        assert isinstance(found, MultiPolygon)
        share = true.intersection(found).area / true.union(found).area
        assert share > 0.9, camera.camera_id


def test_coverage_says_the_same_of_the_ways(birch: Site, drawn: Site) -> None:
    true, found = make_coverage_report(birch), make_coverage_report(drawn)
    assert found.unseen_share == pytest.approx(true.unseen_share, abs=0.05)
    assert set(found.seen_m) == set(true.seen_m)


def test_links_lead_to_the_cameras_to_which_they_lead_on_the_shipped_school(birch: Site, drawn: Site) -> None:
    true, found = (
        {(name, c.camera_id) for name, zones in compute_links(site).items() for zone in zones for c in zone.cameras}
        for site in (birch, drawn)
    )
    assert len(true & found) / len(true | found) > 0.9
