"""Which frame a picture of the page is: compared with the same clip decoded by FFmpeg."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.footage.video.still import decode_frames

REACH = 2
SAME = 1e-6
KEPT = 400

Sample = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """The part of a clip's picture that is looked at, pixels; the whole when width and height are 0."""

    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0


@dataclass(slots=True, kw_only=True)
class Reference:
    """One clip's frames as they should look."""

    path: Path
    fps: float
    frame_count: int
    crop: Crop = field(default_factory=Crop)
    _kept: dict[tuple[int, int], Sample] = field(default_factory=dict)

    def is_frame(self, frame: int, picture: Mapping[str, Any]) -> bool:
        """Whether the picture is that frame: nothing near is more like it. Frames that are alike to the bit count."""
        seen = _normalise(_decode(picture))
        distances = self._compare(frame, seen, every=int(picture["every"]))
        return frame in distances and distances[frame] <= min(distances.values()) + SAME

    def _compare(self, frame: int, seen: Sample, *, every: int) -> dict[int, float]:
        self._load(frame, every)
        near = range(frame - REACH, frame + REACH + 1)
        return {n: float(np.abs(self._kept[n, every] - seen).mean()) for n in near if (n, every) in self._kept}

    def _load(self, frame: int, every: int) -> None:
        wanted = range(max(0, frame - REACH), min(self.frame_count, frame + REACH + 1))
        if all((n, every) in self._kept for n in wanted):
            return
        if len(self._kept) > KEPT:
            self._kept.clear()
        for number, rgb in decode_frames(self.path, frames=wanted, fps=self.fps).items():
            self._kept[number, every] = _normalise(_sample(rgb, self.crop, every))


def _decode(picture: Mapping[str, Any]) -> NDArray[np.uint8]:
    values = np.frombuffer(base64.b64decode(picture["pixels"]), dtype=np.uint8)
    return values.reshape(picture["rows"], picture["columns"])


def _sample(rgb: NDArray[np.uint8], crop: Crop, every: int) -> NDArray[np.uint8]:
    """Take the pixels that the page takes: the middle one of every square."""
    if crop.width:
        rgb = rgb[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    rows, columns = rgb.shape[0] // every, rgb.shape[1] // every
    half = every // 2
    return rgb[half : half + rows * every : every, half : half + columns * every : every, 1]


def _normalise(values: NDArray[np.uint8]) -> Sample:
    """Take brightness and contrast out: browsers turn colours into red, green and blue in other ways."""
    plain: Sample = values.astype(np.float64)
    plain -= float(plain.mean())
    plain /= max(float(plain.std()), 1e-9)
    return plain
