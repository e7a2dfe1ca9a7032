"""Whether every camera hangs where one can hang: in a space, clear of walls and things, under the ceiling."""

from shapely.geometry import LineString, Point, Polygon

from sim.errors import SiteError
from sim.site.model import CameraSpec, Site, Space
from sim.site.plan import WALL_THICKNESS_M, FloatArray, make_floor_plan, make_footprint


def check_cameras(site: Site) -> None:
    walls = {floor.floor_id: make_floor_plan(site, floor.floor_id).walls for floor in site.floors}
    for camera in site.cameras:
        check_camera(site, camera, walls=walls[camera.floor])


def check_camera(site: Site, camera: CameraSpec, *, walls: FloatArray) -> None:
    """Check the place of one camera; `walls` [n, 4] of its floor as `FloorPlan` has them. Raises as `check_cameras`."""
    space = _find_space(site, camera)
    _check_walls(walls, camera)
    _check_things(site, camera)
    _check_height(site, camera, space)


def _find_space(site: Site, camera: CameraSpec) -> Space:
    at = Point(camera.position_m[:2])
    spaces = [(Polygon(s.polygon), s) for s in site.spaces if s.floor == camera.floor]
    holding = [space for polygon, space in spaces if polygon.covers(at)]
    if holding:
        return holding[0]
    distance, nearest = min(((float(p.distance(at)), s.zone_id) for p, s in spaces), default=(0.0, "none"))
    raise SiteError(
        f"camera {camera.camera_id} at {_write(camera)} is outside every room and hall of floor {camera.floor}",
        expected=f"the nearest, {nearest}, is {distance:.1f} m away",
        todo="move it into the one that it looks into",
    )


def _check_walls(walls: FloatArray, camera: CameraSpec) -> None:
    at = Point(camera.position_m[:2])
    for x1, y1, x2, y2 in walls:
        distance = float(LineString([(x1, y1), (x2, y2)]).distance(at))
        if distance < WALL_THICKNESS_M / 2:
            raise SiteError(
                f"camera {camera.camera_id} at {_write(camera)} is in a wall",
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
                f"camera {camera.camera_id} at {_write(camera)} is inside {thing.kind} (furnishings.{number})",
                todo="move it beside or above that",
            )


def _check_height(site: Site, camera: CameraSpec, space: Space) -> None:
    floor_z = _get_elevation(site, camera.floor)
    clear_m = space.height_m or next(f.height_m for f in site.floors if f.floor_id == camera.floor)
    top = float("inf") if space.kind == "outdoor" else floor_z + clear_m
    if not floor_z < camera.position_m[2] <= top:
        raise SiteError(
            f"camera {camera.camera_id} at {_write(camera)} is not between floor and ceiling of {space.zone_id}",
            expected=f"z from {floor_z:g} to {top:g} m",
            todo="correct its height; z counts from the first floor's surface",
        )


def _get_elevation(site: Site, floor_id: str) -> float:
    return next(f.elevation_m for f in site.floors if f.floor_id == floor_id)


def _write(camera: CameraSpec) -> str:
    return "({:g}, {:g}, {:g})".format(*camera.position_m)
