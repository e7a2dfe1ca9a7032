"""Marking, and what else a searcher notes: legs, undo, a closer look, bookmarks, saved pictures, reports of faults."""

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from sim.drill.event import Event, EventKind
from sim.drill.resume import fold_console_state
from sim.services.intake import accept_events
from sim.services.wiring import App
from tests.browser.conftest import OpenConsole
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.tiny_recording import BIT_PX, BITS, SIZE_WH, read_frame_number

Stored = Callable[[], dict]
SCRIPTS = Path(__file__).parents[2] / "sim/ui/console/js"
MOST_POSTS = 8
PLAYERS = pytest.mark.parametrize("player", ["decoder", "video"], indirect=True)

READ_ON_PRESS = """
(console, {bits, bit}) => {
  const read = () => {
    const canvas = document.createElement("canvas");
    canvas.width = bits * bit;
    canvas.height = 8;
    const pen = canvas.getContext("2d");
    pen.drawImage(console.querySelector(".main-video:not([hidden])"), 0, 0, bits * bit, 8, 0, 0, bits * bit, 8);
    let number = 0;
    for (let place = 0; place < bits; place++) {
      if (pen.getImageData(place * bit + bit / 2, 3, 1, 1).data[1] > 128) number |= 1 << place;
    }
    return number;
  };
  globalThis.pressed = [];
  let before = 0;
  const inPicture = (event) => event.composedPath().some((node) => node.dataset?.part === "picture");
  window.addEventListener("pointerdown", () => (before = read()), { capture: true });
  window.addEventListener("pointerdown", (event) => inPicture(event) && pressed.push([before, read()]));
}
"""
FILL_STORAGE = """
() => {
  let size = 1 << 20;
  for (let number = 0; size > 16; ) {
    try {
      sessionStorage.setItem(`filler-${number}`, "x".repeat(size));
      number++;
    } catch {
      size >>= 1;
    }
  }
}
"""
IMPORT = """
async ([text, name, values]) => {
  const module = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return module[name](...values);
}
"""


@pytest.fixture
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    if request.param == "video":
        context.add_init_script("try { localStorage.setItem('sightline-player', 'video') } catch {}")
    return str(request.param)


@pytest.fixture
def phone(phone_context: BrowserContext, open_console: OpenConsole) -> ConsolePage:
    opened = open_console(phone_context.new_page())
    opened.page.locator(".tile[data-camera=CAM-02]").tap()
    opened.wait_shown("CAM-02")
    opened.wait_settled()
    return opened


def mark(console: ConsolePage, camera_id: str, frame: int, x: float = 0.5) -> None:
    count = console.cards.count()
    console.choose(camera_id)
    console.step_to(frame)
    console.click_picture(x, 0.6)
    expect(console.cards).to_have_count(count + 1)


def list_events(services: App, attempt_id: str, kind: EventKind) -> list[dict]:
    with services.store.read() as work:
        log = work.events.list_all(attempt_id)
    return [dict(stored.event.payload) for stored in log if stored.event.kind is kind]


def wait_zooms(console: ConsolePage, services: App, attempt_id: str, count: int) -> None:
    """Wait until so many views have come to rest and are stored."""
    for _ in range(MOST_POSTS):
        if len(list_events(services, attempt_id, EventKind.ZOOM)) >= count:
            return
        with console.page.expect_response("**/events"):
            pass
    raise AssertionError(
        f"{count} views were to be noted, there are {list_events(services, attempt_id, EventKind.ZOOM)}"
    )


def run_module(page: Page, file: str, name: str, *values: object) -> object:
    """Call a function of a console module that imports nothing."""
    return page.evaluate(IMPORT, [(SCRIPTS / file).read_text(encoding="utf-8"), name, list(values)])


