"""Footage that does not come or ends early, a server that goes, a browser that can less, a computer that slept."""

import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import av
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from sim.app.signed import SECRET_BYTES, SECRET_NAME
from sim.app.wiring import App
from sim.attempt.events import EventKind
from sim.console.console_data import describe_state
from sim.footage.recording.open import Recording
from sim.footage.video.clip_index import make_clip_index
from tests.browser.conftest import PRACTICE_FORM, OpenConsole
from tests.support.console_page import SLOW_MS, ConsolePage, choose_player
from tests.support.given import begin_practice, list_events
from tests.support.server_process import ServerProcess, open_data

SHORT_FRAMES = 80
SLEEPY = """
const now = performance.now.bind(performance);
let stood = 0;
performance.now = () => now() - stood;
globalThis.sleepFor = (ms) => {
  const endAt = now() + ms;
  while (now() < endAt);
  stood += ms;
};
"""
NO_FRAME_CALLBACKS = """
delete HTMLVideoElement.prototype.requestVideoFrameCallback;
delete globalThis.VideoDecoder;
delete globalThis.VideoFrame;
"""


@pytest.fixture(params=["decoder", "video"])
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    return choose_player(context, request.param)


def test_playing_that_waits_for_footage_says_so_and_notes_how_long(
    page: Page,
    player: str,
    open_console: OpenConsole,
    *,
    services: App,
    attempt_id: str,
    name_clip: Callable[[str], str],
) -> None:
    held: list[Route] = []
    is_held = [False]

    def hold(route: Route) -> None:
        if is_held[0]:
            held.append(route)
        else:
            route.continue_()

    page.route("**/wall/**" if player == "video" else f"**/{name_clip('CAM-02')}", hold)
    console = open_console(page)
    console.choose("CAM-01")
    is_held[0] = True
    if player == "video":
        page.locator("video").first.evaluate("(video) => video.load()")
    console.part("play").click()
    page.locator(".tile[data-camera=CAM-02]").click()
    expect(page.locator("[data-note=waiting]")).to_have_text("Waiting for footage", timeout=SLOW_MS)
    is_held[0] = False
    for route in held:
        route.continue_()
    expect(page.locator("[data-note=waiting]")).to_be_hidden(timeout=SLOW_MS)
    console.wait_shown("CAM-02")
    console.part("play").click()
    console.wait_saved()
    stalls = list_events(services, attempt_id, EventKind.STALL)
    assert sum(each.event.payload["seconds"] for each in stalls) >= 1.0


def cut_short(clip: Path, folder: Path) -> Path:
    buffer = BytesIO()
    with av.open(str(clip)) as source, av.open(buffer, "w", format="mp4") as out:
        stream = source.streams.video[0]
        copied = out.add_stream_from_template(stream)
        for number, packet in enumerate(packet for packet in source.demux(stream) if packet.pts is not None):
            if number < SHORT_FRAMES:
                packet.stream = copied
                out.mux(packet)
    path = folder / clip.name
    path.write_bytes(buffer.getvalue())
    return path


def serve_bytes(route: Route, content: bytes) -> None:
    wanted = route.request.headers.get("range", "bytes=0-").removeprefix("bytes=")
    first, _, last = wanted.partition("-")
    start, stop = int(first or 0), min(int(last) if last else len(content) - 1, len(content) - 1)
    headers = {"Content-Range": f"bytes {start}-{stop}/{len(content)}", "Accept-Ranges": "bytes"}
    route.fulfill(status=206, headers=headers, body=content[start : stop + 1], content_type="video/mp4")


def test_a_camera_whose_footage_ends_early_keeps_its_last_picture_and_says_so(
    page: Page,
    player: str,
    open_console: OpenConsole,
    *,
    tiny_recording: Recording,
    tmp_path: Path,
    name_clip: Callable[[str], str],
) -> None:
    short = cut_short(tiny_recording.folder / "main/CAM-02.mp4", tmp_path)
    content, index = short.read_bytes(), make_clip_index(short).to_json()
    page.route(f"**/footage/**/{name_clip('CAM-02')}", lambda route: serve_bytes(route, content))
    page.route(f"**/footage-index/**/{name_clip('CAM-02')}", lambda route: route.fulfill(json=index))
    console = open_console(page)
    console.choose("CAM-02")
    console.step_to(70)
    console.wait_pictures(70, wall_column=1)
    console.go_to("7:55:12 AM")
    expect(page.locator("[data-note=end]")).to_have_text("This camera's footage ends at 7:55:07 AM")
    expect(console.root).to_have_attribute("data-wall-frame", "120")
    expect(console.root).to_have_attribute("data-main-frame", "79")
    expect(console.root).to_have_attribute("data-settled", "true")
    console.part("play").click()
    page.wait_for_function(
        "(root) => Number(root.dataset.wallFrame) > 130", arg=console.root.element_handle(), polling="raf"
    )
    console.part("play").click()
    console.choose("CAM-01")
    expect(page.locator("[data-note=end]")).to_be_hidden()
    console.wait_pictures()


