"""A console through a pause, through calls that come in during a drill, and watched again afterwards."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from sim.app.wiring import App, system_clock
from sim.attempt import attempt as clocks
from sim.attempt.arrivals import LEARNS_WITHIN_S
from sim.attempt.attempt import Attempt, AttemptState, Instant
from sim.attempt.interruptions import Call
from sim.attempt.options import DrillOption
from sim.console import attempts
from sim.console.console_data import describe_state, list_calls
from sim.features.debrief import debrief
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage, find_box
from tests.support.given import begin, load_attempt
from tests.support.server_process import ServerProcess

Step = Callable[[], None]
EVENTS = "**/api/attempts/**"


def turn_clock(services: App, attempt_id: str, turn: Callable[[Attempt, Instant], Attempt]) -> None:
    with services.store.write() as work:
        row = work.attempts.get(attempt_id)
        work.save_row(replace(row, timing=turn(row.timing, services.clock.read())))


@pytest.fixture
def pause(services: App, attempt_id: str) -> Step:
    return lambda: turn_clock(services, attempt_id, clocks.pause)


@pytest.fixture
def resume(services: App, attempt_id: str) -> Step:
    return lambda: turn_clock(services, attempt_id, clocks.resume)


@pytest.fixture
def cover(page: Page) -> Iterator[Locator]:
    yield page.get_by_text("Paused by your trainer")


def let_pass(page: Page, seconds: float) -> None:
    page.wait_for_function("at => performance.now() > at", arg=page.evaluate("performance.now()") + seconds * 1000)


def test_a_console_goes_through_a_pause_and_a_reload_and_loses_nothing(
    page: Page, console: ConsolePage, cover: Locator, *, services: App, attempt_id: str, pause: Step, resume: Step
) -> None:
    console.mark("CAM-01", 20)
    console.part("play").click()
    pause()
    expect(cover).to_be_visible(timeout=SLOW_MS)
    let_pass(page, LEARNS_WITHIN_S + 1)
    page.reload()
    expect(cover).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("The clock has stopped for everyone")).to_be_visible()
    left = console.part("timeLeft").inner_text()
    let_pass(page, 3)
    assert console.part("timeLeft").inner_text() == left
    resume()
    expect(cover).to_be_hidden(timeout=SLOW_MS)
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    console.mark("CAM-02", 30)
    console.wait_saved()
    assert page.evaluate(
        "() => [...document.querySelectorAll('img')].every((each) => !each.src || each.naturalWidth > 0)"
    )
    console.hand_in()
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("came while the drill was paused")).to_have_count(0)
    row = load_attempt(services, attempt_id)
    assert (row.timing.state, row.paused_actions) == (AttemptState.SUBMITTED, 0)
    assert row.timing.paused_s > LEARNS_WITHIN_S


def test_a_console_that_was_offline_keeps_what_was_marked_before_the_pause_and_is_told_of_the_rest(
    page: Page, console: ConsolePage, cover: Locator, *, stored: Callable[[], dict], pause: Step, resume: Step
) -> None:
    console.wait_saved()
    page.route(EVENTS, lambda route: route.abort())
    console.mark("CAM-01", 20)
    let_pass(page, 0.5)
    pause()
    let_pass(page, LEARNS_WITHIN_S + 1.5)
    console.mark("CAM-01", 40)
    let_pass(page, 5)
    page.unroute(EVENTS)
    expect(cover).to_be_visible(timeout=SLOW_MS)
    resume()
    expect(page.get_by_text("What you did while the drill was paused does not count")).to_be_visible(timeout=SLOW_MS)
    expect(cover).to_be_hidden()
    expect(console.cards).to_have_count(1, timeout=SLOW_MS)
    console.wait_saved()
    assert [fix["frame"] for fix in stored()["marks"]] == [20]


JUST_BEFORE_S = 1.0
AT_ONCE_MS = 5.0
"""Keys answer within a tenth of a second when nothing else runs."""


class EarlierClock:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def read(self) -> Instant:
        now = system_clock().read()
        return replace(now, wall=now.wall - timedelta(seconds=self.seconds), epoch="earlier")


class InterruptedDrill:
    def __init__(self, page: Page, server: ServerProcess, services: App) -> None:
        self.services = services
        options = frozenset({DrillOption.INTERRUPTIONS})
        self.attempt_id = attempts.create_practice(services, form_id=PRACTICE_FORM, options=options)
        self.call: Call = list_calls(services, load_attempt(services, self.attempt_id))[0]
        earlier = replace(services, clock=EarlierClock(self.call.at_s - JUST_BEFORE_S))
        begin(earlier, self.attempt_id)
        self.console = ConsolePage(page, f"{server.url}/drill?attempt={self.attempt_id}").open()
        self.card = self.console.part("callCard")
        expect(self.card).to_be_visible(timeout=SLOW_MS)

    @property
    def right(self) -> str:
        return next(reply.label for reply in self.call.replies if reply.value == self.call.right)

    @property
    def stored(self) -> dict[str, dict[str, object]]:
        return dict(describe_state(self.services, self.attempt_id)["calls"])

    @property
    def came_ms(self) -> float:
        return float(str(self.stored[self.call.call_id]["at_ms"]))


def test_a_call_survives_a_reload_and_is_answered_by_keys(page: Page, server: ServerProcess, services: App) -> None:
    drill = InterruptedDrill(page, server, services)
    console = drill.console
    expect(drill.card).to_contain_text(drill.call.message)
    console.wait_saved()
    page.reload()
    expect(drill.card).to_be_visible(timeout=SLOW_MS)
    came = drill.stored[drill.call.call_id]
    assert came["is_over"] is False
    console.wait_saved()
    assert drill.stored[drill.call.call_id] == came

    console.part("handIn").focus()
    console.press("r")
    if drill.call.from_memory:
        expect(drill.card.get_by_role("button", name="Continue")).to_be_focused()
        console.press("Enter")
        expect(drill.card.get_by_text(drill.call.message)).to_be_hidden()
    expect(drill.card.locator(".call-card-replies button").first).to_be_focused()
    for _ in range([reply.value for reply in drill.call.replies].index(drill.call.right)):
        console.press("Tab")
    console.press("Enter")
    expect(drill.card).to_be_hidden()
    expect(console.part("handIn")).to_be_focused()
    console.wait_saved()
    assert drill.stored[drill.call.call_id]["is_over"] is True
    console.choose("CAM-01")
    console.hand_in()
    expect(page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
    (line,) = debrief.get_debrief(services, drill.attempt_id).calls
    assert (line.outcome.split(",")[0], line.reply) == ("Correct", drill.right)
    page.locator("summary").filter(has_text="Details").click()
    expect(page.get_by_text("Calls while you searched:")).to_be_visible()
    console.watch_again()
    console.jump_replay(drill.came_ms + AT_ONCE_MS)
    expect(drill.card).to_be_visible()
    expect(drill.card).to_contain_text(drill.call.question)
    console.jump_replay(drill.came_ms - 100)
    expect(drill.card).to_be_hidden()


def test_on_a_phone_a_call_hides_nothing(phone_context: BrowserContext, server: ServerProcess, services: App) -> None:
    drill = InterruptedDrill(phone_context.new_page(), server, services)
    console = drill.console
    console.wait_fits()
    grid, card = find_box(console.part("wall")), find_box(drill.card)
    assert card["y"] - grid["y"] >= 0.35 * grid["height"]
    console.choose("CAM-01")
    for name in ("timeBox", "handIn", "stage", "play"):
        box, card = find_box(console.part(name)), find_box(drill.card)
        assert box["y"] + box["height"] <= card["y"] or box["y"] >= card["y"] + card["height"], name
    if drill.call.from_memory:
        drill.card.get_by_role("button", name="Continue").tap()
    reply = drill.card.get_by_role("button", name=drill.right)
    assert find_box(reply)["height"] >= 44
    reply.tap()
    expect(drill.card).to_be_hidden()
    console.wait_saved()
    assert drill.stored[drill.call.call_id]["is_over"] is True


Moment = tuple[int, str, int]
"""When it was, in ms of the drill, and which frame of which camera was shown."""
SHOWS_MOMENT = "([console, atMs]) => console.dataset.atMs === String(atMs) && console.dataset.settled === 'true'"
LAG_FRAMES = 3
"""By how many frames a picture may lie behind the clock before playing waits for it, see `clocks.js`, and one."""


def note_moment(console: ConsolePage, camera_id: str) -> Moment:
    console.wait_settled()
    console.wait_saved()
    at_ms, frame = (int(console.root.get_attribute(f"data-{name}") or -1) for name in ("at-ms", "frame"))
    return at_ms, camera_id, frame


def search(console: ConsolePage) -> list[Moment]:
    console.choose("CAM-01")
    console.press(" ")
    console.wait_frame_beyond(12)
    console.press("k")
    moments = [note_moment(console, "CAM-01")]
    console.choose("CAM-02")
    console.press("]")
    console.press(" ")
    console.wait_frame_beyond(45)
    console.press("k")
    moments.append(note_moment(console, "CAM-02"))
    for _ in range(3):
        console.press(",")
    moments.append(note_moment(console, "CAM-02"))
    console.choose("CAM-03")
    console.go_to("7:55:09 AM")
    console.mark_spot(0.4, 0.6)
    return [*moments, note_moment(console, "CAM-03")]


def test_the_same_cameras_at_the_same_times(console: ConsolePage) -> None:
    moments = search(console)
    assert moments[-1][2] == 90
    console.press("w")
    console.wait_saved()
    console.hand_in()
    console.watch_again()
    expect(console.part("replayPlay")).to_have_attribute("aria-label", "Play the replay")
    for at_ms, camera_id, frame in (*moments, moments[0]):
        console.jump_replay(at_ms)
        shown = [console.root.element_handle(), at_ms]
        console.page.wait_for_function(SHOWS_MOMENT, arg=shown, polling="raf", timeout=SLOW_MS)
        expect(console.part("stage")).to_have_attribute("data-camera", camera_id)
        assert int(console.root.get_attribute("data-frame") or -1) == pytest.approx(frame, abs=LAG_FRAMES)

    console.jump_replay(10**9)
    expect(console.cards).to_have_count(1)
    expect(console.page.locator(".tile:visible")).to_have_count(1)
    console.jump_replay(0)
    expect(console.page.locator(".tile:visible")).to_have_count(4)
    console.press("f")
    expect(console.part("cross")).to_be_hidden()
    console.page.get_by_role("link", name="Back to debrief").click()
    expect(console.page.get_by_role("heading", name=re.compile("^Debrief"))).to_be_visible(timeout=SLOW_MS)

    console.page.goto(f"{console.page.url}&replay=expert")
    expect(console.root).to_have_attribute("data-mode", "replay", timeout=SLOW_MS)
    console.wait_ready()
    console.jump_replay(10**9)
    expect(console.part("replayCaption")).to_have_text(re.compile(r"\w+ .*\.$"))
