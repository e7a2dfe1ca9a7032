"""The site that a drawing makes, and what is wrong with a site, in sentences with the place on the plan.

Walls between neighbors are drawn twice by hand: where two rooms overlap by a sliver, or leave a crack between them,
the later one gives way, so that both share one wall.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx
from shapely import make_valid, unary_union
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from sim.errors import SiteError
from sim.site.coverage import make_coverage
from sim.site.drawing import HEAD, Drawing, DrawnCamera, DrawnDoor, DrawnFloor, DrawnSpace, DrawnStairs, DrawnThing
from sim.site.geojson import make_feature, read_geojson
from sim.site.model import CameraSpec, Floor, Opening, PointXY, Site, Space, SunSpec
from sim.site.plan import WALL_THICKNESS_M, FloatArray, check_on_wall, make_floor_plan, make_footprint, place_door
from sim.site.stairs import StairBlock, make_stairwell
from sim.site.walk_graph import compute_walk_graph


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
    ways = nx.Graph(list(graph.edges))
    ways.add_nodes_from(node.node_id for node in graph.nodes)
    largest = max(nx.connected_components(ways), key=len, default=set())
    reached = {node.floor for node in graph.nodes if node.node_id in largest}
    for floor in site.floors:
        space = next((space for space in site.spaces if space.floor == floor.floor_id), None)
        if space is not None and floor.floor_id not in reached:
            text = f"No stairs lead to {floor.name}. Draw them on the floor below it, up to a hall on both floors."
            yield SiteProblem(text=text, floor=floor.floor_id, at=space.polygon[0])
    for name in graph.cut_off:
        found: Space | Opening = spaces[name] if name in spaces else doors[name]
        spot = Polygon(found.polygon).representative_point() if isinstance(found, Space) else Point(found.at)
        text = f"No way leads to {found.name}. Add a door, or move what stands in its way."
        yield SiteProblem(text=text, floor=found.floor, at=(spot.x, spot.y))


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


OWN_NOTICE = "The people in the pictures of this school are simulated and fictional."
CRACK_M = 0.4
"""How wide a crack or an overlap may be that is taken for one wall."""
_PITCH_DEG, _HFOV_DEG = -18.0, 85.0
Json = dict[str, Any]


def read_parts(drawing: Drawing) -> tuple[dict[str, DrawnSpace], dict[str, DrawnDoor], dict[str, DrawnCamera]]:
    return (
        {name: DrawnSpace.model_validate(each) for name, each in drawing["spaces"].items()},
        {name: DrawnDoor.model_validate(each) for name, each in drawing["doors"].items()},
        {name: DrawnCamera.model_validate(each) for name, each in drawing["cameras"].items()},
    )


def make_site(drawing: Drawing, *, site_id: str, ready_only: bool = False, traced: Collection[str] = ()) -> Site:
    spaces, doors, cameras = read_parts(drawing)
    stairs = [DrawnStairs.model_validate(each) for each in drawing["stairs"].values()]
    outlines = _share_walls(spaces, stairs)
    kept = {n: c for n, c in cameras.items() if not ready_only or c.is_ready or n in traced}
    if not kept:
        raise SiteError("the school has no camera" + (" that is matched and has a picture" if ready_only else ""))
    rooms = [(space.floor, outlines[key]) for key, space in spaces.items() if space.kind != "outdoor"]
    name = str(drawing["school"][HEAD]["name"])
    collection = {
        "type": "FeatureCollection",
        "name": name,
        "floors": [{"floor_id": key, **_tell_floor(data)} for key, data in drawing["floors"].items()],
        "features": [
            *(_tell_area("space", space, outlines[key].exterior.coords[:-1]) for key, space in spaces.items()),
            *(_tell_area("stairs", each, each.polygon) for each in stairs),
            *(
                make_feature("Point", door.at, {"what": "door", **door.model_dump(mode="json", exclude={"at"})})
                for door in doors.values()
            ),
            *(
                _tell_area("furniture", thing, thing.polygon)
                for thing in map(DrawnThing.model_validate, drawing["things"].values())
            ),
            *(
                _tell_camera(
                    key,
                    each,
                    is_outdoors=not any(
                        room.covers(Point((each.found or each).at)) for floor, room in rooms if floor == each.floor
                    ),
                )
                for key, each in kept.items()
            ),
        ],
    }
    return read_geojson(collection, site_id=site_id, notice=OWN_NOTICE, source="the plan")


def list_drawn_problems(drawing: Drawing, *, site_id: str) -> tuple[SiteProblem, ...]:
    broken = (*_check_outlines(drawing), *_check_scale(drawing), *_check_stairs(drawing), *_check_drawn_doors(drawing))
    spaces, _, cameras = read_parts(drawing)
    if not spaces:
        broken += (SiteProblem(text="Draw the rooms and halls that people walk in.", floor="", at=(0.0, 0.0)),)
    if not cameras:
        broken += (SiteProblem(text="Put at least one camera on the plan.", floor="", at=(0.0, 0.0)),)
    if broken:
        return broken
    try:
        return list_problems(make_site(drawing, site_id=site_id))
    except SiteError as error:
        return (SiteProblem(text=error.on_screen, floor="", at=(0.0, 0.0)),)


def _check_scale(drawing: Drawing) -> Iterator[SiteProblem]:
    for key, data in drawing["floors"].items():
        floor = DrawnFloor.model_validate(data)
        if floor.picture is not None and not floor.picture.is_scaled:
            text = f"Set the scale of {floor.name}: click two points whose distance you know."
            yield SiteProblem(text=text, floor=key, at=floor.picture.at)


def _check_outlines(drawing: Drawing) -> Iterator[SiteProblem]:
    spaces, _, _ = read_parts(drawing)
    for space in spaces.values():
        shape = Polygon(space.polygon)
        if not shape.is_valid:
            reason = explain_validity(shape).split("[")[0].lower()
            text = f"The outline of {space.name} crosses itself ({reason}). Move its corners so that it does not."
            yield SiteProblem(text=text, floor=space.floor, at=space.polygon[0])
        elif shape.area < 1.0:
            yield SiteProblem(
                text=f"{space.name} is smaller than 1 m². Draw it again.", floor=space.floor, at=space.polygon[0]
            )


def _check_stairs(drawing: Drawing) -> Iterator[SiteProblem]:
    """Try each flight of stairs alone: the site names only the first that does not fit."""
    spaces, _, _ = read_parts(drawing)
    if any(not Polygon(space.polygon).is_valid for space in spaces.values()):
        return
    floors = [Floor(floor_id=key, **_tell_floor(data)) for key, data in drawing["floors"].items()]
    for key, data in drawing["stairs"].items():
        stairs = DrawnStairs.model_validate(data)
        try:
            around = [
                Space(zone_id=f"s{n}", name=s.name, kind=s.kind, floor=s.floor, polygon=tuple(outline.exterior.coords))
                for n, (s, outline) in enumerate(
                    zip(spaces.values(), _share_walls(spaces, [stairs]).values(), strict=True)
                )
            ]
            block = StairBlock(
                zone_id=key,
                **{name: getattr(stairs, name) for name in ("name", "floor", "upper", "polygon", "up_deg", "shape")},
            )
            make_stairwell(block, floors=floors, spaces=around)
        except SiteError as error:
            yield SiteProblem(text=error.on_screen, floor=stairs.floor, at=stairs.polygon[0])


def _tell_floor(data: Json) -> Json:
    return DrawnFloor.model_validate(data).model_dump(exclude={"picture"})


def _check_drawn_doors(drawing: Drawing) -> Iterator[SiteProblem]:
    spaces, doors, _ = read_parts(drawing)
    if any(not Polygon(space.polygon).is_valid for space in spaces.values()):
        return
    walls = [
        Space(zone_id=f"s{n}", name=s.name, kind=s.kind, floor=s.floor, polygon=s.polygon)
        for n, s in enumerate(spaces.values())
    ]
    for door in doors.values():
        try:
            place_door(walls, door.at, floor_id=door.floor, width_m=door.width_m)
        except SiteError as error:
            yield SiteProblem(text=f"{door.name}: {error.on_screen}", floor=door.floor, at=door.at)


def _share_walls(spaces: Mapping[str, DrawnSpace], stairs: Sequence[DrawnStairs]) -> dict[str, Polygon]:
    """Return the outlines of spaces, of which neighbors share one wall; stairs are cut out of both of their floors."""
    found: dict[str, Polygon] = {}
    for name, space in spaces.items():
        shape: BaseGeometry = Polygon(space.polygon)
        if not shape.is_valid:
            raise SiteError(f"the outline of {space.name} crosses itself", todo="move its corners so that it does not")
        for each in stairs:
            if space.floor in (each.floor, each.upper):
                shape = _leave_room(shape, each, space.name)
        for other, outline in found.items():
            if spaces[other].floor == space.floor and outline.distance(shape) < CRACK_M:
                shape = _meet(shape, outline)
        found[name] = shape if isinstance(shape, Polygon) else Polygon(space.polygon)
    return found


def _leave_room(shape: BaseGeometry, stairs: DrawnStairs, name: str) -> BaseGeometry:
    block = Polygon(stairs.polygon)
    if block.distance(shape) >= CRACK_M:
        return shape
    left = shape.difference(block)
    pieces = [each for each in getattr(left, "geoms", [left]) if isinstance(each, Polygon)]
    largest = max(pieces, key=lambda each: float(each.area), default=None)
    if largest is None or largest.interiors:
        raise SiteError(
            f"{stairs.name} stand in the middle of {name}",
            todo=f"draw {name} as two rooms that meet at the stairs, with an opening between them on each side of the "
            "stairs, or move the stairs until one side reaches a wall",
        )
    return _meet(largest, block)


def _meet(shape: BaseGeometry, neighbor: Polygon) -> BaseGeometry:
    """Return a shape without what it shares with a neighbor by a sliver, and with the crack between the two."""
    shared = shape.intersection(neighbor)
    met = shape
    if shared.area > 0 and shared.buffer(-CRACK_M / 2, join_style="mitre").is_empty:
        met = shape.difference(neighbor)
    both = met.union(neighbor)
    closed = both.buffer(CRACK_M / 2, join_style="mitre").buffer(-CRACK_M / 2, join_style="mitre")
    crack = closed.difference(both.buffer(1e-6))
    for part in getattr(crack, "geoms", [crack]):
        if part.area > 1e-4 and part.distance(met) < 1e-3 and part.distance(neighbor) < 1e-3:
            met = met.union(part.buffer(2e-6, join_style="mitre")).difference(neighbor)
    pieces = [each for each in getattr(make_valid(met), "geoms", [met]) if isinstance(each, Polygon)]
    largest = max(pieces, key=lambda each: float(each.area), default=None)
    if largest is None or largest.area < 0.5 * shape.area or largest.interiors:
        return shape
    return largest.simplify(0.02)


def _tell_area(what: str, part: DrawnSpace | DrawnStairs | DrawnThing, polygon: Iterable[Sequence[float]]) -> Json:
    ring = [(round(float(x), 3), round(float(y), 3)) for x, y in polygon]
    given = part.model_dump(mode="json", exclude={"polygon"}, exclude_none=True)
    return make_feature("Polygon", [[*ring, ring[0]]], {"what": what, **given})


def _tell_camera(name: str, camera: DrawnCamera, *, is_outdoors: bool) -> Json:
    given: Json = {"what": "camera", "camera_id": name, "name": camera.name, "floor": camera.floor, "mode": camera.mode}
    # the sun of the camera, none where nobody chose it: shadows that the picture does not have are worse than none
    if camera.sun is not None or is_outdoors:
        given["sun"] = (camera.sun or SunSpec(strength=0.0)).model_dump()
    if camera.picture_wh is not None:
        given["size_wh"] = camera.picture_wh
    at = camera.at
    if camera.found is not None:
        at = camera.found.at
        given |= camera.found.model_dump(exclude={"at"})
    else:
        given |= {"over_floor_m": camera.over_floor_m, "yaw_deg": camera.yaw_deg, "pitch_deg": _PITCH_DEG}
        given["hfov_deg"] = camera.hfov_deg or _HFOV_DEG
    return make_feature("Point", at, given)