@PLAYERS
def test_a_mark_made_while_playing_is_of_the_frame_on_screen(player: str, console: ConsolePage, stored: Stored) -> None:
    expect(console.root).to_have_attribute("data-player", player)
    console.choose("CAM-01")
    console.root.evaluate(READ_ON_PRESS, {"bits": BITS, "bit": BIT_PX})
    speeds, marks_each = ("1", "2", "4"), 4
    count = 0
    for speed in speeds:
        console.go_to("7:55:00 AM")
        console.wait_settled(0)
        console.part("speed").select_option(speed)
        console.press(" ")
        for _ in range(marks_each):
            console.wait_frame_beyond(int(console.root.get_attribute("data-frame") or 0) + 1)
            count += 1
            console.click_picture(0.06 * count, 0.5)
            expect(console.cards).to_have_count(count)
        expect(console.part("play")).to_have_attribute("aria-label", "Pause")
        console.press("k")
        expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_saved()
    made = sorted(stored()["fixes"], key=lambda fix: fix["x"])
    seen = console.page.evaluate("pressed")
    assert len(made) == len(seen) == count == len(speeds) * marks_each
    for fix, (before, after) in zip(made, seen, strict=True):
        assert before <= fix["frame"] <= after
        assert fix["t_s"] == pytest.approx(fix["frame"] / 10)
    assert sum(before == after for before, after in seen) >= count - 2


def test_a_double_click_marks_once_and_zooms_nothing(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    box = console.part("picture").bounding_box()
    assert box is not None
    console.page.mouse.dblclick(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    console.click_picture(0.6, 0.5)
    expect(console.cards).to_have_count(2)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "false")
    console.wait_saved()
    expect(console.cards).to_have_count(2)


def test_a_drag_that_comes_back_is_no_mark(console: ConsolePage) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    box = console.part("picture").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    console.page.mouse.move(x, y)
    console.page.mouse.down()
    console.page.mouse.move(x + 60, y, steps=3)
    console.page.mouse.move(x, y, steps=3)
    console.page.mouse.up()
    console.click_picture(0.2, 0.5)
    expect(console.cards).to_have_count(1)


def test_marks_are_legs_with_a_confidence_and_keys_go_from_one_to_the_next(
    console: ConsolePage, stored: Stored
) -> None:
    mark(console, "CAM-01", 20)
    mark(console, "CAM-02", 80)
    mark(console, "CAM-01", 42)
    legs = console.page.locator(".found-leg")
    expect(legs).to_have_count(2)
    expect(legs.nth(0)).to_contain_text("7:55:02–7:55:04")
    expect(legs.nth(0).locator(".found-card")).to_have_count(2)
    sure = console.page.locator(".found-sure")
    console.press("c")
    console.press("c")
    expect(sure.nth(1)).to_have_text("Fairly")
    sure.nth(2).focus()
    for _ in range(3):
        console.press("Enter")
    expect(sure.nth(2)).to_have_text("Sure")
    expect(sure.nth(2)).to_be_focused()
    expect(sure.nth(2)).to_have_accessible_name("Sure. How sure are you of the mark on Hall A at 7:55:08 AM? Now: sure")
    expect(sure.nth(0)).to_have_text("Sure?")
    console.page.locator(".found-remove").nth(1).focus()
    console.press("Enter")
    expect(console.page.locator(".found-remove").nth(1)).to_be_focused()
    console.press("z")
    expect(console.cards).to_have_count(3)
    for key, camera_id, frame in (("u", "CAM-01", 20), ("i", "CAM-01", 42), ("i", "CAM-02", 80)):
        console.press(key)
        console.wait_shown(camera_id)
        console.wait_settled(frame)
    console.press("i")
    expect(console.part("toast")).to_have_text("There is no mark after this")
    console.wait_saved()
    assert [fix["confidence"] for fix in sorted(stored()["fixes"], key=lambda fix: fix["frame"])] == [None, 2, 3]
    console.page.reload()
    console.wait_ready()
    expect(sure).to_have_text(["Sure?", "Fairly", "Sure"])


def test_undo_goes_back_several_steps_over_a_reload_and_leaves_another_tabs_work_alone(
    context: BrowserContext, open_console: OpenConsole, stored: Stored
) -> None:
    console = open_console(context.new_page())
    console.choose("CAM-01")
    console.wait_settled()
    for count, x in enumerate((0.2, 0.5, 0.8), start=1):
        console.click_picture(x, 0.5)
        expect(console.cards).to_have_count(count)
    console.press("c")
    console.page.locator(".found-remove").nth(2).click()
    expect(console.part("toast")).to_contain_text("Removed: Lobby, 7:55:")
    console.part("toast").get_by_role("button", name="Undo").click()
    expect(console.part("toast")).to_contain_text("Put back: Lobby")
    expect(console.page.locator(".found-sure").nth(2)).to_have_text("Not sure")
    console.page.locator(".found-remove").nth(0).click()
    expect(console.cards).to_have_count(2)
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    console.wait_settled()
    console.press("z")
    expect(console.cards).to_have_count(3)
    console.press("Control+z")
    console.press("Control+z")
    expect(console.cards).to_have_count(1)
    console.wait_saved()
    assert [fix["x"] for fix in stored()["fixes"]] == pytest.approx([0.2], abs=0.003)
    other = open_console(context.new_page())
    other.page.locator(".found-remove").click()
    other.wait_saved()
    console.part("coverAction").click()
    expect(console.cards).to_have_count(0)
    console.press("z")
    expect(console.part("toast")).to_have_text("There is no mark or removal to undo")
    expect(console.cards).to_have_count(0)


def test_a_closer_look_is_noted_and_f_marks_its_middle(
    console: ConsolePage, services: App, attempt_id: str, stored: Stored
) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    box = console.part("picture").bounding_box()
    assert box is not None
    console.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4)
    console.page.mouse.wheel(0, -300)
    console.page.mouse.wheel(0, -300)
    expect(console.part("stage")).to_have_attribute("data-zoomed", "true")
    console.press("f")
    console.press("f")
    expect(console.cards).to_have_count(1)
    console.press("Escape")
    wait_zooms(console, services, attempt_id, 1)
    (view,) = list_events(services, attempt_id, EventKind.ZOOM)
    assert view["scale"] == pytest.approx(1.0018**600, rel=0.01)
    fix = stored()["fixes"][0]
    assert (fix["x"], fix["y"]) == (view["x"], view["y"])
    stays = 0.7 - (0.7 - 0.5) / view["scale"]
    assert fix["x"] == pytest.approx(stays, abs=0.01)
    console.press("Escape")
    expect(console.part("stage")).to_have_attribute("data-zoomed", "false")
    expect(console.part("wholePicture")).to_be_hidden()
    wait_zooms(console, services, attempt_id, 2)
    assert list_events(services, attempt_id, EventKind.ZOOM)[1]["scale"] == 1


