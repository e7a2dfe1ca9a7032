"""The compositor: people drawn into a camera's plate with the right depth, and measured as they are drawn.

All people of a frame share one buffer of samples, four to a pixel, which starts with the plate's depth. What is counted
is therefore what is seen: a person's visible share and box come from the very samples that make the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Pose
from sim.footage.paint.light import (
    INDOORS,
    Irradiance,
    Lighting,
    aim_key_light,
    compute_lamp_reach,
    make_display_table,
    make_even_light,
)
from sim.footage.paint.meshes import COARSE_PX, Figures, Mesh, Meshes
from sim.footage.paint.plate import Plate, Projected, Projector, compute_nearness, compute_surface
from sim.footage.paint.raster import Texture, compute_nearest_m, draw_triangles, is_behind, mix_light, shade_vertices
from sim.footage.paint.resolve import LEAST_TALL_PX, Shutter, clear_mask, cut_cells, make_resolver
from sim.footage.paint.shadows import ShadowCaster, find_sunlight, make_samples
from sim.footage.people.meshes import FloatArray, InView
from sim.footage.people.motion import Stance, Walk
from sim.footage.recording.recording import Sighting
from sim.footage.textures.coat import compute_folds
from sim.site.camera import CHEST_M, CameraView
from sim.truth.silhouettes import CELL_PX

IntArray = NDArray[np.int64]

SAMPLES = 2
_BIAS_M = 0.03
_TALL_M = 1.6
_NOTHING_YET = (1 << 30, 1 << 30, 0, 0)


@dataclass(slots=True, kw_only=True)
class _Posed:
    """Somebody on the way into the picture: vertices and normals [v, 3] in site axes, and distance from the camera.

    Of those who may move, where the vertices are in the picture is kept once they are drawn.
    """

    stance: Stance
    mesh: Mesh
    vertices: FloatArray
    normals: FloatArray
    distance_m: float
    projected: Projected | None = None


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
        irradiance: Irradiance | None = None,
        shutter_share: float = 0.0,
    ) -> None:
        if view.size_wh != plate.size_wh:
            raise ValueError(f"view {view.size_wh} and plate {plate.size_wh} differ in size")
        self._plate = plate
        self._position = view.position_m.astype(np.float32)
        self._lighting = aim_key_light(lighting, view.rotation[2])
        self._even = make_even_light(self._lighting)
        self._irradiance = irradiance
        self._display = make_display_table()
        self._meshes = Meshes(figures, view, coarse_px=coarse_px, is_infrared=lighting.is_infrared)
        self._samples = make_samples(compute_nearness(plate.depth_m, samples=samples, bias_m=_BIAS_M), samples)
        self._resolve_samples = make_resolver(samples)
        chooser = InView(view, self._samples.base_near, samples=samples, looks_behind=lighting.sun > 0)
        self.may_show = chooser.may_show
        self._projector = Projector(view)
        surface_m = compute_surface(view, plate.depth_m)
        self._shadows = ShadowCaster(surface_m, plate, self._lighting, self._projector)
        self._sunlight = find_sunlight(surface_m, plate.sunlight, self._lighting, view.position_m)
        self._shutter = Shutter(size_wh=view.size_wh, samples=samples, share=shutter_share)
        self._colours = np.zeros((0, 3), dtype=np.float32)
        self._folds = np.zeros(0, dtype=np.float32)
        self._samples_a_radian = samples * view.size_wh[1] / (2 * view.tan_half_wh[1])
        self._scratch = np.zeros_like(plate.bgr)
        self._before: dict[int, _Posed] = {}

    def paint(
        self, stances: Sequence[Stance], things: Sequence[Stance] = ()
    ) -> tuple[NDArray[np.uint8], tuple[Sighting, ...]]:
        """Return the picture [h, w, 3] uint8 blue-green-red, and everybody who owns at least half a pixel of it.

        `things` are drawn as people are, hide people and are hidden by them, but nobody is told of them.
        """
        picture = self._plate.bgr.copy()
        posed = self._pose_all(stances, things)
        for body in posed:
            if not body.stance.casts_shadow:
                continue
            ground_m = np.asarray(body.stance.xyz_m, dtype=np.float32)
            if body.stance.reach_m > 0:
                self._shadows.cast_vehicle(picture, body.vertices, body.mesh.sorted_faces.faces, ground_m)
                continue
            self._shadows.cast(picture, body.vertices, body.mesh.sorted_faces.faces, ground_m)
        return picture, self._measure(posed, things, picture, is_lit=True)

    def measure(
        self, stances: Sequence[Stance], things: Sequence[Stance] = (), *, with_pixels: bool = False
    ) -> tuple[Sighting, ...]:
        """Return what `paint` tells of people, without light and shadow; no picture comes of it."""
        posed = self._pose_all(stances, things)
        return self._measure(posed, things, self._plate.bgr, is_lit=False, with_pixels=with_pixels)

    def _pose_all(self, stances: Sequence[Stance], things: Sequence[Stance]) -> list[_Posed]:
        posed = [self._pose(stance) for stance in self._choose([*stances, *things])]
        return sorted(posed, key=lambda body: body.distance_m)

    def _measure(
        self,
        posed: Sequence[_Posed],
        things: Sequence[Stance],
        picture: NDArray[np.uint8],
        *,
        is_lit: bool,
        with_pixels: bool = False,
    ) -> tuple[Sighting, ...]:
        """Draw everybody and tell what is seen of them; the picture is changed where it is lit."""
        height, width = self._samples.near.shape
        bounds = np.zeros((len(posed), 4), dtype=np.int64)
        spans = np.empty((len(posed), height, 2), dtype=np.int32)
        spans[..., 0], spans[..., 1] = width, -1
        unmeasured = {id(thing) for thing in things}
        is_person = [id(body.stance) not in unmeasured for body in posed]
        alone = [
            self._draw(body, number, bounds[number], spans[number], is_lit=is_lit, is_counted=is_person[number])
            for number, body in enumerate(posed)
        ]
        rank = np.where(is_person, np.argsort(np.argsort([body.stance.person_id for body in posed])), -1)
        won, boxes = self._resolve(picture if is_lit else self._scratch, bounds, spans, alone, rank)
        is_seen = [bool(covered) and x2 > 0 for covered, x2 in zip(alone, boxes[:, 2].tolist(), strict=True)]
        mask = self._samples.mask
        sightings: list[Sighting] = []
        for number, (body, box) in enumerate(zip(posed, boxes, strict=True)):
            if not (is_seen[number] and is_person[number]):
                continue
            runs, shared = cut_cells(mask, box, number, rank, CELL_PX)
            x1, y1, x2, y2 = box.astype(np.float64).tolist()
            sightings.append(
                Sighting(
                    person_id=body.stance.person_id,
                    box_xyxy=(x1, y1, x2, y2),
                    visible=float(won[number] / alone[number]),
                    runs=runs,
                    shared=shared,
                    pixels=_find_pixels(mask, box, number) if with_pixels else None,
                )
            )
        if is_lit and self._shutter.is_open:
            self._blur_motion(picture, posed, boxes, is_seen)
        for box, seen in zip(boxes, is_seen, strict=True):
            if seen:
                clear_mask(mask, box)
        return tuple(sightings)

    def _blur_motion(
        self, picture: NDArray[np.uint8], posed: Sequence[_Posed], boxes: IntArray, is_seen: Sequence[bool]
    ) -> None:
        """Blur everybody who moved since the frame before along the way that the shutter saw, the farthest first."""
        for number in reversed(range(len(posed))):
            body, box = posed[number], boxes[number]
            walk, row = body.stance.walk, body.stance.row
            if not is_seen[number] or walk is None or row == 0 or box[3] - box[1] < LEAST_TALL_PX:
                continue
            assert body.projected is not None
            before = self._find_before(body, walk, row)
            self._shutter.blur(picture, self._samples.mask, number, box, body.projected, before)
        self._before = {id(body.mesh): body for body in posed}

    def _find_before(self, body: _Posed, walk: Walk, row: int) -> Projected:
        last = self._before.get(id(body.mesh))
        if last is not None and last.mesh is body.mesh and (last.stance.walk, last.stance.row) == (walk, row - 1):
            assert last.projected is not None
            return last.projected
        vertices, _ = body.mesh.figure.place(walk.get(row - 1))
        self._projector.project(vertices, samples=self._samples.count, bounds=np.zeros(4, dtype=np.int64))
        return self._projector.keep(len(vertices))

    def _choose(self, stances: Sequence[Stance]) -> list[Stance]:
        xyz_m = np.array([stance.xyz_m for stance in stances], dtype=np.float64).reshape(-1, 3)
        lying = np.array([stance.shares[Pose.LIE] > 0 for stance in stances], dtype=np.bool_)
        chosen = self.may_show(xyz_m, lying)
        return [stance for stance, may in zip(stances, chosen, strict=True) if may or stance.reach_m > 0]

    def _pose(self, stance: Stance) -> _Posed:
        mesh = self._meshes.get(stance)
        vertices, normals = mesh.figure.place(stance)
        return _Posed(
            stance=stance,
            mesh=mesh,
            vertices=vertices,
            normals=normals,
            distance_m=compute_nearest_m(vertices, self._position),
        )

    def _draw(
        self, body: _Posed, number: int, bounds: IntArray, spans: NDArray[np.int32], *, is_lit: bool, is_counted: bool
    ) -> int:
        """Draw somebody into the samples; return how many samples are covered, by those in front or not.

        Who is wholly behind what the plate shows is not drawn and covers none; of those that are not counted, no part
        is that surely is.
        """
        buffers, count = self._samples, len(body.vertices)
        is_inside = self._projector.project(body.vertices, samples=buffers.count, bounds=bounds)
        if is_lit and self._shutter.is_open and body.stance.walk is not None:
            body.projected = self._projector.keep(count)
        if not is_inside:
            return 0
        if is_behind(self._projector.nearness[:count], bounds, buffers.base_near):
            return 0
        if count > len(self._colours):
            self._colours = np.zeros((count, 3), dtype=np.float32)
        if is_lit:
            light, key = self._get_light(body, bounds)
            shade_vertices(
                body.mesh.albedo,
                body.mesh.occlusion,
                body.mesh.sorted_faces.facing,
                body.normals,
                light,
                key,
                self._display,
                self._colours,
            )
        return draw_triangles(
            body.mesh.sorted_faces.faces,
            body.mesh.sorted_faces.one_sided,
            self._projector.place,
            self._projector.nearness,
            self._colours,
            number,
            self._samples.take_serial(),
            bounds,
            buffers.near,
            buffers.colour,
            buffers.owner,
            buffers.stamp,
            spans,
            self._get_texture(body) if is_lit else None,
            None if is_counted else buffers.cover,
        )

    def _get_texture(self, body: _Posed) -> Texture | None:
        """Return what the mesh is painted with where it is near enough, and how deep its folds are in this pose."""
        coat, count = self._meshes.get_coat(body.mesh), len(body.vertices)
        if coat is None:
            return None
        if count > len(self._folds):
            self._folds = np.zeros(count, dtype=np.float32)
        compute_folds(body.vertices, coat.hinges, coat.still, coat.joint, coat.share, self._folds)
        tall = _TALL_M * self._samples_a_radian / max(body.distance_m, 0.5)
        return (coat.choose_level(tall), coat.tile, coat.corners, self._folds)

    def _get_light(self, body: _Posed, bounds: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the light [4, 3] on somebody and the key light [2, 3], as `shade_vertices` takes them.

        It is that of the lamp at the camera, or of the place, or the plate's at the height of the legs.
        """
        key = np.array([self._lighting.key_direction, (self._lighting.key,) * 3], dtype=np.float32)
        if self._sunlight is not None:
            key[1] *= self._sunlight.get(body.stance.xyz_m)
        if self._lighting.is_infrared:
            share = np.full(3, compute_lamp_reach(body.distance_m), dtype=np.float32)
        elif self._irradiance is not None:
            x, y, z = body.stance.xyz_m
            at_m = np.array([x, y, z + CHEST_M], dtype=np.float32)
            light = mix_light(self._irradiance.places_m, self._irradiance.light, at_m)
            key[1] *= light[0] / self._even[0]
            return light, key
        else:
            samples = self._samples.count
            x0, y0, x1, y1 = bounds.tolist()
            left, top, right, bottom = x0 // samples, y0 // samples, -(-x1 // samples), -(-y1 // samples)
            share = self._plate.get_light((left + right) / 2, bottom - 0.25 * (bottom - top))
        key[1] *= share
        return self._even * share, key

    def _resolve(
        self,
        picture: NDArray[np.uint8],
        bounds: IntArray,
        spans: NDArray[np.int32],
        alone: Sequence[int],
        rank: IntArray,
    ) -> tuple[IntArray, IntArray]:
        """Blend everybody drawn into the picture; return how many samples each owns, and their boxes [people, 4]."""
        buffers = self._samples
        won = np.zeros(len(alone), dtype=np.int64)
        boxes = np.empty((len(alone), 4), dtype=np.int64)
        boxes[:] = _NOTHING_YET
        for number, covered in enumerate(alone):
            if covered:
                self._resolve_samples(
                    picture,
                    (int(bounds[number, 1]), int(bounds[number, 3])),
                    spans[number],
                    buffers.base_near,
                    buffers.near,
                    buffers.colour,
                    buffers.owner,
                    won,
                    boxes,
                    buffers.mask,
                    rank,
                )
        return won, boxes


def _find_pixels(mask: NDArray[np.int16], box: IntArray, number: int) -> IntArray:
    """Return x, y [p, 2] of the pixels of a mask [h, w] inside a box [4] that show one of the people."""
    x1, y1, x2, y2 = box.tolist()
    row, column = np.nonzero(mask[y1:y2, x1:x2] == number)
    return np.column_stack([column + x1, row + y1])
