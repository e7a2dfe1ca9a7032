"""The console's bench: both players one after the other."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tools.bench.console.drill import Desk, open_desk
from tools.bench.console.driven import FOLDER, READY_MS, DrivenConsole
from tools.bench.console.long_use import measure_memory
from tools.bench.console.measures import DECODER, PLAYER_WORDS, VIDEO, judge_all
from tools.bench.console.moves import Moves
from tools.bench.console.plan import FULL, QUICK, Plan
from tools.bench.console.use import measure_posts, measure_processor
from tools.bench.rig.browser import open_browser, slow_down
from tools.bench.rig.figures import Figure

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

SEED = 1
SIZE_WH = (1366, 768)
CHOOSE_VIDEO = "try { localStorage.setItem('sightline-player', 'video') } catch {}"


def measure(*, on_step: Callable[[str], None], quick: bool = False, minutes: float | None = None) -> tuple[Figure, ...]:
    """Measure the console in Chromium on the shipped recording.

    Args:
        on_step: hears in words what is being done.
        quick: a short run with few samples.
        minutes: how long memory is watched for each player; by default 10, and half a minute when quick.

    Raises:
        MachineError: Playwright, Chromium or the server is not to be had.
        TaskError: there is no form to drill.
    """
    plan = QUICK if quick else FULL
    if minutes is not None:
        plan = replace(plan, use_minutes=minutes)
    figures: list[Figure] = []
    with open_desk() as desk:
        for player in (DECODER, VIDEO):
            bench = _PlayerBench(desk, plan, player, on_step)
            with open_browser() as browser:
                found = bench.measure(browser)
            found |= bench.use()
            figures += judge_all(found, player=player)
    return tuple(figures)


class _PlayerBench:
    """One player, measured."""

    def __init__(self, desk: Desk, plan: Plan, player: str, on_step: Callable[[str], None]) -> None:
        self.desk, self.plan, self.player = desk, plan, player
        self.rng = np.random.default_rng(SEED)
        self._on_step = on_step

    def measure(self, browser: "Browser") -> dict[str, float]:
        """Return every number but those of long use, by its key."""
        found: dict[str, float] = {}
        self._say("a drill is opened")
        found["first_ms"] = self._measure_first_frames(browser)
        attempt_id = self.desk.make_attempt()
        with self._open_context(browser) as context:
            console = self._open(context, attempt_id)
            moves = Moves(console, self.desk, self.plan, self.rng)
            for name, run in (
                ("seeks", moves.seek),
                ("steps", moves.step),
                ("plays at every speed", moves.play),
                ("marks while playing", lambda: moves.mark(attempt_id)),
                ("thumbnails", moves.hover),
            ):
                self._say(name)
                found |= run()
        with self._open_context(browser) as context:
            console = self._open(context, self.desk.make_attempt())
            self._say("processor")
            found |= measure_processor(console, self.plan)
            self._say("event posts")
            found |= measure_posts(console, self.desk, self.plan)
        with self._open_context(browser) as context:
            self._say("a slow line")
            console = self._open(context, self.desk.make_attempt(), is_slow=True)
            found |= Moves(console, self.desk, self.plan, self.rng).seek(prefix="slow", count=self.plan.slow_seeks)
        return found

    def use(self) -> dict[str, float]:
        """Return what long use in one window costs, by its key."""
        self._say(f"{self.plan.use_minutes:g} minutes of use")
        script = CHOOSE_VIDEO if self.player == VIDEO else ""
        return measure_memory(self.desk, self.rng, minutes=self.plan.use_minutes, size_wh=SIZE_WH, script=script)

    def _measure_first_frames(self, browser: "Browser") -> float:
        script = (FOLDER / "first_frames.js").read_text(encoding="utf-8")
        with self._open_context(browser) as context:
            page = context.new_page()
            page.goto(self._address(self.desk.make_attempt(is_begun=False)))
            button = page.locator(".st-key-begin button")
            button.wait_for(timeout=READY_MS)
            page.evaluate(script)
            button.click()
            taken: float = page.evaluate("globalThis.sightlineFirstFrames")
        return taken

    def _open(self, context: "BrowserContext", attempt_id: str, *, is_slow: bool = False) -> DrivenConsole:
        page: Page = context.new_page()
        if is_slow:
            slow_down(page)
        page.goto(self._address(attempt_id))
        console = DrivenConsole(page, frame_count=self.desk.recording.manifest.frame_count)
        console.focus(self.desk.camera_id)
        return console

    def _open_context(self, browser: "Browser") -> "BrowserContext":
        width, height = SIZE_WH
        context = browser.new_context(viewport={"width": width, "height": height})
        if self.player == VIDEO:
            context.add_init_script(CHOOSE_VIDEO)
        return context

    def _address(self, attempt_id: str) -> str:
        return f"{self.desk.url}/drill?attempt={attempt_id}"

    def _say(self, what: str) -> None:
        self._on_step(f"{PLAYER_WORDS[self.player]}: {what}")
