"""How soon the annotator answers, from a press to the painted frame that shows it; and a real stretch marked in it."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from sim.clips.model import FPS
from sim.errors import MachineError
from sim.services.app.wiring import DATA_VARIABLE, App, open_app, read_settings, system_clock
from sim.services.own_clips.annotating import get_track
from tools.bench.clips.annotate import take_clips_in
from tools.bench.clips.cut import CLIPS, load_walkers
from tools.bench.clips.in_page import PageAnnotator, WalkHand
from tools.bench.clips.large_walk import CAMERAS, MARKS, align_walk, make_large_walk
from tools.bench.clips.trainer import Press, Trainer
from tools.bench.clips.walkers import find_walkers, judge
from tools.bench.rig.browser import open_browser, read_browser_cpu_s
from tools.bench.rig.figures import Figure
from tools.bench.rig.server import Server, run_server

LIMIT_MS = 100.0
MINUTES, QUICK_MINUTES = 5.0, 0.5
REPEATS, QUICK_REPEATS = 30, 8
CUT = CLIPS[1]
STRETCH_S = 30.0
LEAST_KEYFRAMES = 10
VIEW = {"width": 1366, "height": 768}
SEED = 22
PAUSE_MS = 120.0
"""Between two presses that are timed: nobody decides faster."""


def measure(*, on_step: Callable[[str], None], quick: bool = False) -> tuple[Figure, ...]:
    """Press each key of the annotator many times over a large walk; then mark one person in one real clip.

    Raises:
        MachineError: Playwright, Chromium or the server is not to be had, or a clip could not be taken in.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as place:
        data = Path(place) / "data"
        data.mkdir()
        app = open_app(read_settings({DATA_VARIABLE: str(data)}), system_clock())
        try:
            large = make_large_walk(app, minutes=QUICK_MINUTES if quick else MINUTES, on_step=on_step)
            small = take_clips_in(app, Path(place), cuts=(CUT,), seconds=STRETCH_S, on_step=on_step)
            align_walk(app, small, on_step=on_step)
            on_step("starting the server")
            with run_server(data, data) as server, open_browser() as browser:
                hand = WalkHand(page=browser.new_context(viewport=VIEW).new_page())  # type: ignore[arg-type]
                steps = tuple(_time_steps(hand, server, large, repeats=QUICK_REPEATS if quick else REPEATS))
                on_step(f"marking a person in {CUT.name}")
                return (*steps, *_mark_stretch(hand, server, app, small))
        finally:
            app.close()


def _time_steps(hand: WalkHand, server: Server, walk_id: str, *, repeats: int) -> Iterator[Figure]:
    """Draw, accept, say hidden and out, take back and go to marks on the camera that has none yet."""
    hand.open(server.url, walk_id)
    hand.choose_camera(f"Camera {CAMERAS:02d}")
    before_s = (read_browser_cpu_s(), server.read_cpu_s())
    taken: dict[str, list[float]] = {}

    def time(name: str, what: str, key: str) -> None:
        hand.page.wait_for_timeout(PAUSE_MS)
        taken.setdefault(name, []).append(hand.time(what, "keydown", partial(hand.press, key)))

    for number in range(repeats):
        hand.go_to(1)
        shift = 0.01 * (number % 20)
        for step in hand.drag_slowly((0.2 + shift, 0.2), (0.3 + shift, 0.6)):
            taken.setdefault("a box follows the mouse", []).append(step)
        time("accept, until the next box is there", "proposed", "Enter")
        time("accept, until the next box is there", "proposed", "Enter")
        time("hidden, until the next frame is there", "proposed", "h")
        time("out", "marks", "o")
        time("undo", "marks", "z")
        for _ in range(2):
            time("previous mark", "went", "u")
        time("next mark", "went", "i")
        for _ in range(3):
            time("undo", "marks", "z")
    used = [after - before for after, before in zip((read_browser_cpu_s(), server.read_cpu_s()), before_s, strict=True)]
    presses = sum(len(times) for times in taken.values())
    for name, times_ms in taken.items():
        p95 = float(np.percentile(times_ms, 95))
        yield Figure(
            name=f"{name}: p95 of {len(times_ms)}",
            value=p95,
            unit="ms",
            target=f"{LIMIT_MS:g}",
            met=p95 <= LIMIT_MS,
            how=f"median {np.median(times_ms):.0f}, slowest {max(times_ms):.0f} ms; {CAMERAS} cameras, {MARKS} marks",
        )
    for who, used_s in zip(("browser", "server"), used, strict=True):
        yield Figure(name=f"processor time of the {who}, a step", value=1000 * used_s / presses, unit="ms")


def _mark_stretch(hand: WalkHand, server: Server, app: App, walk_id: str) -> Iterator[Figure]:
    """Mark whom the clip shows longest, by keys and drags alone, and count what the page was sent."""
    people = load_walkers(seconds=STRETCH_S)
    person_id, _ = max(people, key=lambda each: int((each[1]["camera_id"] == CUT.camera_id).sum()))
    ((camera_id, (walker, last)),) = find_walkers(app, walk_id, person_id, cuts=(CUT,)).items()
    hand.open(server.url, walk_id)
    annotator = PageAnnotator(hand=hand, last=last)
    trainer = Trainer(rng=np.random.default_rng(SEED))
    before = get_track(app, walk_id)
    trainer.mark(annotator, walker, last=last)
    asked, right = judge(get_track(app, walk_id).keyframes, camera_id, walker, last=last)
    if trainer.keyframes < LEAST_KEYFRAMES or before.keyframes:
        raise MachineError(f"{trainer.keyframes} marks were made in {CUT.name}", expected=f"{LEAST_KEYFRAMES} or more")
    counts = hand.count_presses()
    more = abs(counts["keys"] - trainer.keys) + abs(counts["drags"] - trainer.drags)
    stretch = f"{len(asked) / FPS:g} s of a person in {CUT.name}, marked in the page"
    yield Figure(name=f"{stretch}: boxes, hidden and out", value=trainer.keyframes, unit="marks")
    yield Figure(name="crossings answered in it", value=trainer.presses[Press.CROSSING], unit="")
    yield Figure(name="keys that saved, chose or took away", value=counts["keys"], unit="keys")
    yield Figure(name="drags over the picture", value=counts["drags"], unit="drags")
    yield Figure(
        name="of keys and drags, those other than the trainer counted",
        value=more,
        unit="presses",
        target="0",
        met=more == 0,
    )
    yield Figure(name="seconds of it in which a mark on them counts", value=100 * float(right.mean()), unit="%")
    p95 = float(np.percentile(annotator.waited_ms, 95))
    yield Figure(
        name=f"accept in that clip: p95 of {len(annotator.waited_ms)}",
        value=p95,
        unit="ms",
        target=f"{LIMIT_MS:g}",
        met=p95 <= LIMIT_MS,
    )
