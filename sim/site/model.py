"""A site as its file says it: floors, spaces, doors, zones, furniture, walk graph and cameras.

Plan coordinates are meters, x to the east, y to the north, z up from the first floor's surface. Yaw is degrees
counterclockwise from east; pitch is degrees, negative looks down.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.checked import check, parse_yaml, read_file
from sim.errors import SiteError

SITE_SCHEMA = 1

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$")]
PointXY = tuple[float, float]
PointXYZ = tuple[float, float, float]
Emblem = Literal["maple-leaf", "bear-paw", "lynx"]

SITE_FILE = "site.yaml"
PLATES_FOLDER = "plates"
"""Beside a `site.yaml`: the picture and depth of every camera without people."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Placed(_Part):
    floor: Identifier


class Floor(_Part):
    """One storey. `elevation_m` is its surface, `height_m` its clear height."""

    floor_id: Identifier
    name: str
    elevation_m: float
    height_m: float = Field(gt=2.0, lt=12.0)


class Space(_Placed):
    """A room or hall people walk in; also the zone of that name. The polygon's edges are walls but for openings."""

    zone_id: Identifier
    name: str
    kind: Literal["hall", "lobby", "stair", "cafeteria", "office", "room", "outdoor"]
    polygon: tuple[PointXY, ...] = Field(min_length=3)
    style: str = Field(default="plain", description="material set that the plate builder knows")
    height_m: float | None = Field(
        default=None, gt=2.0, lt=12.0, description="clear height where the floor's is not it"
    )


class Opening(_Placed):
    """A door or a gap in a wall. `leads_to` is a zone_id, or null where people leave the modeled space."""

    door_id: Identifier
    name: str
    at: PointXY
    facing_deg: float = Field(description="direction of the wall's inner normal")
    width_m: float = Field(gt=0.5, lt=12.0)
    height_m: float = Field(default=2.1, gt=1.5, lt=6.0)
    kind: Literal["gap", "classroom", "office", "exterior", "restroom", "stair"]
    leads_to: Identifier | None = None
    z_m: float = Field(default=0.0, description="height of the sill above the floor's surface")
    leaf: Literal["open", "closed"] = "open"


class Ramp(_Placed):
    """Where the floor rises from `foot_z_m` at `foot` to `top_z_m` at `top`; with `steps` it is a flight of stairs.

    With both heights equal it is a landing.
    """

    polygon: tuple[PointXY, ...] = Field(min_length=3)
    foot: PointXY
    top: PointXY
    foot_z_m: float
    top_z_m: float
    steps: int = Field(default=0, ge=0, le=40)


class Furnishing(_Placed):
    """One thing that stands or hangs in a space; the plate builder knows the kinds, walkers avoid the solid ones.

    `at` is the middle of its back edge; it extends `size_m[1]` in the direction `facing_deg`.
    """

    kind: Identifier
    at: PointXY
    facing_deg: float = 0.0
    size_m: PointXYZ = Field(description="along the wall, out from the wall, height")
    z_m: float = 0.0
    solid: bool = True
    colour: tuple[float, float, float] | None = Field(default=None, description="linear RGB 0..1")
    text: str = ""
    emblem: Emblem = Field(default="maple-leaf", description="the school's own, on crests and pennants")


class WalkNode(_Placed):
    """A place that routes go through. `door` ties it to an opening where people come and go."""

    node_id: Identifier
    at: PointXY
    z_m: float = Field(default=0.0, description="height above the floor's surface, for stairs")
    width_m: float = Field(default=2.0, gt=0.3, description="how far people spread across the way here")
    door: Identifier | None = None


class SunSpec(_Part):
    """The sun in a camera's picture: `strength` 0 for an overcast sky or shade, 1 for the clearest day."""

    strength: float = Field(ge=0, le=1)
    azimuth_deg: float = Field(default=0.0, description="towards the sun, counterclockwise from east")
    elevation_deg: float = Field(default=40.0, ge=5, le=85)


class LookSpec(_Part):
    """How a camera takes pictures, measured in one of its own; its plate has its dark corners in it already."""

    noise: float = Field(ge=0, le=20, description="standard deviation, display levels of 256")
    blur_px: float = Field(ge=0.2, le=3, description="standard deviation at 720 lines")


class OpticsSpec(_Part):
    """What a camera makes of the light, where it differs from others of its mode; what is not given is as on those."""

    shutter_s: float | None = Field(default=None, ge=0.0001, le=0.1, description="how long each picture is exposed")
    sharpening: float | None = Field(
        default=None, ge=0, le=2, description="share of fine contrast that the camera adds, which draws the halo"
    )
    chroma_noise: float | None = Field(
        default=None, ge=0, le=12, description="colored noise in black, standard deviation, display levels of 256"
    )
    dynamic_range: float | None = Field(
        default=None, ge=0, le=1, description="how far dark parts are raised and bright ones lowered (WDR)"
    )


