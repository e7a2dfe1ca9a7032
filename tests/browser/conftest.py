"""The real app on the tiny recording, in a real browser."""

import inspect
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Locator,
    Page,
    Playwright,
    ViewportSize,
    WebError,
    expect,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from sim.app.catalog import load_form_set, write_form_set
from sim.app.links import name_file
from sim.app.wiring import App
from sim.console.console_data import describe_state
from sim.footage.recording.open import Recording, open_recording
from tests.support.build_once import build_once
from tests.support.console_page import ConsolePage, choose_player
from tests.support.given import begin_practice
from tests.support.server_process import ServerProcess, open_data
from tests.support.tall_recording import build_tall_recording
from tests.support.tiny_app import lay_out_library

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PRACTICE_FORM = "tiny-practice-1"
TRACE_FORM = "tiny-trace-a"
TALL_FORM = "tall-trace-a"
UPSTAIRS_FORM = "tall-upstairs"
LIMIT_S = 1800.0
EXPECT_MS = 30_000
ACTION_MS = 60_000
DRAWN_MS = 15_000
WAIT_LONG = "try { localStorage.setItem('sightline-patience-ms', '60000') } catch {}"
"""A click is asked about however busy the machine is; see placing.js."""

STAND_STILL = """
const animate = Element.prototype.animate;
Element.prototype.animate = function (...how) {
  const animation = animate.apply(this, how);
  if (this.tagName === "DETAILS") animation.finish();
  return animation;
};
"""
"""A part of a page opens at once: a person presses what has stopped moving, Playwright sometimes what still moves."""

BEING_DRAWN = "[data-testid=stApp]:not([data-test-script-state=notRunning])"

expect.set_options(timeout=EXPECT_MS)

LAPTOP: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
CHANGING = {"player", "videos"}
"""Fixtures that change a context for good."""
STORED = "local_storage,indexeddb,cache_storage,service_workers"

OpenConsole = Callable[..., ConsolePage]
OpenDrill = Callable[[Page, str], ConsolePage]


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = launch(playwright.chromium)
    yield running
    running.close()


@pytest.fixture
def barred_browser(browser: Browser) -> Iterator[Browser]:
    running = launch(browser.browser_type, without=["--hide-scrollbars"])
    yield running
    running.close()


def launch(chromium: BrowserType, *, without: Sequence[str] = ()) -> Browser:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no Chromium on this machine; install it, for example with `apt-get install chromium`")
    arguments = list(BROWSER_ARGUMENTS)
    return chromium.launch(executable_path=found, args=arguments, ignore_default_args=list(without) or None)


@pytest.fixture(scope="session")
def laptop(browser: Browser) -> Iterator[BrowserContext]:
    opened = prepare(browser.new_context(viewport=LAPTOP))
    yield opened
    opened.close()


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A laptop of 1366x768; the test fails when the page throws an error.

    It is one that nobody used before where a test asks for it by name or changes how pages play; else what the last
    test left in it is deleted.
    """
    if "context" in inspect.signature(request.function).parameters or CHANGING & set(request.fixturenames):
        opened = prepare(browser.new_context(viewport=LAPTOP))
        yield from _watch_errors(opened)
        opened.close()
        return
    used: BrowserContext = request.getfixturevalue("laptop")
    yield from _watch_errors(used)
    _clear(used)


def _clear(context: BrowserContext) -> None:
    context.set_offline(False)
    page = context.new_page()
    origins = {"://".join(urlsplit(other.url)[:2]) for other in context.pages if other.url.startswith("http")}
    session = page.context.new_cdp_session(page)
    for origin in origins:
        session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": STORED})
    context.clear_cookies()
    for opened in context.pages:
        opened.close()


@pytest.fixture
def player(request: pytest.FixtureRequest, context: BrowserContext) -> str:
    return choose_player(context, request.param)


@pytest.fixture(scope="session")
def phone(browser: Browser) -> Iterator[BrowserContext]:
    opened = prepare(browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True))
    yield opened
    opened.close()


@pytest.fixture
def phone_context(phone: BrowserContext) -> Iterator[BrowserContext]:
    yield from _watch_errors(phone)
    _clear(phone)


def prepare(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(ACTION_MS)
    context.add_init_script(WAIT_LONG)
    context.add_init_script(STAND_STILL)
    context.on("page", _wait_drawn)
    return context


def _wait_drawn(page: Page) -> None:
    """Press and look only when Streamlit has drawn the page, as a person does: a press on what still moves is lost.

    On a busy machine a page that looks every other second is always being drawn: then a person presses all the same.
    """
    drawn = page.locator(BEING_DRAWN)

    def wait(_: Locator) -> None:
        with suppress(PlaywrightTimeoutError):
            drawn.wait_for(state="hidden", timeout=DRAWN_MS)

    page.add_locator_handler(drawn, wait, no_wait_after=True)


def _watch_errors(context: BrowserContext) -> Iterator[BrowserContext]:
    errors: list[str] = []

    def hear(error: WebError) -> None:
        errors.append(str(error.error))

    context.on("weberror", hear)
    yield context
    context.remove_listener("weberror", hear)
    assert errors == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "data"
    tall = build_once(tmp_path_factory, "tall", build_tall_recording)
    for recording in (tiny_recording, open_recording(tall)):
        lay_out_library(folder, recording, practice_limit_s=LIMIT_S)
    path = folder / "forms" / "tall.yaml"
    forms = load_form_set(path)
    walked = forms.forms[0].model_copy(update={"form_id": UPSTAIRS_FORM, "title": "Upstairs", "target": "P001"})
    write_form_set(forms.model_copy(update={"forms": (*forms.forms, walked)}), path)
    return folder


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data) as running:
        yield running


@pytest.fixture(autouse=True)
def server_log(request: pytest.FixtureRequest) -> Iterator[None]:
    running = request.getfixturevalue("server") if "server" in request.fixturenames else None
    before = len(running.lines) if running else 0
    yield
    said = "".join(running.lines[before:]) if running else ""
    assert "traceback" not in said.lower(), said


@pytest.fixture(scope="session")
def services(data: Path, server: ServerProcess) -> Iterator[App]:
    opened = open_data(data)
    yield opened
    opened.close()


@pytest.fixture
def own_services(tmp_path: Path, own_server: ServerProcess) -> Iterator[App]:
    opened = open_data(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def attempt_id(services: App) -> str:
    return begin_practice(services, PRACTICE_FORM)


@pytest.fixture
def open_console(server: ServerProcess, attempt_id: str) -> OpenConsole:
    def open_in(page: Page) -> ConsolePage:
        return ConsolePage(page, f"{server.url}/drill?attempt={attempt_id}").open()

    return open_in


@pytest.fixture
def open_drill(server: ServerProcess, services: App) -> OpenDrill:
    def open_in(page: Page, form_id: str) -> ConsolePage:
        return ConsolePage(page, f"{server.url}/drill?attempt={begin_practice(services, form_id)}").open()

    return open_in


@pytest.fixture
def console(page: Page, open_console: OpenConsole) -> ConsolePage:
    return open_console(page)


@pytest.fixture
def stored(services: App, attempt_id: str) -> Callable[[], dict[str, object]]:
    return lambda: describe_state(services, attempt_id)


@pytest.fixture
def name_clip(services: App) -> Callable[[str], str]:
    return lambda camera_id: name_file(services.access.secret, "tiny", f"main/{camera_id}.mp4")


@pytest.fixture
def tall(page: Page, open_drill: OpenDrill) -> ConsolePage:
    return open_drill(page, TALL_FORM)
