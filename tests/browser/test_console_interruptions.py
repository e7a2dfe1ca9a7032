"""Calls that come in during a drill: answered by keys and by touch, kept over a reload, shown in the replay."""

from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, expect

from sim.app.wiring import App, system_clock
from sim.attempt.attempt import Instant
from sim.attempt.interruptions import Call
from sim.attempt.options import DrillOption
from sim.console import attempts
from sim.console.console_data import describe_state, list_calls
from sim.features.debrief import debrief
from tests.browser.conftest import PRACTICE_FORM
from tests.support.console_page import SLOW_MS, ConsolePage, find_box
from tests.support.given import begin, load_attempt
from tests.support.server_process import ServerProcess

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
