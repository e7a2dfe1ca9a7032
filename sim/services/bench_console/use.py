"""What a console weighs: processor, memory over minutes of use, and whether events wait behind footage."""

import time

import numpy as np

from sim.services.bench_console.browser import count_processor, read_memory_mb
from sim.services.bench_console.drill import Desk
from sim.services.bench_console.driven import DrivenConsole
from sim.services.bench_console.plan import Plan

SAMPLE_S = 2.0
GROWTH_MINUTES = 5.0
"""Shorter than this, what grows is what has just been loaded for the first time."""


def measure_processor(console: DrivenConsole, plan: Plan) -> dict[str, float]:
    """Play wall and camera at 1x and count what all the browser's processes take."""
    console.seek(20)
    console.play(1.0)
    console.page.wait_for_timeout(1500)
    shares: list[float] = []
    with count_processor(shares):
        console.page.wait_for_timeout(plan.cpu_s * 1000)
    console.pause()
    return {"cpu_1x": shares[0]}


def measure_posts(console: DrivenConsole, desk: Desk, plan: Plan) -> dict[str, float]:
    """Read the browser's timing of event posts: standing still, then at 4x with another camera every second."""
    cameras = [camera.camera_id for camera in desk.recording.manifest.cameras]
    console.ask("countPosts()")
    quiet: list[float] = []
    while len(quiet) < plan.posts // 2:
        console.page.keyboard.press(".")
        console.page.wait_for_timeout(500)
        quiet = console.ask("readPosts()")
    console.ask("countPosts()")
    console.seek(20)
    console.play(4.0)
    posts: list[float] = []
    for turn in range(plan.posts * 3):
        console.page.locator(f".tile[data-camera={cameras[turn % len(cameras)]}]").click()
        console.page.wait_for_timeout(1000)
        posts = console.ask("readPosts()")
        if len(posts) >= plan.posts:
            break
        if console.part("play").get_attribute("data-state") == "play":
            console.seek(20)
            console.play(4.0)
    console.pause()
    return {
        "post_still": float(np.percentile(quiet, 50)),
        "post_p50": float(np.percentile(posts, 50)),
        "post_p95": float(np.percentile(posts, 95)),
    }


def measure_memory(console: DrivenConsole, desk: Desk, rng: np.random.Generator, *, minutes: float) -> dict[str, float]:
    """Use the console as people do and weigh the browser meanwhile."""
    cameras = [camera.camera_id for camera in desk.recording.manifest.cameras]
    until = time.monotonic() + minutes * 60.0
    next_sample = 0.0
    samples: list[float] = []
    while time.monotonic() < until:
        _use_once(console, rng, cameras)
        if time.monotonic() >= next_sample:
            samples.append(read_memory_mb())
            next_sample = time.monotonic() + SAMPLE_S
    console.pause()
    fifth = max(1, len(samples) // 5)
    middle = samples[2 * fifth : 3 * fifth] or samples
    last = samples[-fifth:]
    found = {"memory": max(last)}
    if minutes >= GROWTH_MINUTES:
        found["memory_growth"] = float(np.median(last) - np.median(middle))
    return found


def _use_once(console: DrivenConsole, rng: np.random.Generator, cameras: list[str]) -> None:
    act = rng.integers(0, 5)
    if act == 0:
        console.page.locator(f".tile[data-camera={rng.choice(cameras)}]").click()
    elif act == 1:
        console.play(float(rng.choice([1.0, 2.0, 4.0, 8.0, -1.0, -2.0])))
    elif act == 2:
        console.seek(int(rng.integers(2, console.frame_count - 2)))
    elif act == 3:
        console.page.keyboard.press(str(rng.choice([",", "."])))
    else:
        console.hover(int(rng.integers(2, console.frame_count - 2)))
    console.page.wait_for_timeout(float(rng.uniform(200, 900)))
