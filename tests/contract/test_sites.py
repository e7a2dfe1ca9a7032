"""Every site folder keeps the same promises: a walk graph through no wall, cameras inside, plates baked from it."""

import math
from functools import cache
from pathlib import Path

import cv2
import networkx as nx
import numpy as np
import pytest
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sim.site.camera import make_view
from sim.site.model import Site, load_site
from sim.site.plan import FloorPlan, make_doorway, make_floor_plan, make_footprint
from tools.authoring.bake_plates import MOST_BYTES, build_model

SITES = sorted(Path("scenarios/sites").glob("*/site.yaml"))
BODY_RADIUS_M = 0.25


@pytest.fixture(scope="module", params=SITES, ids=lambda p: p.parent.name)
def site(request: pytest.FixtureRequest) -> Site:
    return load_site(request.param.parent)


@pytest.fixture(scope="module")
def plans(site: Site) -> dict[str, FloorPlan]:
    return {f.floor_id: make_floor_plan(site, f.floor_id) for f in site.floors}


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
        (x, y), facing, half_m = opening.at, math.radians(opening.facing_deg), (opening.width_m - 0.1) / 2
        dx, dy = -math.sin(facing) * half_m, math.cos(facing) * half_m
        line = LineString([(x - dx, y - dy), (x + dx, y + dy)])
        for item in site.furnishings:
            if item.floor == opening.floor and item.solid and item.z_m < floors[item.floor].height_m - 0.9:
                assert not make_footprint(item).intersects(line), f"{item.kind} at {item.at} blocks {opening.door_id}"


get_site = cache(load_site)
FOLDERS = sorted(p.parent for p in Path("scenarios/sites").glob("*/site.yaml"))
CAMERAS = [(folder, camera.camera_id) for folder in FOLDERS for camera in get_site(folder).cameras]
WIDE = [(folder, name) for folder, name in CAMERAS if get_site(folder).get_camera(name).k1 != 0]
NEAR_M = 12.0


def read_plate(folder: Path, name: str) -> np.ndarray:
    image = cv2.imread(str(folder / "plates" / name), cv2.IMREAD_UNCHANGED)
    assert image is not None, f"{folder.name}: {name} is missing"
    return image


@pytest.mark.parametrize(("folder", "camera_id"), CAMERAS, ids=lambda v: getattr(v, "name", v))
def test_plate_is_a_well_exposed_picture(folder: Path, camera_id: str) -> None:
    camera = get_site(folder).get_camera(camera_id)
    picture = read_plate(folder, f"{camera_id}.webp")
    assert picture.dtype == np.uint8
    assert picture.shape == (*camera.size_wh[::-1], 3)
    grey = picture.mean(axis=2)
    is_night = camera.mode == "night"
    assert (35 if is_night else 60) < np.median(grey) < 190
    assert (grey > 250).mean() < 0.15
    assert (grey < 6).mean() < (0.3 if is_night else 0.02)
    assert (folder / "plates" / f"{camera_id}.webp").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize(("folder", "camera_id"), CAMERAS, ids=lambda v: getattr(v, "name", v))
def test_depth_agrees_with_the_site_file(folder: Path, camera_id: str) -> None:
    site = get_site(folder)
    camera = site.get_camera(camera_id)
    depth_m, view = read_plate(folder, f"{camera_id}-depth.png") / 1000.0, make_view(camera)
    row, column = (a.ravel() for a in np.mgrid[4 : view.size_wh[1] : 8, 4 : view.size_wh[0] : 8])
    rays = view.compute_rays(np.stack([column + 0.5, row + 0.5], axis=1))
    points = rays * depth_m[row, column, None] @ view.rotation + view.position_m
    points[:, 2] -= next(f.elevation_m for f in site.floors if f.floor_id == camera.floor)
    near = np.hypot(points[:, 0] - camera.position_m[0], points[:, 1] - camera.position_m[1]) < NEAR_M
    on_floor = near & (np.abs(points[:, 2]) < 0.01)
    walkable, spaces, ramps = outlines(folder, camera.floor)
    on_stairs = near & shapely.contains_xy(ramps, points[:, :2])
    assert on_floor.sum() + on_stairs.sum() > 300
    assert not on_floor.any() or shapely.contains_xy(spaces, points[on_floor, :2]).mean() > 0.97
    # what stands higher than a foot is wall or furniture, so none of it stands where people may walk
    standing = near & (points[:, 2] > 0.15) & (points[:, 2] < 1.9) & ~shapely.contains_xy(ramps, points[:, :2])
    astray = shapely.contains_xy(walkable, points[standing, :2]).sum()
    # a rail's end or two among few points say nothing
    assert astray < max(0.03 * standing.sum(), 4), f"{astray} points of walls stand in the way: bake {camera_id} again"


@cache
def outlines(folder: Path, floor: str) -> tuple[BaseGeometry, BaseGeometry, BaseGeometry]:
    site = get_site(folder)
    plan = make_floor_plan(site, floor)
    doorways = [
        make_doorway(o, inward_m=0.3, outward_m=3.0).buffer(1.2)
        for o in site.openings
        if (o.kind != "gap" or o.leads_to is None) and o.floor == floor
    ]
    spaces = shapely.union_all([polygon.buffer(0.05) for _, polygon in plan.zones] + doorways)
    walkable = plan.walkable.buffer(-0.15).difference(shapely.union_all(doorways))
    ramps = shapely.union_all([Polygon(r.polygon).buffer(0.4) for r in plan.ramps])
    for shape in (walkable, spaces, ramps):
        shapely.prepare(shape)
    return walkable, spaces, ramps


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_every_furnishing_and_style_can_be_built(folder: Path) -> None:
    model = build_model(get_site(folder))
    triangles = sum(len(f) for buffer in model.meshes.values() for f in buffer.faces)
    assert triangles > 10_000
    for buffer in model.meshes.values():
        assert np.isfinite(np.concatenate(buffer.vertices)).all()
        assert np.concatenate(buffer.faces).max() < buffer.count


@pytest.mark.parametrize(("folder", "camera_id"), WIDE, ids=lambda v: getattr(v, "name", v))
def test_picture_and_depth_show_the_same_edges(folder: Path, camera_id: str) -> None:
    depth_mm = read_plate(folder, f"{camera_id}-depth.png").astype(np.float32)
    grey = cv2.cvtColor(read_plate(folder, f"{camera_id}.webp"), cv2.COLOR_BGR2GRAY).astype(np.float32)
    steps = np.abs(cv2.Sobel(np.log(np.maximum(depth_mm, 1)), cv2.CV_32F, 1, 0)) > 0.6
    contrast = np.abs(cv2.Sobel(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F, 1, 0))
    steps &= cv2.blur(steps.astype(np.float32), (25, 25)) < 0.25  # leaves are edges everywhere, and say nothing
    # away from the middle, where a bent lens moves things most; lifts the chance of telling a shift of a few pixels
    height, width = steps.shape
    steps[:, width * 5 // 16 : width * 11 // 16] = False
    assert steps.sum() > height / 5
    here, beside = contrast[steps].mean(), np.mean([contrast[np.roll(steps, by, axis=1)].mean() for by in (-9, 9)])
    assert here > 1.35 * beside
