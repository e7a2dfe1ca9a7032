"""What playing takes of the processor, and whether events wait behind footage."""

import numpy as np

from tools.bench.console.drill import Desk
from tools.bench.console.driven import DrivenConsole
from tools.bench.console.plan import Plan
from tools.bench.rig.browser import count_processor


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
