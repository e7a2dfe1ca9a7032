"""A real trainee's console in a browser whose line is cut in the middle of the drill."""

import importlib.util
import re
import time

from sim.errors import MachineError
from tools.bench.rig.browser import find_chromium, open_browser
from tools.torture.faults.lines import CUT_S, Proxy
from tools.torture.rig.heard import judge_heard
from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.trainee import Trainee

SHORT_CUT_S = 5.0
RELOAD_SHARE = 0.3
AROUND = 4
"""Actions before the line is cut, and again after it is back."""
PAUSES_S = (0.5, 5.0)
SHORT_PAUSES_S = (0.2, 0.8)
OFFLINE = re.compile(r"Offline: \d+ actions? waiting")
SIZE_WH = (1366, 768)
PATIENCE_MS = 180_000
"""What a page may take to load and to answer on a machine that is busy with other trials."""


def cut_console(rig: Rig) -> Outcome:
    """Cut the line of a console for a minute while its trainee goes on marking; sometimes the page is reloaded too."""
    require_browser()
    attempt_id = rig.make_attempt().attempt_id
    with rig.app.store.read() as work:
        recording_id = work.attempts.get(attempt_id).recording_id
    manifest = rig.app.catalog.get_recording(recording_id).manifest
    proxy = Proxy(rig.get_server().url)
    try:
        with open_browser() as browser:
            page = browser.new_page(viewport={"width": SIZE_WH[0], "height": SIZE_WH[1]})
            page.set_default_timeout(PATIENCE_MS)
            address = f"{proxy.url}/drill?attempt={attempt_id}"
            trainee = Trainee(page, address, manifest=manifest, rng=rig.rng)
            saw = _cut_and_mend(rig, proxy, trainee)
    finally:
        proxy.close()
    with rig.app.store.read() as work:
        log = work.events.list_all(attempt_id)
    return judge_heard(trainee.heard, trainee.done, log, saw=saw, wrong=trainee.wrong)


def _cut_and_mend(rig: Rig, proxy: Proxy, trainee: Trainee) -> str:
    """Act before, during and after the cut; return what the trainee saw."""
    _act(trainee, AROUND)
    cut_s, pauses_s = (SHORT_CUT_S, SHORT_PAUSES_S) if rig.is_short else (CUT_S, PAUSES_S)
    is_reloading = rig.rng.random() < RELOAD_SHARE
    left_before, done_before = trainee.read("timeLeft"), len(trainee.done)
    proxy.cut()
    until = time.monotonic() + cut_s
    act_until = until - cut_s * rig.rng.uniform(0.1, 0.4) if is_reloading else until
    while time.monotonic() < act_until:
        trainee.act()
        trainee.rest(rig.rng.uniform(*pauses_s))
    said, left_after, meanwhile = trainee.read("statusText"), trainee.read("timeLeft"), len(trainee.done) - done_before
    if not OFFLINE.fullmatch(said):
        trainee.wrong.append(f"while the line was cut the page said “{said}”")
    if not meanwhile:
        trainee.wrong.append("nothing could be marked while the line was cut")
    if left_after == left_before:
        trainee.wrong.append("the time left stood still while the line was cut")
    if is_reloading:
        trainee.reload_in_vain()
        trainee.page.wait_for_timeout(max(0.0, until - time.monotonic()) * 1000.0)
    proxy.mend()
    began = time.monotonic()
    if is_reloading:
        trainee.open()
        trainee.check_shown()
    trainee.wait_saved()
    saved_s = time.monotonic() - began
    _act(trainee, AROUND)
    reloaded = ", the page reloaded in vain and again once the line was back" if is_reloading else ""
    return (
        f"“{said}”, time left going on from {left_before} to {left_after}, {meanwhile} marks and bookmarks made "
        f"meanwhile{reloaded}; “{trainee.read('statusText')}” {saved_s:.0f} s after the line was back, and the drill "
        "went on"
    )


def _act(trainee: Trainee, count: int) -> None:
    """Act so many times and wait until that is saved."""
    for _ in range(count):
        trainee.act()
        trainee.rest(SHORT_PAUSES_S[0])
    trainee.wait_saved()


def require_browser() -> None:
    """Raise CannotTryError where there is no browser to drive."""
    if importlib.util.find_spec("playwright") is None:
        raise CannotTryError("Playwright is not installed (`pip install -r requirements-dev.txt`)")
    try:
        find_chromium()
    except MachineError as error:
        raise CannotTryError("there is no Chromium on this machine (`apt-get install chromium`)") from error
