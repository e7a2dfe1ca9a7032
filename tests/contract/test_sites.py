"""Every site folder keeps the same promises: a connected walk graph that goes through no wall, and cameras inside."""

import math
from pathlib import Path

import networkx as nx
import pytest
from shapely.geometry import LineString

from sim.site.model import Site, load_site
from sim.site.plan import FloorPlan, make_floor_plan, make_footprint

SITES = sorted(Path("scenarios/sites").glob("*/site.yaml"))
BODY_RADIUS_M = 0.25


@pytest.fixture(scope="module", params=SITES, ids=lambda p: p.parent.name)
def site(request: pytest.FixtureRequest) -> Site:
    return load_site(request.param.parent)


@pytest.fixture(scope="module")
def plans(site: Site) -> dict[str, FloorPlan]:
    return {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}


def test_folder_bears_the_site_id(site: Site) -> None:
    assert any(p.parent.name == site.site_id for p in SITES)


def test_it_is_fictional_without_cameras_in_rest_rooms(site: Site) -> None:
    assert "fictional" in site.notice
    assert not [s.zone_id for s in site.spaces if "rest" in s.name.lower()]


def test_walk_graph_is_connected(site: Site) -> None:
    graph = nx.Graph(list(site.walk_edges))
    graph.add_nodes_from(n.node_id for n in site.walk_nodes)
    assert nx.is_connected(graph), [sorted(c) for c in nx.connected_components(graph)][1:]


def test_edges_are_walkable_and_cross_no_wall(site: Site, plans: dict[str, FloorPlan]) -> None:
    nodes = {n.node_id: n for n in site.walk_nodes}
    floors = [f.floor_id for f in site.floors]
    for a, b in site.walk_edges:
        one, other = nodes[a], nodes[b]
        upper = plans[max((one.floor, other.floor), key=floors.index)]
        is_free = one.floor != other.floor or upper.is_clear(one.at, other.at, margin_m=BODY_RADIUS_M)
        assert is_free, f"edge [{a}, {b}] is not free"
        line = LineString([one.at, other.at])
        for x1, y1, x2, y2 in upper.walls:
            assert not line.crosses(LineString([(x1, y1), (x2, y2)])), f"edge [{a}, {b}] goes through a wall"


def test_node_heights_agree_with_the_floor(site: Site, plans: dict[str, FloorPlan]) -> None:
    ramped = {r.floor for r in site.ramps}
    for node in site.walk_nodes:
        if node.floor in ramped and node.door is None:
            assert plans[node.floor].compute_floor_z(node.at) == pytest.approx(node.z_m, abs=0.02), node.node_id


def test_every_open_room_door_has_a_node(site: Site) -> None:
    served = {n.door for n in site.walk_nodes}
    for opening in site.openings:
        if opening.leads_to is None and opening.leaf == "open":
            assert opening.door_id in served, opening.door_id


def test_no_door_is_blocked(site: Site, plans: dict[str, FloorPlan]) -> None:
    for node in site.walk_nodes:
        assert plans[node.floor].is_walkable(node.at, margin_m=BODY_RADIUS_M), node.node_id


def test_solid_furnishings_do_not_overlap(site: Site) -> None:
    solid = [(f, make_footprint(f).buffer(-0.01)) for f in site.furnishings if f.solid and f.z_m < 1.9]
    for i, (first, shape) in enumerate(solid):
        for other, outline in solid[i + 1 :]:
            if first.floor == other.floor:
                assert not shape.intersects(outline), f"{first.kind} at {first.at}, {other.kind} at {other.at}"


def test_furnishings_stand_clear_of_openings(site: Site) -> None:
    floors = {f.floor_id: f for f in site.floors}
    for opening in site.openings:
        line = LineString(_ends(opening.at, opening.facing_deg, opening.width_m - 0.1))
        for item in site.furnishings:
            if item.floor == opening.floor and item.solid and item.z_m < floors[item.floor].height_m - 0.9:
                assert not make_footprint(item).intersects(line), f"{item.kind} at {item.at} blocks {opening.door_id}"


def _ends(at: tuple[float, float], facing_deg: float, width_m: float) -> list[tuple[float, float]]:
    dx, dy = -math.sin(math.radians(facing_deg)) * width_m / 2, math.cos(math.radians(facing_deg)) * width_m / 2
    return [(at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy)]
