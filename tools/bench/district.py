"""How soon a district's pages, and those of one of its schools, are on screen after a press, in a real browser."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.db.engine import make_sqlite_url
from sim.services.app.wiring import open_app, read_settings, system_clock
from sim.services.training_record.load import load_team_entries
from tools.bench.compare import PEOPLE, SCHOOLS, fill_district, make_bench_attempts
from tools.bench.rig.browser import open_browser, read_browser_cpu_s
from tools.bench.rig.figures import Figure
from tools.bench.rig.server import Server, run_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCHOOL = "School 007"
VERDICT_LIMIT_S = 2.0
DRAWN_LIMIT_S = 4.0
PAGE_LIMIT_S = 1.0
WIDTH_PX, HEIGHT_PX = 1366, 768
WITHIN_MS = 120_000
POLL_MS = 20
MAIN = "[data-testid=stMain]"
MENU, TABS = "[data-testid=stTopNavLink]", ".st-key-place-tabs [data-testid=stPageLink-NavLink]"
VERDICT, TABLE, HEADER = f"{MAIN} .sl-verdict", f"{MAIN} .sl-table", ".st-key-header"
SEEN = "(name) => document.querySelector(name) && performance.now()"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One press: `link` of those at `where`, what shows that its page has come, and the limits it is held to."""

    name: str
    where: str
    link: str
    shows: str
    first_s: float | None
    drawn_s: float


DISTRICT = (
    _Look(
        name="all schools: Results, first look since the start",
        where=TABS,
        link="Results",
        shows=VERDICT,
        first_s=VERDICT_LIMIT_S,
        drawn_s=DRAWN_LIMIT_S,
    ),
    _Look(
        name="all schools: Records",
        where=MENU,
        link="Records",
        shows=f"{MAIN} .st-key-records-school",
        first_s=None,
        drawn_s=DRAWN_LIMIT_S,
    ),
    _Look(
        name="all schools: Team",
        where=MENU,
        link="Team",
        shows=f"{MAIN} .st-key-team-list-team",
        first_s=None,
        drawn_s=DRAWN_LIMIT_S,
    ),
    _Look(
        name="all schools: Plan",
        where=TABS,
        link="Plan",
        shows=f"{MAIN} .st-key-board-school, {MAIN} .sl-table, {MAIN} .st-key-team-list-plan",
        first_s=None,
        drawn_s=DRAWN_LIMIT_S,
    ),
    _Look(
        name="all schools: Results, a second look",
        where=TABS,
        link="Results",
        shows=VERDICT,
        first_s=VERDICT_LIMIT_S,
        drawn_s=DRAWN_LIMIT_S,
    ),
)
ONE_SCHOOL = (
    _Look(
        name="one school: Results",
        where=TABS,
        link="Results",
        shows=VERDICT,
        first_s=None,
        drawn_s=PAGE_LIMIT_S,
    ),
    _Look(
        name="one school: Records",
        where=MENU,
        link="Records",
        shows=TABLE,
        first_s=None,
        drawn_s=PAGE_LIMIT_S,
    ),
    _Look(
        name="one school: Team",
        where=MENU,
        link="Team",
        shows=f"{MAIN} .st-key-hold-session",
        first_s=None,
        drawn_s=PAGE_LIMIT_S,
    ),
)
"""What is pressed one after the other, of all schools and of one."""


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Fill a database with 200 schools, 2,000 people and 40,000 drills; press from page to page, of all and of one.

    Raises:
        MachineError: Playwright, Chromium or the server is not to be had.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        on_step(f"a database of {SCHOOLS} schools and {PEOPLE} people")
        fill_folder(Path(folder))
        on_step("starting the server")
        with run_server(Path(folder), read_settings(os.environ).data) as server, open_browser() as browser:
            page = browser.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX}).new_page()
            page.set_default_timeout(WITHIN_MS)
            on_step("all schools")
            _open(page, f"{server.url}/team?team=all", shows=DISTRICT[2].shows)
            figures = [figure for look in DISTRICT for figure in _press(page, server, look)]
            on_step("one school")
            _open(page, f"{server.url}/team?team={SCHOOL}", shows=ONE_SCHOOL[2].shows)
            return (*figures, *(figure for look in ONE_SCHOOL for figure in _press(page, server, look)))


def fill_folder(data: Path) -> None:
    """Make a data folder with such a district's database; the record of `SCHOOL` holds its drills."""
    settings = replace(read_settings({}), data=data, database_url=make_sqlite_url(data / "sightline.db"))
    app = open_app(settings, system_clock())
    try:
        fill_district(app, make_bench_attempts(schools=SCHOOLS, people=PEOPLE))
        load_team_entries(app, SCHOOL)
    finally:
        app.close()


def _open(page: "Page", address: str, *, shows: str) -> None:
    page.goto(address)
    page.wait_for_function(DRAWN, arg=shows, polling=POLL_MS)


def _press(page: "Page", server: Server, look: _Look) -> tuple[Figure, ...]:
    """Press a link; return when its page shows what it is about, and when all of it is there."""
    link = page.locator(look.where).filter(has_text=look.link).first
    link.hover()
    before_s, drawing_s = server.read_cpu_s(), read_browser_cpu_s()
    began_ms = page.evaluate("performance.now()")
    link.click()
    seen_s = (page.wait_for_function(SEEN, arg=look.shows, polling=POLL_MS).json_value() - began_ms) / 1000.0
    drawn_s = (page.wait_for_function(DRAWN, arg=look.shows, polling=POLL_MS).json_value() - began_ms) / 1000.0
    took_s, drawing_s = server.read_cpu_s() - before_s, read_browser_cpu_s() - drawing_s
    seen = Figure(
        name=f"{look.name}: from the press to the verdict",
        value=seen_s,
        unit="s",
        target="" if look.first_s is None else f"at most {look.first_s:g} s",
        met=None if look.first_s is None else seen_s <= look.first_s,
    )
    return (
        *((seen,) if look.first_s is not None else ()),
        Figure(
            name=f"{look.name}: to everything drawn",
            value=drawn_s,
            unit="s",
            target=f"at most {look.drawn_s:g} s",
            met=drawn_s <= look.drawn_s,
        ),
        Figure(name=f"{look.name}: the server's part", value=took_s, unit="s", how="processor time"),
        Figure(name=f"{look.name}: the browser's part", value=drawing_s, unit="s", how="processor time"),
    )
