"""What benches stand on: programs that end with them, logs of the size asked for, recorded requests, known frames."""

import base64
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from sim.footage.recording.open import Recording
from sim.footage.video.still import decode_frames
from tools.bench.driven import Crop, Reference

LEAVE = """
import subprocess, sys, time
from tools.bench.programs import end_with_this
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
will = end_with_this(child.pid)
print(child.pid, flush=True)
time.sleep(600)
"""
WITHIN_S = 60.0


def test_a_child_dies_with_the_process_that_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", LEAVE], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert child.is_running()
    parent.kill()
    parent.communicate()
    gone, _ = psutil.wait_procs([child], timeout=WITHIN_S)
    assert gone


PEOPLE, DURATION_S = 20, 300.0
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
