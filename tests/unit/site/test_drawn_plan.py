from pathlib import Path

from shapely.geometry import Point

from sim.site.drawn_plan import CameraGroup, compute_cone, compute_visible_floor, group_cameras
from sim.site.model import Site, load_site
from sim.site.obstacles import make_floor_model
from tests.support.tall_recording import make_tall_site
from tests.support.tiny_site import make_tiny_site
from tests.unit.site.test_site_plan import make_camera, make_opening, make_two_rooms


def see(site: Site, x: float, y: float) -> bool:
    return compute_visible_floor(make_floor_model(site, "1"), site.cameras[0]).covers(Point(x, y))


def test_wall_over_an_opening_hides_what_is_far_behind_it_and_floor_under_the_picture_is_not_in_the_cone() -> None:
    # pitch -20 deg and a half height of atan(9/16) = 29.4 deg: the picture ends 2.7 / tan(49.4 deg) = 2.32 m away
    site = make_two_rooms()
    assert not see(site, 0.2 + 2.25, 2.0)
    assert see(site, 0.2 + 2.40, 2.0)
    # from 2.7 m, 3.7 m before an opening of 2.1 m, floor is seen up to 3.7 * 2.7 / (2.7 - 2.1) m; of 1.6 m, to 9.1 m
    assert see(site, 7.8, 2.0)
    low = make_opening("gap", (4, 2), leads_to="east", height_m=1.6)
    camera = make_camera(position_m=(0.2, 2.0, 2.95)).model_dump()
    assert see(make_two_rooms(openings=[low], cameras=[camera]), 7.8, 2.0)
    lower = make_opening("gap", (4, 2), leads_to="east", height_m=1.51)
    higher = make_camera(position_m=(0.2, 2.0, 3.2)).model_dump()
    assert not see(make_two_rooms(openings=[lower], cameras=[higher]), 7.8, 2.0)


def test_table_hides_nothing_and_canopy_does() -> None:
    thing = {"floor": "1", "at": (2.6, 2.0), "facing_deg": 180, "size_m": (3.0, 1.0, 2.4)}
    assert see(make_two_rooms(furnishings=[{"kind": "table", **thing}]), 3.8, 2.0)
    assert not see(make_two_rooms(furnishings=[{"kind": "canopy", **thing}]), 7.5, 2.0)


def test_cone_is_rings_of_points_and_nothing_where_no_floor_is_seen() -> None:
    site = make_two_rooms()
    (ring,) = compute_cone(make_floor_model(site, "1"), site.cameras[0])
    assert len(ring) > 5
    up = make_camera(pitch_deg=45.0)
    assert compute_cone(make_floor_model(site, "1"), up) == []


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
