"""The search console in Chromium, on the shipped recording: both players one after the other."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.app.catalog import write_form_set
from sim.app.settings import read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.attempt.attempt import Mode
from sim.console import attempts
from sim.db.engine import make_sqlite_url
from sim.errors import TaskError
from sim.footage.recording.open import Recording
from sim.forms.forms import FORM_SCHEMA, Form, FormSet
from tools.bench.driven import PROBE, READY_MS, Crop, DrivenConsole, Reference, UnwatchedPage, open_unwatched
from tools.bench.rig import (
    SIZE_WH,
    Figure,
    OnStep,
    make_folder,
    open_browser,
    read_browser_cpu_s,
    read_browser_memory_mb,
    run_server,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

FORM_ID = "console-bench"
LIMIT_S = 6 * 3600.0
SEED = 1
CHOOSE_VIDEO = "try { localStorage.setItem('sightline-player', 'video') } catch {}"
SAMPLE_S, REST_S = 2.0, 5.0
NEVER_MS = 60_000.0
FIRST_FRAMES = """
() => {
  globalThis.sightlineFirstFrames = new Promise((resolve) => {
    let at = null;
    addEventListener("click", (event) => (at ??= event.timeStamp), { capture: true });
    const isDrawn = () => {
      for (const element of document.querySelectorAll("*")) {
        const wall = element.shadowRoot?.querySelector("[data-part=wall]");
        if (wall) return wall.dataset.loading === "false";
      }
      return false;
    };
    const look = () => (at !== null && isDrawn() ? resolve(performance.now() - at) : requestAnimationFrame(look));
    look();
  });
}
"""
"""Time from the first click to the first drawn wall of a console that does not exist yet, milliseconds."""
FIND_CONSOLE = """
(() => {
  const roots = [document];
  for (const root of roots) {
    const found = root.querySelector(".console[data-phase=running]");
    if (found) return found.querySelector("[data-part=wall][data-loading=false]") && found;
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return null;
})()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One way in which footage is played, what makes a page choose it, and its bounds for seeks and steps, ms."""

    name: str
    script: str
    seek_ms: float
    step_ms: float


PLAYERS = (
    Player(name="WebCodecs", script="", seek_ms=70.0, step_ms=40.0),
    Player(name="video", script=CHOOSE_VIDEO, seek_ms=130.0, step_ms=80.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many seeks and steps, how many of each are compared by pixels, and how long playing and use are watched."""

    seeks: int
    steps: int
    checked: int
    play_s: float
    use_s: float


FULL = Plan(seeks=100, steps=200, checked=200, play_s=20.0, use_s=600.0)
SMALLEST = Plan(seeks=1, steps=1, checked=1, play_s=0.2, use_s=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The running app, and the recording that its drills are on; `camera_id`: whose pictures move most."""

    app: App
    url: str
    recording: Recording
    camera_id: str

    def make_address(self, *, is_begun: bool = True) -> str:
        attempt_id = attempts.create(self.app, form_id=FORM_ID, mode=Mode.PRACTICE)
        attempts.get_briefing(self.app, attempt_id)
        if is_begun:
            attempts.begin(self.app, attempt_id)
        return f"{self.url}/drill?attempt={attempt_id}"

    def make_references(self) -> tuple[Reference, Reference]:
        """Return how the camera's main stream and its tile of the wall should look."""
        manifest = self.recording.manifest
        wall = next(wall for wall in manifest.walls if self.camera_id in wall.cameras)
        place, (width, height) = list(wall.cameras).index(self.camera_id), wall.tile_wh
        crop = Crop(left=place % wall.columns * width, top=place // wall.columns * height, width=width, height=height)
        main, tile = (
            Reference(
                path=self.recording.find_path(name), fps=manifest.fps, frame_count=manifest.frame_count, crop=part
            )
            for name, part in ((self.recording.get_camera(self.camera_id).main, Crop()), (wall.file, crop))
        )
        return main, tile


def measure(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    plan = SMALLEST if smallest else FULL
    figures: list[Figure] = []
    with open_desk() as desk:
        for player in PLAYERS[: 1 if smallest else None]:
            with open_browser() as browser:
                on_step(f"{player.name}: a drill is opened, seeks, steps, plays")
                figures += _measure_moves(desk, browser, player, plan)
            if plan.use_s:
                on_step(f"{player.name}: {plan.use_s:g} s of use")
                figures += _measure_use(desk, player, plan)
    return tuple(figures)


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Serve the shipped recording on a free port with a temporary data folder."""
    with make_folder() as data:
        settings = read_settings(os.environ)
        shipped, own = settings.recordings[0], data / "forms"
        settings = replace(
            settings,
            data=data,
            database_url=make_sqlite_url(data / "sightline.db"),
            recordings=(shipped, data / "recordings"),
            forms=(settings.forms[0], own),
        )
        app = open_app(settings, system_clock())
        try:
            own.mkdir()
            _add_form(app, own)
            recording = app.catalog.get_recording(app.catalog.get_form(FORM_ID).recording_id)
            manifest = recording.manifest
            busiest = max(manifest.cameras, key=lambda camera: manifest.sizes[camera.main])
            with run_server(data) as server:
                yield Desk(app=app, url=server.url, recording=recording, camera_id=busiest.camera_id)
        finally:
            app.close()


def _add_form(app: App, folder: Path) -> None:
    """Add the first form that traces somebody on all cameras once more, with a limit that the bench does not meet."""
    forms = (known for known in app.catalog.list_forms() if known.form.type == "trace" and known.form.cameras is None)
    known = next(forms, None)
    if known is None:
        raise TaskError("there is no trace drill on all cameras", todo="add a form file to scenarios/forms")
    changed: Form = known.form.model_copy(
        update={"form_id": FORM_ID, "title": "Console bench", "use": "practice", "limit_s": LIMIT_S}
    )
    form_set = FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=known.recording_id,
        truth_sha256=app.catalog.get_truth_sha256(known.recording_id),
        difficulty_version=1,
        margin=1.0,
        spread=0.0,
        forms=(changed,),
    )
    write_form_set(form_set, folder / "console-bench.yaml")


def _measure_moves(desk: Desk, browser: "Browser", player: Player, plan: Plan) -> Iterator[Figure]:
    """Yield first frames, seeks, steps, whether they show the right frame, and what playing takes of the processor."""
    rng = np.random.default_rng(SEED)
    with _open_context(browser, player) as context:
        page = context.new_page()
        page.goto(desk.make_address(is_begun=False))
        button = page.locator(".st-key-begin button")
        button.wait_for(timeout=READY_MS)
        page.evaluate(FIRST_FRAMES)
        button.click()
        first_ms = float(page.evaluate("globalThis.sightlineFirstFrames"))
    yield Figure(name=f"{player.name}: first frames after Start", value=first_ms, unit="ms", most=1500.0)
    with _open_context(browser, player) as context:
        page = context.new_page()
        page.goto(desk.make_address())
        console = DrivenConsole(page, frame_count=desk.recording.manifest.frame_count)
        console.focus(desk.camera_id)
        main, tile = desk.make_references()
        right: list[bool] = []

        def check(frame: int) -> None:
            look = console.snapshot()
            right.append(
                look["main"] == frame == look["wall"]
                and main.is_frame(frame, look["mainPicture"])
                and tile.is_frame(frame, look["wallPicture"])
            )

        took: list[float | None] = []
        for number, frame in enumerate(int(n) for n in rng.integers(2, console.frame_count - 2, plan.seeks)):
            took.append(console.seek(frame))
            if number < plan.checked:
                check(frame)
        yield _take_p95(f"{player.name}: seek", took, most=player.seek_ms)
        frame, took = int(console.frame_count * 0.3), []
        console.seek(frame)
        for number in range(plan.steps):
            is_back = number % 5 == 4
            frame += -1 if is_back else 1
            took.append(console.step(frame, key="," if is_back else "."))
            if number < plan.checked:
                check(frame)
        yield _take_p95(f"{player.name}: step", took, most=player.step_ms)
        share = 100.0 * sum(right) / len(right)
        yield Figure(
            name=f"{player.name}: seeks and steps that show the right frame", value=share, unit="%", least=100.0
        )
        console.seek(20)
        console.play()
        page.wait_for_timeout(1500)
        before, began = read_browser_cpu_s(), time.monotonic()
        page.wait_for_timeout(plan.play_s * 1000)
        taken = (read_browser_cpu_s() - before) / (time.monotonic() - began) * 100.0
        yield Figure(name=f"{player.name}: processor at 1x", value=taken, unit="% of a core", most=40.0)


def _take_p95(name: str, took: list[float | None], *, most: float) -> Figure:
    slow = float(np.percentile([NEVER_MS if ms is None else ms for ms in took], 95))
    return Figure(name=f"{name}, 95 of 100 are faster", value=slow, unit="ms", most=most)


def _open_context(browser: "Browser", player: Player) -> "BrowserContext":
    width, height = SIZE_WH
    context = browser.new_context(viewport={"width": width, "height": height})
    if player.script:
        context.add_init_script(player.script)
    return context


def _measure_use(desk: Desk, player: Player, plan: Plan) -> Iterator[Figure]:
    """Use the console as people do, in a browser that nobody records, and weigh it meanwhile."""
    rng = np.random.default_rng(SEED)
    with open_unwatched(size_wh=SIZE_WH) as page:
        time.sleep(REST_S)
        page.go(desk.make_address(), script=player.script)
        page.wait_for(f"{FIND_CONSOLE} !== null", limit_s=READY_MS / 1000)
        page.ask(f"({PROBE})({FIND_CONSOLE})")
        console = _UsedConsole(page, desk)
        samples: list[float] = []
        until, next_sample = time.monotonic() + plan.use_s, 0.0
        while time.monotonic() < until:
            console.do_something(rng)
            if time.monotonic() >= next_sample:
                samples.append(read_browser_memory_mb())
                next_sample = time.monotonic() + SAMPLE_S
    fifth = max(1, len(samples) // 5)
    grown = float(np.median(samples[-fifth:]) - np.median(samples[2 * fifth : 3 * fifth]))
    yield Figure(name=f"{player.name}: memory after ten minutes", value=max(samples[-fifth:]), unit="MB", most=700.0)
    yield Figure(name=f"{player.name}: its growth, middle to last fifth", value=grown, unit="MB", most=25.0)


class _UsedConsole:
    """A console under hands that never rest."""

    def __init__(self, page: UnwatchedPage, desk: Desk) -> None:
        self.page = page
        self.frame_count = desk.recording.manifest.frame_count
        self.cameras = [camera.camera_id for camera in desk.recording.manifest.cameras]

    def do_something(self, rng: np.random.Generator) -> None:
        """Choose a camera, play, jump, step or look at a thumbnail, and wait a moment."""
        act = rng.integers(0, 5)
        if act == 0:
            self._click_on(f".tile[data-camera={rng.choice(self.cameras)}]")
        elif act == 1:
            self.page.ask(f"sightlineProbe.chooseSpeed('{float(rng.choice([1.0, 2.0, 4.0, 8.0, -1.0, -2.0])):g}')")
            if not self.page.ask("sightlineProbe.isPlaying()"):
                self._click_on("[data-part=play]")
        elif act == 2:
            self.page.click(*self._draw_spot(rng))
        elif act == 3:
            self.page.press(str(rng.choice([",", "."])))
        else:
            self.page.move(*self._draw_spot(rng))
        time.sleep(float(rng.uniform(0.2, 0.9)))

    def _click_on(self, selector: str) -> None:
        left, top, width, height = self.page.ask(f"sightlineProbe.place('{selector}')")
        self.page.click(left + width / 2, top + height / 2)

    def _draw_spot(self, rng: np.random.Generator) -> tuple[float, float]:
        frame = int(rng.integers(2, self.frame_count - 2))
        left, top, width, height = self.page.ask("sightlineProbe.place('[data-part=track]')")
        return left + width * (frame + 0.5) / self.frame_count, top + min(20.0, height / 2)