class CameraSpec(_Placed):
    """One camera as installed. The picture is `size_wh` pixels unless a recording says otherwise."""

    camera_id: Annotated[str, Field(pattern=r"^CAM-[0-9]{2}$")]
    name: str
    position_m: PointXYZ
    yaw_deg: float
    pitch_deg: float = Field(ge=-90, le=45)
    roll_deg: float = Field(default=0.0, ge=-30, le=30, description="clockwise about the line of sight")
    hfov_deg: float = Field(gt=10, lt=140, description="across the middle row of the picture")
    k1: float = Field(
        default=0.0, gt=-0.5, le=0, description="lens distortion, see sim.site.camera; negative bends outwards"
    )
    mode: Literal["day", "night"] = Field(default="day", description="night: infra-red lamp, black and white")
    sun: SunSpec | None = Field(default=None, description="as on shipped pictures where it is not given")
    look: LookSpec | None = Field(default=None, description="as on shipped pictures where it is not given")
    optics: OpticsSpec | None = Field(default=None, description="as others of its mode where it is not given")
    light: Literal["estimated", "baked"] = Field(
        default="estimated", description="baked: on people as plates/<camera>-light.json says, else from the picture"
    )
    size_wh: tuple[int, int] = (1280, 720)
    fps: float | None = Field(
        default=None, ge=0.5, le=30, description="pictures a second where it delivers fewer than the recording has"
    )


class Site(_Part):
    schema_version: int
    site_id: Identifier
    name: str
    notice: str = Field(description="says that the place and its people are fictional")
    ages: tuple[int, int] | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="years of the youngest and the oldest students",
    )
    floors: tuple[Floor, ...] = Field(min_length=1)
    spaces: tuple[Space, ...] = Field(min_length=1)
    openings: tuple[Opening, ...]
    furnishings: tuple[Furnishing, ...] = ()
    ramps: tuple[Ramp, ...] = ()
    walk_nodes: tuple[WalkNode, ...]
    walk_edges: tuple[tuple[Identifier, Identifier], ...]
    cameras: tuple[CameraSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        if self.ages is not None and not 3 <= self.ages[0] <= self.ages[1] <= 20:
            raise ValueError(f"ages {list(self.ages)} must be two years of age from 3 to 20, the lower one first")
        floors = {f.floor_id for f in self.floors}
        zones = _unique("zone_id", [s.zone_id for s in self.spaces])
        doors = _unique("door_id", [o.door_id for o in self.openings])
        nodes = _unique("node_id", [n.node_id for n in self.walk_nodes])
        _unique("camera_id", [c.camera_id for c in self.cameras])
        placed: tuple[_Placed, ...] = (*self.spaces, *self.openings, *self.furnishings, *self.ramps, *self.walk_nodes)
        placed = (*placed, *self.cameras)
        for part in placed:
            if part.floor not in floors:
                raise ValueError(f"floor {part.floor!r} is not one of {sorted(floors)}")
        for opening in self.openings:
            if opening.leads_to is not None and opening.leads_to not in zones:
                raise ValueError(f"door {opening.door_id}: leads_to {opening.leads_to!r} is no zone")
        for node in self.walk_nodes:
            if node.door is not None and node.door not in doors:
                raise ValueError(f"walk node {node.node_id}: door {node.door!r} does not exist")
        for a, b in self.walk_edges:
            if a not in nodes or b not in nodes:
                raise ValueError(f"walk edge [{a}, {b}] names a node that does not exist")
        return self

    def keep_cameras(self, camera_ids: Collection[str] | None) -> "Site":
        if camera_ids is None:
            return self
        return self.model_copy(update={"cameras": tuple(c for c in self.cameras if c.camera_id in camera_ids)})

    def get_camera(self, camera_id: str) -> CameraSpec:
        for camera in self.cameras:
            if camera.camera_id == camera_id:
                return camera
        known = ", ".join(c.camera_id for c in self.cameras)
        raise SiteError(f"camera {camera_id!r} is not part of {self.name}", expected=f"one of {known}")


def _unique(what: str, values: list[str]) -> set[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} {value!r} is used twice")
        seen.add(value)
    return seen


def load_site(folder: Path) -> Site:
    path = folder / SITE_FILE
    return _parse_file(read_file(path, fault=SiteError), str(path))


@lru_cache(maxsize=16)
def _parse_file(data: bytes, source: str) -> Site:
    """Return the site of a file with this content: reading a large one takes a tenth of a second."""
    return parse_site(parse_yaml(data, source=source, fault=SiteError), source=source)


def parse_site(data: object, *, source: str) -> Site:
    return check(Site, data, source=source, newest=SITE_SCHEMA, fault=SiteError, todo="correct the value and try again")