def test_fingers_pinch_and_a_double_tap_neither_marks_nor_zooms(
    phone: ConsolePage, services: App, attempt_id: str
) -> None:
    phone.tap_picture(0.3, 0.6)
    phone.tap_picture(0.3, 0.6)
    expect(phone.part("pendingMark")).to_be_visible()
    expect(phone.cards).to_have_count(0)
    expect(phone.part("stage")).to_have_attribute("data-zoomed", "false")
    phone.part("pendingDrop").tap()
    box = phone.part("picture").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with touching(phone.page) as fingers:
        for spread in range(20, 81, 10):
            fingers((middle[0] - spread, middle[1]), (middle[0] + spread, middle[1]))
    expect(phone.part("stage")).to_have_attribute("data-zoomed", "true")
    expect(phone.part("pendingMark")).to_be_hidden()
    assert phone.page.evaluate("visualViewport.scale") == 1
    wait_zooms(phone, services, attempt_id, 1)
    (view,) = list_events(services, attempt_id, EventKind.ZOOM)
    assert view["scale"] == pytest.approx(4, rel=0.05)
    with touching(phone.page) as fingers:
        for moved in range(0, 61, 20):
            fingers((middle[0] - moved, middle[1]))
    wait_zooms(phone, services, attempt_id, 2)
    dragged = list_events(services, attempt_id, EventKind.ZOOM)[1]
    assert dragged["x"] > view["x"] + 0.02
    expect(phone.part("pendingMark")).to_be_hidden()


