"""From tracks to what the painter needs of each person in a frame; changes of pose are eased over half a second."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.crowd.track import Crowd, Pose, Track

EASE_S = 0.5
SLOW_M_S = 0.12
BRISK_M_S = 0.55


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """One person at one frame.

    Attributes:
        person_id: who.
        xyz_m: ground point between the feet, site coordinates.
        heading_rad: where the body faces.
        gait_phase: 0..1, left heel strike at 0.
        shares: share of each pose of `Pose`, [5], sum 1; several while one changes into another.
        look: which of the person's outfits is worn.
    """

    person_id: str
    xyz_m: tuple[float, float, float]
    heading_rad: float
    gait_phase: float
    shares: tuple[float, ...]
    look: int = 0


def compute_pose_shares(track: Track, *, fps: float) -> NDArray[np.float64]:
    """Return the share [n, 5] of each pose of `Pose` in every row: walking fades into standing as the speed falls."""
    wanted = np.zeros((len(track.pose), len(Pose)))
    wanted[np.arange(len(track.pose)), track.pose] = 1.0
    going = np.clip((track.speed_m_s - SLOW_M_S) / (BRISK_M_S - SLOW_M_S), 0, 1)
    lost = wanted[:, Pose.WALK] * (1 - going * going * (3 - 2 * going))
    wanted[:, Pose.WALK] -= lost
    wanted[:, Pose.STAND] += lost
    half = max(round(EASE_S * fps / 2), 1)
    padded = np.pad(wanted, ((half, half), (0, 0)), mode="edge")
    summed = np.cumsum(np.vstack([np.zeros(len(Pose)), padded]), axis=0)
    return np.asarray((summed[2 * half + 1 :] - summed[: -2 * half - 1]) / (2 * half + 1))


class Stances:
    """Everybody's stance by frame."""

    def __init__(self, crowd: Crowd) -> None:
        self._by_frame: dict[int, list[tuple[Track, int]]] = {}
        self._shares: dict[int, NDArray[np.float64]] = {}
        for track in crowd.tracks:
            self._shares[id(track)] = compute_pose_shares(track, fps=crowd.fps)
            for row in range(len(track.pose)):
                self._by_frame.setdefault(track.first_frame + row, []).append((track, row))

    def get(self, frame: int) -> Sequence[Stance]:
        """Return the stances of all who are on the site in a frame."""
        return [
            Stance(
                person_id=track.person_id,
                xyz_m=(float(track.xyz_m[row, 0]), float(track.xyz_m[row, 1]), float(track.xyz_m[row, 2])),
                heading_rad=float(track.heading_rad[row]),
                gait_phase=float(track.gait_phase[row]),
                shares=tuple(float(s) for s in self._shares[id(track)][row]),
                look=int(track.look[row]),
            )
            for track, row in self._by_frame.get(frame, [])
        ]
