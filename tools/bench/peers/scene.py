"""The scene that all renderers draw: dressed people in several poses, seen by one camera without lens distortion."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerScene:
    """What is drawn.

    Attributes:
        vertices_m: [frame, v, 3] float32, everybody's vertices one after another, site coordinates.
        faces: [f, 3] int32; the first `one_sided` need drawing only from outside.
        one_sided: how many those are.
        colours: [v, 3] uint8, red-green-blue display colours.
        first_vertex: [people + 1], where each person's vertices begin, and where the last one's end.
        rotation: [3, 3], rows are the camera's right, up and backward axes.
        position_m: [3], the camera.
        tan_half_wh: [2], tangents of half its fields of view.
        size_wh: [2], pixels.
    """

    vertices_m: FloatArray
    faces: NDArray[np.int32]
    one_sided: int
    colours: NDArray[np.uint8]
    first_vertex: NDArray[np.int64]
    rotation: NDArray[np.float64]
    position_m: NDArray[np.float64]
    tan_half_wh: NDArray[np.float64]
    size_wh: NDArray[np.int64]


def save_scene(scene: PeerScene, path: Path) -> None:
    """Write a scene for another process."""
    fields = PeerScene.__dataclass_fields__
    np.savez(path, allow_pickle=False, **{name: np.asarray(getattr(scene, name)) for name in fields})


def load_scene(path: Path) -> PeerScene:
    """Read what `save_scene` wrote."""
    with np.load(path) as data:
        return PeerScene(
            vertices_m=data["vertices_m"],
            faces=data["faces"],
            one_sided=int(data["one_sided"]),
            colours=data["colours"],
            first_vertex=data["first_vertex"],
            rotation=data["rotation"],
            position_m=data["position_m"],
            tan_half_wh=data["tan_half_wh"],
            size_wh=data["size_wh"],
        )


def time_frames(draw: Callable[[int], object], *, frames: int, clock: Callable[[], float]) -> float:
    """Return the milliseconds a call of `draw(frame)` takes: the middle one of all frames, after one unmeasured."""
    draw(0)
    times = []
    for frame in range(frames):
        start = clock()
        draw(frame)
        times.append(clock() - start)
    return float(np.median(times)) * 1000
