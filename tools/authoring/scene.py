"""A building model as a Mitsuba scene for one camera. Mitsuba is needed for authoring only."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, Point, Polygon

from sim.errors import MachineError
from sim.site.camera import CameraView, make_view
from sim.site.coverage import compute_wall_distance
from sim.site.model import CameraSpec, PointXY, Site
from sim.site.plan import FloorPlan, make_floor_plan
from tools.authoring.geometry import MeshBuffer, Model
from tools.authoring.materials import Material, draw_pattern, encode_srgb, make_noise

FloatArray = NDArray[np.float64]
SUN_DIRECTION = (-0.50, 0.70, -0.46)
SUN_IRRADIANCE = (17.0, 14.6, 11.4)
SKY_SHARE_INDOORS = 0.16
SKY_PX = (2048, 1024)
ZENITH = (0.55, 0.87, 1.45)
HORIZON = (1.9, 2.05, 2.2)
CLOUD = (3.3, 3.25, 3.2)
CLOUD_SHADE = (1.6, 1.65, 1.75)
NIGHT_GLOW = 0.012
IR_BEAM_DEG, IR_CUTOFF_DEG = 24.0, 64.0


def make_daylight(mi: Any, *, share: float) -> dict[str, Any]:
    """Return the emitters of a fair morning, dimmed to a share: cameras indoors hold back what is bright outside."""
    sky = draw_sky() * np.float32(share)
    return {
        "sky": {
            "type": "envmap",
            "bitmap": mi.Bitmap(np.ascontiguousarray(sky)),
            "to_world": mi.ScalarTransform4f().rotate([1, 0, 0], 90),
        },
        "sun": {
            "type": "directional",
            "direction": list(SUN_DIRECTION),
            "irradiance": {"type": "rgb", "value": [c * share for c in SUN_IRRADIANCE]},
        },
    }


def draw_sky() -> NDArray[np.float32]:
    """Return the radiance of the whole sphere, [1024, 2048, 3]: blue above, pale towards the horizon, fair clouds."""
    rng = np.random.default_rng(7)
    tilt, turn = np.meshgrid(
        np.linspace(0, np.pi, SKY_PX[1]), np.linspace(0, 2 * np.pi, SKY_PX[0], endpoint=False), indexing="ij"
    )
    up = np.cos(tilt)
    blend = (np.maximum(up, 0.0) ** 0.5)[..., None]
    sky = np.asarray(ZENITH) * blend + np.asarray(HORIZON) * (1 - blend)
    noise = sum(make_noise(rng, cells) / cells**0.8 for cells in (8, 16, 32, 64, 128, 256))
    # clouds lie on a plane above, so that they crowd together towards the horizon
    reach = 150.0 * np.sin(tilt) / (np.maximum(up, 0.0) + 0.12)
    x, y = (f * reach + 512.0 for f in (np.cos(turn), np.sin(turn)))
    seen = cv2.remap(
        np.asarray(noise, dtype=np.float32), x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )  # fmt: skip
    cover = (np.clip(seen * 3.2 + 0.1, 0, 0.95) * np.clip(up * 14, 0, 1))[..., None]
    depth = np.clip(seen * 2.2 - 0.1, 0, 0.7)[..., None]
    cloud = np.asarray(CLOUD) * (1 - depth) + np.asarray(CLOUD_SHADE) * depth
    sky = sky * (1 - cover) + cloud * cover
    return np.asarray(np.where(up[..., None] > 0, sky, (0.9, 0.95, 0.85)), dtype=np.float32)


def make_night(mi: Any, view: CameraView) -> dict[str, Any]:
    """Return the emitters of a camera at night: its own infra-red lamp, and next to nothing else."""
    forward, up = -view.rotation[2], view.rotation[1]
    origin = view.position_m + 0.06 * up + 0.05 * view.rotation[0]
    return {
        "glow": {"type": "constant", "radiance": {"type": "rgb", "value": [NIGHT_GLOW] * 3}},
        "infra-red": {
            "type": "spot",
            "intensity": {"type": "rgb", "value": [40.0, 40.0, 40.0]},
            "beam_width": IR_BEAM_DEG,
            "cutoff_angle": IR_CUTOFF_DEG,
            "to_world": mi.ScalarTransform4f().look_at(
                origin=origin.tolist(), target=(origin + forward).tolist(), up=up.tolist()
            ),
        },
    }


DETAIL_SHARE = 0.92


def make_pinhole_view(view: CameraView) -> CameraView:
    """Return a view without lens distortion that shows all that `view` shows, about as fine in the middle."""
    if view.k1 == 0:
        return view
    edges = np.meshgrid(*(np.linspace(0, pixels, 33) for pixels in view.size_wh))
    rays = view.compute_rays(np.stack([edges[0].ravel(), edges[1].ravel()], axis=1))
    tan_x, tan_y = (float(np.abs(rays[:, axis]).max()) for axis in (0, 1))
    width = 2 * round(view.size_wh[0] * tan_x / view.tan_half_wh[0] * DETAIL_SHARE / 2)
    height = 2 * int(np.ceil(width * tan_y / tan_x / 2))
    return CameraView(
        rotation=view.rotation,
        position_m=view.position_m,
        tan_half_wh=(tan_x, tan_x * height / width),
        size_wh=(width, height),
    )


def bend_picture(picture: FloatArray, pinhole: CameraView, view: CameraView) -> FloatArray:
    """Return the light [h, w, 3] that `view` sees, taken from a picture of `pinhole`, cubic between its pixels."""
    if view.k1 == 0:
        return picture
    pixels = list_pixel_centers(view.size_wh)
    rays = view.compute_rays(pixels)
    width, height = pinhole.size_wh
    x = (rays[:, 0] / pinhole.tan_half_wh[0] + 1) * width / 2 - 0.5
    y = (1 - rays[:, 1] / pinhole.tan_half_wh[1]) * height / 2 - 0.5
    shape = (view.size_wh[1], view.size_wh[0])
    maps = (x.reshape(shape).astype(np.float32), y.reshape(shape).astype(np.float32))
    bent = cv2.remap(picture.astype(np.float32), *maps, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.maximum(bent, 0.0), dtype=np.float64)


def list_pixel_centers(size_wh: tuple[int, int]) -> FloatArray:
    """Return the middles [h * w, 2] of all pixels of a picture, row by row."""
    x, y = np.meshgrid(np.arange(size_wh[0]) + 0.5, np.arange(size_wh[1]) + 0.5)
    return np.stack([x.ravel(), y.ravel()], axis=1)


SIGHT_M = 70.0
PICTURE_REACH_M = 2.0
FAR_DEPTH_M = 65.535
_CLEAR_M = 0.02


def load_mitsuba() -> Any:
    """Return the mitsuba module with its fastest CPU variant set."""
    try:
        import mitsuba as mi  # noqa: PLC0415
    except ImportError as error:
        raise MachineError(
            "mitsuba is not installed",
            expected="the packages of requirements-authoring.txt",
            todo="pip install -r requirements-authoring.txt",
        ) from error
    try:
        mi.set_variant("llvm_ad_rgb")
        mi.Float(1.0) + mi.Float(1.0)
    except (ImportError, RuntimeError):
        mi.set_variant("scalar_rgb")
    return mi


class SceneBuilder:
    """Makes one Mitsuba scene a camera from one model; meshes are written once."""

    def __init__(self, mi: Any, model: Model, site: Site, folder: Path) -> None:
        self._mi = mi
        self._site = site
        self._model = model
        self._folder = folder
        self._bsdfs: dict[Material, Any] = {}
        self._files = {
            m: _write_ply(folder / f"mesh{n}.ply", buffer)
            for n, (m, buffer) in enumerate(model.meshes.items())
            if m.radiance == 0
        }

    def make_scene(self, camera: CameraSpec) -> Any:
        """Return the loaded scene: all surfaces, and those lamps that matter to this camera."""
        parts: dict[str, Any] = {"type": "scene"}
        plan = make_floor_plan(self._site, camera.floor)
        sight = Polygon(compute_field(plan, camera, range_m=SIGHT_M)).buffer(0.3)
        seen = [s for s in self._site.spaces if s.floor == camera.floor and Polygon(s.polygon).intersects(sight)]
        outdoors = any(s.kind == "outdoor" and Polygon(s.polygon).covers(Point(camera.position_m[:2])) for s in seen)
        heights_m = (-np.inf, np.inf) if outdoors else self._get_storey_m(camera.floor)
        on_stairs = any(s.kind == "stair" and Polygon(s.polygon).covers(Point(camera.position_m[:2])) for s in seen)
        for number, (material, path) in enumerate(self._files.items()):
            if material.picture and not on_stairs:
                # every picture is a surface of its own, and costs time even where nobody sees it
                near = _keep_triangles(self._model.meshes[material], sight.buffer(PICTURE_REACH_M), heights_m)
                if near.count == 0:
                    continue
            parts[f"mesh{number}"] = {
                "type": "ply",
                "filename": str(path),
                "face_normals": True,
                "bsdf": self._get_bsdf(material),
            }
        if camera.mode == "night":
            parts.update(make_night(self._mi, make_view(camera)))
            return self._mi.load_dict(parts)
        lit = {s.zone_id for s in seen} | self._list_zones_by_stairs(camera.floor, sight)
        for number, (material, buffer) in enumerate(self._model.meshes.items()):
            if material.radiance > 0:
                kept = _keep_triangles(buffer, None if material.group in lit else sight.buffer(2.5), heights_m)
                if kept.count:
                    path = _write_ply(self._folder / f"lamp{number}-{camera.camera_id}.ply", kept)
                    parts[f"lamp{number}"] = self._make_lamp(material, path)
        if outdoors or self._sees_daylight(sight.buffer(2.0), camera.floor):
            parts.update(make_daylight(self._mi, share=1.0 if outdoors else SKY_SHARE_INDOORS))
        return self._mi.load_dict(parts)

    def _list_zones_by_stairs(self, floor: str, sight: Polygon) -> set[str]:
        return {
            o.leads_to
            for o in self._site.openings
            if o.kind == "stair" and o.floor == floor and o.leads_to is not None and sight.intersects(Point(o.at))
        }

    def _get_storey_m(self, floor: str) -> tuple[float, float]:
        storey = next(f for f in self._site.floors if f.floor_id == floor)
        rooms = [s for s in self._site.spaces if s.floor == floor and s.kind not in ("stair", "outdoor")]
        high = max((s.height_m or storey.height_m for s in rooms), default=storey.height_m)
        return storey.elevation_m, storey.elevation_m + high + 0.5

    def _sees_daylight(self, sight: Polygon, floor: str) -> bool:
        doors = [o.at for o in self._site.openings if o.floor == floor and o.kind == "exterior"]
        windows = [f.at for f in self._site.furnishings if f.floor == floor and f.kind == "window"]
        return any(sight.intersects(Point(at)) for at in [*doors, *windows])

    def _make_lamp(self, material: Material, path: Path) -> dict[str, Any]:
        radiance = [c * material.radiance for c in material.colour]
        return {
            "type": "ply",
            "filename": str(path),
            "face_normals": True,
            "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.6, 0.6, 0.58]}},
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": radiance}},
        }

    def _get_bsdf(self, material: Material) -> Any:
        if material not in self._bsdfs:
            self._bsdfs[material] = self._make_bsdf(material)
        return self._bsdfs[material]

    def _make_bsdf(self, material: Material) -> Any:
        mi = self._mi
        transform = mi.ScalarTransform4f().scale([1 / material.period_m, 1 / material.period_m, 1])
        reflectance: dict[str, Any] = {"type": "rgb", "value": [float(np.clip(c, 0, 0.95)) for c in material.colour]}
        if material.picture:
            image = self._model.pictures[material.picture - 1]
            reflectance = {"type": "bitmap", "bitmap": mi.Bitmap(np.array(image)), "wrap_mode": "clamp"}
        elif material.pattern:
            bitmap = mi.Bitmap(draw_pattern(material))
            reflectance = {"type": "bitmap", "bitmap": bitmap, "to_uv": transform}
        if material.metal:
            inner: dict[str, Any] = {
                "type": "roughconductor",
                "alpha": material.gloss or 0.3,
                "specular_reflectance": reflectance,
            }
        elif material.gloss is not None:
            inner = {
                "type": "roughplastic",
                "diffuse_reflectance": reflectance,
                "alpha": material.gloss,
                "nonlinear": True,
            }
        else:
            inner = {"type": "diffuse", "reflectance": reflectance}
        return mi.load_dict({"type": "twosided", "bsdf": inner})


def make_sensor(mi: Any, view: CameraView, *, samples: int) -> Any:
    """Return the Mitsuba sensor of a camera view; the pixel filter is a box, as the denoiser needs."""
    forward = -view.rotation[2]
    width, height = view.size_wh
    return mi.load_dict(
        {
            "type": "perspective",
            "fov": float(np.rad2deg(2 * np.arctan(view.tan_half_wh[0]))),
            "fov_axis": "x",
            "near_clip": 0.05,
            "to_world": mi.ScalarTransform4f().look_at(
                origin=view.position_m.tolist(),
                target=(view.position_m + forward).tolist(),
                up=view.rotation[1].tolist(),
            ),
            "film": {
                "type": "hdrfilm",
                "width": width,
                "height": height,
                "pixel_format": "rgb",
                "rfilter": {"type": "box"},
            },
            "sampler": {"type": "independent", "sample_count": samples},
        }
    )


def compute_depth_m(mi: Any, scene: Any, view: CameraView) -> FloatArray:
    """Return z depth [h, w] in meters at the pixel centers, FAR_DEPTH_M where nothing is hit.

    A ray's length t along the unit direction d gives z = t * (d . forward).
    """
    width, height = view.size_wh
    local = view.compute_rays(list_pixel_centers(view.size_wh))
    length = np.linalg.norm(local, axis=1)
    world = (local / length[:, None]) @ view.rotation
    if "scalar" in mi.variant():
        distance = np.array(
            [scene.ray_intersect(mi.Ray3f(view.position_m.tolist(), d.tolist())).t for d in world], dtype=np.float64
        )
    else:
        origin = mi.Point3f(*view.position_m.tolist())
        rays = mi.Ray3f(origin, mi.Vector3f(*(mi.Float(np.ascontiguousarray(c, np.float32)) for c in world.T)))
        distance = np.asarray(scene.ray_intersect(rays).t, dtype=np.float64)
    depth = distance / length
    depth[~np.isfinite(depth)] = FAR_DEPTH_M
    return np.asarray(np.clip(depth, 0.0, FAR_DEPTH_M).reshape(height, width))


def compute_sunlight(mi: Any, scene: Any, view: CameraView) -> NDArray[np.uint8]:
    """Return where the sun reaches what each pixel's middle shows, [h, w] 255 or 0; nothing counts as lit."""
    depth_m = compute_depth_m(mi, scene, view)
    to_sun = -np.array(SUN_DIRECTION) / np.linalg.norm(SUN_DIRECTION)
    start_m = view.compute_points(list_pixel_centers(view.size_wh), depth_m.reshape(-1)) + _CLEAR_M * to_sun
    if "scalar" in mi.variant():
        is_hit = np.array([scene.ray_test(mi.Ray3f(start.tolist(), to_sun.tolist())) for start in start_m])
    else:
        origin = mi.Point3f(*(mi.Float(np.ascontiguousarray(c, np.float32)) for c in start_m.T))
        is_hit = np.asarray(scene.ray_test(mi.Ray3f(origin, mi.Vector3f(*to_sun.tolist()))), dtype=np.bool_)
    is_dark = is_hit.reshape(depth_m.shape) & (depth_m < FAR_DEPTH_M)
    return np.where(is_dark, 0, 255).astype(np.uint8)


