"""What benches stand on: programs that end with them, logs of the size asked for, recorded requests, known frames."""

import base64
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from sim.drill.event import EventKind
from sim.footage.recording.open import Recording, open_recording
from sim.footage.video.still import decode_frames
from sim.services.app.score import score_attempt
from sim.services.attempt.event_payloads import PAYLOADS, Payload
from sim.tasks.common.base import Task
from sim.truth.index import make_truth_index
from tests.support.story_truth import SHIPPED
from tools.bench.load import RECORDED, load_traffic
from tools.bench.pixels import Crop, Reference
from tools.bench.score import make_bench_log, make_bench_truth

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
TABLE = make_bench_truth(np.random.default_rng(4), cameras=6, people=PEOPLE, duration_s=DURATION_S)


def test_a_log_has_the_marks_and_events_asked_for_and_every_mark_counts() -> None:
    index = make_truth_index(TABLE)
    rng = np.random.default_rng(5)
    log = make_bench_log(rng, index, target="P001", marks=40, events=1_000, used_s=600.0)
    assert len(log) == 1_000
    assert [event.seq for event in log] == list(range(1, 1_001))
    for event in log:
        PAYLOADS.get(event.kind, Payload).model_validate(event.payload)
    task = Task(type="trace", target="P001", window_s=(0.0, DURATION_S))
    score = score_attempt(task, index, log, used_s=600.0, finished=True, limit_s=900.0)
    assert sum(event.kind is EventKind.MARK for event in log) == len(score.replay.answer.marks) == 40
    assert score.refused == ()
    assert score.card.values["appearance_recall"] > 0.3
    assert 0.2 < score.card.values["appearance_precision"] < 1.0


def test_every_range_lies_within_its_file() -> None:
    sizes = open_recording(SHIPPED).manifest.sizes
    traffic = load_traffic(RECORDED)
    asked = [each for each in traffic.asked if each.span]
    assert len(asked) > 40
    for each in asked:
        first, last = (int(end) for end in each.span.removeprefix("bytes=").split("-"))
        assert 0 <= first <= last < sizes[each.path], each
    assert {each.path for each in traffic.asked if each.path} <= set(sizes)


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
