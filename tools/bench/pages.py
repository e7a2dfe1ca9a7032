"""How soon the server is up, and how soon pages are on screen: Home on a slow line, a lesson, a district's pages."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from sim.app.wiring import App
from sim.errors import MachineError
from sim.features.record.load import load_team_record
from tools.bench.compare import PEOPLE, SCHOOLS, fill_district, make_bench_attempts
from tools.bench.load import encode_page_request
from tools.bench.rig import (
    POLL_MS,
    Figure,
    OnStep,
    Server,
    make_folder,
    open_browser,
    open_page,
    open_services,
    run_server,
)
from tools.bench.trainees import begin_attempt, give_attempt, open_load

if TYPE_CHECKING:
    from playwright.sync_api import Page

IDLE_AFTER_S = 30.0
ANSWER_WITHIN_S = 60.0
BRIEFING_READ_S = 2.0
DRILL_WATCHED_S = 10.0


def measure_start(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Start the app with an empty database, draw its first page, leave it alone for a while, then open one drill.

    The page is there when its HTML has come and its script has run to the end; browsers add their own time. Memory is
    resident memory.
    """
    with make_folder() as folder:
        on_step("starting the server")
        with run_server(folder) as server:
            draw_page(server.url)
            first_s, cpu_s = time.monotonic() - server.began_s, server.read_cpu_s()
            on_step("leaving it alone for a while")
            time.sleep(0.0 if smallest else IDLE_AFTER_S)
            idle_mb = server.read_memory_mb()
            on_step("opening a drill")
            with open_services(folder) as app:
                drill_mb = _open_drill(app, server, watched_s=0.0 if smallest else DRILL_WATCHED_S)
    return (
        Figure(name="start to the first page, drawn", value=first_s, unit="s"),
        Figure(name="processor time of it", value=cpu_s, unit="s", most=3.0),
        Figure(name=f"memory {IDLE_AFTER_S:.0f} s later, nobody in a drill", value=idle_mb, unit="MB", most=260.0),
        Figure(name="memory with one drill open", value=drill_mb, unit="MB"),
    )


def draw_page(url: str, page: str = "", query: str = "") -> None:
    """Fetch a page as a browser without a past does, and wait until its script has run to the end."""
    with urlopen(f"{url}/{page}?{query}", timeout=ANSWER_WITHIN_S) as answer:
        answer.read()
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None) as session:
        session.send(encode_page_request(query=query, page=page))
        until = time.monotonic() + ANSWER_WITHIN_S
        while True:
            said = ForwardMsg.FromString(session.recv(timeout=max(0.0, until - time.monotonic()), decode=False))
            if said.WhichOneof("type") == "script_finished":
                return


def _open_drill(app: App, server: Server, *, watched_s: float) -> float:
    """Let one trainee read the briefing and then search; return the memory, MB."""
    attempt_id = give_attempt(app)
    draw_page(server.url, "drill", f"attempt={attempt_id}")
    time.sleep(min(watched_s, BRIEFING_READ_S))
    with open_load() as load:
        load.tell(add=[begin_attempt(app, server.url, attempt_id)])
        until = time.monotonic() + ANSWER_WITHIN_S
        while not load.ask(measure=0.2)["here"]:
            if time.monotonic() > until:
                raise MachineError("the first frames' data did not come within a minute", todo="run the bench again")
        load.ask(measure=watched_s)
        memory_mb = server.read_memory_mb()
        load.tell(stop=0)
    return memory_mb


LINE_MBIT_S, LINE_MS = 3.0, 80
SETTLED_MS = 3_000
STEP, BEGIN = ".st-key-step button", ".st-key-begin button"
CAN_PRESS = """
(name) => {
  const box = document.querySelector(name)?.getBoundingClientRect();
  const top = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top?.closest(name) && performance.now();
}
"""
"""The moment at which a button can be pressed: it is there, and nothing lies over it."""
PICTURE = """
() => {
  const picture = document.querySelector(".sl-demo img, [data-testid=stImage] img");
  return picture?.complete && picture.naturalWidth > 0 && performance.now();
}
"""
DRAWN = """
(name) => {
  const app = document.querySelector("[data-testid=stApp]");
  const busy = "[data-testid=stSkeleton], [data-testid=stStatusWidget], [data-testid=stSpinner], [data-stale=true]";
  const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart]")];
  return app?.dataset.testScriptState === "notRunning" && document.querySelector(name) && !document.querySelector(busy)
    && charts.every((chart) => chart.querySelector("svg.marks path")) && performance.now();
}
"""
"""The moment at which the page's script is at its end, nothing of the page before stands, and every chart is drawn."""
SCHOOL = "School 001"
MAIN = "[data-testid=stMain]"
MENU, TABS = "[data-testid=stTopNavLink]", ".st-key-place-tabs [data-testid=stPageLink-NavLink]"
VERDICT = f"{MAIN} .sl-verdict"
TEAM = f"{MAIN} .st-key-team-list-team"
ALL_SCHOOLS = (
    ("Results, first look since the start", TABS, "Results", VERDICT),
    ("Records", MENU, "Records", f"{MAIN} .st-key-records-school"),
    ("Team", MENU, "Team", TEAM),
    ("Plan", TABS, "Plan", f"{MAIN} .st-key-board-school, {MAIN} .sl-table, {MAIN} .st-key-team-list-plan"),
    ("Results, a second look", TABS, "Results", VERDICT),
)
HOLD_SESSION = f"{MAIN} .st-key-hold-session"
ONE_SCHOOL = (
    ("Results", TABS, "Results", VERDICT),
    ("Records", MENU, "Records", f"{MAIN} .sl-table"),
    ("Team", MENU, "Team", HOLD_SESSION),
)
"""What is pressed one after the other: its name, where the link is, its words, what shows that its page has come."""


