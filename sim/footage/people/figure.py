"""One person's mesh at one moment: poses blended, turned, placed.

Compiled loops round to single precision after each step, in the written order, so results are the same on every
machine.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.body_index import HURRY
from sim.crowd.people.people import Aid, Pose
from sim.footage.compiled import compiled
from sim.footage.people.bodies import REST, find_cycle, find_group
from sim.footage.people.dressing import DressedPerson, coarsen, dress_poses
from sim.footage.people.extra import Material
from sim.footage.people.motion import Soles, Stance, compute_leg_shares

FloatArray = NDArray[np.float32]
_LEAST_WEIGHT = 1e-6


@compiled
def add_pose(
    vertices: FloatArray,
    normals: FloatArray,
    share: np.float32,
    is_first: bool,
    mixed_vertices: FloatArray,
    mixed_normals: FloatArray,
) -> None:
    """Add a share of a pose to a mix; the first pose overwrites what was there."""
    from_vertices, from_normals = vertices.reshape(-1), normals.reshape(-1)
    to_vertices, to_normals = mixed_vertices.reshape(-1), mixed_normals.reshape(-1)
    if is_first:
        for i in range(len(to_vertices)):
            to_vertices[i] = from_vertices[i] * share
        for i in range(len(to_normals)):
            to_normals[i] = from_normals[i] * share
    else:
        for i in range(len(to_vertices)):
            to_vertices[i] += from_vertices[i] * share
        for i in range(len(to_normals)):
            to_normals[i] += from_normals[i] * share


@compiled
def shift_rows(
    vertices: FloatArray, rows: NDArray[np.int64], shares: FloatArray, feet: FloatArray, c: np.float32, s: np.float32
) -> None:
    turned = np.empty((2, 3))
    for foot in range(2):
        turned[foot, 0] = np.float32(c * feet[foot, 0] + s * feet[foot, 1])
        turned[foot, 1] = np.float32(c * feet[foot, 1] - s * feet[foot, 0])
        turned[foot, 2] = feet[foot, 2]
    for i in range(len(rows)):
        left, right = np.float64(shares[i, 0]), np.float64(shares[i, 1])
        for k in range(3):
            first = np.float64(np.float32(left * turned[0, k]))
            vertices[np.uintp(rows[i]), k] += np.float32(first + right * turned[1, k])


@compiled
def turn_rows(
    vertices: FloatArray, normals: FloatArray, rows: NDArray[np.int64], shares: FloatArray, angle_rad: np.float32
) -> None:
    """Turn rows of vertices and normals [v, 3] about an upright axis, each by its share of an angle.

    The axis goes through the mean of those that turn in part, who count most where they turn by half.
    """
    sum_x, sum_y, total = 0.0, 0.0, 0.0
    for i in range(len(rows)):
        row, weight = np.uintp(rows[i]), np.float64(shares[i]) * (1 - np.float64(shares[i])) + _LEAST_WEIGHT
        sum_x += vertices[row, 0] * weight
        sum_y += vertices[row, 1] * weight
        total += weight
    axis_x, axis_y = np.float32(sum_x / total), np.float32(sum_y / total)
    last, cos, sin = np.float32(0), 1.0, 0.0
    for i in range(len(rows)):
        row = np.uintp(rows[i])
        if shares[i] != last:
            last = shares[i]
            cos, sin = np.cos(np.float64(last * angle_rad)), np.sin(np.float64(last * angle_rad))
        x, y = np.float64(vertices[row, 0] - axis_x), np.float64(vertices[row, 1] - axis_y)
        vertices[row, 0] = np.float32(x * cos - y * sin) + axis_x
        vertices[row, 1] = np.float32(x * sin + y * cos) + axis_y
        x, y = np.float64(normals[row, 0]), np.float64(normals[row, 1])
        normals[row, 0], normals[row, 1] = np.float32(x * cos - y * sin), np.float32(x * sin + y * cos)


@compiled
def turn_and_place(vertices: FloatArray, normals: FloatArray, c: np.float32, s: np.float32, xyz_m: FloatArray) -> None:
    """Turn vertices and normals [v, 3] about the upward axis by an angle's cosine and sine; move vertices by [3]."""
    cos, sin = np.float64(c), np.float64(s)
    for i in range(len(vertices)):
        x, y = np.float64(vertices[i, 0]), np.float64(vertices[i, 1])
        vertices[i, 0] = np.float32(np.float64(np.float32(x * cos)) - y * sin) + xyz_m[0]
        vertices[i, 1] = np.float32(np.float64(np.float32(x * sin)) + y * cos) + xyz_m[1]
        vertices[i, 2] += xyz_m[2]
        x, y = np.float64(normals[i, 0]), np.float64(normals[i, 1])
        normals[i, 0] = np.float32(np.float64(np.float32(x * cos)) - y * sin)
        normals[i, 1] = np.float32(np.float64(np.float32(x * sin)) + y * cos)


