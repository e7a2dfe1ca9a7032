"""Work is kept: while the server cannot be reached, over a reload, in a browser whose storage is full."""

import random
from collections.abc import Callable
from dataclasses import asdict

import pytest
from playwright.sync_api import Page, expect

from sim.drill.event import Event, EventKind
from sim.drill.resume import fold_console_state
from tests.browser.conftest import OpenConsole
from tests.support.console_modules import load_modules
from tests.support.console_page import SLOW_MS, ConsolePage

Stored = Callable[[], dict]
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


def test_the_page_folds_waiting_events_as_the_server_does(page: Page) -> None:
    page.goto("about:blank")
    load_modules(page, resume=["restoreWork"])
    dice = random.Random(82)
    kinds = (
        "mark",
        "unmark",
        "bookmark",
        "unbookmark",
        "fault",
        "unfault",
        "note",
        "focus",
        "seek",
        "speed",
        "view",
    )
    for _ in range(60):
        log = [make_event(dice, seq, EventKind(dice.choice(kinds))) for seq in range(1, dice.randint(2, 40))]
        cut = dice.randint(0, len(log))
        waiting = [{"kind": event.kind.value, "payload": dict(event.payload)} for event in log[cut:]]
        work = restore(page, describe(log[:cut]), waiting)
        assert work == restore(page, describe(log), []), log


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
    return Event(tab_id="t", seq=seq, t_client_ms=seq * 100.0, kind=kind, payload=payloads[kind])


def describe(log: list[Event]) -> dict[str, object]:
    state = fold_console_state(log)
    shown = ("camera_id", "frame", "t_s", "x", "y")
    return {
        "marks": [{"mark_id": mark.mark_id} | {name: getattr(mark, name) for name in shown} for mark in state.marks],
        "bookmarks": [asdict(each) for each in state.bookmarks],
        "faults": [asdict(each) for each in state.faults],
        "note": state.note,
        "resume": {
            "camera_id": state.camera_id,
            "t_s": state.t_s or 0.0,
            "speed": state.speed,
            "timeline_s": state.timeline_s,
        },
    }


def test_a_full_storage_keeps_nobody_from_marking(console: ConsolePage, stored: Stored) -> None:
    console.choose("CAM-01")
    console.wait_settled()
    console.mark_spot(0.2, 0.5)
    expect(console.cards).to_have_count(1)
    console.page.evaluate(FILL_STORAGE)
    console.mark_spot(0.5, 0.5)
    console.mark_spot(0.8, 0.5)
    expect(console.cards).to_have_count(3)
    console.press("z")
    expect(console.cards).to_have_count(2)
    console.part("note").fill("goes on")
    console.part("note").blur()
    console.wait_saved()
    assert [mark["x"] for mark in stored()["marks"]] == pytest.approx([0.2, 0.5], abs=0.003)
    console.page.evaluate("sessionStorage.clear()")