def measure_home(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Open Home as a browser without a past does; then go from there to a running lesson.

    The server has drawn Home once before, to nobody in a browser; the lesson is the first since its start. Both buttons
    are pressed as soon as they are there.
    """
    settled_ms = 0 if smallest else SETTLED_MS
    with make_folder() as folder:
        on_step("starting the server")
        with run_server(folder) as server, open_browser() as browser:
            draw_page(server.url)
            on_step(f"Home at {LINE_MBIT_S:g} Mbit/s")
            page = open_page(browser)
            slow_down(page, mbit_s=100.0 if smallest else LINE_MBIT_S, latency_ms=LINE_MS)
            page.goto(server.url, wait_until="commit")
            usable_s = _await(page, CAN_PRESS, STEP)
            page.context.close()
            on_step("to a lesson")
            page = open_page(browser)
            page.goto(server.url)
            _await(page, PICTURE, "")
            page.wait_for_timeout(settled_ms)
            briefing_s = _press(page, STEP, lambda: page.wait_for_function(CAN_PRESS, arg=BEGIN, polling=POLL_MS))
            console_s = _press(
                page, BEGIN, lambda: page.wait_for_selector("[data-phase=running] [data-part=wall][data-loading=false]")
            )
    return (
        Figure(name="Home at 3 Mbit/s and 80 ms: the next step can be pressed", value=usable_s, unit="s", most=4.0),
        Figure(name="Home's button to a lesson's first pictures", value=briefing_s + console_s, unit="s", most=3.0),
    )


def measure_district(*, on_step: OnStep, smallest: bool = False) -> tuple[Figure, ...]:
    """Fill a database with 200 schools, 2,000 people and 40,000 drills; press from page to page, of all and of one."""
    schools, people = (2, 4) if smallest else (SCHOOLS, PEOPLE)
    with make_folder() as folder:
        on_step(f"a database of {schools} schools and {people} people")
        fill_folder(folder, schools=schools, people=people)
        on_step("starting the server")
        with run_server(folder) as server, open_browser() as browser:
            page = open_page(browser)
            figures = []
            for who, query, looks, most_s in (
                ("all schools", "all", ALL_SCHOOLS, 4.0),
                ("one school", SCHOOL, ONE_SCHOOL, 1.0),
            ):
                on_step(who)
                page.goto(f"{server.url}/team?team={query}")
                _await(page, DRAWN, TEAM if query == "all" else HOLD_SESSION)
                for name, where, words, shows in looks[: 1 if smallest else None]:
                    link = page.locator(where).filter(has_text=words).first
                    link.hover()
                    took_s = _press(page, link.click, partial(_await, page, DRAWN, shows))
                    figures.append(Figure(name=f"{who}: {name}", value=took_s, unit="s", most=most_s))
    return tuple(figures)


def fill_folder(data: Path, *, schools: int, people: int) -> None:
    """Make a data folder with a district's database; the record of `SCHOOL` holds its drills."""
    with open_services(data) as app:
        fill_district(app, make_bench_attempts(schools=schools, people=people))
        load_team_record(app, SCHOOL)


def slow_down(page: "Page", *, mbit_s: float, latency_ms: int) -> None:
    """Give a page a slow line: so many Mbit/s both ways, and so long on the way."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    line = {
        "offline": False,
        "latency": latency_ms,
        "downloadThroughput": mbit_s * 1e6 / 8,
        "uploadThroughput": mbit_s * 1e6 / 8,
    }
    session.send("Network.emulateNetworkConditions", line)


def _await(page: "Page", condition: str, name: str) -> float:
    """Wait until a condition gives its moment; return the seconds since the page was asked for."""
    return float(page.wait_for_function(condition, arg=name, polling=POLL_MS).json_value()) / 1000.0


def _press(page: "Page", button: str | Callable[[], None], wait: Callable[[], object]) -> float:
    """Press, wait, and return the seconds between."""
    began_ms = page.evaluate("performance.now()")
    if isinstance(button, str):
        page.click(button)
    else:
        button()
    wait()
    return float(page.evaluate("performance.now()") - began_ms) / 1000.0
