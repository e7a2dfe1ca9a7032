"""Cameras that belong together on a wall: those outdoors, and those indoors by floor."""

from dataclasses import dataclass

from shapely.geometry import Point, Polygon

from sim.site.model import CameraSpec, Site

OUTDOORS = "Outdoors"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraGroup:
    """A name and the cameras, in the order of the site."""

    name: str
    camera_ids: tuple[str, ...]


def group_cameras(site: Site) -> tuple[CameraGroup, ...]:
    """Return the groups that have a camera, floors first and in their order, then the cameras outdoors.

    A camera is where it hangs: in the space that holds its place, or in the nearest one of its floor. A site whose
    cameras would all be in one group has none.
    """
    names: dict[str, list[str]] = {name: [] for name in (*(floor.name for floor in site.floors), OUTDOORS)}
    floors = {floor.floor_id: floor.name for floor in site.floors}
    for camera in site.cameras:
        names[OUTDOORS if _is_outdoors(site, camera) else floors[camera.floor]].append(camera.camera_id)
    groups = tuple(CameraGroup(name=name, camera_ids=tuple(ids)) for name, ids in names.items() if ids)
    return groups if len(groups) > 1 else ()


def _is_outdoors(site: Site, camera: CameraSpec) -> bool:
    at = Point(camera.position_m[:2])
    near = [(float(Polygon(s.polygon).distance(at)), s.kind) for s in site.spaces if s.floor == camera.floor]
    return bool(near) and min(near)[1] == "outdoor"