Mix = dict[int, float]

_CYCLES = {
    Pose.WALK: "walk",
    Pose.RUN: "run",
    Pose.STAIRS_UP: "up",
    Pose.STAIRS_DOWN: "down",
    Pose.WHEEL: "wheel",
    Pose.CRUTCHES: "crutches",
}
_HELD = {
    Pose.PHONE: ("phone", "phone", 1.0),
    Pose.SIT: ("sit", "sit", 1.0),
    Pose.LOCKER: ("locker", "locker", 1.0),
    Pose.KNEEL: ("kneel", "kneel", 1.0),
    Pose.HAND_OVER: ("hand_over", "hand_over", 1.0),
    Pose.LIE: ("lie", "lie", 1.0),
    Pose.ARMS_OUT: ("arms_out", "arms_out", 1.0),
    Pose.WAND: ("wand_a", "wand_b", 2.6),
    Pose.SEARCH: ("search_a", "search_b", 1.9),
}
"""Of each held pose two ends between which the person moves to and fro, and how many seconds that takes."""
_WAYS = {Pose.SIT: ("sit_half",), Pose.KNEEL: ("kneel_half",), Pose.LIE: ("kneel_half", "lie_half")}
"""Poses on the way down: limbs blended over more than a right angle would shrink."""
_STANDS = ("stand_a", "stand_b", "stand_c", "stand_d")
_TALKS = (("talk_a", "talk_b"), ("talk_c", "talk_b"), ("talk_c", "talk_d"), ("talk_a", "talk_d"))
"""How people stand, and between which poses they go while they talk, each with their own."""
_TALK_S = 3.4
_SHIFT_S = 9.0
_LEAST_SHARE = 0.02
_SOLE_M = 0.05
_FOOT = 2
"""Which column of `DressedPerson.limbs` tells how far a vertex is foot."""
_NECK_M = (-0.03, 0.07)
"""Between which heights, from where the neck begins, on a body of 1.6 m, more and more turns with the head."""
_LEAST_TURN_RAD = 0.01


