"""Nothing a trainee did is lost: reloads, lost connections, second tabs, the end of the time."""

import random
import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route, expect

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.attempt.events import Event, EventKind
from sim.console import attempts
from sim.console.console_data import describe_work
from sim.ui.console.component import FOLDER, join_modules, read_texts
from tests.browser.conftest import OpenConsole
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess

Stored = Callable[[], dict]
EVENTS = "**/api/attempts/*/events"


def test_a_reload_goes_on_where_it_was(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-02")
    console.step_to(63)
    console.mark_spot(0.4, 0.6)
    console.step_to(87)
    console.mark_spot(0.7, 0.3)
    console.part("note").fill("Red hoodie, going east")
    console.part("handIn").click()
    console.part("finalZone").select_option(index=1)
    chosen = console.part("finalZone").input_value()
    console.part("handInBack").click()
    console.page.reload()
    console.wait_ready()
    console.wait_shown("CAM-02")
    console.wait_settled(87)
    expect(console.cards).to_have_count(2)
    expect(console.cards.nth(0)).to_contain_text("7:55:06 AM")
    expect(console.part("note")).to_have_value("Red hoodie, going east")
    expect(console.part("finalZone")).to_have_value(chosen)
    console.wait_saved()
    assert [mark["frame"] for mark in stored()["marks"]] == [63, 87]
    assert stored()["note"] == "Red hoodie, going east"

    # a mark that was taken away stays away; one in the list leads back to its moment
    console.page.locator(".found-remove").first.click()
    expect(console.cards).to_have_count(1)
    console.page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.choose("CAM-04")
    console.go_to("7:55:12 AM")
    console.wait_settled(120)
    console.page.locator(".found-go").click()
    console.wait_shown("CAM-02")
    console.wait_settled(87)
    expect(console.page.locator(".marks .ring")).to_have_count(1)
    console.wait_saved()
    assert [mark["frame"] for mark in stored()["marks"]] == [87]


def test_a_second_tab_takes_the_lead_and_the_first_says_so(context: BrowserContext, open_console: OpenConsole) -> None:
    first = open_console(context.new_page())
    first.choose("CAM-01")
    first.wait_settled()
    first.mark_spot(0.5, 0.5)
    first.wait_saved()
    second = open_console(context.new_page())
    expect(second.cards).to_have_count(1)
    expect(first.part("coverTitle")).to_have_text("This drill is open in another tab", timeout=SLOW_MS)
    second.choose("CAM-02")
    second.wait_settled()
    second.mark_spot(0.3, 0.3)
    second.wait_saved()
    first.part("coverAction").click()
    expect(first.part("cover")).to_be_hidden()
    expect(first.cards).to_have_count(2)
    expect(second.part("coverTitle")).to_have_text("This drill is open in another tab", timeout=SLOW_MS)
    tab = first.page.evaluate("sessionStorage.getItem('sightline-tab')")
    copy = context.new_page()
    copy.add_init_script(f"sessionStorage.getItem('sightline-tab') ?? sessionStorage.setItem('sightline-tab', '{tab}')")
    open_console(copy)
    assert copy.evaluate("sessionStorage.getItem('sightline-tab')") != tab, "a copied tab has an identity of its own"
    assert first.page.evaluate("sessionStorage.getItem('sightline-tab')") == tab


def answer_as(route: Route, **changes: object) -> None:
    route.fulfill(json={**route.fetch().json(), **changes})


def test_the_page_shows_what_the_server_says_of_time_access_and_itself(
    context: BrowserContext, server: ServerProcess, services: App, attempt_id: str
) -> None:
    page = context.new_page()
    page.route("**/api/attempts/*", lambda route: route.abort("connectionrefused"))
    console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}")
    page.goto(console.address)
    expect(console.part("coverTitle")).to_have_text("Waiting for the server", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()

    page.route(re.compile("/api/attempts/"), lambda route: answer_as(route, remaining_ms=59_900))
    expect(console.part("timeLeft")).to_have_text(re.compile(r"^(1:00|0:5\d)$"), timeout=SLOW_MS)
    expect(console.part("timeBox")).to_have_attribute("data-short", "true")
    page.unroute_all(behavior="wait")
    expect(console.part("timeBox")).to_have_attribute("data-short", "false", timeout=SLOW_MS)

    page.route(EVENTS, lambda route: route.fulfill(status=403, json={"error": "the token has expired"}))
    expect(console.part("coverTitle")).to_have_text("Your access has expired", timeout=SLOW_MS)
    page.unroute_all(behavior="wait")
    with page.expect_event("load"):
        console.part("coverAction").click()
    console.wait_ready()
    expect(console.part("cover")).to_be_hidden()

    page.route(EVENTS, lambda route: answer_as(route, state="timed_out", remaining_ms=0))
    expect(console.part("coverTitle")).to_have_text("Time is up", timeout=SLOW_MS)
    expect(console.part("handIn")).to_be_disabled()
    page.unroute_all(behavior="wait")
    assert attempts.get_state(services, attempt_id) is AttemptState.RUNNING


LOSE_POSTS = """
const ask = fetch;
const isLost = (how) => how?.method === "POST" && sessionStorage.getItem("isOffline") !== null;
fetch = (url, how) => (isLost(how) ? Promise.reject(new TypeError("offline")) : ask(url, how));
"""


def test_what_is_noted_offline_survives_a_reload(page: Page, open_console: OpenConsole, stored: Stored) -> None:
    page.add_init_script(LOSE_POSTS)
    console = open_console(page)
    console.mark("CAM-01", 30)
    console.wait_saved()
    page.evaluate("sessionStorage.setItem('isOffline', '')")
    console.press("b")
    console.mark("CAM-01", 45, 0.8)
    console.page.locator(".found-remove").nth(0).click()
    console.open_tool("fault")
    page.get_by_label("No picture").check()
    page.locator(".fault-form").get_by_role("button", name="Report").click()
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.press("z")
    expect(console.cards).to_have_count(2)
    assert (stored()["bookmarks"], stored()["faults"]) == ([], [])
    page.evaluate("sessionStorage.removeItem('isOffline')")
    console.wait_saved()
    assert [mark["frame"] for mark in sorted(stored()["marks"], key=lambda mark: mark["x"])] == [30, 45]
    assert [each["t_s"] for each in stored()["bookmarks"]] == [3.0]
    assert [each["fault"] for each in stored()["faults"]] == ["no-picture"]


LOAD = """
async (script) => {
  const { default: modules } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  window.modules = modules;
}
"""


def load_modules(page: Page, **exports: list[str]) -> None:
    imports = "".join(f'import {{ {", ".join(names)} }} from "./{file}.js";\n' for file, names in exports.items())
    every = ", ".join(name for names in exports.values() for name in names)
    texts = {**read_texts(FOLDER / "js", suffix=".js"), "entry.js": f"{imports}\nexport default {{ {every} }};\n"}
    page.evaluate(LOAD, join_modules(texts, entry="entry.js"))


def test_the_page_folds_waiting_events_as_the_server_does(page: Page) -> None:
    page.goto("about:blank")
    load_modules(page, work=["restoreWork"])
    dice = random.Random(82)
    kinds = ("mark", "unmark", "bookmark", "unbookmark", "fault", "unfault", "note", "focus", "seek", "speed", "view")
    for _ in range(60):
        log = [make_event(dice, seq, EventKind(dice.choice(kinds))) for seq in range(1, dice.randint(2, 40))]
        cut = dice.randint(0, len(log))
        waiting = [{"kind": event.kind.value, "payload": dict(event.payload)} for event in log[cut:]]
        work = restore(page, describe_work(log[:cut]), waiting)
        assert work == restore(page, describe_work(log), []), log


def restore(page: Page, state: dict[str, object], waiting: list[dict[str, object]]) -> dict:
    """Return what a console goes on from; marks by id, because a page does not know the place of one put back."""
    work: dict = page.evaluate("([state, waiting]) => modules.restoreWork(state, waiting)", [state, waiting])
    return {**work, "marks": sorted(work["marks"], key=lambda mark: mark["mark_id"])}


def make_event(dice: random.Random, seq: int, kind: EventKind) -> Event:
    name = dice.choice("abc")
    seconds = dice.randint(0, 159) / 10
    mark = {"mark_id": name, "camera_id": "CAM-01", "frame": 7, "t_s": 0.7, "x": 0.5, "y": 0.5}
    payloads = {
        EventKind.MARK: mark,
        EventKind.UNMARK: {"mark_id": name, "t_s": seconds},
        EventKind.BOOKMARK: {"bookmark_id": name, "camera_id": "CAM-02", "t_s": seconds, "text": dice.choice("xy")},
        EventKind.UNBOOKMARK: {"bookmark_id": name, "t_s": seconds},
        EventKind.FAULT: {"fault_id": name, "camera_id": "CAM-03", "fault": "moved", "t_s": seconds, "text": name},
        EventKind.UNFAULT: {"fault_id": name, "t_s": seconds},
        EventKind.NOTE: {"text": name, "t_s": seconds},
        EventKind.FOCUS: {"camera_id": f"CAM-0{dice.randint(1, 4)}", "t_s": seconds},
        EventKind.SEEK: {"from_s": 0.0, "t_s": seconds},
        EventKind.VIEW: dice.choice(
            ({"name": "timeline", "from_s": seconds, "to_s": seconds + 30.0}, {"name": "floor", "floor": "1"})
        ),
        EventKind.SPEED: {"speed": float(dice.choice((1, 2, 4))), "t_s": seconds},
    }
    return Event.read(tab_id="t", seq=seq, t_client_ms=seq * 100.0, kind=kind, payload=payloads[kind])
