"""How soon the debrief is on screen: from its address to the verdict and the first picture, in a real browser."""

import os
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.db.engine import make_sqlite_url
from sim.errors import TaskError
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from sim.services.attempt import attempts
from sim.services.debrief.page import get_debrief
from sim.services.operations.demo import SteppedClock, play_attempt
from sim.tasks.common.skill import FOLLOWER
from tools.bench.rig.browser import open_browser
from tools.bench.rig.figures import Figure, time_ms
from tools.bench.rig.server import run_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SEED = 1
LOADS = 8
WIDTH_PX, HEIGHT_PX = 1366, 768
BEGAN_AGO = timedelta(minutes=5)
LIMIT_MS = 1000.0
WITHIN_MS = 60_000
POLL_MS = 20
REPEATS = 20
VERDICT = "() => document.querySelector('.sl-verdict') && performance.now()"
PICTURE = """
() => {
  const picture = document.querySelector("[data-testid=stImage] img");
  return document.querySelector(".sl-verdict") && picture?.complete && picture.naturalWidth > 0 && performance.now();
}
"""


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Open the debrief of a search that took look-alikes for the student, again and again; the first time is left out.

    Times run from the start of the navigation, the browser's cache is warm, as it is after the drill.

    Raises:
        TaskError: there is no form to drill.
        MachineError: Playwright, Chromium or the server is not to be had.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        data = Path(folder)
        settings = replace(read_settings(os.environ), data=data, database_url=make_sqlite_url(data / "sightline.db"))
        app = open_app(settings, system_clock())
        try:
            on_step("starting the server")
            with run_server(data, read_settings(os.environ).data) as server, open_browser() as browser:
                on_step("a search is played")
                attempt_id = _play(app)
                build_ms = time_ms(lambda: get_debrief(app, attempt_id), repeats=REPEATS)
                on_step(f"its debrief is opened {LOADS} times")
                return _measure(browser, f"{server.url}/drill?attempt={attempt_id}", build_ms)
        finally:
            app.close()


def _play(app: App) -> str:
    forms = app.catalog.list_forms()
    if not forms:
        raise TaskError("there is no drill to measure with", todo="add a form file to scenarios/forms")
    now = app.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - BEGAN_AGO))
    stepped = replace(app, clock=clock)
    attempt_id = attempts.create_practice(stepped, form_id=forms[0].form.form_id)
    play_attempt(stepped, clock, attempt_id, rng=np.random.default_rng(SEED), skill=FOLLOWER)
    return attempt_id


def _measure(browser: "Browser", address: str, build_ms: float) -> tuple[Figure, ...]:
    verdicts, pictures = [], []
    page = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}).new_page()
    for _ in range(LOADS + 1):
        page.goto("about:blank")
        page.goto(address, wait_until="commit")
        verdicts.append(page.wait_for_function(VERDICT, polling=POLL_MS, timeout=WITHIN_MS).json_value())
        pictures.append(page.wait_for_function(PICTURE, polling=POLL_MS, timeout=WITHIN_MS).json_value())
    picture_ms = statistics.median(pictures[1:])
    return (
        Figure(name="everything the debrief says, built by the server", value=build_ms, unit="ms"),
        Figure(name="from the address to the verdict, median", value=statistics.median(verdicts[1:]), unit="ms"),
        Figure(
            name="from the address to verdict and first picture, median",
            value=picture_ms,
            unit="ms",
            target=f"under {LIMIT_MS:g} ms",
            met=picture_ms < LIMIT_MS,
        ),
        Figure(name="the same, fastest", value=min(pictures[1:]), unit="ms"),
    )