class Figure:
    """A dressed person who can be put into any stance; poses of rare kinds are dressed when first asked for."""

    def __init__(self, dressed: DressedPerson, *, stand: str | None = None) -> None:
        """Make a figure; `stand` names the standing pose, held without moving; else the person_id decides."""
        self.dressed = dressed
        self._names = dressed.body.pose_names
        self._cycles = {pose: find_cycle(self._names, gait) for pose, gait in _CYCLES.items()}
        self._hurried = find_cycle(self._names, HURRY)
        self._seed = zlib.crc32(dressed.person_id.encode())
        self.stand = stand
        self._stand = stand or _STANDS[self._seed % len(_STANDS)]
        self._shift = shift if (shift := f"{self._stand}_shift") in self._names else "stand_shift"
        self._held = _HELD | {Pose.TALK: (*_TALKS[(self._seed >> 8) % len(_TALKS)], _TALK_S)}
        self._stirs = stand is None
        self._legs: tuple[NDArray[np.int64], FloatArray] | None = None
        self._soles: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._neck = _find_neck(dressed)
        self._tables: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._keep(dressed)
        self.albedo_bgr = np.ascontiguousarray(dressed.albedo[:, ::-1])

    def _keep(self, dressed: DressedPerson) -> None:
        for row, name in enumerate(dressed.pose_names):
            self._tables[self._names.index(name)] = (dressed.vertices_m[row], dressed.normals[row])

    def get_table(self, pose: int) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3], body axes, and normals [v, 3] of a pose of the body's table."""
        if pose not in self._tables:
            group = find_group(self._names, self._names[pose])
            self._keep(dress_poses(self.dressed.body, self.dressed.person, group))
        return self._tables[pose]

    def compute_mix(self, stance: Stance) -> list[tuple[int, float]]:
        """Return which poses of the body's table are mixed, with their shares; they sum to 1."""
        shares = {Pose(number): s for number, s in enumerate(stance.shares) if s >= _LEAST_SHARE}
        lowest = max((p for p in _WAYS if p in shares), key=lambda p: shares[p], default=None)
        mix: Mix = {}
        if lowest is None or self.dressed.person.aid is Aid.WHEELCHAIR:
            self._add_all(mix, shares, stance)
        else:
            self._add_way(mix, lowest, shares, stance)
        total = sum(mix.values())
        return [(pose, share / total) for pose, share in mix.items() if share > 0]

    def _add_all(self, mix: Mix, shares: Mapping[Pose, float], stance: Stance) -> None:
        for pose, share in shares.items():
            self._add(mix, pose, share, stance)

    def _add_way(self, mix: Mix, lowest: Pose, shares: Mapping[Pose, float], stance: Stance) -> None:
        others = {pose: share for pose, share in shares.items() if pose is not lowest}
        rest = sum(others.values())
        between = _WAYS[lowest]
        if any(pose in _WAYS for pose in others):
            between = between[-1:]
        place = shares[lowest] / (shares[lowest] + rest) * (len(between) + 1)
        first = min(int(place), len(between))
        part = place - first
        for step, share in ((first, 1 - part), (first + 1, part)):
            if step == 0:
                self._add_all(mix, {p: s / rest * share for p, s in others.items()}, stance)
            elif step <= len(between):
                _put(mix, self._names.index(between[step - 1]), share)
            elif share > 0:
                self._add(mix, lowest, share, stance)

    def _add(self, mix: Mix, pose: Pose, share: float, stance: Stance) -> None:
        aid = self.dressed.person.aid
        if aid is Aid.WHEELCHAIR:
            pose, still = Pose.WHEEL, "" if pose in _CYCLES else "wheel_still"
        elif aid is Aid.CRUTCHES and pose in {*_CYCLES, Pose.STAND, Pose.TALK}:
            pose, still = Pose.CRUTCHES, "" if pose in _CYCLES else "crutches_still"
        else:
            still = ""
        if still:
            _put(mix, self._names.index(still), share)
        elif pose in _CYCLES:
            hurry = stance.hurry if pose is Pose.WALK else 0.0
            _put_cycle(mix, self._cycles[pose], stance.gait_phase, share * (1 - hurry))
            _put_cycle(mix, self._hurried, stance.gait_phase, share * hurry)
        else:
            one, other, seconds = self._held.get(pose, (self._stand, self._shift, _SHIFT_S))
            part = self._compute_sway(stance.time_s, seconds) if one != other and self._stirs else 0.0
            _put(mix, self._names.index(one), share * (1 - part))
            _put(mix, self._names.index(other), share * part)

    def _compute_sway(self, time_s: float, seconds: float) -> float:
        """Return 0..1: somebody who stands goes to and fro between two poses, and stays a while in each."""
        own = (self._seed >> 4) % 997 / 997
        wave = np.sin(2 * np.pi * (time_s / (2 * seconds * (0.8 + 0.4 * own)) + own))
        return float(0.5 + 0.5 * np.tanh(2.2 * wave) / np.tanh(2.2))

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        mix = self.compute_mix(stance)
        shape = self.get_table(mix[0][0])[0].shape
        vertices: FloatArray = np.empty(shape, dtype=np.float32)
        normals: FloatArray = np.empty(shape, dtype=np.float32)
        for number, (pose, share) in enumerate(mix):
            table = self.get_table(pose)
            add_pose(table[0], table[1], np.float32(share), number == 0, vertices, normals)
        if abs(stance.head_rad) > _LEAST_TURN_RAD:
            turn_rows(vertices, normals, *self._neck, np.float32(stance.head_rad))
        c, s = np.float32(np.cos(stance.heading_rad)), np.float32(np.sin(stance.heading_rad))
        if stance.walk is not None and self.dressed.person.aid is not Aid.WHEELCHAIR:
            self._set_feet(vertices, stance, (c, s))
        turn_and_place(vertices, normals, c, s, np.asarray(stance.xyz_m, dtype=np.float32))
        return vertices, normals

    def _set_feet(self, vertices: FloatArray, stance: Stance, facing: tuple[np.float32, np.float32]) -> None:
        """Move the legs [v, 3], body axes, to where the feet really stand."""
        assert stance.walk is not None
        feet = stance.walk.find_feet(stance.row, self.find_soles).astype(np.float32)
        if not feet.any():
            return
        if self._legs is None:
            hip_m = float(self.dressed.body.get_joint("upperleg01.L")[2])
            shares = compute_leg_shares(self.dressed.vertices_m[REST], hip_m=hip_m)
            shares[self.dressed.material == Material.BAG] = 0
            rows = np.flatnonzero(shares.any(axis=1))
            self._legs = (rows, shares[rows])
        rows, shares = self._legs
        shift_rows(vertices, rows, shares, feet, *facing)

    def find_soles(self, stances: Sequence[Stance]) -> Soles:
        """Return points of the left and the right sole in each of n stances, [n, k, 3] each, body axes."""
        if self._soles is None:
            rest = self.dressed.vertices_m[REST]
            low = (rest[:, 2] < _SOLE_M) & (self.dressed.limbs[:, _FOOT] > 0.5)
            self._soles = (np.flatnonzero(low & (rest[:, 1] > 0)), np.flatnonzero(low & (rest[:, 1] <= 0)))
        mixes = [self.compute_mix(stance) for stance in stances]
        poses = sorted({pose for mix in mixes for pose, _ in mix})
        shares = np.zeros((len(stances), len(poses)))
        column = {pose: number for number, pose in enumerate(poses)}
        for row, mix in enumerate(mixes):
            for pose, share in mix:
                shares[row, column[pose]] += share
        tables = [self.get_table(pose)[0] for pose in poses]
        left_m, right_m = (
            np.tensordot(shares, np.stack([table[rows] for table in tables]).astype(np.float64), axes=1)
            for rows in self._soles
        )
        return left_m, right_m

    def make_coarse(self) -> CoarseFigure:
        return CoarseFigure(self)