@contextmanager
def touching(page: Page) -> Iterator[Callable[..., None]]:
    """Fingers on the screen: each call puts them somewhere, the end lifts them."""
    session: CDPSession = page.context.new_cdp_session(page)
    is_down = False

    def put(*points: tuple[float, float]) -> None:
        nonlocal is_down
        kind = "touchMove" if is_down else "touchStart"
        is_down = True
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    yield put
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_bookmarks_are_named_gone_to_removed_and_kept(console: ConsolePage, stored: Stored) -> None:
    console.press("b")
    expect(console.part("toast")).to_have_text("Choose a camera first")
    console.choose("CAM-01")
    console.step_to(33)
    console.press("b")
    expect(console.part("toast")).to_contain_text("Bookmarked: Lobby, 7:55:03 AM")
    console.press("b")
    console.part("toast").get_by_role("button", name="Add note").click()
    rows = console.page.locator(".noted-row[data-bookmark]")
    expect(rows).to_have_count(1)
    expect(rows.locator("input")).to_be_focused()
    console.page.keyboard.type('the "blue" bag <b>')
    console.page.keyboard.press("Tab")
    console.press("Escape")
    console.choose("CAM-02")
    console.step_to(90)
    console.page.locator(".controls [data-tool=bookmark]").click()
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    open_tool(console, "bookmarks")
    expect(rows).to_have_count(2)
    expect(rows.nth(0).locator("input")).to_have_value('the "blue" bag <b>')
    rows.nth(1).get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(1)
    rows.locator(".noted-go").click()
    console.wait_shown("CAM-01")
    console.wait_settled(33)
    console.wait_saved()
    assert [(each["t_s"], each["text"]) for each in stored()["bookmarks"]] == [(3.3, 'the "blue" bag <b>')]


def open_tool(console: ConsolePage, name: str) -> None:
    console.part("moreOpen").click()
    console.page.locator(f".more-row[data-tool={name}]").click()


@PLAYERS
def test_the_picture_is_saved_as_it_is_shown(player: str, console: ConsolePage, services: App, attempt_id: str) -> None:
    console.choose("CAM-02")
    console.step_to(77)
    with console.page.expect_download() as waiting:
        console.press("s")
    assert waiting.value.suggested_filename == "sightline_hall-a_7-55-07-am.jpg"
    picture = np.asarray(Image.open(io.BytesIO(waiting.value.path().read_bytes())).convert("RGB"))
    assert picture.shape[1] == SIZE_WH[0]
    band = picture[SIZE_WH[1] :]
    assert len(band) >= 20
    assert read_frame_number(picture[: SIZE_WH[1]]) == 77
    columns = (band.max(axis=(0, 2)) > 140).nonzero()[0]
    assert columns.min() < SIZE_WH[0] * 0.1
    assert columns.max() > SIZE_WH[0] * 0.9
    console.wait_saved()
    (event,) = list_events(services, attempt_id, EventKind.SNAPSHOT)
    assert (event["camera_id"], event["t_s"]) == ("CAM-02", 7.7)


def test_names_become_safe_file_names_and_marks_legs(page: Page) -> None:
    page.goto("about:blank")
    named = run_module(page, "snapshot.js", "nameSnapshot", '../The "Gym": é\\n?*', "8:05:10 AM")
    assert named == "sightline_the-gym-e-n_8-05-10-am"
    fixes = [{"camera_id": c, "t_s": t} for c, t in (("A", 0), ("A", 30), ("A", 60.5), ("B", 61), ("A", 62))]
    legs = run_module(page, "legs.js", "groupLegs", fixes)
    assert isinstance(legs, list)
    assert [[fix["t_s"] for fix in leg["fixes"]] for leg in legs] == [[0, 30], [60.5], [61], [62]]


LOSE_POSTS = """
const ask = fetch;
const isLost = (how) => how?.method === "POST" && sessionStorage.getItem("isOffline") !== null;
fetch = (url, how) => (isLost(how) ? Promise.reject(new TypeError("offline")) : ask(url, how));
"""


def test_what_is_noted_offline_survives_a_reload(page: Page, open_console: OpenConsole, stored: Stored) -> None:
    page.add_init_script(LOSE_POSTS)
    console = open_console(page)
    mark(console, "CAM-01", 30)
    console.wait_saved()
    page.evaluate("sessionStorage.setItem('isOffline', '')")
    console.press("c")
    console.press("b")
    mark(console, "CAM-01", 45, 0.8)
    console.page.locator(".found-remove").nth(0).click()
    open_tool(console, "fault")
    page.get_by_label("No picture").check()
    page.locator(".fault-form").get_by_role("button", name="Report").click()
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    page.reload()
    console.wait_ready()
    expect(console.cards).to_have_count(1)
    console.press("z")
    expect(console.page.locator(".found-sure")).to_have_text(["Not sure", "Sure?"])
    assert (stored()["bookmarks"], stored()["faults"]) == ([], [])
    page.evaluate("sessionStorage.removeItem('isOffline')")
    console.wait_saved()
    assert [fix["confidence"] for fix in sorted(stored()["fixes"], key=lambda fix: fix["x"])] == [1, None]
    assert [each["t_s"] for each in stored()["bookmarks"]] == [3.0]
    assert [each["fault"] for each in stored()["faults"]] == ["no-picture"]


