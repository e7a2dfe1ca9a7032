"""Ways between places: from every node to every node, stairs with their slope, borders in neither place."""

import heapq
import math
from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise

import pytest

from sim.services.app.wiring import PROJECT
from sim.site.model import Site, WalkNode, load_site
from sim.site.next_camera import PlaceWays, make_place_ways
from sim.tasks.setup.task import SETUP_TYPE, find_chains
from sim.truth.index import find_place_cameras
from tests.support.story_truth import load_story_index

Finder = Callable[[str], dict[str, tuple[int, set[tuple[str, ...]]]]]
SITES = sorted(path.parent for path in (PROJECT / "scenarios" / "sites").glob("*/site.yaml"))


def measure(site: Site, start: str) -> dict[str, tuple[int, set[tuple[str, ...]]]]:
    """Dijkstra in plain Python: length in millimeters to every node, and every shortest path."""
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


def make_finder(site: Site) -> Finder:
    return cache(lambda node: measure(site, node))


def list_answers(ways: PlaceWays, shown: dict[str, str], pair: tuple[str, str], find: Finder) -> set[tuple[str, ...]]:
    """The cameras along the shortest ways, one node after the other; () past a place without a camera."""
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
    shown = {zone: cameras[0] for zone, cameras in find_place_cameras(index).items()}
    tasks = SETUP_TYPE.make_tasks(index, (0.0, index.table.duration_s))
    assert len(tasks) > 20
    find = make_finder(index.site)
    for task in tasks:
        start, end = str(task.params["start"]), str(task.params["end"])
        view = SETUP_TYPE.answer_perfectly(task, index).view
        assert list_answers(ways, shown, (start, end), find) == {view}, (start, end)
        assert 3 <= len(view) <= 5


@pytest.mark.parametrize("folder", SITES, ids=lambda path: path.name)
def test_all_ways_of_every_shipped_site_are_found(folder: object) -> None:
    """A camera of its own in every place: what some pair of nodes gives is told, and nothing else."""
    site = load_site(folder)
    ways = make_place_ways(site)
    zones = [space.zone_id for space in site.spaces]
    shown = {zone: (zone,) for zone in zones}
    own, find, several = {zone: zone for zone in zones}, make_finder(site), 0
    for start, end in list(combinations(zones, 2))[::9]:
        told = find_chains(shown, ways, start, [end])[end]
        assert told == list_answers(ways, own, (start, end), find), (start, end)
        several += len(told) > 1
    assert len(zones) < 8 or several


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
