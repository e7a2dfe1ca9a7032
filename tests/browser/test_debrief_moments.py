"""The debrief's moments in a real browser: opening one shows the very frame of its camera."""

import io
import re
from base64 import b64decode

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from sim.services.app.wiring import App
from sim.services.debrief.moments import load_stills
from sim.services.debrief.page import get_debrief
from sim.tasks.common.simulated_user import FOLLOWER
from tests.support.played import play_form
from tests.support.server_process import ServerProcess
from tests.support.tiny_recording import read_frame_number


def test_opening_a_moment_shows_the_frame_of_its_camera(page: Page, server: ServerProcess, services: App) -> None:
    attempt_id = play_form(services, "tiny-trace-a", skill=FOLLOWER, seed=1)
    view = get_debrief(services, attempt_id)
    moments = view.moments.moments
    first = next(n for n, moment in enumerate(moments) if not moment.is_good)
    number, moment = next((n, each) for n, each in enumerate(moments) if n != first and each.scenes)
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    page.get_by_text("Moments to look at:").click()
    box = page.locator(f".st-key-moment-{number}")
    expect(page.locator(f".st-key-moment-{first}").get_by_role("img").first).to_be_visible()
    expect(box.locator("img")).to_have_count(0)
    box.locator("summary").press("Enter")
    expect(box.locator("img")).to_have_count(len(moment.scenes))
    for place, (scene, still) in enumerate(
        zip(moment.scenes, load_stills(services, view.moments, moment), strict=True)
    ):
        picture = box.locator("img").nth(place)
        expect(picture).to_have_attribute("alt", re.compile(f"^{re.escape(still.caption)}"))
        expect(box.get_by_text(still.caption, exact=True)).to_be_visible()
        source = picture.get_attribute("src")
        assert source is not None
        head, _, data = source.partition(",")
        assert head == "data:image/jpeg;base64"
        served = b64decode(data)
        drawn = np.asarray(Image.open(io.BytesIO(served)).convert("RGB"))
        assert read_frame_number(drawn) == scene.frame
        expected = np.asarray(Image.open(io.BytesIO(still.jpeg)).convert("RGB"))
        assert np.array_equal(drawn, expected)
