"""What the player offers beside playing: a time of its own for the main picture, saving data, figures."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from sim.drill.event import EventKind
from sim.services.app.wiring import App
from tests.browser.conftest import OpenConsole
from tests.support.console_page import ConsolePage, choose_player
from tests.support.stored_events import list_payloads

CAMERA = "CAM-01"


@pytest.fixture(params=["decoder", "video"], autouse=True)
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    return choose_player(context, request.param)


def test_a_pinned_picture_has_its_own_time_until_both_are_brought_together(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str, stored
) -> None:
    console = open_console(page)
    console.choose(CAMERA)
    console.step_to(40)
    console.press("p")
    note = page.locator("[data-note=pin]")
    expect(note).to_contain_text("7:55:04 AM, wall at 7:55:04 AM")
    console.press("Shift+ArrowRight")
    expect(note).to_contain_text("7:55:14 AM, wall at 7:55:04 AM")
    wait_pair(console, main=140, wall=40)
    console.press("j")
    console.wait_frame_beyond(130, backwards=True)
    console.press("k")
    expect(console.part("play")).to_have_attribute("aria-label", "Play")
    page.wait_for_function("(root) => root.dataset.settled === 'true'", arg=console.root.element_handle())
    own = int(console.root.get_attribute("data-frame") or -1)
    assert own < 131
    wait_pair(console, main=own, wall=40)
    console.mark_spot(0.5, 0.5)
    console.wait_saved()
    assert stored()["marks"][0]["frame"] == own
    assert list_payloads(services, attempt_id, EventKind.MARK)[0]["on"] == [CAMERA]

    page.reload()
    console.wait_ready()
    expect(note).to_contain_text("wall at 7:55:04 AM")
    wait_pair(console, main=own, wall=40)

    page.get_by_role("button", name="Wall to here").click()
    expect(note).to_be_hidden()
    console.wait_pictures(own)
    console.press("p")
    console.press("ArrowLeft")
    wait_pair(console, main=own - 10, wall=own)
    page.get_by_role("button", name="Back to the wall").click()
    console.wait_pictures(own)
    console.wait_saved()
    assert [each["wall_s"] for each in list_payloads(services, attempt_id, EventKind.PIN)] == [4.0, own / 10]
    assert [each["to"] for each in list_payloads(services, attempt_id, EventKind.SYNC)] == ["main", "wall"]


def test_saving_data_shows_the_wall_s_picture_and_fetches_nothing_else(
    page: Page, open_console: OpenConsole, services: App, attempt_id: str, stored
) -> None:
    console = open_console(page)
    console.choose(CAMERA)
    console.step_to(33)
    console.press("q")
    expect(console.root).to_have_attribute("data-quality", "saving")
    console.wait_pictures(33)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    console.choose("CAM-03")
    console.press(".")
    console.wait_pictures(34, wall_row=1)
    console.mark_spot(0.25, 0.75)
    console.wait_saved()
    mark = stored()["marks"][0]
    assert (mark["camera_id"], mark["frame"]) == ("CAM-03", 34)
    assert not [url for url in asked if "/main/" in url]
    console.press("p")
    expect(console.part("toast")).to_contain_text("Low-data mode shows the wall's picture")
    console.press("q")
    console.wait_shown("CAM-03")
    console.wait_pictures(34, wall_row=1)
    console.wait_saved()
    assert [each["level"] for each in list_payloads(services, attempt_id, EventKind.QUALITY)] == ["saving", "full"]


def test_the_player_s_details_say_what_is_on_screen(console: ConsolePage, player: str) -> None:
    console.choose(CAMERA)
    console.step_to(25)
    expect(console.part("playerDetails")).to_be_hidden()
    console.press("d")
    details = console.part("playerDetails")
    expect(details).to_contain_text("WebCodecs" if player == "decoder" else "video")
    expect(details).to_contain_text("asked 25, wall 25, main 25")
    console.press("d")
    expect(details).to_be_hidden()


def wait_pair(console: ConsolePage, *, main: int, wall: int) -> None:
    """Wait until the console stands on two frames, and the pixels are those frames'."""
    console.page.wait_for_function(
        "([root, main, wall]) => root.dataset.settled === 'true'"
        " && root.dataset.mainFrame === main && root.dataset.wallFrame === wall",
        arg=[console.root.element_handle(), str(main), str(wall)],
        polling="raf",
    )
    pictures = console.read_pictures()
    assert (pictures.main, pictures.wall) == (main, wall)
