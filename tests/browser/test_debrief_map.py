"""The debrief's animated map in a browser: scrubbed by keyboard, told in words, printed as plans that stand still."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.operations.demo import SteppedClock, play_attempt
from sim.tasks.common.simulated_user import FOLLOWER, PERFECT, Skill
from sim.ui.console.component import join_modules, read_texts
from sim.ui.path_map.component import CONSOLE, FOLDER, SHARED
from tests.browser.conftest import PRACTICE_FORM, prepare
from tests.support.barriers import list_barriers
from tests.support.console_page import SLOW_MS
from tests.support.server_process import ServerProcess

UPSTAIRS_FORM = "tall-trace-b"
"""The student of this one walks from the ground floor to the upper one."""
TOUCH_PX = 44
LOAD = """
async (script) => {
  const { default: modules } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  window.modules = modules;
}
"""


def play(services: App, form_id: str, skill: Skill) -> str:
    """Play an attempt that began a while ago, but not so long that the server would end it; return its id."""
    now = services.clock.read()
    clock = SteppedClock(now=replace(now, wall=now.wall - timedelta(minutes=10)))
    app = replace(services, clock=clock)
    attempt_id = attempts.create_practice(app, form_id=form_id)
    play_attempt(app, clock, attempt_id, rng=np.random.default_rng(1), skill=skill)
    return attempt_id


def open_map(page: Page, server: ServerProcess, attempt_id: str) -> Locator:
    page.goto(f"{server.url}/drill?attempt={attempt_id}")
    page.get_by_text("The path on the map:").click()
    slider = page.get_by_role("slider", name="Moment of the recording")
    expect(slider).to_be_visible(timeout=SLOW_MS)
    return slider


def read_student(page: Page) -> tuple[float, float, float]:
    """Return the map's moment, and where it shows the student then: seconds, plan meters."""
    spot = page.locator("[data-part=student]")
    t_s = float(page.locator("[data-part=map]").get_attribute("data-t") or "nan")
    return t_s, float(spot.get_attribute("data-x") or "nan"), float(spot.get_attribute("data-y") or "nan")


def test_scrubbing_by_keyboard_moves_the_student_to_where_truth_has_them(
    page: Page, server: ServerProcess, services: App
) -> None:
    attempt_id = play(services, PRACTICE_FORM, PERFECT)
    sent: list[object] = []

    def note_frame(frame: object) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", note_frame))
    slider = open_map(page, server, attempt_id)
    slider.focus()
    sent.clear()
    known = services.catalog.get_form(PRACTICE_FORM)
    rows = services.catalog.get_truth(known.recording_id).table.rows
    own = rows[rows["person_id"] == known.form.target]
    compared = 0
    for key in ("Home", *["ArrowRight"] * 16, "PageDown", *["ArrowRight"] * 3, "PageUp", *["ArrowLeft"] * 4):
        page.keyboard.press(key)
        t_s, x_m, y_m = read_student(page)
        here = own[own["t_s"] == t_s]
        if len(here):
            compared += 1
            np.testing.assert_allclose([x_m, y_m], here[["floor_x_m", "floor_y_m"]].iloc[0].to_numpy(), atol=0.06)
    assert compared >= 5
    said = slider.get_attribute("aria-valuetext") or ""
    assert said.startswith(page.locator("[data-part=words] b").inner_text())
    assert sent == [], "scrubbing sent something to the server"


def test_wrong_marks_are_told_by_shape_and_word(page: Page, server: ServerProcess, services: App) -> None:
    slider = open_map(page, server, play(services, PRACTICE_FORM, FOLLOWER))
    wrong = page.locator("g.mark[data-kind='wrong person']")
    expect(wrong.first).to_be_visible()
    assert wrong.first.locator("path.shape").count() == 1
    expect(wrong.first).to_contain_text("wrong person")
    assert page.locator("g.mark[data-kind='right'] path.shape").count() == 0
    slider.press("Home")
    said = []
    for _ in range(page.locator("g.mark").count()):
        page.get_by_role("button", name="Next mark").press("Enter")
        said.append(page.locator("[data-part=words]").inner_text())
        if page.get_by_role("button", name="Next mark").is_disabled():
            break
    assert any("wrong person" in words for words in said)
    assert list_barriers(page) == []
    page.emulate_media(media="print")
    expect(page.locator("[data-part=map]")).to_be_hidden()
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
    expect(page.locator(".sl-paper-head")).to_contain_text("School: ")
    plan = page.locator(".sl-plans img").first
    expect(plan).to_be_visible()
    assert plan.evaluate("(image) => image.naturalWidth") > 0


