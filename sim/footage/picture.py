"""The compositor: people drawn into a camera's plate with the right depth, and measured as they are drawn.

All people of a frame share one buffer of samples, four to a pixel, which starts with the plate's depth. What is counted
is therefore what is seen: a person's visible share and box come from the very samples that make the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.track import Pose
from sim.footage.motion import Stance
from sim.footage.plate import Plate, compute_nearness
from sim.footage.posable import Posable
from sim.footage.raster import NOBODY, draw_triangles, resolve_samples
from sim.footage.shading import (
    INDOORS,
    Lighting,
    aim_key_light,
    compute_lamp_reach,
    make_display_table,
    make_infrared_albedo,
    pack_lamps,
)
from sim.footage.shadow import (
    CELLS,
    cast_along,
    compute_ground_shade,
    darken_ground,
    darken_mask,
)
from sim.footage.sides import SortedFaces, sort_faces
from sim.footage.source import Sighting
from sim.footage.vertices import project_vertices, shade_vertices
from sim.site.camera import CameraView

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
Figures = Mapping[tuple[str, int], Posable]

NEAR_M = 0.25
FARTHEST_M = 90.0
SAMPLES = 2
COARSE_PX = 110
_TALL_M = 1.75
_BIAS_M = 0.03
_BLOCK_PX = 16
_UPRIGHT_M, _LYING_M = 0.85, 1.3
_TALLEST_M = 2.15
_MOST_KEPT = 90
_NOTHING_YET = (1 << 30, 1 << 30, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mesh:
    """What is the same about a figure in every frame: its faces, and the colours its vertices have."""

    figure: Posable
    sorted_faces: SortedFaces
    albedo: FloatArray
    occlusion: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posed:
    """Somebody on the way into the picture: vertices and normals [v, 3] in site axes, and distance from the camera."""

    stance: Stance
    mesh: _Mesh
    vertices: FloatArray
    normals: FloatArray
    distance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Samples:
    """The buffers of `sim.footage.raster` at some samples along a side of a pixel."""

    count: int
    base_near: FloatArray
    near: FloatArray
    colour: NDArray[np.uint8]
    owner: NDArray[np.int16]
    stamp: NDArray[np.int16]


def _make_samples(base_near: FloatArray, count: int) -> _Samples:
    shape = base_near.shape
    return _Samples(
        count=count,
        base_near=base_near,
        near=base_near.copy(),
        colour=np.zeros((*shape, 4), dtype=np.uint8),
        owner=np.full(shape, NOBODY, dtype=np.int16),
        stamp=np.full(shape, NOBODY, dtype=np.int16),
    )


class ScenePainter:
    """Paints frames of one camera; what it keeps from one frame to the next never shows."""

    def __init__(
        self,
        view: CameraView,
        plate: Plate,
        figures: Figures,
        *,
        lighting: Lighting = INDOORS,
        samples: int = SAMPLES,
        coarse_px: float = COARSE_PX,
    ) -> None:
        """Make a painter for a view of the plate's size.

        Args:
            view: where the camera looks.
            plate: its empty picture.
            figures: people by id and number of outfit; may dress people when first asked for.
            lighting: of the people.
            samples: along each side of a pixel; 1 leaves edges jagged.
            coarse_px: people less tall in the picture are drawn with fewer faces; 0 draws everybody with all.
        """
        if view.size_wh != plate.size_wh:
            raise ValueError(f"view {view.size_wh} and plate {plate.size_wh} differ in size")
        self._view = view
        self._plate = plate
        self._figures = figures
        self._lighting = aim_key_light(lighting, view.rotation[2])
        self._lamps = pack_lamps(self._lighting)
        self._display = make_display_table()
        self._meshes: dict[tuple[str, int, bool], _Mesh] = {}
        self._fine: dict[tuple[str, int], Posable] = {}
        self._coarse_beyond_m = view.size_wh[1] / (2 * view.tan_half_wh[1]) * _TALL_M / max(coarse_px, 1e-9)
        self._rotation = np.ascontiguousarray(view.rotation, dtype=np.float32)
        self._position = view.position_m.astype(np.float32)
        self._edges = _find_edges(view)
        self._lens = np.array([*view.tan_half_wh, view.k1], dtype=np.float32)
        self._samples = _make_samples(compute_nearness(plate.depth_m, samples=samples, bias_m=_BIAS_M), samples)
        self._surface_m = _compute_surface(view, plate.depth_m)
        self._blocks = _compute_block_minimum(self._samples.base_near, _BLOCK_PX * samples)
        self._place = np.zeros((0, 2), dtype=np.int32)
        self._nearness = np.zeros(0, dtype=np.float32)
        self._colours = np.zeros((0, 3), dtype=np.float32)
        self._shade = np.zeros((CELLS, CELLS), dtype=np.float32)
        self._spare = np.zeros((CELLS, CELLS), dtype=np.float32)
        self._patch = np.zeros((4, 3), dtype=np.float32)
        flat = np.zeros(plate.depth_m.shape, dtype=np.float32)
        self._sun_samples = _make_samples(flat, 1) if self._lighting.sun > 0 else None

    def paint(
        self, stances: Sequence[Stance], things: Sequence[Stance] = ()
    ) -> tuple[NDArray[np.uint8], tuple[Sighting, ...]]:
        """Return the picture [h, w, 3] uint8 blue-green-red, and everybody who owns at least half a pixel of it.

        `things` are drawn as people are, hide people and are hidden by them, but nobody is told of them.
        """
        picture = self._plate.bgr.copy()
        seen = self._select([*stances, *things])
        posed = sorted((self._pose(s) for s in seen), key=lambda row: row.distance_m)
        if self._lighting.contact > 0:
            for body in posed:
                self._cast_shadows(picture, body)
        buffers = self._samples
        height, width = buffers.near.shape
        bounds = np.zeros((len(posed), 4), dtype=np.int64)
        spans = np.empty((len(posed), height, 2), dtype=np.int32)
        spans[:] = (width, -1)
        alone = [self._draw(body, number, bounds[number], spans[number]) for number, body in enumerate(posed)]
        won = np.zeros(len(posed), dtype=np.int64)
        boxes = np.tile(np.array(_NOTHING_YET, dtype=np.int64), (len(posed), 1))
        for number, covered in enumerate(alone):
            if covered:
                resolve_samples(
                    picture,
                    buffers.count,
                    (int(bounds[number, 1]), int(bounds[number, 3])),
                    spans[number],
                    buffers.base_near,
                    buffers.near,
                    buffers.colour,
                    buffers.owner,
                    buffers.stamp,
                    won,
                    boxes,
                )
        unmeasured = {id(thing) for thing in things}
        sightings = (
            Sighting(
                person_id=body.stance.person_id,
                box_xyxy=(float(box[0]), float(box[1]), float(box[2]), float(box[3])),
                visible=int(share) / covered,
            )
            for body, box, share, covered in zip(posed, boxes, won, alone, strict=True)
            if covered and box[2] > 0 and id(body.stance) not in unmeasured
        )
        return picture, tuple(sightings)

    def _select(self, stances: Sequence[Stance]) -> list[Stance]:
        """Return those whom the picture may show: in front, within its edges, and not wholly behind the plate."""
        if not stances:
            return []
        base = np.array([s.xyz_m for s in stances])
        reach = np.array([_LYING_M if s.shares[Pose.LIE] > 0 else _UPRIGHT_M for s in stances])
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-0.1, _TALLEST_M)])
        scale = np.stack([reach, reach, np.ones(len(stances))], axis=1)
        corners = base[:, None] + signs[None] * scale[:, None]
        pixels, depth = self._view.compute_pixels(corners.reshape(-1, 3))
        pixels, depth = pixels.reshape(len(stances), 8, 2), depth.reshape(len(stances), 8)
        low, high = pixels.min(axis=1), pixels.max(axis=1)
        nearest, furthest = depth.min(axis=1), depth.max(axis=1)
        width, height = self._view.size_wh
        inside = (high[:, 0] > 0) & (low[:, 0] < width) & (high[:, 1] > 0) & (low[:, 1] < height)
        close = nearest < NEAR_M
        possible = (
            (furthest > NEAR_M) & (nearest < FARTHEST_M) & np.where(close, self._is_within_edges(corners), inside)
        )
        for i in np.flatnonzero(possible & ~close):
            if self._is_behind(low[i], high[i], float(nearest[i])):
                possible[i] = False
        return [stance for stance, may in zip(stances, possible, strict=True) if may]

    def _is_within_edges(self, corners: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell for each of n boxes [n, 8, 3] whether it reaches into the pyramid of what the camera sees at all."""
        x, y, back = np.moveaxis((corners - self._view.position_m) @ self._view.rotation.T, -1, 0)
        reach_x, reach_y = -back * self._edges[0], -back * self._edges[1]
        off = [x > reach_x, x < -reach_x, y > reach_y, y < -reach_y]
        return np.asarray(~np.logical_or.reduce([side.all(axis=1) for side in off]), dtype=np.bool_)

    def _is_behind(self, low: NDArray[np.float64], high: NDArray[np.float64], nearest_m: float) -> bool:
        """Tell whether everything that the plate shows in a rectangle of pixels is nearer than a distance."""
        if self._lighting.sun > 0:
            return False
        rows, columns = self._blocks.shape
        x0, y0 = (max(int(v) // _BLOCK_PX, 0) for v in low)
        x1, y1 = min(int(high[0]) // _BLOCK_PX + 1, columns), min(int(high[1]) // _BLOCK_PX + 1, rows)
        return bool(self._blocks[y0:y1, x0:x1].min() * nearest_m > 1)

    def _pose(self, stance: Stance) -> _Posed:
        mesh = self._get_mesh(stance)
        vertices, normals = mesh.figure.place(stance)
        away = vertices[::16] - self._position
        return _Posed(
            stance=stance,
            mesh=mesh,
            vertices=vertices,
            normals=normals,
            distance_m=float(np.sqrt((away * away).sum(axis=1)).min()),
        )

    def _get_mesh(self, stance: Stance) -> _Mesh:
        away = self._rotation[2] @ (self._position - np.asarray(stance.xyz_m, dtype=np.float32))
        is_far = bool(away > self._coarse_beyond_m)
        key = (stance.person_id, stance.look, is_far)
        mesh = self._meshes.pop(key, None)
        if mesh is None:
            if len(self._meshes) >= _MOST_KEPT:
                self._forget()
            figure = self._get_figure(stance, is_far=is_far)
            dressed = figure.dressed
            albedo = figure.albedo_bgr
            mesh = _Mesh(
                figure=figure,
                sorted_faces=sort_faces(dressed.vertices_m[0], dressed.faces),
                albedo=make_infrared_albedo(albedo) if self._lighting.is_infrared else albedo.astype(np.float32),
                occlusion=dressed.occlusion.astype(np.float32),
            )
            if len(albedo) > len(self._nearness):
                self._place = np.zeros((len(albedo), 2), dtype=np.int32)
                self._nearness = np.zeros(len(albedo), dtype=np.float32)
                self._colours = np.zeros((len(albedo), 3), dtype=np.float32)
        self._meshes[key] = mesh
        return mesh

    def _get_figure(self, stance: Stance, *, is_far: bool) -> Posable:
        key = (stance.person_id, stance.look)
        if key not in self._fine:
            self._fine[key] = self._figures[key]
        return self._fine[key].make_coarse() if is_far else self._fine[key]

    def _forget(self) -> None:
        """Give up the mesh that was not drawn for longest, and its figure when it was the last one of it."""
        oldest = next(iter(self._meshes))
        del self._meshes[oldest]
        if (*oldest[:2], not oldest[2]) not in self._meshes:
            del self._fine[oldest[:2]]

    def _project(self, vertices: FloatArray, samples: int, bounds: IntArray) -> None:
        width, height = self._view.size_wh
        project_vertices(
            vertices,
            self._rotation,
            self._position,
            self._lens,
            (width * samples, height * samples),
            NEAR_M,
            self._place,
            self._nearness,
            bounds,
        )

    def _cast_shadows(self, picture: NDArray[np.uint8], body: _Posed) -> None:
        ground = np.asarray(body.stance.xyz_m, dtype=np.float32)
        bounds = np.zeros(4, dtype=np.int64)
        compute_ground_shade(body.vertices, ground, self._shade, self._spare, self._patch)
        self._project(self._patch, 1, bounds)
        if self._nearness[:4].min() > 0 and bounds[2] > bounds[0] and bounds[3] > bounds[1]:
            darken_ground(picture, self._surface_m, bounds, ground, self._shade, self._lighting.contact)
        if self._sun_samples is not None:
            self._cast_sun_shadow(picture, body, self._sun_samples)

    def _cast_sun_shadow(self, picture: NDArray[np.uint8], body: _Posed, buffers: _Samples) -> None:
        ground_z = body.stance.xyz_m[2]
        travels = -np.asarray(self._lighting.key_direction, dtype=np.float32)
        bounds = np.zeros(4, dtype=np.int64)
        self._project(cast_along(body.vertices, travels, ground_z), 1, bounds)
        if bounds[2] <= bounds[0] or bounds[3] <= bounds[1]:
            return
        draw_triangles(
            body.mesh.sorted_faces.faces,
            0,
            self._place,
            self._nearness,
            self._colours,
            0,
            bounds,
            buffers.near,
            buffers.colour,
            buffers.owner,
            buffers.stamp,
            np.zeros((buffers.near.shape[0], 2), dtype=np.int32),
        )
        part = (slice(bounds[1], bounds[3]), slice(bounds[0], bounds[2]))
        covered = buffers.stamp[part] == 0
        darken_mask(picture[part], covered, self._surface_m[part][..., 2], ground_z, self._lighting.sun)
        buffers.stamp[part] = NOBODY
        buffers.owner[part] = NOBODY
        buffers.near[part] = 0

    def _draw(self, body: _Posed, number: int, bounds: IntArray, spans: NDArray[np.int32]) -> int:
        """Draw somebody into the samples; return how many samples are covered, by those in front or not."""
        buffers = self._samples
        self._project(body.vertices, buffers.count, bounds)
        if bounds[2] <= bounds[0] or bounds[3] <= bounds[1]:
            return 0
        area = _to_pixels(bounds, buffers.count)
        light = self._plate.get_light((area[0] + area[2]) / 2, area[3] - 0.25 * (area[3] - area[1]))
        if self._lighting.is_infrared:
            light = np.full(3, compute_lamp_reach(body.distance_m), dtype=np.float32)
        shade_vertices(
            body.mesh.albedo,
            body.mesh.occlusion,
            body.mesh.sorted_faces.facing,
            body.normals,
            self._lamps,
            light.astype(np.float32),
            self._display,
            self._colours,
        )
        return draw_triangles(
            body.mesh.sorted_faces.faces,
            body.mesh.sorted_faces.one_sided,
            self._place,
            self._nearness,
            self._colours,
            number,
            bounds,
            buffers.near,
            buffers.colour,
            buffers.owner,
            buffers.stamp,
            spans,
        )


def _to_pixels(bounds: IntArray, samples: int) -> IntArray:
    return np.array([bounds[0] // samples, bounds[1] // samples, -(-bounds[2] // samples), -(-bounds[3] // samples)])


def _find_edges(view: CameraView) -> tuple[float, float]:
    """Return how far to the side and up or down the picture reaches at most, by metre of depth."""
    width, height = view.size_wh
    x, y = np.meshgrid(np.linspace(0, width, 33), np.linspace(0, height, 33))
    rays = np.abs(view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1)))
    return float((rays[:, 0] / rays[:, 2]).max()), float((rays[:, 1] / rays[:, 2]).max())


def _compute_surface(view: CameraView, depth_m: FloatArray) -> FloatArray:
    """Return the site coordinates [h, w, 3] of what each pixel of the plate shows."""
    width, height = view.size_wh
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    rays = view.compute_rays(np.stack([x.reshape(-1), y.reshape(-1)], axis=1))
    points = (rays * depth_m.reshape(-1, 1)) @ view.rotation + view.position_m
    return np.ascontiguousarray(points.reshape(height, width, 3), dtype=np.float32)


def _compute_block_minimum(values: FloatArray, block: int) -> FloatArray:
    """Return the least of each block of values; a block cut by the edge counts what it has."""
    height, width = values.shape
    rows = np.minimum.reduceat(values, np.arange(0, height, block), axis=0)
    return np.minimum.reduceat(rows, np.arange(0, width, block), axis=1)
