import json

import pytest

from sim.site.model import Site
from sim.site.next_camera import NextCamera, compute_links, describe_links
from tests.unit.site.test_site_plan import make_camera, make_opening, make_space, make_two_rooms

FAR_M = 24


def make_corridor(**changes: object) -> Site:
    """A corridor of 4 m x 24 m in three rooms with gaps of 3.8 m; cameras look west from x = 7 and east from x = 15."""
    spaces = [make_space("west", 0), make_space("middle", 8), make_space("east", 16)]
    for space, left in zip(spaces, (0, 8, 16), strict=True):
        space["polygon"] = [(left, 0), (left + 8, 0), (left + 8, 4), (left, 4)]
    gaps = [
        make_opening(f"gap-{x}", (x, 2), leads_to=zone, width_m=3.8, height_m=2.9)
        for x, zone in ((8, "middle"), (16, "east"))
    ]
    ends = [("w", 1.0), ("e", 23.0)]
    parts: dict[str, object] = {
        "spaces": spaces,
        "openings": gaps,
        "walk_nodes": [{"node_id": node_id, "floor": "1", "at": (x, 2)} for node_id, x in ends],
        "walk_edges": [("w", "e")],
        "cameras": [
            make_camera(position_m=(7.0, 2.0, 2.7), yaw_deg=180.0),
            make_camera(camera_id="CAM-02", position_m=(15.0, 2.0, 2.7)),
        ],
    }
    return make_two_rooms(**{**parts, **changes})


def test_a_blind_stretch_is_told_in_walking_seconds() -> None:
    links = compute_links(make_corridor())
    # the picture's lower edge is at -20 - 29.4 deg: a chest 1.6 m under the camera comes in at 1.6 / tan(49.4 deg)
    # = 1.37 m, so one walks from x = 5.5 to x = 16.5: 11 m at 1.3 m/s, by half meters
    (zone,) = links["CAM-01"]
    (following,) = zone.cameras
    assert following.camera_id == "CAM-02"
    assert following.walking_s == pytest.approx(11.0 / 1.3, abs=0.5)
    assert zone.at[0] == pytest.approx(0.5, abs=0.02)
    assert zone.at[1] > 0.9
    assert zone.turn_deg == pytest.approx(90.0, abs=2.0)
    # the head, 0.7 m under the camera 1.5 m ahead, is 25.0 deg down: 5.0 deg under the middle
    assert zone.above_y == pytest.approx(0.578, abs=0.01)


def test_a_camera_that_shows_the_person_already_is_next_at_once() -> None:
    facing = make_camera(camera_id="CAM-02", position_m=(FAR_M - 0.5, 2.0, 2.7), yaw_deg=180.0)
    west = make_camera(position_m=(7.0, 2.0, 2.7), yaw_deg=180.0)
    (zone,) = compute_links(make_corridor(cameras=[west, facing]))["CAM-01"]
    assert zone.cameras == (NextCamera(camera_id="CAM-02", walking_s=0.0),)


def test_no_way_to_another_camera_gives_no_link() -> None:
    alone = make_corridor(cameras=[make_camera(position_m=(7.0, 2.0, 2.7), yaw_deg=180.0)])
    assert compute_links(alone) == {"CAM-01": ()}


def test_links_are_plain_json() -> None:
    links = describe_links(make_corridor())
    assert json.loads(json.dumps(links)) == links
    (zone,) = links["CAM-01"]
    assert set(zone) == {"x", "y", "above_y", "turn_deg", "cameras"}
    assert set(zone["cameras"][0]) == {"camera_id", "walking_s"}
