"""What the expert knows of a building by its plan: which camera shows which place, and how long the walk to it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.site.camera import CHEST_M, CameraView, find_ground, make_view
from sim.site.coverage import WALK_M_S
from sim.site.model import Site
from sim.site.next_camera import Ways, make_ways
from sim.site.plan import FloorPlan, make_floor_plan

FAR_S = 1e6
SURELY_SEEN_M = 12.0
SAME_FLOOR_M = 1.5

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSense:
    site: Site  # the building with the cameras of the drill
    ways: Ways  # its ways in half meters
    chest_m: FloatArray  # [points, 3] of the ways
    shown: Mapping[str, NDArray[np.int64]]  # for each camera the numbers of the points it shows
    pixels: Mapping[str, FloatArray]  # for each camera where in its picture these points are, [n, 2], 0..1
    # for each camera [points] the walk from a point to where it shows somebody, seconds
    walking_s: Mapping[str, FloatArray]
    plans: Mapping[str, FloorPlan]
    numbers: Mapping[str, int]  # what the console calls each camera

    def find_point(self, camera_id: str, x: float, y: float) -> int | None:
        """Return the point of the ways where somebody is whose chest is there in a picture; None for a blind camera."""
        pixels = self.pixels[camera_id]
        if not len(pixels):
            return None
        return int(self.shown[camera_id][int(np.argmin(np.hypot(*(pixels - (x, y)).T)))])

    def find_nearest(self, x_m: float, y_m: float, floor: str) -> int:
        surface_m = next(each.elevation_m for each in self.site.floors if each.floor_id == floor)
        return self.find_nearest_on(x_m, y_m, z_m=surface_m + CHEST_M)

    def find_nearest_on(self, x_m: float, y_m: float, *, z_m: float) -> int:
        """Return the point of the ways nearest to a place whose height is that of a chest."""
        away = self.chest_m - (x_m, y_m, z_m)
        return int(np.argmin(np.hypot(np.hypot(away[:, 0], away[:, 1]), 3.0 * away[:, 2])))

    def list_next(self, point: int, *, but: str | None = None) -> list[tuple[float, str]]:
        """Return the walk to every camera, seconds, and which, the nearest first; 0 for one that shows the point."""
        walks = ((float(walk[point]), camera) for camera, walk in self.walking_s.items() if camera != but)
        return sorted(each for each in walks if each[0] < FAR_S)

    def place_in_picture(self, camera_id: str, point: int) -> tuple[float, float] | None:
        """Return where a camera shows a point, 0..1; None where it does not."""
        places = np.flatnonzero(self.shown[camera_id] == point)
        if not len(places):
            return None
        x, y = self.pixels[camera_id][int(places[0])].tolist()
        return x, y

    def find_ground(self, camera_id: str, x: float, y: float) -> tuple[float, float, str] | None:
        """Return where on the plan somebody stands, meters, and the floor; None where the camera shows no way."""
        point = self.find_point(camera_id, x, y)
        if point is None:
            return None
        floor_z_m = float(self.chest_m[point, 2]) - CHEST_M
        at = find_ground(self.site.get_camera(camera_id), x=x, y=y, floor_z_m=floor_z_m)
        below = [each for each in self.site.floors if each.elevation_m <= floor_z_m + 0.5]
        floor = max(below, key=lambda each: each.elevation_m, default=self.site.floors[0])
        return at[0], at[1], floor.floor_id

    def find_zone(self, camera_id: str, x: float, y: float) -> str | None:
        """Return the place on the plan where somebody stands whose chest is there, or the place next to it."""
        ground, point = self.find_ground(camera_id, x, y), self.find_point(camera_id, x, y)
        if ground is None or point is None:
            return None
        plan = self.plans[ground[2]]
        on_way = (float(self.chest_m[point, 0]), float(self.chest_m[point, 1]))
        return plan.find_zone((ground[0], ground[1])) or plan.find_zone(on_way)

    def find_camera_of(self, zone_id: str) -> str | None:
        """Return the camera that by the plan covers most of a place, what is near it more; None where none does."""
        space = next(each for each in self.site.spaces if each.zone_id == zone_id)
        shape = shapely.Polygon(space.polygon)
        surface_m = next(each.elevation_m for each in self.site.floors if each.floor_id == space.floor)
        best, best_camera = 0.0, None
        for camera in self.site.cameras:
            chest_m = self.chest_m[self.shown[camera.camera_id]].reshape(-1, 3)
            level = np.abs(chest_m[:, 2] - CHEST_M - surface_m) < SAME_FLOOR_M
            inside = chest_m[level & shapely.contains_xy(shape, chest_m[:, 0], chest_m[:, 1])]
            covered = float((1.0 / np.linalg.norm(inside - np.asarray(camera.position_m), axis=1)).sum())
            if covered > best:
                best, best_camera = covered, camera.camera_id
        return best_camera

    def name_camera(self, camera_id: str) -> str:
        """Return the number that the console shows for a camera, as its captions say it."""
        return str(self.numbers[camera_id])


def make_plan_sense(site: Site, numbers: Mapping[str, int]) -> PlanSense:
    import networkx as nx  # noqa: PLC0415 - loaded when first needed

    ways = make_ways(site)
    chest_m = np.stack([point.chest_m for point in ways.points])
    shown, pixels, walking_s = {}, {}, {}
    for camera in site.cameras:
        name = camera.camera_id
        own = np.array([n for n, point in enumerate(ways.points) if name in point.cameras], dtype=np.int64)
        view = make_view(camera)
        if not len(own):
            own = _list_in_picture(view, chest_m)
        at, _ = view.compute_pixels(chest_m[own].reshape(-1, 3))
        shown[name], pixels[name] = own, at / np.asarray(view.size_wh, dtype=np.float64)
        walk = np.full(len(ways.points), FAR_S * 2)
        if len(own):
            for point, meters in nx.multi_source_dijkstra_path_length(
                ways.graph, set(own.tolist()), weight="length_m"
            ).items():
                walk[point] = meters / WALK_M_S
        walking_s[name] = walk
    return PlanSense(
        site=site,
        ways=ways,
        chest_m=chest_m,
        shown=shown,
        pixels=pixels,
        walking_s=walking_s,
        plans={floor.floor_id: make_floor_plan(site, floor.floor_id) for floor in site.floors},
        numbers=numbers,
    )


def _list_in_picture(view: CameraView, chest_m: FloatArray) -> NDArray[np.int64]:
    """Return the points within 12 m in a camera's picture, walls or not: for one that by the plan stands in a wall."""
    at, depth = view.compute_pixels(chest_m)
    width, height = view.size_wh
    is_in = (depth > 0.3) & (depth < SURELY_SEEN_M) & (at >= 0).all(axis=1) & (at[:, 0] < width) & (at[:, 1] < height)
    return np.flatnonzero(is_in).astype(np.int64)
