"""A person ready to be drawn: the dressed body and all extra meshes, in the poses asked for."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.manner import HURRY
from sim.crowd.people.people import Aid, Person
from sim.footage.people.bodies import REST, Body, find_cycle
from sim.footage.people.carrying import CARRY, HAND_BAGS, PULL, PULLED_BAGS, hold_bag
from sim.footage.people.cloth import Piece, Surface, dress_surface
from sim.footage.people.coarse import CoarseMesh
from sim.footage.people.extra import Clothed
from sim.footage.people.garments import make_extras
from sim.footage.people.materials import Material
from sim.footage.people.measures import measure_body
from sim.footage.people.mesh_loops import lift_skin
from sim.footage.people.mesh_tools import compute_normals
from sim.footage.people.own_walk import STRAP, WALK, walk_as
from sim.footage.people.pose_groups import find_group
from sim.footage.people.stance_width import STANDING, bring_feet_together

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

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
        """Return the person with some of the vertices, and the faces between those."""
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
    some = hold_body(body, person, poses)
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
        faces=_join_faces([p[2] for p in parts], starts),
        albedo=np.ascontiguousarray(np.concatenate([p[3] for p in parts])),
        occlusion=np.ascontiguousarray(np.concatenate([p[4] for p in parts])),
        material=np.concatenate(materials),
        limbs=limbs,
        pose_names=some.pose_names,
    )


def _join_faces(faces: Sequence[IntArray], starts: NDArray[np.int64]) -> IntArray:
    return np.concatenate([f + int(s) for f, s in zip(faces, starts[:-1], strict=True)]).astype(np.int32)


def _pose_surface(body: Body, surface: Surface) -> tuple[FloatArray, FloatArray]:
    poses, count = body.vertices_m.shape[:2]
    weights = surface.mesh.weights
    normals = compute_normals(body.vertices_m, body.faces)
    flat = np.concatenate([body.vertices_m, normals], axis=2).transpose(1, 0, 2).reshape(count, poses * 6)
    mixed = np.asarray(weights @ flat, dtype=np.float32).reshape(-1, poses, 6)
    vertices = np.empty((poses, len(mixed), 3), dtype=np.float32)
    lift_skin(mixed, surface.offset_m, body.vertices_m[..., 2].min(axis=1), vertices)
    return vertices, compute_normals(vertices, surface.mesh.faces)