def test_a_browser_without_frame_callbacks_steps_and_plays(page: Page, open_console: OpenConsole) -> None:
    page.add_init_script(NO_FRAME_CALLBACKS)
    console = open_console(page)
    expect(console.root).to_have_attribute("data-player", "video")
    console.choose("CAM-01")
    console.step_to(23)
    console.wait_pictures(23)
    console.part("play").click()
    console.wait_frame_beyond(30)
    console.part("play").click()
    console.wait_pictures()


@pytest.fixture
def own_data(tmp_path: Path, tiny_library: Path) -> Path:
    shutil.copytree(tiny_library, tmp_path / "data")
    return tmp_path / "data"


def test_a_killed_server_comes_back_the_console_goes_on_and_a_page_without_it_does_not_talk_of_streamlit(
    page: Page, own_data: Path
) -> None:
    services = open_data(own_data)
    attempt_id = begin_practice(services, PRACTICE_FORM)
    component = page.locator("[data-testid=stBidiComponentIsolated]")
    with ServerProcess(own_data) as server:
        port = int(server.url.rsplit(":", 1)[1])
        console = ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()
        console.choose("CAM-01")
        console.step_to(35)
        console.mark_spot(0.3, 0.5)
        console.wait_saved()
        component.evaluate("(element) => { element.dataset.mounted = 'once' }")
        server.kill()
    console.mark_spot(0.5, 0.5)
    expect(console.part("statusText")).to_contain_text("Offline", timeout=SLOW_MS)
    (own_data / SECRET_NAME).write_bytes(b"another secret".ljust(SECRET_BYTES, b"."))
    with ServerProcess(own_data, port=port) as server:
        expect(console.part("statusText")).to_have_text("Saved", timeout=2 * SLOW_MS)
        expect(console.cards).to_have_count(2)
        console.wait_pictures(35)
        console.choose("CAM-03")
        console.wait_pictures(35, wall_row=1)
        console.go_to("7:55:14 AM")
        console.wait_pictures(140, wall_row=1)
        console.mark_spot(0.7, 0.5)
        console.wait_saved()
        expect(console.part("cover")).to_be_hidden()
        expect(component).to_have_attribute("data-mounted", "once")
        assert len(describe_state(services, attempt_id)["marks"]) == 3
        services.close()

        page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/stored")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=SLOW_MS)
        server.kill()
    expect(page.get_by_text("The server is not answering").first).to_be_visible(timeout=2 * SLOW_MS)
    expect(page.get_by_text("streamlit run")).to_have_count(0)
    assert "Streamlit" not in page.locator("body").inner_text()


def test_after_a_sleep_time_is_right(page: Page, open_console: OpenConsole, services: App, attempt_id: str) -> None:
    page.add_init_script(SLEEPY)
    console = open_console(page)
    console.choose("CAM-01")
    console.step_to(20)
    console.part("play").click()
    console.wait_frame_beyond(24)
    page.route("**/events", lambda _: None)  # the server cannot say how late it is
    page.evaluate("sleepFor(8000)")
    frame = int(console.root.get_attribute("data-frame") or 0)
    console.wait_frame_beyond(frame)
    console.mark_spot(0.5, 0.5)
    page.unroute("**/events")
    console.wait_saved()
    mark = list_events(services, attempt_id, EventKind.MARK)[0]
    assert mark.event.t_client_ms / 1000 == pytest.approx(mark.arrived_s, abs=3.0)


def test_nothing_plays_out_of_sight_and_refused_footage_asks_to_reload(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str, name_clip: Callable[[str], str]
) -> None:
    page.add_init_script(
        "let isAway = false;"
        "Object.defineProperty(document, 'hidden', { get: () => isAway });"
        "globalThis.setAway = (value) => { isAway = value; document.dispatchEvent(new Event('visibilitychange')); };"
    )
    console = open_console(page)
    console.choose("CAM-01")
    console.part("play").click()
    console.wait_frame_beyond(5)
    page.evaluate("setAway(true)")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    console.wait_pictures()
    stood = int(console.root.get_attribute("data-frame") or -1)
    page.evaluate("setAway(false)")
    expect(console.part("play")).to_have_attribute("aria-label", "Pause")
    console.wait_frame_beyond(stood)
    console.press("k")
    console.wait_saved()
    assert (
        len(list_events(services, attempt_id, EventKind.HIDDEN))
        == len(list_events(services, attempt_id, EventKind.VISIBLE))
        == 1
    )

    page.route(f"**/{name_clip('CAM-02')}", lambda route: route.fulfill(status=403, json={"error": "no"}))
    page.locator(".tile[data-camera=CAM-02]").click()
    expect(console.part("coverTitle")).to_have_text("Your access has expired", timeout=SLOW_MS)
