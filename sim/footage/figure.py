"""One person's mesh at one moment: poses blended, turned, placed."""

import zlib

import numpy as np
from numpy.typing import NDArray

from sim.crowd.track import Pose
from sim.footage.bodies import WALK_PREFIX
from sim.footage.dressing import DressedPerson
from sim.footage.motion import Stance

FloatArray = NDArray[np.float32]

_STILL = {Pose.PHONE: "phone", Pose.SIT: "sit", Pose.LOCKER: "locker"}
_STANDS = ("stand_a", "stand_b")
_LEAST_SHARE = 0.02


class Figure:
    """A dressed person who can be put into any stance."""

    def __init__(self, dressed: DressedPerson, *, stand: str | None = None) -> None:
        """Make a figure; `stand` names the standing pose, else the person_id decides."""
        self.dressed = dressed
        names = dressed.pose_names
        self._walk = [i for i, n in enumerate(names) if n.startswith(WALK_PREFIX)]
        stand = stand or _STANDS[zlib.crc32(dressed.person_id.encode()) % len(_STANDS)]
        standing = names.index(stand)
        self._still = dict.fromkeys(Pose, standing) | {pose: names.index(name) for pose, name in _STILL.items()}
        self.albedo_bgr = np.ascontiguousarray(dressed.albedo[:, ::-1])

    def compute_mix(self, stance: Stance) -> list[tuple[int, float]]:
        """Return which poses of the table are mixed, with their shares; they sum to 1."""
        mix: list[tuple[int, float]] = []
        for pose in Pose:
            share = stance.shares[pose]
            if share < _LEAST_SHARE:
                continue
            if pose is Pose.WALK:
                place = (stance.gait_phase % 1.0) * len(self._walk)
                first = int(place) % len(self._walk)
                part = place - int(place)
                mix.append((self._walk[first], share * (1 - part)))
                mix.append((self._walk[(first + 1) % len(self._walk)], share * part))
            else:
                mix.append((self._still[pose], share))
        total = sum(share for _, share in mix)
        return [(pose, share / total) for pose, share in mix if share > 0]

    def place(self, stance: Stance) -> tuple[FloatArray, FloatArray]:
        """Return vertices [v, 3] in site coordinates and unit normals [v, 3] of the person in a stance."""
        mix = self.compute_mix(stance)
        (first, share), *others = mix
        vertices = self.dressed.vertices_m[first] * np.float32(share)
        normals = self.dressed.normals[first] * np.float32(share)
        for pose, part in others:
            vertices += self.dressed.vertices_m[pose] * np.float32(part)
            normals += self.dressed.normals[pose] * np.float32(part)
        c, s = np.float32(np.cos(stance.heading_rad)), np.float32(np.sin(stance.heading_rad))
        turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]], dtype=np.float32)
        return vertices @ turn + np.asarray(stance.xyz_m, dtype=np.float32), normals @ turn
