"""Other ways of playing the same clips in the same browser: plain videos side by side, and hls.js."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.footage.video.fragmented import write_fragmented
from sim.lab.bench.console.drill import Desk
from sim.lab.bench.console.driven import FOLDER
from sim.lab.bench.console.hls_js import find_hls_js
from sim.lab.bench.console.measures import judge_all
from sim.lab.bench.console.peer_server import serve_files
from sim.lab.bench.console.plan import Plan
from sim.lab.bench.rig.browser import count_processor
from sim.lab.bench.rig.figures import Figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPEN_MS = 60_000


def measure_peers(
    browser: "Browser", desk: Desk, plan: Plan, rng: np.random.Generator, *, on_step: Callable[[str], None]
) -> tuple[Figure, ...]:
    """Return seek, step, drift and processor of every peer. None of them has a bound."""
    figures: list[Figure] = []
    script = find_hls_js()
    with tempfile.TemporaryDirectory(prefix="sightline-peers-") as folder:
        clips = desk.list_clips()
        sets = [(f"{len(clips)} plain videos", [*clips])]
        if script is None:
            on_step("hls.js cannot be fetched (needs npm and the npm registry): left out")
        else:
            pair = [*desk.list_walls(), clips[0]]
            sets.append(("hls.js, wall and one camera", [write_fragmented(clip, Path(folder)) for clip in pair]))
        files = {"peer.html": FOLDER / "peer.html", "hls.js": script or FOLDER / "probe.js"}
        for name, shown in sets:
            on_step(name)
            for path in shown:
                files[path.name] = path
                if path.suffix == ".m3u8":
                    files[path.with_suffix(".mp4").name] = path.with_suffix(".mp4")
            with serve_files(files) as address, browser.new_context() as context:
                page = context.new_page()
                page.goto(f"{address}/peer.html")
                urls = [f"{address}/{path.name}" for path in shown]
                figures += judge_all(_measure(page, urls, desk, plan, rng), player=name)
    return tuple(figures)


def _measure(page: "Page", urls: Sequence[str], desk: Desk, plan: Plan, rng: np.random.Generator) -> dict[str, float]:
    manifest = desk.recording.manifest
    page.set_default_timeout(OPEN_MS)
    page.evaluate("(options) => openAll(options)", {"urls": list(urls), "rate": manifest.fps})
    frames = [int(n) for n in rng.integers(2, manifest.frame_count - 2, plan.peer_seeks)]
    seeks = [_seek(page, frame) for frame in frames]
    start = int(manifest.frame_count * 0.3)
    _seek(page, start)
    steps = [_seek(page, start + count) for count in range(1, plan.peer_seeks + 1)]
    _seek(page, 20)
    shares: list[float] = []
    with count_processor(shares):
        apart: list[int] = page.evaluate("(seconds) => playAll(seconds)", plan.play_s)
    page.evaluate("pauseAll()")
    seek_half, seek_most = np.percentile(seeks, [50, 95])
    step_half, step_most = np.percentile(steps, [50, 95])
    return {
        "seek_p50": float(seek_half),
        "seek_p95": float(seek_most),
        "step_p50": float(step_half),
        "step_p95": float(step_most),
        "apart_1": float(np.percentile(apart, 99)),
        "cpu_1x": shares[0],
    }


def _seek(page: "Page", frame: int) -> float:
    answer: dict[str, Any] = page.evaluate("(frame) => seekAll(frame)", frame)
    return float(answer["ms"])