class CoarseFigure(Figure):
    """A person drawn small: some of the fine figure's vertices, posed by its poses and standing on its feet."""

    def __init__(self, fine: Figure) -> None:
        dressed = fine.dressed
        mesh = coarsen(dressed.laid_m, dressed.normals[REST], dressed.faces)
        self._fine = fine
        self._rows = mesh.rows
        super().__init__(dressed.select(mesh), stand=fine.stand)

    def get_table(self, pose: int) -> tuple[FloatArray, FloatArray]:
        if pose not in self._tables:
            vertices, normals = self._fine.get_table(pose)
            self._tables[pose] = (vertices[self._rows], normals[self._rows])
        return self._tables[pose]

    def find_soles(self, stances: Sequence[Stance]) -> Soles:
        """Return points of both soles of the fine figure: where feet stand does not depend on how they are drawn."""
        return self._fine.find_soles(stances)


def _find_neck(dressed: DressedPerson) -> tuple[NDArray[np.int64], FloatArray]:
    """Return which vertices turn with the head, and by how much of the turn, 0..1."""
    scale = np.float32(dressed.person.height_scale)
    size = float(dressed.body.rest_m[:, 2].max()) / 1.6
    neck_m = float(dressed.body.get_joint("neck01")[2])
    low, high = (neck_m + part * size for part in _NECK_M)
    share = np.clip((dressed.laid_m[:, 2] / scale - low) / (high - low), 0, 1)
    rows = np.flatnonzero((share > 0) & (dressed.material != Material.BAG))
    share = share[rows]
    return rows, (share * share * (3 - 2 * share)).astype(np.float32)


def _put_cycle(mix: Mix, cycle: Sequence[int], phase: float, share: float) -> None:
    if share > 0:
        place = (phase % 1.0) * len(cycle)
        first = int(place) % len(cycle)
        part = place - int(place)
        _put(mix, cycle[first], share * (1 - part))
        _put(mix, cycle[(first + 1) % len(cycle)], share * part)


def _put(mix: Mix, pose: int, share: float) -> None:
    if share > 0:
        mix[pose] = mix.get(pose, 0.0) + share
