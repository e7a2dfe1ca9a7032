"""A school's plan as GeoJSON (RFC 7946) in plan meters, to and from other programs that draw.

Spaces are polygons; doors and cameras are points; furniture is a rectangle. What each is stands in its properties, the
floors in a member `floors` of the collection. What can be computed is left out: which wall a door stands in, what is
behind it, and where people walk.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, get_args

import numpy as np
from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from sim.checked import describe_first
from sim.errors import SiteError
from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Furnishing, Opening, Site, Space, parse_site
from sim.site.plan import make_footprint, place_door
from sim.site.stairs import StairBlock, StairShape, Stairwell, make_stairwell
from sim.site.walk_graph import compute_walk_graph

Json = dict[str, Any]
Part = TypeVar("Part", Space, Opening, Furnishing, CameraSpec, Floor)

MOST_FEATURES = 2000
MOST_CORNERS = 400
FARTHEST_M = 5000.0
_DOOR_WIDTH_M = 0.95
_HUNG_M, _PITCH_DEG, _HFOV_DEG = 2.8, -18.0, 85.0
_SIDES = 4


def write_geojson(site: Site) -> Json:
    heights_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    return {
        "type": "FeatureCollection",
        "name": site.name,
        "floors": [floor.model_dump() for floor in site.floors],
        "features": [
            *(
                make_feature("Polygon", _close(s.polygon), {"what": "space", **s.model_dump(exclude={"polygon"})})
                for s in site.spaces
            ),
            *(
                make_feature(
                    "Point", d.at, {"what": "door", **d.model_dump(exclude={"at", "facing_deg", "leads_to", "z_m"})}
                )
                for d in site.openings
            ),
            *(_tell_thing(thing) for thing in site.furnishings),
            *(_tell_camera(camera, heights_m[camera.floor]) for camera in site.cameras),
        ],
    }


def read_geojson(data: object, *, site_id: str, notice: str, source: str) -> Site:
    raw = data.get("features") if isinstance(data, dict) else None
    if not isinstance(raw, list) or not raw:
        raise SiteError(f"{source} is no plan", expected="a GeoJSON feature collection")
    if len(raw) > MOST_FEATURES:
        raise SiteError(f"{source} has {len(raw)} features", expected=f"at most {MOST_FEATURES}")
    features = [_Feature(number, each, source) for number, each in enumerate(raw, start=1)]
    collection: Mapping[str, Any] = data if isinstance(data, dict) else {}
    names = _Names()
    spaces = [_read_space(each, names) for each in features if each.what == "space"]
    if not spaces:
        raise SiteError(f"{source} has no spaces", expected='polygons with the property "what": "space"')
    floors = collection.get("floors") or [
        Floor(floor_id=name, name=f"Floor {name}", elevation_m=0.0, height_m=3.0).model_dump()
        for name in sorted({s.floor for s in spaces})
    ]
    wells = _read_stairs([each for each in features if each.what == "stairs"], floors, spaces, names)
    around = [*spaces, *(well.space for well in wells)]
    drawn = {
        "schema_version": SITE_SCHEMA,
        "site_id": site_id,
        "name": str(collection.get("name") or site_id)[:80],
        "notice": notice,
        "floors": floors,
        "spaces": [space.model_dump() for space in around],
        "openings": [
            *(_read_door(each, around, names).model_dump() for each in features if each.what == "door"),
            *(door.model_dump() for well in wells for door in well.openings),
        ],
        "ramps": [ramp.model_dump() for well in wells for ramp in well.ramps],
        "furnishings": [_read_thing(each).model_dump() for each in features if each.what == "furniture"],
        "walk_nodes": [],
        "walk_edges": [],
        "cameras": _read_cameras([each for each in features if each.what == "camera"], collection),
    }
    site = parse_site(drawn, source=source)
    graph = compute_walk_graph(site)
    return site.model_copy(update={"walk_nodes": graph.nodes, "walk_edges": graph.edges})


class _Names:
    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, name: str, usual: str) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:34] or usual
        numbered = (f"{stem}-{number}" for number in range(2, MOST_FEATURES + 2))
        found = stem if stem not in self._taken else next(each for each in numbered if each not in self._taken)
        self._taken.add(found)
        return found


class _Feature:
    def __init__(self, number: int, raw: object, source: str) -> None:
        properties = raw.get("properties") if isinstance(raw, dict) else None
        self.properties: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
        self.name = str(self.properties.get("name") or "")[:80]
        self.label = f"{source}, feature {number}" + (f" ({self.name})" if self.name else "")
        self.what = str(self.properties.get("what", ""))
        try:
            self.shape: BaseGeometry = shape(raw["geometry"]) if isinstance(raw, dict) else Polygon()
        except (KeyError, TypeError, ValueError, AttributeError, ShapelyError) as error:
            raise SiteError(f"{self.label} has no shape", expected="a GeoJSON polygon or point") from error
        bounds = np.array(self.shape.bounds)
        if self.shape.is_empty or not np.isfinite(bounds).all() or np.abs(bounds).max() > FARTHEST_M:
            raise SiteError(
                f"{self.label} is not on the plan",
                expected=f"coordinates in meters, at most {FARTHEST_M:g} from the origin",
                todo="export the plan in meters, not in degrees",
            )

    @property
    def floor(self) -> str:
        return str(self.properties.get("floor", "1"))

    def get_point(self) -> tuple[float, float]:
        if self.shape.geom_type != "Point":
            raise SiteError(f"{self.label} is a {self.shape.geom_type}", expected="a point")
        return float(self.shape.x), float(self.shape.y)  # type: ignore[attr-defined]

    def get_polygon(self) -> Polygon:
        if not isinstance(self.shape, Polygon) or len(self.shape.exterior.coords) > MOST_CORNERS:
            raise SiteError(f"{self.label} is no outline", expected=f"one polygon of at most {MOST_CORNERS} corners")
        return orient(self.shape, sign=1.0)

    def get_number(self, name: str, usual: float) -> float:
        try:
            return float(self.properties.get(name, usual))
        except (TypeError, ValueError) as error:
            raise SiteError(f"{self.label}: {name} is {self.properties[name]!r}", expected="a number") from error


def _read_space(feature: _Feature, names: _Names) -> Space:
    corners = list(feature.get_polygon().exterior.coords)[:-1]
    given = feature.properties
    return _check(
        Space,
        feature,
        {
            "zone_id": names.make(str(given.get("zone_id") or feature.name), "space"),
            "name": feature.name or "Space",
            "kind": given.get("kind", "hall"),
            "floor": feature.floor,
            "polygon": [(x, y) for x, y, *_ in corners],
            "style": given.get("style", "plain"),
            "height_m": given.get("height_m"),
        },
    )


def _read_door(feature: _Feature, spaces: Sequence[Space], names: _Names) -> Opening:
    given = feature.properties
    kind = str(given.get("kind", "classroom"))
    width_m = feature.get_number("width_m", {"exterior": 1.8, "gap": 3.0}.get(kind, _DOOR_WIDTH_M))
    try:
        place = place_door(spaces, feature.get_point(), floor_id=feature.floor, width_m=width_m)
    except SiteError as error:
        raise SiteError(f"{feature.label}: {error.what}", expected=error.expected, todo=error.todo) from error
    return _check(
        Opening,
        feature,
        {
            "door_id": names.make(str(given.get("door_id") or feature.name), "door"),
            "name": feature.name or "Door",
            "floor": feature.floor,
            "at": place.at,
            "facing_deg": place.facing_deg,
            "width_m": width_m,
            "height_m": feature.get_number("height_m", 2.1),
            "kind": kind,
            "leads_to": place.leads_to,
            "leaf": given.get("leaf", "open"),
        },
    )


def _read_stairs(
    features: Sequence[_Feature], floors: object, spaces: Sequence[Space], names: _Names
) -> list[Stairwell]:
    """Read rectangles that join two floors: `floor` and `upper`, `up_deg`, and `shape` of the flights."""
    if not features:
        return []
    storeys = [_check(Floor, features[0], each) for each in (floors if isinstance(floors, list) else [])]
    found = []
    for feature in features:
        name = feature.name or "Stairs"
        shape = feature.properties.get("shape", "straight")
        if shape not in get_args(StairShape):
            raise SiteError(f"{feature.label}: shape is {shape!r}", expected="straight, left or right")
        block = StairBlock(
            zone_id=names.make(name, "stairs"),
            name=name,
            floor=feature.floor,
            upper=str(feature.properties.get("upper", "2")),
            polygon=tuple((float(x), float(y)) for x, y, *_ in feature.get_polygon().exterior.coords[:-1]),
            up_deg=feature.get_number("up_deg", 90.0),
            shape=shape,
        )
        found.append(make_stairwell(block, floors=storeys, spaces=spaces))
    return found


def _read_thing(feature: _Feature) -> Furnishing:
    """Read a rectangle: its back edge is the side that `facing_deg` looks away from, else the first long side."""
    around = feature.get_polygon().minimum_rotated_rectangle
    if not isinstance(around, Polygon):
        raise SiteError(f"{feature.label} has no area", expected="a rectangle")
    corners = np.asarray(orient(around, sign=1.0).exterior.coords)[:_SIDES]
    along = np.roll(corners, -1, axis=0) - corners
    inward_deg = (np.rad2deg(np.arctan2(along[:, 1], along[:, 0])) + 90) % 360
    lengths_m = np.linalg.norm(along, axis=1)
    facing = feature.get_number("facing_deg", float(inward_deg[int(lengths_m.argmax())]))
    back = int(np.abs((inward_deg - facing + 180) % 360 - 180).argmin())
    middle = corners[back] + along[back] / 2
    height_m = feature.get_number("height_m", 1.0)
    return _check(
        Furnishing,
        feature,
        {
            "kind": feature.properties.get("kind", "box"),
            "floor": feature.floor,
            "at": (round(float(middle[0]), 3), round(float(middle[1]), 3)),
            "facing_deg": round(float(inward_deg[back]), 1),
            "size_m": (round(float(lengths_m[back]), 3), round(float(lengths_m[(back + 1) % _SIDES]), 3), height_m),
            "z_m": feature.get_number("z_m", 0.0),
            "solid": feature.properties.get("solid", True),
            "colour": feature.properties.get("colour"),
            "text": feature.properties.get("text", ""),
        },
    )


def _read_cameras(features: Sequence[_Feature], collection: Mapping[str, Any]) -> list[Json]:
    floors = collection.get("floors")
    heights_m = {str(f.get("floor_id")): f.get("elevation_m") for f in floors} if isinstance(floors, list) else {}
    found = []
    for number, feature in enumerate(features, start=1):
        x, y = feature.get_point()
        ground_m = heights_m.get(feature.floor) or 0.0
        camera = {
            "camera_id": feature.properties.get("camera_id", f"CAM-{number:02d}"),
            "name": feature.name or f"Camera {number}",
            "floor": feature.floor,
            "position_m": (x, y, float(ground_m) + feature.get_number("over_floor_m", _HUNG_M)),
            "yaw_deg": feature.get_number("yaw_deg", 0.0),
            "pitch_deg": feature.get_number("pitch_deg", _PITCH_DEG),
            "roll_deg": feature.get_number("roll_deg", 0.0),
            "hfov_deg": feature.get_number("hfov_deg", _HFOV_DEG),
            "k1": feature.get_number("k1", 0.0),
            "mode": feature.properties.get("mode", "day"),
            "sun": feature.properties.get("sun"),
            "size_wh": feature.properties.get("size_wh", (1280, 720)),
            "fps": feature.properties.get("fps"),
        }
        found.append(_check(CameraSpec, feature, camera).model_dump())
    return found


def _check(model: type[Part], feature: _Feature, data: Json) -> Part:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SiteError(describe_first(error, source=feature.label), todo="correct the property") from error


def _close(polygon: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    ring = list(orient(Polygon(polygon), sign=1.0).exterior.coords)
    return [[(float(x), float(y)) for x, y in ring]]


def make_feature(kind: str, coordinates: object, properties: Json) -> Json:
    kept = {name: value for name, value in properties.items() if value is not None}
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": kept}


def _tell_thing(thing: Furnishing) -> Json:
    properties = thing.model_dump(exclude={"at", "size_m"}) | {"what": "furniture", "height_m": thing.size_m[2]}
    return make_feature(
        "Polygon", _close([(x, y) for x, y, *_ in make_footprint(thing).exterior.coords[:-1]]), properties
    )


def _tell_camera(camera: CameraSpec, ground_m: float) -> Json:
    properties = camera.model_dump(exclude={"position_m"}) | {
        "what": "camera",
        "over_floor_m": round(camera.position_m[2] - ground_m, 3),
    }
    return make_feature("Point", camera.position_m[:2], properties)


def list_left_out(site: Site) -> Iterator[str]:
    if site.ramps:
        yield f"{len(site.ramps)} ramps and flights of stairs"
