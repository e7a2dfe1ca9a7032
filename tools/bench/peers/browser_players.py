"""Other ways of playing the same clips in the same browser: plain videos side by side, and hls.js.

hls.js comes from the npm registry; the product does not contain it.
"""

import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from platformdirs import user_cache_path

from sim.footage.recording.recording import Manifest
from sim.footage.video.fragmented import write_fragmented
from tools.bench.peers.file_server import serve_files
from tools.bench.rig.browser import count_processor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OPEN_MS = 60_000
HLS_VERSION = "1.7.4"
FETCH_WITHIN_S = 60.0
PAGE = Path(__file__).parent / "peer.html"


class BrowserPeers:
    """Measures the other players of one recording's clips, as often and as long as the console is.

    Args:
        browser: in which they play.
        manifest: of the recording.
        clips: its main streams.
        walls: its wall clips.
        seeks: how many seeks and steps are timed.
        play_s: how long is played, seconds.
        rng: which frames are sought.
    """

    def __init__(
        self,
        browser: "Browser",
        manifest: Manifest,
        *,
        clips: Sequence[Path],
        walls: Sequence[Path],
        seeks: int,
        play_s: float,
        rng: np.random.Generator,
    ) -> None:
        self.browser, self.manifest, self.clips, self.walls = browser, manifest, clips, walls
        self.seeks, self.play_s, self.rng = seeks, play_s, rng

    def measure(self, *, on_step: Callable[[str], None]) -> Iterator[tuple[str, dict[str, float]]]:
        """Yield each player's name with its seek, step, drift and processor. None of them has a bound."""
        script = _find_hls_js()
        with tempfile.TemporaryDirectory(prefix="sightline-peers-") as folder:
            sets = [(f"{len(self.clips)} plain videos", [*self.clips])]
            if script is None:
                on_step("hls.js cannot be fetched (needs npm and the npm registry): left out")
            else:
                pair = [*self.walls, self.clips[0]]
                sets.append(("hls.js, wall and one camera", [write_fragmented(clip, Path(folder)) for clip in pair]))
            files = {PAGE.name: PAGE} | ({} if script is None else {"hls.js": script})
            for name, shown in sets:
                on_step(name)
                for path in shown:
                    files[path.name] = path
                    if path.suffix == ".m3u8":
                        files[path.with_suffix(".mp4").name] = path.with_suffix(".mp4")
                with serve_files(files) as address, self.browser.new_context() as context:
                    page = context.new_page()
                    page.goto(f"{address}/{PAGE.name}")
                    yield name, self._measure(page, [f"{address}/{path.name}" for path in shown])

    def _measure(self, page: "Page", urls: Sequence[str]) -> dict[str, float]:
        page.set_default_timeout(OPEN_MS)
        page.evaluate("(options) => openAll(options)", {"urls": list(urls), "rate": self.manifest.fps})
        frames = [int(n) for n in self.rng.integers(2, self.manifest.frame_count - 2, self.seeks)]
        seeks = [_seek(page, frame) for frame in frames]
        start = int(self.manifest.frame_count * 0.3)
        _seek(page, start)
        steps = [_seek(page, start + count) for count in range(1, self.seeks + 1)]
        _seek(page, 20)
        shares: list[float] = []
        with count_processor(shares):
            apart: list[int] = page.evaluate("(seconds) => playAll(seconds)", self.play_s)
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


def _find_hls_js() -> Path | None:
    """Return hls.js from the user's cache folder, fetched on first use with npm; None when it cannot be had."""
    folder = user_cache_path("sightline", appauthor=False) / "bench"
    script = folder / f"hls-{HLS_VERSION}.min.js"
    if script.exists():
        return script
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"hls.js@{HLS_VERSION}", "--pack-destination", str(folder), "--silent"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=FETCH_WITHIN_S, cwd=folder)
    except (subprocess.SubprocessError, OSError):
        return None
    package = folder / f"hls.js-{HLS_VERSION}.tgz"
    with tarfile.open(package) as packed:
        member = packed.extractfile("package/dist/hls.min.js")
        if member is None:
            return None
        script.write_bytes(member.read())
    package.unlink()
    return script
