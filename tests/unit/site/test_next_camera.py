import heapq
import json
import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest

from sim.app.settings import PROJECT
from sim.site.model import Site, WalkNode, load_site
from sim.site.next_camera import NextCamera, PlaceWays, compute_links, describe_links, make_place_ways
from sim.tasks.setup import SetupType
from tests.support.story_truth import load_story_index
from tests.unit.site.test_site_plan import make_camera, make_opening, make_space, make_two_rooms

FAR_M = 24
SITES = sorted(path.parent for path in (PROJECT / "scenarios" / "sites").glob("*/site.yaml"))


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
    (told,) = describe_links(make_corridor())["CAM-01"]
    assert json.loads(json.dumps(told)) == told
    assert set(told) == {"x", "y", "above_y", "turn_deg", "cameras"}
    assert set(told["cameras"][0]) == {"camera_id", "walking_s"}


def test_a_camera_that_shows_the_person_already_is_next_at_once() -> None:
    facing = make_camera(camera_id="CAM-02", position_m=(FAR_M - 0.5, 2.0, 2.7), yaw_deg=180.0)
    west = make_camera(position_m=(7.0, 2.0, 2.7), yaw_deg=180.0)
    (zone,) = compute_links(make_corridor(cameras=[west, facing]))["CAM-01"]
    assert zone.cameras == (NextCamera(camera_id="CAM-02", walking_s=0.0),)
    assert compute_links(make_corridor(cameras=[west])) == {"CAM-01": ()}, "no other camera, no link"


def test_the_other_view_of_a_hall_is_offered_and_arrows_point_to_where_the_way_out_is_seen() -> None:
    birch = next(path for path in SITES if "birch" in path.name)
    links = compute_links(load_site(birch))
    offered = {
        camera_id: {next_.camera_id for zone in zones for next_ in zone.cameras} for camera_id, zones in links.items()
    }
    assert offered["CAM-04"] == {"CAM-02", "CAM-03", "CAM-06", "CAM-07"}
    assert "CAM-04" in offered["CAM-03"]

    turns = {(camera, zone.cameras[0].camera_id): zone.turn_deg for camera, zones in links.items() for zone in zones}
    assert turns["CAM-07", "CAM-01"] == pytest.approx(-90, abs=45), "through glass doors, up the hall"
    assert abs(turns["CAM-06", "CAM-08"]) > 135, "a door in the wall on the left"
    assert turns["CAM-07", "CAM-08"] == pytest.approx(90, abs=45), "under the camera"


Finder = Callable[[str], dict[str, tuple[int, set[tuple[str, ...]]]]]


def measure(site: Site, start: str) -> dict[str, tuple[int, set[tuple[str, ...]]]]:
    nodes = {node.node_id: node for node in site.walk_nodes if node.door is None}
    floors = {floor.floor_id: floor.elevation_m for floor in site.floors}

    def place(node: WalkNode) -> tuple[float, float, float]:
        return (*node.at, floors[node.floor] + node.z_m)

    joined: dict[str, list[tuple[str, int]]] = {name: [] for name in nodes}
    for a, b in site.walk_edges:
        if a in nodes and b in nodes:
            mm = round(1000 * math.dist(place(nodes[a]), place(nodes[b])))
            joined[a].append((b, mm))
            joined[b].append((a, mm))
    found: dict[str, tuple[int, set[tuple[str, ...]]]] = {start: (0, {(start,)})}
    queue = [(0, start)]
    while queue:
        far, here = heapq.heappop(queue)
        if far > found[here][0]:
            continue
        for there, mm in joined[here]:
            paths = {(*path, there) for path in found[here][1]}
            known = found.get(there)
            if known is None or far + mm < known[0]:
                found[there] = (far + mm, paths)
                heapq.heappush(queue, (far + mm, there))
            elif far + mm == known[0]:
                known[1].update(paths)
    return found


def list_answers(ways: PlaceWays, shown: dict[str, str], pair: tuple[str, str], find: Finder) -> set[tuple[str, ...]]:
    answers: set[tuple[str, ...]] = set()
    start, end = pair
    starts, ends = ([node for node, zones in ways.zones.items() if zones == {zone}] for zone in (start, end))
    for node in starts:
        found = find(node)
        for other in ends:
            for path in found[other][1]:
                passed = [zone for here, there in pairwise(path) for zone in walk(ways, here, there)]
                cameras = [shown.get(zone, "") for zone in passed]
                answers.add(() if "" in cameras else tuple(dict.fromkeys(cameras)))
    return answers


def walk(ways: PlaceWays, here: str, there: str) -> list[str]:
    both = ways.zones[here] & ways.zones[there]
    steps = [both] if both else [ways.zones[here], ways.zones[there]]
    return [zone for zones in steps if len(zones) == 1 for zone in zones]


def test_every_offered_view_of_the_sample_is_the_only_one() -> None:
    index = load_story_index()
    assert index.site is not None
    ways = make_place_ways(index.site)
    shown = {zone: cameras[0] for zone, cameras in index.place_cameras.items()}
    tasks = SetupType().make_tasks(index, (0.0, index.table.duration_s))
    assert len(tasks) > 20
    find = cache(lambda node: measure(index.site, node))
    for task in tasks:
        start, end = str(task.params["start"]), str(task.params["end"])
        view = SetupType().answer_perfectly(task, index).view
        assert list_answers(ways, shown, (start, end), find) == {view}, (start, end)
        assert 3 <= len(view) <= 5


def test_stairs_are_as_long_as_they_are_steep_and_arches_are_in_neither_place() -> None:
    site = load_site(next(path for path in SITES if path.name == "maple-ridge"))
    ways = make_place_ways(site)
    nodes = {node.node_id: node for node in site.walk_nodes}
    steep = [
        (a, b)
        for a, b in ways.ways.edges
        if abs(nodes[a].z_m - nodes[b].z_m) > 0.5 and nodes[a].floor == nodes[b].floor
    ]
    assert steep
    for a, b in steep:
        assert ways.ways.edges[a, b]["length_mm"] > 1000 * math.dist(nodes[a].at, nodes[b].at) + 1
    assert ways.zones["lobby-arch"] == {"lobby", "crossing"}
    assert ways.find_all("lobby", ["crossing"])["crossing"] == {("lobby", "crossing")}
