"""Which frame a picture of the console is, is told by its pixels."""

import base64
from pathlib import Path

import numpy as np
import pytest

from sim.footage.recording.open import Recording
from sim.footage.video.still import decode_frames
from tools.bench.pixels import Crop, Reference

EVERY = 4


def read_as_page(path: Path, frame: int, fps: float, crop: Crop | None = None) -> dict[str, object]:
    """Return a frame as probe.js hands it over, a little darker, as another way of making colours may be."""
    rgb = decode_frames(path, frames=range(frame, frame + 1), fps=fps)[frame]
    if crop is not None:
        rgb = rgb[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    half = EVERY // 2
    green = (rgb[half::EVERY, half::EVERY, 1][: rgb.shape[0] // EVERY, : rgb.shape[1] // EVERY] * 0.9).astype(np.uint8)
    pixels = base64.b64encode(np.ascontiguousarray(green).tobytes()).decode("ascii")
    return {"rows": green.shape[0], "columns": green.shape[1], "every": EVERY, "pixels": pixels}


@pytest.fixture(scope="module")
def clip(tiny_recording: Recording) -> Reference:
    manifest = tiny_recording.manifest
    path = tiny_recording.folder / manifest.cameras[0].main
    return Reference(path=path, fps=manifest.fps, frame_count=manifest.frame_count)


@pytest.mark.parametrize("frame", [0, 1, 37, 158, 159])
def test_a_picture_is_told_from_its_neighbors(clip: Reference, frame: int) -> None:
    picture = read_as_page(clip.path, frame, clip.fps)
    assert clip.is_frame(frame, picture)
    others = [n for n in (frame - 1, frame + 1, frame + 2) if 0 <= n < clip.frame_count]
    assert not any(clip.is_frame(other, picture) for other in others)


def test_a_tile_of_the_wall_is_compared_with_its_part(tiny_recording: Recording) -> None:
    manifest = tiny_recording.manifest
    wall = manifest.walls[0]
    width, height = wall.tile_wh
    crop = Crop(left=width, top=0, width=width, height=height)
    path = tiny_recording.folder / wall.file
    tile = Reference(path=path, fps=manifest.fps, frame_count=manifest.frame_count, crop=crop)
    picture = read_as_page(path, 44, manifest.fps, crop)
    assert tile.is_frame(44, picture)
    assert not tile.is_frame(45, picture)
