"""A person ready to be drawn: the dressed body and all extra meshes, in the poses asked for."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from sim.crowd.people.body_index import HURRY
from sim.crowd.people.people import Aid, Manner, Person
from sim.footage.people.bags import CARRY, HAND_BAGS, PULL, PULLED_BAGS, hold_bag, to_square
from sim.footage.people.bodies import REST, Body, find_cycle, find_group
from sim.footage.people.cloth import Piece, Surface, dress_surface, measure_body
from sim.footage.people.extra import Clothed, Material
from sim.footage.people.garments import make_extras
from sim.footage.people.meshes import FloatArray, IntArray, compute_normals, lift_skin

CELL_M = 0.03
_FEW_FACES = 32
_THIN = 0.5


# Vertices are clustered on a grid, after J. Rossignac and P. Borrel, "Multi-resolution 3D approximations for
# rendering complex scenes" (1993), doi:10.1007/978-3-642-78114-8_29. Each cluster keeps the vertex nearest to its
# mean, so a coarse mesh is posed, lit and coloured by rows that the fine one has. Only vertices of one connected part
# are put together, and where a part is thin only those that face the same way: straps and fingers keep their width.
# Edges of clothes are clustered by themselves and where the bare skin is, so that both sides of a seam end at the
# same places.
@dataclass(frozen=True, slots=True, kw_only=True)
class CoarseMesh:
    """Which vertices of a fine mesh are kept, [k], and the faces [f, 3] between them, numbered within `rows`."""

    rows: NDArray[np.int64]
    faces: IntArray


def coarsen(laid_m: FloatArray, normals: FloatArray, faces: IntArray, *, cell_m: float = CELL_M) -> CoarseMesh:
    count = len(laid_m)
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    links = sparse.coo_matrix((np.ones(len(ends), dtype=np.int32), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, part = connected_components(links, directed=False)
    one_way = links.tocsr()
    on_edge = np.asarray(abs(one_way - one_way.T).sum(axis=1)).reshape(-1) > 0
    is_small = np.bincount(part[faces[:, 0]], minlength=int(part.max()) + 1)[part] < _FEW_FACES
    cell = np.floor(laid_m / cell_m).astype(np.int64)
    keys = np.column_stack([part, cell, on_edge, np.where(is_small, np.arange(count), -1)])
    cluster = _number_rows(keys)
    is_thin = ~on_edge & (np.linalg.norm(_compute_means(normals, cluster), axis=1) < _THIN)[cluster]
    side = np.where(is_thin, 1 + (normals > 0) @ np.array([1, 2, 4]), 0)
    kept = _keep_nearest(laid_m, _number_rows(np.column_stack([cluster, side])))
    rows, number = np.unique(kept, return_inverse=True)
    moved = number.reshape(-1)[faces]
    whole = (moved[:, 0] != moved[:, 1]) & (moved[:, 1] != moved[:, 2]) & (moved[:, 2] != moved[:, 0])
    return CoarseMesh(rows=rows, faces=np.ascontiguousarray(moved[whole], dtype=np.int32))


def _number_rows(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers [v] from 0 that are the same for equal rows [v, k]."""
    order = np.lexsort(keys.T)
    is_new = (np.diff(keys[order], axis=0) != 0).any(axis=1)
    numbers = np.empty(len(keys), dtype=np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(is_new)])
    return numbers


