"""A finished search, watched again, shows the same cameras at the same times."""

import re

from playwright.sync_api import expect

from sim.db.rows import StoredEvent
from sim.services.app.wiring import App
from tests.support.console_page import SLOW_MS, ConsolePage

RECORD = """
(console) => {
  window.sightlineSamples = [];
  window.sightlineGaps = [];
  let drawnMs = performance.now();
  const draw = (nowMs) => {
    window.sightlineGaps.push({ at_ms: Number(console.dataset.atMs), gap_ms: nowMs - drawnMs });
    drawnMs = nowMs;
    requestAnimationFrame(draw);
  };
  requestAnimationFrame(draw);
  setInterval(() => {
    const { atMs, frame, settled } = console.dataset;
    const camera = console.querySelector("[data-part=stage]").dataset.camera;
    if (console.dataset.phase === "running" && settled === "true") {
      window.sightlineSamples.push({ at_ms: Number(atMs), camera, frame: Number(frame) });
    }
  }, 40);
}
"""
SHOWS_MOMENT = "([console, atMs]) => console.dataset.atMs === String(atMs) && console.dataset.settled === 'true'"
GO_TO = "(place, atMs) => { place.value = String(atMs / 1000); place.dispatchEvent(new Event('input')); }"
NEAR_EVENT_MS = 500.0
FRAME_MS = 100.0
LAG_S = 0.25
LONGEST_TICK_MS = 1000.0  # `player_clock.js`: what a longer gap would have moved does not count as played
MOST_OF_A_KIND = 4


def search(console: ConsolePage) -> tuple[list[dict], list[dict]]:
    """Search a little, in every way that changes the picture; return what was shown when, and each drawing's time."""
    console.root.evaluate(RECORD)
    console.choose("CAM-01")
    console.press(" ")
    console.wait_frame_beyond(12)
    console.choose("CAM-02")
    console.press("]")
    console.wait_frame_beyond(45)
    console.press(" ")
    console.page.wait_for_timeout(2 * NEAR_EVENT_MS)
    for _ in range(3):
        console.press(",")
    console.wait_settled()
    console.page.wait_for_timeout(2 * NEAR_EVENT_MS)
    console.choose("CAM-03")
    console.go_to("7:55:09 AM")
    console.wait_settled(90)
    console.mark_spot(0.4, 0.6)
    console.page.wait_for_timeout(2 * NEAR_EVENT_MS)
    console.wait_saved()
    return console.page.evaluate("[window.sightlineSamples, window.sightlineGaps]")


def pick(samples: list[dict], log: list[StoredEvent]) -> list[tuple[dict, float]]:
    """Choose a few moments of every camera at every speed, well before the next event, which may tell of earlier."""
    times = [stored.event.t_client_ms for stored in log]
    calm = [s for s in samples if not any(-50 <= t - s["at_ms"] <= NEAR_EVENT_MS for t in times)]
    groups: dict[tuple[str, float], list[dict]] = {}
    for sample in calm:
        groups.setdefault((sample["camera"], find_speed(log, sample["at_ms"])), []).append(sample)
    return [(each, speed) for (_, speed), some in groups.items() for each in some[:: -(-len(some) // MOST_OF_A_KIND)]]


def find_lag_frames(speed: float) -> float:
    """Return by how many frames a picture may lie behind the clock before playing waits for it (`frame_clock.js`)."""
    return max(2.0, speed * LAG_S * 1000.0 / FRAME_MS)


def count_lost_frames(log: list[StoredEvent], at_ms: float, speed: float) -> float:
    """Return by how many frames playing fell behind its speed between the two events around a moment."""
    before = max((e for e in log if e.event.t_client_ms <= at_ms), key=lambda e: e.event.t_client_ms).event
    after = min((e for e in log if e.event.t_client_ms > at_ms), key=lambda e: e.event.t_client_ms).event
    passed_s = (after.t_client_ms - before.t_client_ms) / 1000.0
    shown_s = float(after.payload.get("from_s", after.payload["t_s"])) - float(before.payload["t_s"])
    return max(0.0, (speed * passed_s - shown_s) * 1000.0 / FRAME_MS)


def find_late_frames(log: list[StoredEvent], gaps: list[dict], at_ms: float, speed: float) -> float:
    """Return by how many frames more a picture may lie behind: lag is looked at once a drawing, which may be late."""
    since_ms = max(e.event.t_client_ms for e in log if e.event.t_client_ms <= at_ms) - NEAR_EVENT_MS
    longest_ms = max((gap["gap_ms"] for gap in gaps if since_ms <= gap["at_ms"] <= at_ms), default=0.0)
    return speed * min(longest_ms, LONGEST_TICK_MS) / FRAME_MS


def find_speed(log: list[StoredEvent], at_ms: float) -> float:
    speed = 0.0
    for stored in log:
        if stored.event.t_client_ms > at_ms:
            break
        if stored.event.kind.value in ("play", "speed"):
            speed = float(stored.event.payload["speed"])
        elif stored.event.kind.value in ("pause", "step"):
            speed = 0.0
    return speed


def test_the_same_cameras_at_the_same_times(console: ConsolePage, services: App, attempt_id: str) -> None:
    samples, gaps = search(console)
    console.press("w")
    console.wait_saved()
    console.hand_in()
    expect(console.page.get_by_role("button", name="Watch this search again")).to_be_visible(timeout=SLOW_MS)
    with services.store.read() as work:
        log = list(work.events.list_all(attempt_id))
    console.page.get_by_role("button", name="Watch this search again").click()
    expect(console.root).to_have_attribute("data-mode", "replay", timeout=SLOW_MS)
    console.wait_ready()
    console.part("replayPlay").click()
    expect(console.part("replayPlay")).to_have_attribute("aria-label", "Play the replay")

    moments = pick(samples, log)
    assert len({sample["camera"] for sample, _ in moments}) == 3
    assert {0.0, 1.0, 2.0} <= {speed for _, speed in moments}
    for sample, speed in moments:
        console.part("replayPlace").evaluate(GO_TO, sample["at_ms"])
        moment = [console.root.element_handle(), sample["at_ms"]]
        console.page.wait_for_function(SHOWS_MOMENT, arg=moment, polling="raf", timeout=SLOW_MS)
        expect(console.part("stage")).to_have_attribute("data-camera", sample["camera"])
        frame = int(console.root.get_attribute("data-frame") or -1)
        slack = find_lag_frames(speed) + 1 + count_lost_frames(log, sample["at_ms"], speed)
        slack += find_late_frames(log, gaps, sample["at_ms"], speed)
        assert abs(frame - sample["frame"]) <= slack, (sample, speed, frame, slack)

    console.part("replayPlace").evaluate(GO_TO, 10**9)
    expect(console.cards).to_have_count(1)
    expect(console.page.locator(".tile:visible")).to_have_count(1)
    console.part("replayPlace").evaluate(GO_TO, 0)
    expect(console.page.locator(".tile:visible")).to_have_count(4)
    console.press("f")
    expect(console.part("cross")).to_be_hidden()
    console.page.get_by_role("link", name="Back to debrief").click()
    expect(console.page.get_by_role("heading", name=re.compile("^Debrief"))).to_be_visible(timeout=SLOW_MS)

    console.page.goto(f"{console.page.url}&replay=expert")
    expect(console.root).to_have_attribute("data-mode", "replay", timeout=SLOW_MS)
    console.wait_ready()
    console.part("replayPlace").evaluate(GO_TO, 10**9)
    expect(console.part("replayCaption")).to_have_text(re.compile(r"\w+ .*\.$"))
