from pathlib import Path

from sim.site.drawn_plan import CameraGroup, group_cameras
from sim.site.model import load_site
from tests.support.tall_recording import make_tall_site
from tests.support.tiny_site import make_tiny_site

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