def _keep_nearest(points_m: FloatArray, cluster: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each point [v, 3] the number of the one that stands for its cluster [v], nearest to its mean."""
    off = ((points_m - _compute_means(points_m, cluster)[cluster]) ** 2).sum(axis=1).round(9)
    order = np.lexsort((off, cluster))
    first = order[np.concatenate([[0], np.cumsum(np.bincount(cluster))[:-1]])]
    return np.asarray(first[cluster])


def _compute_means(values: FloatArray, cluster: NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.bincount(cluster)
    return np.stack([np.bincount(cluster, values[:, k]) / size for k in range(values.shape[1])], axis=1)


STANDING = "stand_a"
_CYCLE_SHARES = {"walk": 0.5, "walk_hurry": 0.5, "run": 0.6, "up": 0.5, "down": 0.5}
_UPRIGHT_SHARE = 0.43
"""By how much of a foot's distance from the middle, as baked in `STANDING`, it is moved inward."""
_UPRIGHT_POSES = ("stand_", "talk_", "phone", "locker", "hand_over", "arms_out", "wand_", "search_")
_BONES = ("upperleg01", "lowerleg01", "foot")


# Bodies are baked from a rest pose with the legs spread, and nobody walks or stands so. Steps of adults are about 10
# cm wide between the middles of the heels (T. M. Owings and M. D. Grabiner, "Step width variability", Gait and
# Posture 20, 2004), and feet of people who stand 17 to 20 cm apart (W. E. McIlroy and B. E. Maki, "Preferred
# placement of the feet during quiet stance", Clinical Biomechanics 12, 1997). Both are wider on larger bodies.
def bring_feet_together(body: Body) -> Body:
    """Return the body, which has the pose `STANDING`, with its legs leant inward in walks and where it stands.

    In all poses of a cycle a leg is moved by the same, so a foot that stays where it is put still does.
    """
    rest = body.rest_m
    hip_m, ankle_m = (float(body.get_joint(name)[2]) for name in ("upperleg01.L", "foot.L"))
    low = np.clip((hip_m - rest[:, 2]) / (hip_m - ankle_m), 0, 1) * body.get_part("thigh", "calf", "foot")
    is_foot = body.get_part("foot") > 0.9
    inward = np.array([_find_share(name) for name in body.pose_names], dtype=np.float32)
    vertices, frames = body.vertices_m.copy(), body.frames.copy()
    for side, sign in (("L", 1), ("R", -1)):
        mine = rest[:, 1] * sign > 0
        aside_m = body.vertices_m[body.pose_names.index(STANDING), is_foot & mine, 1].mean()
        shift_m = -inward * aside_m
        vertices[..., 1] += shift_m[:, None] * (low * mine).astype(np.float32)
        for bone in _BONES:
            if (name := f"{bone}.{side}") in body.frame_names:
                number = body.frame_names.index(name)
                reach = np.clip((hip_m - body.frame_heads_m[number, 2]) / (hip_m - ankle_m), 0, 1)
                frames[:, number, 1, 3] += shift_m * np.float32(reach)
    return replace(body, vertices_m=vertices, frames=frames)


def _find_share(pose_name: str) -> float:
    if pose_name[-2:].isdigit():
        return _CYCLE_SHARES.get(pose_name[:-2], 0.0)
    return _UPRIGHT_SHARE if pose_name.startswith(_UPRIGHT_POSES) else 0.0


WALK, STRAP = "walk", "walk_strap"
_TRUNK = "spine02"
_ARM = ("upperarm01.R", "lowerarm01.R", "wrist.R")
_OUT, _BACK = np.deg2rad([22.0, 14.0])
_TO_STRAP = np.array([[np.cos(_BACK), 0, np.sin(_BACK)], [0, 1, 0], [-np.sin(_BACK), 0, np.cos(_BACK)]]) @ np.array(
    [[np.cos(_OUT), np.sin(_OUT), 0], [-np.sin(_OUT), np.cos(_OUT), 0], [0, 0, 1]]
)
"""How the arm that was baked before the chest is turned about the shoulder: outward and back, to where the strap is."""


# The walks are mixed phase by phase in their vertices: a planted foot goes back by stride / phases in each of them,
# so it does in the mixture, by the mixed stride; no foot slides in one that slides in none. Bones' turns are mixed
# likewise and made rotations again (the nearest, by singular values) about where the bones begin, so that hair stays
# on the head.
def walk_as(body: Body, manner: Manner) -> Body:
    """Return the body with the walk, and the hurried walk, of one person; baked manners stay as they are.

    A body that has but one of both walks gets that one.
    """
    rows = list(body.find_cycle(WALK))
    if not manner.shares and not manner.holds_strap:
        return body
    vertices, frames, strides = body.vertices_m.copy(), body.frames.copy(), dict(body.strides_m)
    base_m, base_frames = body.vertices_m[rows], body.frames[rows]
    moved_m, moved_frames = np.zeros_like(base_m), np.zeros_like(base_frames)
    for name, share in manner.shares:
        own = list(body.find_cycle(name))
        moved_m += np.float32(share) * (body.vertices_m[own] - base_m)
        moved_frames += np.float32(share) * (body.frames[own] - base_frames)
    for name in (WALK, HURRY):
        own = list(body.find_cycle(name))
        if not own:
            continue
        vertices[own] = body.vertices_m[own] + moved_m
        frames[own] = _make_rigid(body.frames[own] + moved_frames, body.frame_heads_m)
        share = manner.stride_share if name == WALK else manner.hurry_share
        strides[name] = share * body.strides_m[WALK]
        lowest = vertices[own][..., 2].min(axis=1)
        vertices[own, :, 2] -= lowest[:, None]
        frames[own, :, 2, 3] -= lowest[:, None]
    mixed = replace(body, vertices_m=vertices, frames=frames, strides_m=strides)
    return _hold_strap(mixed) if manner.holds_strap else mixed


def _hold_strap(body: Body) -> Body:
    vertices, frames = body.vertices_m.copy(), body.frames.copy()
    held = list(body.find_cycle(STRAP))
    arm = body.get_part("upper_arm", "forearm", "hand") * (body.rest_m[:, 1] < 0)
    bones = [
        i
        for i, name in enumerate(body.frame_names)
        if name in _ARM or (name.startswith("finger") and name.endswith(".R"))
    ]
    upper = body.frame_names.index(_ARM[0])
    shoulders = np.einsum("pij,j->pi", body.frames[:, upper, :, :3], body.frame_heads_m[upper])
    shoulders = shoulders + body.frames[:, upper, :, 3]
    for name in (WALK, HURRY):
        rows = list(body.find_cycle(name))
        if not rows:
            continue
        trunk = to_square(body.get_frames(_TRUNK))
        change = trunk[rows] @ np.linalg.inv(trunk[held]) @ _turn_about(_TO_STRAP, shoulders[held])
        moved = np.einsum("pij,pvj->pvi", change[:, :3, :3], body.vertices_m[held]) + change[:, None, :3, 3]
        vertices[rows] += (arm[None, :, None] * (moved - vertices[rows])).astype(np.float32)
        for bone in bones:
            frames[rows, bone] = (change @ to_square(body.frames[:, bone])[held])[:, :3]
    return replace(body, vertices_m=vertices, frames=frames)


def _turn_about(turn: NDArray[np.float64], points_m: FloatArray) -> NDArray[np.float64]:
    """Return the motions [n, 4, 4] that turn by a rotation [3, 3] about points [n, 3]."""
    motions = np.tile(np.eye(4), (len(points_m), 1, 1))
    motions[:, :3, :3] = turn
    motions[:, :3, 3] = points_m - points_m @ turn.T
    return motions


def _make_rigid(frames: FloatArray, heads_m: FloatArray) -> FloatArray:
    """Return frames [pose, bone, 3, 4] with the rotation nearest to each turn; bones begin [bone, 3] where they did."""
    left, _, right = np.linalg.svd(frames[..., :3])
    rigid = frames.copy()
    rigid[..., :3] = left @ right
    rigid[..., 3] += np.einsum("pbij,bj->pbi", frames[..., :3] - rigid[..., :3], heads_m)
    return rigid


_MADE_OF = {
    Piece.SKIN: Material.SKIN,
    Piece.BOTTOM: Material.BOTTOM,
    Piece.SHOE: Material.SHOE,
    Piece.SOLE: Material.PLAIN,
    Piece.SOCK: Material.SOCK,
    Piece.SHIRT: Material.STRIP,
    Piece.VEST: Material.VEST,
    Piece.BAND: Material.VEST,
}
_MATERIALS = np.array([_MADE_OF.get(piece, Material.TOP) for piece in Piece], dtype=np.int8)


@dataclass(frozen=True, slots=True, kw_only=True)
class DressedPerson:
    """One person's mesh in some poses of the body, meters, axes as `Body`."""

    person: Person  # who, in the outfit worn
    body: Body  # the body in all poses, as it is baked; `hold_body` gives it this person's walk and arm
    vertices_m: FloatArray  # [pose, v, 3] float32; the first pose is the rest pose
    # [v, 3] float32, at rest; clothes on the skin, so that both sides of a seam are at the same place
    laid_m: FloatArray
    normals: FloatArray  # [pose, v, 3] float32, unit
    faces: IntArray
    albedo: FloatArray  # [v, 3] linear RGB
    occlusion: FloatArray
    material: NDArray[np.int8]  # [v] int8, values of `Material`
    # [v, 5], how far each vertex of the dressed surface is arm, leg, foot and head, 0..1, and how far along the arm, 0
    # shoulder to 1 wrist; 0 of all else
    limbs: FloatArray
    pose_names: tuple[str, ...]  # of the poses here

    @property
    def person_id(self) -> str:
        return self.person.person_id

    def select(self, mesh: CoarseMesh) -> DressedPerson:
        return replace(
            self,
            vertices_m=np.ascontiguousarray(self.vertices_m[:, mesh.rows]),
            laid_m=self.laid_m[mesh.rows],
            normals=np.ascontiguousarray(self.normals[:, mesh.rows]),
            faces=mesh.faces,
            albedo=self.albedo[mesh.rows],
            occlusion=self.occlusion[mesh.rows],
            material=self.material[mesh.rows],
            limbs=self.limbs[mesh.rows],
        )


def dress_person(body: Body, person: Person) -> DressedPerson:
    """Put a person's clothes, hair and bags on the body, at the person's height, in the poses of every day."""
    usual = {Aid.WHEELCHAIR: "wheel_still", Aid.CRUTCHES: "crutches_still", Aid.NONE: "stand_a"}[person.aid]
    return dress_poses(body, person, find_group(body.pose_names, usual))


def shape_head(body: Body, person_id: str) -> Body:
    """Return the body with a head of one's own: how wide it is, its jaw, cheeks, nose and chin."""
    rng = np.random.default_rng(zlib.crc32(f"{person_id} head".encode()))
    wide, jaw, cheeks, nose, chin = rng.uniform(-1, 1, size=5)
    scale = float(body.rest_m[:, 2].max()) / 1.6
    eye = body.get_joint("eye.L")
    aside = body.rest_m[:, 1] / scale
    ahead, up = (body.rest_m[:, 0] - eye[0]) / scale, (body.rest_m[:, 2] - eye[2]) / scale
    low = np.clip((-up - 0.03) / 0.06, 0, 1)

    def spot(off_m: FloatArray, high_m: float, half_m: float) -> FloatArray:
        near = np.exp(-(((off_m / half_m) ** 2) + ((up - high_m) / half_m) ** 2))
        return np.asarray(near * (ahead > -0.04), dtype=np.float32)

    change = np.zeros_like(body.rest_m)
    change[:, 0] = 0.006 * nose * spot(aside, -0.038, 0.018) + 0.006 * chin * spot(aside, -0.110, 0.026)
    change[:, 1] = aside * (0.05 * wide + 0.07 * jaw * low)
    change[:, 1] += 0.004 * cheeks * np.sign(aside) * spot(np.abs(aside) - 0.045, -0.035, 0.025)
    change[:, 2] = -0.006 * chin * spot(aside, -0.115, 0.03)
    change *= scale * body.get_part("head")[:, None]
    moved = np.einsum("pij,vj->pvi", body.get_frames("head")[..., :3], change)
    return replace(body, vertices_m=body.vertices_m + moved.astype(np.float32))


def hold_body(body: Body, person: Person, poses: Sequence[int]) -> Body:
    """Return a body in some poses, with the person's walk, the arm as the person's bag needs it, and feet together."""
    names, manner, kind = body.pose_names, person.manner, person.outfit.bag.kind
    walks = {row for gait in (WALK, HURRY) for row in find_cycle(names, gait)}
    sources = {name for name in (CARRY, PULL) if kind in HAND_BAGS | PULLED_BAGS and name in names}
    needed = {*poses, *(names.index(name) for name in (*sources, STANDING))}
    if walks & set(poses):
        gaits = [WALK, *(name for name, _ in manner.shares), *([STRAP] if manner.holds_strap else [])]
        needed |= {row for gait in gaits for row in find_cycle(names, gait)}
    rows = sorted(needed)
    held = hold_bag(walk_as(body.select(rows), manner) if walks & set(poses) else body.select(rows), kind)
    if person.aid is Aid.NONE:
        held = bring_feet_together(held)
    return held.select([rows.index(pose) for pose in poses])


def dress_poses(body: Body, person: Person, poses: Sequence[int]) -> DressedPerson:
    """Dress a person in some poses of a body, the first at rest.

    Meshes and colours are the same whichever poses are asked for.
    """
    some = shape_head(hold_body(body, person, poses), person.person_id)
    surface = dress_surface(some, person.outfit, np.random.default_rng(zlib.crc32(person.person_id.encode())))
    faces = surface.mesh.faces
    skin_m, normals = _pose_surface(some, surface)
    extras = make_extras(some, person, Clothed(vertices_m=skin_m, normals=normals, faces=faces, piece=surface.piece))
    parts = [(skin_m, normals, faces, surface.albedo, surface.occlusion)]
    ground = np.minimum(some.vertices_m[..., 2].min(axis=1), 0.0)[:, None]
    for extra in extras:
        np.maximum(extra.vertices_m[..., 2], ground, out=extra.vertices_m[..., 2])
    parts += [(e.vertices_m, compute_normals(e.vertices_m, e.faces), e.faces, e.albedo, e.occlusion) for e in extras]
    laid = [surface.mesh.compute(some.vertices_m[REST]), *(e.vertices_m[REST] for e in extras)]
    materials = [_MATERIALS[surface.piece], *(np.full(len(e.albedo), e.material, dtype=np.int8) for e in extras)]
    measures = measure_body(some)
    shares = np.stack([measures.arm, measures.leg, measures.foot, measures.head, measures.sleeve], axis=1)
    limbs = np.zeros((sum(len(m) for m in materials), shares.shape[1]), dtype=np.float32)
    limbs[: len(surface.piece)] = surface.mesh.compute(shares)
    starts = np.cumsum([0, *(p[0].shape[1] for p in parts)])
    return DressedPerson(
        person=person,
        body=body,
        vertices_m=np.ascontiguousarray(
            np.concatenate([p[0] for p in parts], axis=1) * np.float32(person.height_scale)
        ),
        laid_m=np.concatenate(laid) * np.float32(person.height_scale),
        normals=np.ascontiguousarray(np.concatenate([p[1] for p in parts], axis=1)),
        faces=np.concatenate([p[2] + int(s) for p, s in zip(parts, starts[:-1], strict=True)]).astype(np.int32),
        albedo=np.ascontiguousarray(np.concatenate([p[3] for p in parts])),
        occlusion=np.ascontiguousarray(np.concatenate([p[4] for p in parts])),
        material=np.concatenate(materials),
        limbs=limbs,
        pose_names=some.pose_names,
    )


def _pose_surface(body: Body, surface: Surface) -> tuple[FloatArray, FloatArray]:
    poses, count = body.vertices_m.shape[:2]
    weights = surface.mesh.weights
    normals = compute_normals(body.vertices_m, body.faces)
    flat = np.concatenate([body.vertices_m, normals], axis=2).transpose(1, 0, 2).reshape(count, poses * 6)
    mixed = np.asarray(weights @ flat, dtype=np.float32).reshape(-1, poses, 6)
    vertices = np.empty((poses, len(mixed), 3), dtype=np.float32)
    lift_skin(mixed, surface.offset_m, body.vertices_m[..., 2].min(axis=1), vertices)
    return vertices, compute_normals(vertices, surface.mesh.faces)
