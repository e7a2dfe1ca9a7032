"""What is wrong with a drawn or installed site, in sentences, each with the place on the plan where it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
from shapely import unary_union
from shapely.geometry import LineString, Point, Polygon
from shapely.validation import explain_validity

from sim.errors import SiteError
from sim.site.coverage import make_coverage
from sim.site.model import CameraSpec, Opening, PointXY, Site, Space
from sim.site.plan import WALL_THICKNESS_M, FloatArray, check_on_wall, make_floor_plan, make_footprint
from sim.site.walk_graph import WalkGraph, compute_walk_graph


def check_cameras(site: Site) -> None:
    walls = {floor.floor_id: make_floor_plan(site, floor.floor_id).walls for floor in site.floors}
    for camera in site.cameras:
        check_camera(site, camera, walls=walls[camera.floor])


def check_camera(site: Site, camera: CameraSpec, *, walls: FloatArray) -> None:
    space = _find_space(site, camera)
    _check_walls(walls, camera)
    _check_things(site, camera)
    floor_z = _get_elevation(site, camera.floor)
    clear_m = space.height_m or next(f.height_m for f in site.floors if f.floor_id == camera.floor)
    if not 0 < camera.position_m[2] - floor_z <= (float("inf") if space.kind == "outdoor" else clear_m):
        raise SiteError(
            f"{camera.name} ({camera.camera_id}) is not between floor and ceiling of {space.name}",
            expected=f"a height over the floor of at most {clear_m:.2f} m ({clear_m / 0.3048:.1f} ft)",
            todo="correct its height or that of the room",
        )


def _find_space(site: Site, camera: CameraSpec) -> Space:
    at = Point(camera.position_m[:2])
    spaces = [(Polygon(s.polygon), s) for s in site.spaces if s.floor == camera.floor]
    holding = [space for polygon, space in spaces if polygon.covers(at)]
    if holding:
        return holding[0]
    distance, nearest = min(((float(p.distance(at)), s.name) for p, s in spaces), default=(0.0, "none"))
    raise SiteError(
        f"{camera.name} ({camera.camera_id}) hangs outside all that is drawn, {distance:.0f} m from {nearest}",
        todo="draw the ground under it, up to there, as a space of the kind Outdoors, or move it",
    )


def _check_walls(walls: FloatArray, camera: CameraSpec) -> None:
    at = Point(camera.position_m[:2])
    for x1, y1, x2, y2 in walls:
        distance = float(LineString([(x1, y1), (x2, y2)]).distance(at))
        if distance < WALL_THICKNESS_M / 2:
            raise SiteError(
                f"{camera.name} ({camera.camera_id}) is in a wall",
                expected=f"at least {WALL_THICKNESS_M / 2:g} m from the wall's middle, which is {distance:.2f} m away",
                todo="move it a little into the room that it looks into",
            )


def _check_things(site: Site, camera: CameraSpec) -> None:
    x, y, z = camera.position_m
    floor_z = _get_elevation(site, camera.floor)
    for number, thing in enumerate(site.furnishings):
        bottom = floor_z + thing.z_m
        if thing.floor != camera.floor or not thing.solid or not bottom <= z <= bottom + thing.size_m[2]:
            continue
        if make_footprint(thing).contains(Point(x, y)):
            raise SiteError(
                f"{camera.name} ({camera.camera_id}) is inside {thing.kind} (furnishings.{number})",
                todo="move it beside or above that",
            )


def _get_elevation(site: Site, floor_id: str) -> float:
    return next(f.elevation_m for f in site.floors if f.floor_id == floor_id)


OVERLAP_M2 = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProblem:
    """One thing to mend: what is wrong and what to do, the floor ("" for none), and where on it in meters."""

    text: str
    floor: str
    at: PointXY


def list_problems(site: Site) -> tuple[SiteProblem, ...]:
    """Return all problems of a site: of its spaces first; the others only once spaces and doors make a plan."""
    shapes = (*_check_shapes(site), *_check_overlaps(site), *_check_names(site))
    doors = tuple(_check_doors(site)) if not any(_is_broken(space) for space in site.spaces) else ()
    if doors or any(_is_broken(space) for space in site.spaces):
        return (*shapes, *doors)
    return (*shapes, *_check_ways(site), *_check_places(site), *_check_views(site))


def _is_broken(space: Space) -> bool:
    return not Polygon(space.polygon).is_valid


def _check_shapes(site: Site) -> Iterator[SiteProblem]:
    for space in site.spaces:
        if _is_broken(space):
            reason = explain_validity(Polygon(space.polygon)).split("[")[0].lower()
            text = f"The outline of {space.name} crosses itself ({reason}). Move its corners so that it does not."
            yield SiteProblem(text=text, floor=space.floor, at=space.polygon[0])


def _check_overlaps(site: Site) -> Iterator[SiteProblem]:
    whole = [(space, Polygon(space.polygon)) for space in site.spaces if not _is_broken(space)]
    for (first, shape), (other, outline) in combinations(whole, 2):
        if first.floor == other.floor:
            shared = shape.intersection(outline)
            if shared.area > OVERLAP_M2:
                spot = shared.representative_point()
                text = f"{first.name} and {other.name} overlap by {shared.area:.1f} m². Move the wall between them."
                yield SiteProblem(text=text, floor=first.floor, at=(spot.x, spot.y))


def _check_names(site: Site) -> Iterator[SiteProblem]:
    seen: dict[str, CameraSpec] = {}
    for camera in site.cameras:
        other = seen.setdefault(camera.name.strip().casefold(), camera)
        if other is not camera:
            text = f"{other.camera_id} and {camera.camera_id} are both called {camera.name}. Give one another name."
            yield SiteProblem(text=text, floor=camera.floor, at=camera.position_m[:2])


def _check_doors(site: Site) -> Iterator[SiteProblem]:
    """Try each door alone: the plan names only the first that lies on no wall."""
    outlines = {
        floor.floor_id: unary_union([Polygon(s.polygon).exterior for s in site.spaces if s.floor == floor.floor_id])
        for floor in site.floors
    }
    for door in site.openings:
        try:
            if door.z_m <= 0:
                check_on_wall(door, outlines[door.floor])
        except SiteError as error:
            yield SiteProblem(text=error.on_screen, floor=door.floor, at=door.at)


def _check_ways(site: Site) -> Iterator[SiteProblem]:
    spaces = {space.zone_id: space for space in site.spaces}
    doors = {door.door_id: door for door in site.openings}
    graph = compute_walk_graph(site)
    yield from _check_floors(site, graph)
    for name in graph.cut_off:
        found: Space | Opening = spaces[name] if name in spaces else doors[name]
        spot = Polygon(found.polygon).representative_point() if isinstance(found, Space) else Point(found.at)
        text = f"No way leads to {found.name}. Add a door, or move what stands in its way."
        yield SiteProblem(text=text, floor=found.floor, at=(spot.x, spot.y))


def _check_floors(site: Site, graph: WalkGraph) -> Iterator[SiteProblem]:
    ways = nx.Graph(list(graph.edges))
    ways.add_nodes_from(node.node_id for node in graph.nodes)
    largest = max(nx.connected_components(ways), key=len, default=set())
    reached = {node.floor for node in graph.nodes if node.node_id in largest}
    for floor in site.floors:
        space = next((space for space in site.spaces if space.floor == floor.floor_id), None)
        if space is not None and floor.floor_id not in reached:
            text = f"No stairs lead to {floor.name}. Draw them on the floor below it, up to a hall on both floors."
            yield SiteProblem(text=text, floor=floor.floor_id, at=space.polygon[0])


def _check_places(site: Site) -> Iterator[SiteProblem]:
    walls = {floor.floor_id: make_floor_plan(site, floor.floor_id).walls for floor in site.floors}
    for camera in site.cameras:
        try:
            check_camera(site, camera, walls=walls[camera.floor])
        except SiteError as error:
            yield SiteProblem(text=error.on_screen, floor=camera.floor, at=camera.position_m[:2])


def _check_views(site: Site) -> Iterator[SiteProblem]:
    nodes = site.walk_nodes or compute_walk_graph(site).nodes
    for floor in site.floors:
        coverage = make_coverage(site, floor.floor_id)
        seen = {
            name
            for node in nodes
            if node.floor == floor.floor_id
            for name in coverage.find_cameras(node.at, z_m=node.z_m)
        }
        for camera in site.cameras:
            if camera.floor == floor.floor_id and camera.camera_id not in seen:
                text = f"{camera.name} ({camera.camera_id}) shows no place where people walk. Turn it, or leave it out."
                yield SiteProblem(text=text, floor=camera.floor, at=camera.position_m[:2])
