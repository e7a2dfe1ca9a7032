"""The search console in any engine: what a person does there, and what is really on the screen."""

import io
import time
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sim.footage.recording.open import Recording
from sim.footage.video.still import decode_frame
from tests.support.console_page import READ_PICTURES, SHOWS_FRAME
from tests.support.engines.engine import SLOW_S, Engine
from tests.support.tiny_crowd import FRAMES
from tests.support.tiny_recording import BIT_PX, BITS

CONSOLE = 'hand.find(".console")'
WHERE = {"bits": BITS, "bit": BIT_PX, "left": 0, "top": 0}
LIST_TILES = f"""
() => ({{
  settled: {CONSOLE}.dataset.settled,
  frame: Number({CONSOLE}.dataset.wallFrame),
  tiles: hand.list(".tile").map((tile) => [tile.dataset.camera, ...hand.read(tile.querySelector("canvas"))]),
}})
"""
WATCH_PLAYING = f"""
async (where, last) => {{
  const console = {CONSOLE};
  const seen = [];
  const backwards = Number(console.dataset.frame) > last;
  const end = performance.now() + 15000;
  while (performance.now() < end) {{
    await new Promise(requestAnimationFrame);
    // a video that is on its way to another time has no picture to be read
    const read = [...console.querySelectorAll(".main-video:not([hidden]), .wall-videos video")];
    if (read.some(({{ readyState }}) => readyState < HTMLMediaElement.HAVE_CURRENT_DATA)) continue;
    seen.push(({READ_PICTURES})(console, where));
    if (backwards ? seen.at(-1).said <= last : seen.at(-1).said >= last) break;
  }}
  return seen;
}}
"""
INNER = (0.1, 0.3, 0.9, 0.75)
"""The part of a tile that is compared, left, top, right and bottom: name and frame lie outside."""
GRID_WH = (40, 14)
LIKE = 0.4
"""A tile shows a camera where it differs from its picture by less than this share of what the next one differs by.

Small tiles of trees differ by 13 levels of 255 from their own camera where a browser leaves pixels out, and by 48 from
another one.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playing:
    frames: tuple[int, ...]
    apart: tuple[int, ...]


class EngineConsole:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.wait_ready()

    def wait_ready(self) -> None:
        self.engine.see(".console[data-phase=running] [data-part=wall][data-loading=false]")

    def choose(self, camera_id: str) -> None:
        self.engine.press(f".tile[data-camera={camera_id}]")
        self.engine.see(f"[data-part=stage][data-camera={camera_id}][data-showing=true]")

    def wait_settled(self, frame: int) -> None:
        self.engine.see(f".console[data-settled=true][data-frame='{frame}']")

    def wait_saved(self) -> None:
        self.engine.see("[data-part=statusText]", "Saved")

    def wait_marks(self, count: int) -> None:
        self.engine.wait("(count) => hand.list('.found-card').length === count", count)

    def go_to(self, clock: str, frame: int) -> None:
        self.engine.fill("[data-part=clockField]", clock)
        self.engine.key("Enter")
        self.wait_settled(frame)

    def go_to_frame(self, frame: int, recording: Recording) -> None:
        fps = round(recording.manifest.fps)
        second, rest = divmod(frame, fps)
        moment = recording.manifest.start_time + timedelta(seconds=second)
        self.go_to(f"{moment:%I:%M:%S %p}", second * fps)
        for _ in range(rest):
            self.engine.key(".")
        self.wait_settled(frame)

    def submit(self, *, final_zone: str | None) -> None:
        self.engine.press("[data-part=handIn]")
        if final_zone is not None:
            self.engine.choose("[data-part=finalZone]", final_zone)
        self.engine.press("[data-part=handInNow]")
        self.engine.miss(".console")
        self.engine.see("h1")

    def jump(self, frame: int) -> None:
        left, top, width, _ = self.engine.aim("[data-part=track]")
        self.engine.drag([(left + width * (frame + 0.5) / FRAMES, top + 20)])

    def find_spot(self, x: float, y: float) -> tuple[float, float]:
        return self.engine.find_spot("[data-part=picture]", x, y)

    def find_picture(self) -> tuple[float, float, float, float]:
        left, top, width, height = self.engine.ask("() => hand.read(hand.find('.main-video'))")
        return float(left), float(top), float(width), float(height)

    def wait_pictures(self, frame: int) -> None:
        shows = f"({SHOWS_FRAME})([{CONSOLE}, where, frame])"
        test = f"(where, frame) => {CONSOLE}.dataset.frame === String(frame) && {shows}"
        self.engine.wait(test, WHERE, frame, what=f"pictures of frame {frame}")

    def watch_playing(self, last: int) -> Playing:
        seen = self.engine.ask(WATCH_PLAYING, WHERE, last)
        return Playing(
            frames=tuple(each["main"] for each in seen), apart=tuple(abs(each["main"] - each["wall"]) for each in seen)
        )

    def expect_own_tiles(self, recording: Recording) -> None:
        end_s = time.monotonic() + SLOW_S
        wrong: dict[str, str] | None = None
        while time.monotonic() < end_s:
            wrong = self._find_wrong_tiles(recording)
            if wrong == {}:
                return
        raise AssertionError(f"{self.engine.name}: {wrong}\n{self.engine.describe()}")

    def _find_wrong_tiles(self, recording: Recording) -> dict[str, str]:
        told = self.engine.ask(LIST_TILES)
        screen = Image.open(io.BytesIO(self.engine.photograph())).convert("RGB")
        if told["settled"] != "true" or told != self.engine.ask(LIST_TILES):
            return {"wall": f"it moves: {told}"}
        if len(told["tiles"]) != 4:
            return {"wall": f"tiles of {[tile[0] for tile in told['tiles']]}"}
        recorded = _load_tiles(recording, told["frame"])
        wrong = {}
        for camera_id, left, top, width, height in told["tiles"]:
            shown = _shrink(screen.crop((round(left), round(top), round(left + width), round(top + height))))
            apart = {each: float(np.abs(shown - tile).mean()) for each, tile in recorded.items()}
            nearest, second = sorted(apart, key=apart.__getitem__)[:2]
            if nearest != camera_id or apart[camera_id] > LIKE * apart[second]:
                wrong[camera_id] = ", ".join(f"{each} by {apart[each]:.1f}" for each in (nearest, second, camera_id))
        return wrong


def _load_tiles(recording: Recording, frame: int) -> dict[str, NDArray[np.float32]]:
    (wall,) = recording.manifest.walls
    mosaic = Image.fromarray(decode_frame(recording.find_path(wall.file), frame=frame, fps=recording.manifest.fps))
    width, height = wall.tile_wh
    tiles = {}
    for place, camera_id in enumerate(wall.cameras):
        row, column = divmod(place, wall.columns)
        tile = mosaic.crop((column * width, row * height, (column + 1) * width, (row + 1) * height))
        tiles[camera_id] = _shrink(tile)
    return tiles


def _shrink(tile: Image.Image) -> NDArray[np.float32]:
    left, top, right, bottom = INNER
    inner = tile.crop(
        (round(left * tile.width), round(top * tile.height), round(right * tile.width), round(bottom * tile.height))
    )
    return np.asarray(inner.resize(GRID_WH, Image.Resampling.BOX), dtype=np.float32)