def test_the_page_folds_waiting_events_as_the_server_does(page: Page) -> None:
    page.goto("about:blank")
    dice = random.Random(82)
    kinds = (
        "fix",
        "unfix",
        "confidence",
        "bookmark",
        "unbookmark",
        "fault",
        "unfault",
        "note",
        "focus",
        "seek",
        "speed",
    )
    for _ in range(60):
        log = [make_event(dice, seq, EventKind(dice.choice(kinds))) for seq in range(1, dice.randint(2, 40))]
        cut = dice.randint(0, len(log))
        waiting = [{"kind": event.kind.value, "payload": dict(event.payload)} for event in log[cut:]]
        work = restore(page, describe(log[:cut]), waiting)
        assert work == restore(page, describe(log), []), log


def restore(page: Page, state: dict[str, object], waiting: list[dict[str, object]]) -> dict:
    """Return what a console goes on from; fixes by id, because a page does not know the place of one put back."""
    work = run_module(page, "resume.js", "restoreWork", state, waiting)
    assert isinstance(work, dict)
    return {**work, "fixes": sorted(work["fixes"], key=lambda fix: fix["fix_id"])}


def make_event(dice: random.Random, seq: int, kind: EventKind) -> Event:
    name = dice.choice("abc")
    seconds = dice.randint(0, 159) / 10
    fix = {"fix_id": name, "camera_id": "CAM-01", "frame": 7, "t_s": 0.7, "x": 0.5, "y": 0.5}
    payloads = {
        EventKind.FIX: fix | {"confidence": dice.choice((None, 1, 3))},
        EventKind.UNFIX: {"fix_id": name, "t_s": seconds},
        EventKind.CONFIDENCE: {"fix_id": name, "confidence": dice.choice((None, 1, 2, 3)), "t_s": seconds},
        EventKind.BOOKMARK: {"bookmark_id": name, "camera_id": "CAM-02", "t_s": seconds, "text": dice.choice("xy")},
        EventKind.UNBOOKMARK: {"bookmark_id": name, "t_s": seconds},
        EventKind.FAULT: {"fault_id": name, "camera_id": "CAM-03", "fault": "moved", "t_s": seconds, "text": name},
        EventKind.UNFAULT: {"fault_id": name, "t_s": seconds},
        EventKind.NOTE: {"text": name, "t_s": seconds},
        EventKind.FOCUS: {"camera_id": f"CAM-0{dice.randint(1, 4)}", "t_s": seconds},
        EventKind.SEEK: {"from_s": 0.0, "t_s": seconds},
        EventKind.SPEED: {"speed": float(dice.choice((1, 2, 4))), "t_s": seconds},
    }
    return Event(tab_id="t", seq=seq, t_client_ms=seq * 100.0, kind=kind, payload=payloads[kind])


def describe(log: list[Event]) -> dict[str, object]:
    """Return the part of the server's answer that the page goes on from."""
    state = fold_console_state(log)
    shown = ("fix_id", "camera_id", "frame", "t_s", "x", "y", "confidence")
    return {
        "fixes": [{name: getattr(fix, name) for name in shown} for fix in state.fixes],
        "bookmarks": [asdict(each) for each in state.bookmarks],
        "faults": [asdict(each) for each in state.faults],
        "note": state.note,
        "resume": {"camera_id": state.camera_id, "t_s": state.t_s or 0.0, "speed": state.speed},
    }


