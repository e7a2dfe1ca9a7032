"""Clothes that follow the body's surface: where each ends, how far it stands off the skin, what colour it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sim.crowd.people.people import Outfit, Rgb
from sim.footage.people.bodies import Body
from sim.footage.people.extra import BOTTOMS, CUFFED, LEGS_UNDER, OPEN_FRONT, TOPS, ClothFit
from sim.footage.people.meshes import FloatArray, IntArray, compute_normals

TAILORED_M = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Coordinates of body vertices that clothes are cut by, all [v], meters unless said."""

    height_m: float  # of the body
    neck_m: FloatArray  # [3], where the neck begins
    # hips_m, knee_m, ankle_m: heights of these joints
    hips_m: float
    knee_m: float
    ankle_m: float
    rest: FloatArray  # [v, 3] rest positions
    sleeve: FloatArray  # 0 at the shoulder joint, 1 at the wrist, without unit
    # arm, leg, foot, head: part weights 0..1
    arm: FloatArray
    leg: FloatArray
    foot: FloatArray
    head: FloatArray
    leg_radius: FloatArray  # distance from the leg's axis

    @property
    def scale(self) -> float:
        """Size against a body of `TAILORED_M`, for which clothes are given in meters."""
        return self.height_m / TAILORED_M


def measure_body(body: Body) -> Measures:
    rest = body.rest_m
    sleeve = np.full(len(rest), -1.0, dtype=np.float32)
    radius = np.zeros(len(rest), dtype=np.float32)
    for side, sign in (("L", 1), ("R", -1)):
        mine = rest[:, 1] * sign > 0
        shoulder, elbow, wrist = (body.get_joint(f"{n}.{side}") for n in ("upperarm01", "lowerarm01", "wrist"))
        upper, lower = elbow - shoulder, wrist - elbow
        upper_m, lower_m = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
        along_upper = (rest - shoulder) @ upper / upper_m
        along_lower = (rest - elbow) @ lower / lower_m
        along = np.where(along_lower > 0, upper_m + along_lower, np.minimum(along_upper, upper_m))
        sleeve = np.where(mine, along / (upper_m + lower_m), sleeve).astype(np.float32)
        hip, knee, ankle = (body.get_joint(f"{n}.{side}") for n in ("upperleg01", "lowerleg01", "foot"))
        heights = np.array([ankle[2] - 0.05, ankle[2], knee[2], hip[2]])
        axis = [np.interp(rest[:, 2], heights, [ankle[k], ankle[k], knee[k], hip[k]]) for k in (0, 1)]
        distance = np.hypot(rest[:, 0] - axis[0], rest[:, 1] - axis[1])
        radius = np.where(mine, distance, radius).astype(np.float32)
    return Measures(
        height_m=float(rest[:, 2].max()),
        neck_m=body.get_joint("neck01"),
        hips_m=float(body.get_joint("upperleg01.L")[2]),
        knee_m=float(body.get_joint("lowerleg01.L")[2]),
        ankle_m=float(body.get_joint("foot.L")[2]),
        rest=rest,
        sleeve=sleeve,
        arm=body.get_part("upper_arm", "forearm", "hand"),
        leg=body.get_part("thigh", "calf"),
        foot=body.get_part("foot"),
        head=body.get_part("head", "neck"),
        leg_radius=radius,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinMesh:
    weights: sparse.csr_matrix  # [v, body vertices] sparse, rows sum to 1
    faces: IntArray
    labels: IntArray  # [f] int32, which piece of clothing each face is

    def compute(self, values: FloatArray) -> FloatArray:
        """Return the values [v, ...] that body values [body vertices, ...] have at this mesh's vertices."""
        flat = values.reshape(len(values), -1)
        return np.asarray(self.weights @ flat, dtype=np.float32).reshape(-1, *values.shape[1:])


def cut_mesh(
    mesh: SkinMesh, field: FloatArray, *, label: int, within: Callable[[IntArray], NDArray[np.bool_]] | None = None
) -> SkinMesh:
    """Cut along the zero line of a field and give the positive side a label."""
    value = np.where(np.abs(field) < 1e-6, 1e-6, field)
    allowed = np.ones(len(mesh.faces), dtype=bool) if within is None else within(mesh.labels)
    positive = value[mesh.faces] > 0
    crossing = allowed & (positive.any(axis=1) != positive.all(axis=1))
    labels = np.where(allowed & positive.all(axis=1), label, mesh.labels).astype(np.int32)
    split = mesh.faces[crossing]
    lone = np.where(positive[crossing].sum(axis=1) == 1, positive[crossing].T, ~positive[crossing].T).argmax(axis=0)
    row = np.arange(len(split))
    apex, left, right = (split[row, (lone + k) % 3] for k in range(3))
    edges = np.concatenate([np.stack([apex, left], 1), np.stack([apex, right], 1)])
    edges.sort(axis=1)
    count = mesh.weights.shape[0]
    unique, inverse = np.unique(edges[:, 0].astype(np.int64) * count + edges[:, 1], return_inverse=True)
    first, second = np.divmod(unique, count)
    share = value[first] / (value[first] - value[second])
    made = sparse.diags(1 - share) @ mesh.weights[first] + sparse.diags(share) @ mesh.weights[second]
    on_left, on_right = count + inverse[: len(split)], count + inverse[len(split) :]
    old = mesh.labels[crossing]
    apex_label = np.where(value[apex] > 0, label, old)
    rest_label = np.where(value[apex] > 0, old, label)
    faces = np.concatenate(
        [
            mesh.faces[~crossing],
            np.stack([apex, on_left, on_right], 1),
            np.stack([on_left, left, right], 1),
            np.stack([on_left, right, on_right], 1),
        ]
    )
    return SkinMesh(
        weights=sparse.vstack([mesh.weights, made.astype(np.float32)], format="csr"),
        faces=faces.astype(np.int32),
        labels=np.concatenate([labels[~crossing], apex_label, rest_label, rest_label]).astype(np.int32),
    )


def split_pieces(mesh: SkinMesh) -> tuple[SkinMesh, IntArray]:
    """Give every piece its own vertices along the seams; return the mesh and each vertex's label [v]."""
    count = mesh.weights.shape[0]
    keys = mesh.faces.astype(np.int64) + count * mesh.labels[:, None].astype(np.int64)
    unique, inverse = np.unique(keys, return_inverse=True)
    source, label = unique % count, unique // count
    whole = replace(mesh, weights=mesh.weights[source], faces=inverse.reshape(-1, 3).astype(np.int32))
    return whole, label.astype(np.int32)


def smooth_pieces(mesh: SkinMesh, softness: FloatArray, *, rounds: int = 3) -> SkinMesh:
    """Even out the surface as cloth does, without opening seams or moving boundaries of pieces."""
    count = mesh.weights.shape[0]
    ends = np.concatenate([mesh.faces[:, [0, 1]], mesh.faces[:, [1, 2]], mesh.faces[:, [2, 0]]])
    links = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    on_border = np.asarray(abs(links - links.T).sum(axis=1)).reshape(-1) > 0
    both = links + links.T
    both.data = np.ones_like(both.data)
    mean = sparse.diags(1 / np.maximum(np.asarray(both.sum(axis=1)).reshape(-1), 1)) @ both
    rate = np.where(on_border, 0.0, softness)
    step = (sparse.diags(1 - rate) + sparse.diags(rate) @ mean).tocsr()
    weights = mesh.weights
    for _ in range(rounds):
        weights = (step @ weights).tocsr()
    return replace(mesh, weights=weights.astype(np.float32))


CUFF_SHARE = 0.075
CREASES = 7
CREASE_M = 0.0052
WAISTBAND_M = 0.045
_SHORT_END_M = 0.12
QUILT_M = 0.075
STRIPE_M = 0.085
# legs above this height are covered by a dress, even where they show through it in a long stride
SLIP_M = 0.45
_HOLLOW, _HOLLOW_SHADE = 0.3, 0.42


class Piece(IntEnum):
    SKIN = 0
    TOP = 1
    BOTTOM = 2
    SHOE = 3
    SOLE = 4
    SOCK = 5
    SHIRT = 6
    CUFF = 7
    STRIPE = 8
    VEST = 9
    BAND = 10


_TOPS = (Piece.TOP, Piece.CUFF, Piece.SHIRT, Piece.STRIPE, Piece.VEST, Piece.BAND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    mesh: SkinMesh  # tied to the body; pieces have vertices of their own
    piece: IntArray  # [v] int32, values of `Piece`
    offset_m: FloatArray  # [v] how far each vertex stands off along the normal
    albedo: FloatArray  # [v, 3] linear RGB
    occlusion: FloatArray  # [v] 0..1, how much of the room's light folds and armpits let through


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    measures: Measures
    outfit: Outfit
    top: ClothFit
    bottom: ClothFit


def dress_surface(body: Body, outfit: Outfit, rng: np.random.Generator) -> Surface:
    """Cut, smooth, crease and colour the body's surface as the outfit says; `rng` decides how the creases fall."""
    measures = measure_body(body)
    top = TOPS[outfit.top.kind]
    pattern = _Pattern(measures=measures, outfit=outfit, top=top, bottom=BOTTOMS[outfit.bottom.kind])
    count = body.vertices_m.shape[1]
    whole = _cut_top(
        _cut_legs(
            SkinMesh(
                weights=sparse.identity(count, dtype=np.float32, format="csr"),
                faces=body.faces,
                labels=np.zeros(len(body.faces), dtype=np.int32),
            ),
            pattern,
        ),
        pattern,
    )
    mesh, piece = split_pieces(whole if outfit.vest is None else _cut_vest(whole, pattern))
    softness = np.select(
        [np.isin(piece, [Piece.TOP, Piece.SHIRT, Piece.VEST]), piece == Piece.BOTTOM, piece == Piece.SHOE],
        [0.75, 0.25 if outfit.bottom.kind in LEGS_UNDER else 0.6, 0.5],
        0.0,
    ).astype(np.float32)
    mesh = smooth_pieces(mesh, softness, rounds=4)
    offset = _compute_offsets(mesh, piece, pattern)
    offset += _compute_creases(mesh, piece, offset, measures, rng)
    return Surface(
        mesh=mesh,
        piece=piece,
        offset_m=(offset * measures.scale).astype(np.float32),
        albedo=_colour_pieces(mesh, piece, outfit, measures),
        occlusion=_compute_occlusion(mesh, measures) * mesh.compute(_compute_cavities(body)),
    )


def _cut_legs(mesh: SkinMesh, pattern: _Pattern) -> SkinMesh:
    measures, bottom = pattern.measures, pattern.bottom
    scale = measures.scale

    def below(height_m: float | FloatArray) -> FloatArray:
        """Return how far vertices lie below a height; hands, which hang as low, count as above."""
        no_arm = (0.5 - mesh.compute(measures.arm)) * 0.2
        return np.asarray(np.minimum(height_m - mesh.compute(measures.rest)[:, 2], no_arm), dtype=np.float32)

    def among(*pieces: Piece) -> Callable[[IntArray], NDArray[np.bool_]]:
        return lambda labels: np.asarray(np.isin(labels, pieces))

    shoe_top = measures.ankle_m * 1.02 + 0.012 * scale
    mesh = cut_mesh(mesh, below(measures.hips_m + 0.10 * scale), label=Piece.BOTTOM)
    mesh = cut_mesh(mesh, below(bottom.end * scale), label=Piece.SKIN, within=among(Piece.BOTTOM))
    if bottom.end > _SHORT_END_M:
        mesh = cut_mesh(mesh, below(shoe_top + 0.05 * scale), label=Piece.SOCK, within=among(Piece.SKIN))
    forward = mesh.compute(measures.rest)[:, 0]
    tongue = shoe_top + 0.02 * scale * forward / max(float(forward.max()), 0.05)
    mesh = cut_mesh(mesh, below(tongue), label=Piece.SHOE, within=among(Piece.SKIN, Piece.SOCK))
    return cut_mesh(mesh, below(0.024 * scale), label=Piece.SOLE, within=among(Piece.SHOE))


def _cut_top(mesh: SkinMesh, pattern: _Pattern) -> SkinMesh:
    measures, top = pattern.measures, pattern.top
    scale = measures.scale
    hem_m = measures.hips_m - top.hem_drop * scale
    at, arm = mesh.compute(measures.rest), mesh.compute(measures.arm)
    sleeve = (top.end - mesh.compute(measures.sleeve)) * 0.5 + np.clip(0.9 - arm, 0, 1)
    no_foot = (0.5 - mesh.compute(measures.foot)) * 0.2
    torso_or_arm = np.maximum(at[:, 2] - hem_m, (arm - 0.5) * 0.2)
    collar = _compute_collar(at, measures.neck_m, scale, drop_m=top.neck_drop * scale)
    mesh = cut_mesh(mesh, np.minimum.reduce([torso_or_arm, collar, sleeve, no_foot]), label=Piece.TOP)
    at, arm = mesh.compute(measures.rest), mesh.compute(measures.arm)
    if pattern.outfit.top.kind in OPEN_FRONT:
        depth = np.clip((measures.neck_m[2] - at[:, 2]) / measures.neck_m[2], 0, 0.4)
        behind = np.interp(at[:, 2], [measures.hips_m, measures.neck_m[2]], [0.02, measures.neck_m[0] - 0.02])
        front = np.minimum(0.028 * scale + 0.06 * depth - np.abs(at[:, 1]), at[:, 0] - behind)
        mesh = cut_mesh(mesh, front, label=Piece.SHIRT, within=_is_top)
        at, arm = mesh.compute(measures.rest), mesh.compute(measures.arm)
    if pattern.outfit.top.kind in CUFFED:
        at_wrist = (mesh.compute(measures.sleeve) - (top.end - CUFF_SHARE)) * 0.5
        at_waist = np.where(arm > 0.5, -1.0, hem_m + WAISTBAND_M * scale - at[:, 2])
        mesh = cut_mesh(mesh, np.maximum(at_wrist, at_waist), label=Piece.CUFF, within=_is_top)
    if pattern.outfit.top.kind == "striped T-shirt":
        return _cut_stripes(mesh, pattern, hem_m)
    return mesh


def _cut_stripes(mesh: SkinMesh, pattern: _Pattern, hem_m: float) -> SkinMesh:
    """Cut stripes around the chest, edge by edge from below; what is still to be cut has a label of its own."""
    measures = pattern.measures
    edges = np.arange(hem_m + 0.06 * measures.scale, float(measures.neck_m[2]), STRIPE_M * measures.scale / 2)
    left, above_left = len(Piece), len(Piece) + 1
    chest = (0.45 - mesh.compute(measures.arm)) * 0.2
    start = np.minimum(mesh.compute(measures.rest)[:, 2] - edges[0], chest)
    mesh = cut_mesh(mesh, start, label=left, within=_is_top)
    for number, edge in enumerate(edges[1:]):
        above = mesh.compute(measures.rest)[:, 2] - edge
        mesh = cut_mesh(mesh, above, label=above_left, within=lambda labels: np.asarray(labels == left))
        band = Piece.TOP if number % 2 else Piece.STRIPE
        labels = np.where(mesh.labels == left, band, mesh.labels)
        mesh = replace(mesh, labels=np.where(labels == above_left, left, labels).astype(np.int32))
    return replace(mesh, labels=np.where(mesh.labels == left, Piece.TOP, mesh.labels).astype(np.int32))


def _cut_vest(mesh: SkinMesh, pattern: _Pattern) -> SkinMesh:
    measures = pattern.measures
    hem_m = measures.hips_m + 0.035 * measures.scale
    at, arm = mesh.compute(measures.rest), mesh.compute(measures.arm)
    body = np.minimum((at[:, 2] - hem_m), (0.35 - arm) * 0.2)
    mesh = cut_mesh(mesh, body, label=Piece.VEST, within=lambda labels: np.asarray(np.isin(labels, _TOPS)))
    at = mesh.compute(measures.rest)
    for height_m in (0.075, 0.185):
        band = 0.026 * measures.scale - np.abs(at[:, 2] - hem_m - height_m * measures.scale)
        mesh = cut_mesh(mesh, band, label=Piece.BAND, within=lambda labels: np.asarray(labels == Piece.VEST))
        at = mesh.compute(measures.rest)
    return mesh


def _is_top(labels: IntArray) -> NDArray[np.bool_]:
    return np.asarray(labels == Piece.TOP)


def _compute_collar(at: FloatArray, neck: FloatArray, scale: float, *, drop_m: float) -> FloatArray:
    """Return how far points [v, 3] lie below a neckline: lower in front, by `drop_m` more, close around the neck."""
    below = (neck - at) @ np.array([0.34, 0.0, 0.94]) + 0.0113 * scale
    ahead = np.clip((at[:, 0] - neck[0]) / (0.03 * scale) + 0.5, 0, 1)
    below = below - drop_m * ahead * np.sqrt(np.clip(1 - (at[:, 1] / (0.075 * scale)) ** 2, 0, 1))
    lean = 0.30 * (at[:, 2] - neck[2])
    behind = np.minimum(at[:, 0] - neck[0] - lean, 0.0)
    aside = np.hypot(behind / 1.1, at[:, 1]) - 0.066 * scale
    low = np.clip((neck[2] + 0.035 * scale - at[:, 2]) / 0.02, -1, 1) * 0.05
    return np.asarray(np.maximum(below, np.minimum(aside, low)), dtype=np.float32)


def _compute_offsets(mesh: SkinMesh, piece: IntArray, pattern: _Pattern) -> FloatArray:
    """Return how far vertices [v] stand off the skin on a body of `TAILORED_M`, meters."""
    measures, outfit, top, bottom = pattern.measures, pattern.outfit, pattern.top, pattern.bottom
    at = mesh.compute(measures.rest) * (TAILORED_M / measures.height_m)
    arm = mesh.compute(measures.arm)
    sleeve = mesh.compute(measures.sleeve)
    hips = measures.hips_m / measures.scale
    offset = np.zeros(len(at), dtype=np.float32)
    is_top = np.isin(piece, _TOPS)
    fullness = np.clip(1.15 - np.abs(at[:, 2] - hips - 0.08) * 1.2, 0.55, 1.15)
    torso = top.ease * fullness
    on_arm = top.limb_ease * (0.8 + 0.35 * np.clip(sleeve / max(top.end, 0.1), 0, 1))
    ease = torso * (1 - arm) + on_arm * arm
    past_wrist = np.clip((sleeve - (top.end - CUFF_SHARE)) / 0.03, 0, 1)
    past_waist = np.clip((hips - top.hem_drop + WAISTBAND_M - at[:, 2]) / 0.014, 0, 1)
    tight = np.where(arm > 0.5, 0.008, top.ease * 0.66)
    past = np.where(arm > 0.5, past_wrist, past_waist)
    ease = np.where(piece == Piece.CUFF, ease * (1 - past) + tight * past, ease)
    ease = np.where(piece == Piece.SHIRT, 0.009, ease)
    if outfit.top.kind == "puffer jacket":
        quilt = np.abs(np.sin(np.pi * at[:, 2] / QUILT_M)) * (1 - arm) + np.abs(np.sin(11.0 * sleeve)) * arm
        ease = np.where(piece == Piece.TOP, ease * (0.62 + 0.5 * quilt), ease)
    ease = np.where(np.isin(piece, [Piece.VEST, Piece.BAND]), np.maximum(torso, 0.014) + 0.012, ease)
    offset = np.where(is_top, ease, offset)
    radius = mesh.compute(measures.leg_radius) * (TAILORED_M / measures.height_m)
    knee = measures.knee_m / measures.scale
    wanted = np.interp(at[:, 2], [bottom.end, knee, hips], [bottom.end_radius, max(bottom.end_radius, 0.072), 0.0])
    loose = np.interp(at[:, 2], [knee, hips - 0.05], [bottom.limb_ease, bottom.ease])
    legs = np.clip(np.maximum(loose, wanted - radius), 0.003, 0.06)
    if outfit.bottom.kind == "joggers":
        legs = np.where(at[:, 2] < bottom.end + 0.035, 0.007, legs)
    under_top = at[:, 2] > hips - top.hem_drop - 0.02
    legs = np.where(under_top, np.minimum(legs, 0.004), legs)
    offset = np.where(piece == Piece.BOTTOM, legs, offset)
    shoe = np.interp(at[:, 2], [0.0, 0.03, 0.07], [0.008, 0.013, 0.010])
    offset = np.where(piece == Piece.SHOE, shoe, offset)
    offset = np.where(piece == Piece.SOLE, 0.016, offset)
    return np.asarray(np.where(piece == Piece.SOCK, 0.004, offset), dtype=np.float32)


def _compute_creases(
    mesh: SkinMesh, piece: IntArray, offset: FloatArray, measures: Measures, rng: np.random.Generator
) -> FloatArray:
    """Return how far creases [v] lift or sink cloth, meters: a few waves through space, more where it is loose."""
    at = mesh.compute(measures.rest) / measures.scale
    wave = np.zeros(len(at))
    for _ in range(CREASES):
        direction = rng.normal(size=3) * np.array([0.8, 0.8, 1.5])
        direction /= np.linalg.norm(direction)
        length = float(rng.uniform(0.055, 0.13))
        wave += np.sin(2 * np.pi / length * (at @ direction) + float(rng.uniform(0, 2 * np.pi)))
    loose = np.clip(offset / 0.018, 0, 1.3) * np.isin(piece, [Piece.TOP, Piece.CUFF, Piece.BOTTOM, Piece.STRIPE])
    return np.asarray(CREASE_M * loose * wave / np.sqrt(CREASES / 2), dtype=np.float32)


def _colour_pieces(mesh: SkinMesh, piece: IntArray, outfit: Outfit, measures: Measures) -> FloatArray:
    def shade(rgb: Rgb, factor: float) -> Rgb:
        return (rgb[0] * factor, rgb[1] * factor, rgb[2] * factor)

    light_sole = outfit.shoes.kind == "trainers"
    table: dict[int, Rgb] = {
        Piece.SKIN: outfit.skin,
        Piece.TOP: outfit.top.rgb,
        Piece.BOTTOM: outfit.bottom.rgb,
        Piece.SHOE: outfit.shoes.rgb,
        Piece.SOLE: (0.62, 0.6, 0.56) if light_sole else shade(outfit.shoes.rgb, 0.5),
        Piece.SOCK: (0.6, 0.6, 0.58),
        Piece.SHIRT: outfit.top.accent or (0.6, 0.6, 0.6),
        Piece.CUFF: shade(outfit.top.rgb, 0.82),
        Piece.STRIPE: outfit.top.accent or shade(outfit.top.rgb, 0.6),
        Piece.VEST: (0.6, 0.6, 0.6) if outfit.vest is None else outfit.vest.rgb,
        Piece.BAND: (0.62, 0.63, 0.62),
    }
    palette = np.array([table[int(p)] for p in Piece], dtype=np.float32)
    colours = palette[piece]
    if outfit.top.kind == "dress":
        under = mesh.compute(measures.rest)[:, 2] > SLIP_M * measures.scale
        colours[under & (piece == Piece.BOTTOM)] = outfit.top.rgb
    return np.asarray(colours, dtype=np.float32)


def _compute_occlusion(mesh: SkinMesh, measures: Measures) -> FloatArray:
    """Return a hand-fitted share of light: less inside armpits, between the legs, under the chin and at the ground."""
    at = mesh.compute(measures.rest) / measures.height_m
    arm = mesh.compute(measures.arm)
    leg = mesh.compute(measures.leg)
    inner_leg = np.clip(1 - np.abs(at[:, 1]) / 0.045, 0, 1) * np.clip(leg * 1.5, 0, 1) * (at[:, 2] < 0.50)
    near_pit = np.clip(1 - np.hypot(np.abs(at[:, 1]) - 0.10, (at[:, 2] - 0.74) * 0.8) / 0.07, 0, 1) * (arm < 0.9)
    chin = np.clip(1 - np.abs(at[:, 2] - 0.845) / 0.035, 0, 1) * np.clip(at[:, 0] / 0.05, 0, 1)
    ground = np.clip(at[:, 2] / 0.35, 0, 1)
    share = (1 - 0.35 * inner_leg) * (1 - 0.35 * near_pit) * (1 - 0.4 * chin) * (0.72 + 0.28 * ground)
    return np.asarray(share, dtype=np.float32)


def _compute_cavities(body: Body) -> FloatArray:
    """Return the share of light [v] that gets into the hollows of a head and of hands, as between fingers."""
    rest, faces = body.rest_m, body.faces
    normals = compute_normals(rest[None], faces)[0]
    rise, length = np.zeros(len(rest)), np.zeros(len(rest))
    for one, other in ((0, 1), (1, 2), (2, 0)):
        for start, end in ((faces[:, one], faces[:, other]), (faces[:, other], faces[:, one])):
            way = rest[end] - rest[start]
            rise += np.bincount(start, (way * normals[start]).sum(axis=1), minlength=len(rest))
            length += np.bincount(start, np.linalg.norm(way, axis=1), minlength=len(rest))
    hollow = np.clip(rise / np.maximum(length, 1e-6), -_HOLLOW, _HOLLOW) / _HOLLOW
    return np.asarray(1 - _HOLLOW_SHADE * hollow * body.get_part("head", "hand"), dtype=np.float32)
