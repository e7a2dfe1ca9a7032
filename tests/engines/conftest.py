"""The real app in further browser engines; each is started once, and found to be left without an error."""

import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import JavascriptException, TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from sim.app.settings import DETECTOR_VARIABLE
from sim.app.wiring import App
from sim.features.operations import demo
from sim.footage.recording.open import Recording
from tests.browser.conftest import LIMIT_S
from tests.support.engines.by_playwright import Firefox, find_firefox
from tests.support.engines.engine import FILE_S, HAND, LAPTOP, Engine, PageLeftError, Point
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_library
from tools.bench.programs import EndWithParent, end_with_this

DRIVER = "WebKitWebDriver"
BROWSERS = "usr/lib/*/webkit*gtk-*/MiniBrowser"
FILES = "*.pdf"
FILE_END = b"%%EOF"
SCREEN = "1600x1300x24"
ASK = """
const [known, done] = arguments;
(async () => (%s)(...known))().then((value) => done({ value: value ?? null }), (error) => done({ error: `${error}` }));
"""
ANSWERS_S = 20.0
"""A question that a page leaves behind is never answered."""


class VirtualScreen:
    def __init__(self) -> None:
        told, tells = os.pipe()
        command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", SCREEN, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=(tells,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._will = end_with_this(self._process.pid)
        os.close(tells)
        with os.fdopen(told, encoding="ascii") as answer:
            self.display = f":{answer.readline().strip()}"
        assert self.display != ":", "Xvfb found no free display"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._will.dismiss()


class WebKit(Engine):
    name = "WebKit"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._screen = VirtualScreen()
        self._wills: list[EndWithParent] = []
        try:
            self._driver = self._start()
        except BaseException:
            self._screen.close()
            raise
        self._bar_px = self._driver.get_window_size()["height"] - int(self.ask("() => innerHeight"))
        self.resize(*LAPTOP)

    def _start(self) -> webdriver.WebKitGTK:
        options = Options()
        options.binary_location = str(find_browser())
        options.add_argument("--automation")
        options.add_argument(f"--user-script-at-start={HAND}")
        environ = {
            **os.environ,
            "DISPLAY": self._screen.display,
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            # nothing that would start a bus, or look for one
            "DBUS_SESSION_BUS_ADDRESS": "disabled:",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            "MESA_SHADER_CACHE_DISABLE": "true",
            # without a graphics card a video's picture that went through OpenGL is read in a second, and black at times
            "WEBKIT_GST_DISABLE_GL_SINK": "1",
        }
        service = Service(shutil.which(DRIVER), env=environ, log_output=str(self._folder / "driver.log"))
        with warnings.catch_warnings():
            # Selenium 4.51 warns of how it calls itself
            warnings.filterwarnings("ignore", "setting remote_server_addr", DeprecationWarning)
            driver = webdriver.WebKitGTK(options=options, service=service)
        driver.set_script_timeout(ANSWERS_S)
        browser = int(driver.capabilities["webkit:processID"])
        self._wills = [end_with_this(pid) for pid in (browser, service.process.pid)]
        return driver

    def go(self, address: str) -> None:
        self._driver.get(address)

    def ask(self, function: str, *known: Any) -> Any:
        try:
            got = self._driver.execute_async_script(ASK % function, list(known))
        except (JavascriptException, TimeoutException) as error:
            raise PageLeftError(str(error)) from error
        assert "error" not in got, got["error"]
        return got["value"]

    def resize(self, width: int, height: int) -> None:
        self._driver.set_window_size(width, height + self._bar_px)
        self.wait("(...size) => `${size}` === `${[innerWidth, innerHeight]}`", width, height)

    def drag(self, points: Sequence[Point]) -> None:
        actions = ActionBuilder(self._driver, duration=0)
        mouse = actions.pointer_action
        mouse.move_to_location(*map(round, points[0]))
        mouse.pointer_down()
        for point in points[1:]:
            mouse.move_to_location(*map(round, point))
        mouse.pointer_up()
        actions.perform()

    def key(self, name: str) -> None:
        ActionChains(self._driver, duration=0).send_keys(
            getattr(Keys, name.upper()) if len(name) > 1 else name
        ).perform()

    def type(self, text: str) -> None:
        ActionChains(self._driver, duration=0).send_keys(text).perform()

    def photograph(self) -> bytes:
        return self._driver.get_screenshot_as_png()

    def catch(self, press: Callable[[], None]) -> bytes | None:
        before = set(self._folder.glob(FILES))
        press()
        end_s = time.monotonic() + FILE_S
        while time.monotonic() < end_s:
            for path in set(self._folder.glob(FILES)) - before:
                got = path.read_bytes()
                if got.rstrip().endswith(FILE_END):
                    return got
            time.sleep(0.1)
        return None

    def close(self) -> None:
        self._driver.quit()
        self._screen.close()
        for will in self._wills:
            will.dismiss()


def find_missing() -> list[str]:
    places = {"webkitgtk-webdriver": shutil.which(DRIVER) and find_browser(), "xvfb": shutil.which("Xvfb")}
    return [package for package, place in places.items() if not place]


def find_browser() -> Path | None:
    return next(Path("/").glob(BROWSERS), None)


PLAIN_PAGE = "/account/sign-in"
"""One of the app's address without Streamlit."""


def miss(engine: str, packages: str) -> None:
    words = f"{engine} is not on this machine. `make test` installs it on Debian and Ubuntu: {packages}"
    (pytest.fail if os.environ.get("CI") else pytest.skip)(words)


@pytest.fixture(scope="session", params=["Firefox", "WebKit"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened: Engine
    if request.param == "WebKit":
        if missing := find_missing():
            miss("WebKit", ", ".join(missing))
        opened = WebKit(tmp_path_factory.mktemp("webkit"))
    else:
        if find_firefox() is None:
            miss("Firefox", "firefox-esr")
        opened = Firefox(request.getfixturevalue("playwright"))
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_errors(engine: Engine, server: ServerProcess) -> Iterator[None]:
    engine.go(f"{server.url}{PLAIN_PAGE}")
    engine.ask("() => [localStorage, sessionStorage].forEach((store) => store.clear())")
    before = len(server.lines)
    yield
    assert engine.take_errors() == []
    said = "".join(server.lines[before:])
    assert "traceback" not in said.lower(), said


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording) -> Path:
    folder = tmp_path_factory.mktemp("engines") / "data"
    return lay_out_library(folder, tiny_recording, practice_limit_s=LIMIT_S)


@pytest.fixture(scope="session")
def server(data: Path) -> Iterator[ServerProcess]:
    with ServerProcess(data, settings={DETECTOR_VARIABLE: "off"}) as running:
        yield running


@pytest.fixture(scope="session")
def services(data: Path, server: ServerProcess) -> Iterator[App]:
    opened = open_data(data)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def team_id(services: App) -> str:
    return demo.fill_demo(services, people=3, seed=1)
