"""Processor time and memory of an import at 1080p, head blur a frame, proposals a second, heads covered."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil

from sim.clips.keyframes import SiteKeyframe
from sim.clips.model import BlurMode, Sight
from sim.clips.proposals import FoundPeople, propose
from sim.errors import MachineError
from sim.footage.clips.child import start_import
from sim.footage.clips.import_clip import PEOPLE, RESULT
from sim.footage.limited_child import read_answer
from sim.footage.stills.person_detector import MODEL
from tools.bench.clips.heads import HeadCount, count_heads
from tools.bench.rig.figures import SAMPLE, Figure, time_ms

HD_WH = (1920, 1080)
HD_RATE = 25
MOVING_S, HEADS_S = 60.0, 12.0
CAMERA, BEGINS_S = "CAM-02", 50.0
MOST_CPU_S, MOST_MB, MOST_HEAD_MS, LEAST_PROPOSALS_S = 12.0, 400.0, 250.0, 10.0
LEAST_COVERED = 95.0
STEP_FRAMES = 15
LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An import: seconds of processor time, the most memory it held, frames stored and frames looked at."""

    cpu_s: float
    memory_mb: float
    frames: int


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Import a clip of 1080p twice, in the process that imports; look for heads left bare in the sample.

    Raises:
        MachineError: the import failed.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        on_step(f"writing {MOVING_S:g} seconds of 1080p, {HD_RATE} pictures a second")
        clip = write_hd(folder / "hd.mp4", seconds=MOVING_S)
        on_step("importing it, all that moves blurred")
        moving = import_clip(clip, folder / "moving", mode=BlurMode.MOVING)
        short = write_hd(folder / "short.mp4", seconds=HEADS_S)
        on_step("importing it, heads blurred")
        heads = import_clip(short, folder / "heads", mode=BlurMode.HEADS)
        proposals_s = _time_proposals(folder / "heads" / PEOPLE)
    count = count_heads(on_step=on_step)
    return (*_describe_costs(moving, heads, proposals_s), *_describe_heads(count))


def write_hd(path: Path, *, seconds: float) -> Path:
    """Write a camera of the sample as a 1080p camera would: H.264, a key picture each two seconds."""
    base = Fraction(1, HD_RATE)
    with (
        av.open(str(SAMPLE / f"main/{CAMERA}.mp4")) as sample,
        av.open(str(path), "w", format="mp4") as made,
    ):
        options = {"preset": "veryfast", "x264-params": f"keyint={2 * HD_RATE}:bframes=0"}
        stream = made.add_stream("libx264", rate=HD_RATE, options=options)
        stream.width, stream.height = HD_WH
        stream.pix_fmt = "yuv420p"
        sample.seek(int(BEGINS_S * av.time_base))
        number = 0
        for frame in sample.decode(video=0):
            large = frame.reformat(width=HD_WH[0], height=HD_WH[1], format="yuv420p")
            while BEGINS_S + number / HD_RATE < (frame.time or 0.0) and number < seconds * HD_RATE:
                large.pts, large.time_base = number, base
                made.mux(stream.encode(large))
                number += 1
            if number >= seconds * HD_RATE:
                break
        made.mux(stream.encode())
    return path


def import_clip(clip: Path, folder: Path, *, mode: BlurMode) -> Cost:
    """Import a clip as the server does, in a process of its own. Raises MachineError: it failed."""
    folder.mkdir()
    answer = folder / "answer.json"
    with clip.open("rb") as file:
        model = MODEL if mode is BlurMode.HEADS else None
        child = start_import(file, name=clip.name, mode=mode.value, model=model, folder=folder, answer=answer)
    memory_mb = 0.0
    while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
        memory_mb = max(memory_mb, _read_memory_mb(child.pid))
        time.sleep(LOOK_EVERY_S)
    _, status, used = ended
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise MachineError(f"the import failed: {read_answer(answer.read_bytes()).get('error', '')}")
    frames = int(read_answer((folder / RESULT).read_bytes())["frames"])
    return Cost(cpu_s=used.ru_utime + used.ru_stime, memory_mb=memory_mb, frames=frames)


def _read_memory_mb(pid: int) -> float:
    """Return what a process holds, 0 once it has ended.

    What the system tells of a process that has ended is no less than its parent held when it began.
    """
    try:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    except psutil.NoSuchProcess:
        return 0.0


def _time_proposals(people: Path) -> float:
    """Return how many boxes can be proposed in a second, each a second and a half after a keyframe."""
    with np.load(people) as found:
        seen = FoundPeople(
            frames=found["frames"].astype(np.int64),
            boxes=found["boxes"].astype(np.float64),
            scores=found["scores"].astype(np.float64),
        )
    keys = []
    for frame in np.unique(seen.frames)[::STEP_FRAMES].tolist():
        best = seen.boxes[seen.frames == frame][0].tolist()
        key = SiteKeyframe(
            camera_id=CAMERA, clip_id="clip-01", frame=frame, sight=Sight.SEEN, box=(best[0], best[1], best[2], best[3])
        )
        keys.append(key)

    def propose_all() -> None:
        for number, key in enumerate(keys, start=1):
            propose(keys[:number], seen, key.frame + STEP_FRAMES)

    return 1000.0 * len(keys) / time_ms(propose_all, repeats=5)


def _describe_costs(moving: Cost, heads: Cost, proposals_s: float) -> Iterator[Figure]:
    cpu_s = moving.cpu_s / (MOVING_S / 60)
    memory_mb = max(moving.memory_mb, heads.memory_mb)
    head_ms = 1000 * heads.cpu_s / heads.frames
    yield Figure(
        name="import of a clip minute at 1080p, all that moves blurred",
        value=cpu_s,
        unit="s of processor time",
        target=f"{MOST_CPU_S:g}",
        met=cpu_s <= MOST_CPU_S,
    )
    yield Figure(
        name="memory of the process, the larger of both ways to blur",
        value=memory_mb,
        unit="MB",
        target=f"{MOST_MB:g}",
        met=memory_mb <= MOST_MB,
    )
    yield Figure(
        name="import with heads blurred, a frame",
        value=head_ms,
        unit="ms of processor time",
        target=f"{MOST_HEAD_MS:g}",
        met=head_ms <= MOST_HEAD_MS,
        how="all of the import; people are looked for in every other frame",
    )
    yield Figure(
        name="boxes proposed",
        value=proposals_s,
        unit="a second",
        target=f"{LEAST_PROPOSALS_S:g}",
        met=proposals_s >= LEAST_PROPOSALS_S,
    )


def _describe_heads(count: HeadCount) -> Iterator[Figure]:
    covered = 100 * count.covered / count.heads
    yield Figure(name="heads of people of 60 px and more", value=count.heads, unit="heads")
    yield Figure(
        name="of them covered",
        value=covered,
        unit="%",
        target=f"{LEAST_COVERED:g}",
        met=covered >= LEAST_COVERED,
    )
    yield Figure(
        name="bare heads in no spot to look at, of " + str(count.heads - count.covered),
        value=count.unlisted,
        unit="heads",
        target="0",
        met=count.unlisted == 0,
    )
    yield Figure(name="stretches to look at, in a minute of one camera", value=count.spans_a_minute, unit="")
    yield Figure(name="spots in them, in a minute of one camera", value=count.spots_a_minute, unit="")
    yield Figure(name="time and picture that the spots cover", value=100 * count.listed_share, unit="%")