def test_what_is_wrong_with_a_camera_is_reported_taken_back_and_told_in_the_debrief(
    console: ConsolePage, stored: Stored
) -> None:
    console.choose("CAM-03")
    open_tool(console, "fault")
    report = console.page.locator(".fault-form").get_by_role("button", name="Report")
    report.click()
    expect(console.page.locator(".noted-problem")).to_have_text("Choose what is wrong.")
    console.page.get_by_label("Something else").check()
    report.click()
    expect(console.page.locator(".noted-problem")).to_have_text("Say in a few words what is wrong.")
    console.page.get_by_label("In a few words").fill('a "bird" *sits* on it')
    report.click()
    expect(console.part("faultSheet")).to_be_hidden()
    for text in ("", "95 s slow"):
        open_tool(console, "fault")
        console.page.get_by_label("Clock is wrong").check()
        console.page.get_by_label("In a few words").fill(text)
        report.click()
    console.wait_saved()
    assert [(each["fault"], each["text"]) for each in stored()["faults"]] == [
        ("other", 'a "bird" *sits* on it'),
        ("wrong-clock", "95 s slow"),
    ]
    open_tool(console, "fault")
    console.page.get_by_label("View has moved").check()
    report.click()
    console.wait_saved()
    console.page.reload()
    console.wait_ready()
    open_tool(console, "fault")
    rows = console.page.locator(".noted-row[data-report]")
    expect(rows).to_have_count(3)
    rows.nth(2).get_by_role("button").click()
    expect(rows).to_have_count(2)
    console.press("Escape")
    console.wait_saved()
    console.hand_in(zone=None)
    expect(console.page.get_by_role("heading", name="Cameras with something wrong")).to_be_visible(timeout=SLOW_MS)
    table = console.page.get_by_test_id("stTable").filter(has_text="You reported")
    expect(table).to_contain_text('a "bird" *sits* on it')
    expect(table).to_contain_text("Clock is wrong: 95 s slow")
    expect(table).to_contain_text("no such fault")
    expect(table).not_to_contain_text("View has moved")


def test_a_full_storage_keeps_nobody_from_marking(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    console.click_picture(0.2, 0.5)
    expect(console.cards).to_have_count(1)
    console.page.evaluate(FILL_STORAGE)
    console.click_picture(0.5, 0.5)
    console.click_picture(0.8, 0.5)
    expect(console.cards).to_have_count(3)
    console.press("z")
    expect(console.cards).to_have_count(2)
    console.part("note").fill("goes on")
    console.part("note").blur()
    console.wait_saved()
    assert [fix["x"] for fix in stored()["fixes"]] == pytest.approx([0.2, 0.5], abs=0.003)
    console.page.evaluate("sessionStorage.clear()")


def test_ten_thousand_marks_are_shown_and_another_is_made(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str, stored: Stored
) -> None:
    count = 10_000
    marks = [
        Event(
            tab_id="0b6b4a2e-6b8e-4a53-9d0c-2f4f6a0a1c11",
            seq=seq,
            t_client_ms=0.0,
            kind=EventKind.FIX,
            payload={
                "fix_id": str(seq),
                "camera_id": f"CAM-0{1 + seq % 4}",
                "frame": seq * 159 // count,
                "t_s": seq * 159 // count / 10,
                "x": 0.5,
                "y": 0.5,
            },
        )
        for seq in range(1, count + 1)
    ]
    accept_events(services, attempt_id, tab_id=marks[0].tab_id, events=marks)
    console = open_console(page)
    expect(console.part("foundCount")).to_have_text(str(count), timeout=SLOW_MS)
    console.choose("CAM-01")
    console.wait_settled()
    console.click_picture(0.2, 0.5)
    expect(console.part("foundCount")).to_have_text(str(count + 1))
    console.press("z")
    expect(console.part("foundCount")).to_have_text(str(count))
    console.wait_saved()
    assert len(stored()["fixes"]) == count


def test_no_button_beside_the_playback_buttons_is_cut_off(console: ConsolePage) -> None:
    one_row_px = 44
    for width, height in ((1366, 768), (1920, 1080), (1180, 820), (1024, 768), (768, 1024), (390, 844)):
        console.page.set_viewport_size({"width": width, "height": height})
        console.wait_fits()
        controls = console.part("controls")
        overhang_px = controls.evaluate(
            "(row) => Math.max(...[...row.querySelectorAll('button')].map((e) => e.getBoundingClientRect().right))"
            " - row.getBoundingClientRect().right"
        )
        assert overhang_px <= 0.5, (width, height)
        if width == 1366:
            box = controls.bounding_box()
            assert box is not None
            assert box["height"] == one_row_px
            expect(console.page.locator(".near-tools [data-tool=snapshot]")).to_be_in_viewport(ratio=1)