def test_playing_goes_on_to_the_end_and_the_floor_follows_the_student_on_a_phone(
    phone_context: BrowserContext, server: ServerProcess, services: App
) -> None:
    page = phone_context.new_page()
    slider = open_map(page, server, play(services, UPSTAIRS_FORM, PERFECT))
    slider.press("Home")
    floors = page.get_by_role("group", name="Floor")
    shown = page.locator("figure:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("data-figure", "1")
    page.get_by_label("Speed").select_option("2")
    page.get_by_role("button", name="Play").tap()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=SLOW_MS)
    assert float(page.locator("[data-part=map]").get_attribute("data-t") or 0) == float(
        slider.get_attribute("max") or -1
    )
    expect(shown).to_have_attribute("data-figure", "2")
    floors.get_by_role("button").first.tap()
    expect(floors.get_by_role("button").first).to_have_attribute("aria-pressed", "true")
    for control in page.locator("[data-part=map] :is(button, select, input)").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TOUCH_PX
    assert list_barriers(page) == []


# What the parts compute


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    context = prepare(browser.new_context())
    page = context.new_page()
    names = "cutRuns, findMark, findPlace, findSpans, writeClock"
    entry = (
        'import { cutRuns, findMark, findPlace, findSpans } from "./moment.js";\n'
        'import { writeClock } from "./map_words.js";\n'
        f"export default {{ {names} }};\n"
    )
    texts = {
        **read_texts(FOLDER / "js", suffix=".js"),
        SHARED: (CONSOLE / "js" / SHARED).read_text(encoding="utf-8"),
        "entry.js": entry,
    }
    page.evaluate(LOAD, join_modules(texts, entry="entry.js"))
    yield page
    context.close()


WAY = [
    [10.0, 0.0, 0.0, "1", True],
    [12.0, 4.0, 2.0, "1", True],
    [20.0, 8.0, 2.0, "1", False],
    [21.0, 1.0, 1.0, "2", True],
]


@pytest.mark.parametrize(
    ("t_s", "expected"),
    [
        (3.0, ("before", 0.0, 0.0, "1")),
        (10.0, ("on", 0.0, 0.0, "1")),
        (11.0, ("on", 2.0, 1.0, "1")),
        (16.0, ("on", 6.0, 2.0, "1")),
        (20.5, ("on", 8.0, 2.0, "1")),
        (21.0, ("on", 1.0, 1.0, "2")),
        (30.0, ("after", 1.0, 1.0, "2")),
    ],
)
def test_the_student_is_between_two_points_of_one_floor(modules: Page, t_s: float, expected: tuple) -> None:
    found = modules.evaluate("([path, at]) => modules.findPlace(path, at)", [WAY, t_s])
    assert (found["phase"], found["x"], found["y"], found["floor"]) == expected
    assert modules.evaluate("modules.findPlace([], 1)") is None


def test_the_way_so_far_is_cut_where_the_moment_is_and_where_it_is_off_camera(modules: Page) -> None:
    runs = modules.evaluate("(path) => modules.cutRuns(path, 16)", WAY)
    assert [(run["floor"], run["isSeen"], run["points"]) for run in runs] == [
        ("1", True, [[0, 0], [4, 2]]),
        ("1", False, [[4, 2], [6, 2]]),
    ]
    assert modules.evaluate("(path) => modules.cutRuns(path, 10)", WAY) == []


def test_clocks_read_as_the_cameras_show_them(modules: Page) -> None:
    clocks = modules.evaluate(
        "[[28500, 0], [28500, 3599.9], [43195, 5], [86395, 10]].map((at) => modules.writeClock(...at))"
    )
    assert clocks == ["7:55:00 AM", "8:54:59 AM", "12:00:00 PM", "12:00:05 AM"]