def _keep_triangles(buffer: MeshBuffer, sight: Polygon | None, heights_m: tuple[float, float]) -> MeshBuffer:
    """Return the triangles whose middles lie in an outline and between two heights; all of them when it is None."""
    vertices, uvs = np.concatenate(buffer.vertices), np.concatenate(buffer.uvs)
    faces = np.concatenate(buffer.faces)
    kept = MeshBuffer()
    if sight is None:
        kept.add(vertices, uvs, faces)
        return kept
    centers = vertices[faces].mean(axis=1)
    inside = np.array([sight.covers(p) for p in MultiPoint(centers[:, :2]).geoms])
    inside &= (centers[:, 2] >= heights_m[0]) & (centers[:, 2] <= heights_m[1])
    if inside.any():
        kept.add(vertices, uvs, faces[inside])
    return kept


def _write_ply(path: Path, buffer: MeshBuffer) -> Path:
    vertices, uvs = np.concatenate(buffer.vertices), np.concatenate(buffer.uvs)
    faces = np.concatenate(buffer.faces)
    header = (
        "ply\nformat binary_little_endian 1.0\n"
        f"element vertex {len(vertices)}\nproperty float x\nproperty float y\nproperty float z\n"
        "property float u\nproperty float v\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    points = np.column_stack([vertices, uvs]).astype("<f4")
    rows = np.empty(len(faces), dtype=[("n", "u1"), ("v", "<i4", 3)])
    rows["n"], rows["v"] = 3, faces
    path.write_bytes(header.encode() + points.tobytes() + rows.tobytes())
    return path


TARGET_GREY = 0.17
SHOULDER_START = 0.62
GLARE_SHARE = 0.07
NIGHT_GREY = 0.13


def develop(light: FloatArray, *, is_night: bool = False) -> NDArray[np.uint8]:
    """Return 8-bit sRGB [h, w, 3] of linear light [h, w, 3]: exposure, glare about bright places, a soft shoulder.

    At night the picture is grey, as infra-red makes it.
    """
    return encode_srgb(compress(_add_glare(expose(light, is_night=is_night))))


def expose(light: FloatArray, *, is_night: bool = False) -> FloatArray:
    """Return linear light [h, w, 3] as exposed, at most 14; 1 shows white paper in ordinary light as white.

    Exposure brings the geometric mean of the lower 90 % of the picture's luminance to TARGET_GREY, as a camera's
    automatic exposure with highlight weighting does.
    """
    luminance = light @ np.array([0.2126, 0.7152, 0.0722])
    usual = luminance[luminance <= np.quantile(luminance, 0.9)]
    exposure = (NIGHT_GREY if is_night else TARGET_GREY) / float(np.exp(np.mean(np.log(np.maximum(usual, 1e-4)))))
    return np.minimum((luminance[..., None].repeat(3, axis=2) if is_night else light) * exposure, 14.0)


def compress(value: FloatArray) -> FloatArray:
    """Return values mapped to 0..1: straight up to SHOULDER_START, then bending towards white.

    With s = SHOULDER_START, y = 1 - (1 - s) * exp(-(x - s) / (1 - s)); for example 1.0 becomes 0.860.
    """
    room = 1 - SHOULDER_START
    bent = 1 - room * np.exp(-(np.maximum(value, SHOULDER_START) - SHOULDER_START) / room)
    return np.where(value <= SHOULDER_START, value, bent)


def _add_glare(exposed: FloatArray) -> FloatArray:
    width = exposed.shape[1]
    bright = np.maximum(exposed - 1.0, 0.0)
    near = cv2.GaussianBlur(bright, (0, 0), width / 260)
    wide = cv2.GaussianBlur(bright, (0, 0), width / 45)
    return np.asarray(exposed + GLARE_SHARE * (near + 0.6 * wide))


def compute_field(plan: FloorPlan, camera: CameraSpec, *, range_m: float) -> list[PointXY]:
    """Return the polygon of a camera's view in plan, cut by walls of full height, first point the camera."""
    origin = np.asarray(camera.position_m[:2])
    center, half = np.deg2rad([camera.yaw_deg, camera.hfov_deg / 2])
    offsets = np.linspace(-half, half, 40)
    ends = plan.sight.reshape(-1, 2) - origin
    toward = np.arctan2(ends[:, 1], ends[:, 0]) - center
    toward = (toward + np.pi) % (2 * np.pi) - np.pi
    near = toward[np.abs(toward) < half]
    angles = np.sort(np.concatenate([offsets, near - 1e-4, near + 1e-4])) + center
    points: list[PointXY] = [(float(origin[0]), float(origin[1]))]
    for angle in angles:
        direction = np.array([np.cos(angle), np.sin(angle)])
        reach = min(range_m, compute_wall_distance(plan.sight, origin, direction))
        x, y = origin + direction * reach
        points.append((float(x), float(y)))
    outline = Polygon(points)
    return [(round(float(x), 2), round(float(y), 2)) for x, y in outline.exterior.simplify(0.02).coords[:-1]]
