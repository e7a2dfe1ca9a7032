"""A trainer's term in a real browser: three schools, 24 people from Excel, one plan, sessions, a training, the report.

The server runs on another day for each part of the term. Drills that nobody does in a browser here are done by
simulated searchers, as of the demo team. Footage for practice is made meanwhile, through two kills of the server; that
of the measured drills is laid out, as making it takes ten minutes.
"""

import io
import re
import sys
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import openpyxl
import pandas as pd
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from sim.attempt.attempt import AttemptState
from sim.console.attempts import get_state
from sim.db.sessions import Certified
from sim.features.operations.demo import SteppedClock, blend_skill, play_attempt
from sim.features.program.board import give_to_all
from sim.features.training.view import CERTIFIED
from sim.footage.recording.open import Recording
from sim.program.plan import StepKind
from tests.browser.conftest import LAPTOP, LIMIT_S, PHONE, prepare
from tests.support.barriers import list_barriers
from tests.support.console_page import ConsolePage
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_measuring_library

SCHOOLS = ("Birch", "Lincoln", "Maple Ridge")
MOVED = (sys.executable, "-m", "tests.support.moved_server", "serve")
STAFF = (
    "Ana Silva", "Ben O'Neil", "Cy Park", "Dee Ramos", "Eli Stone", "Flo Hart", "Gus Lind", "Ida Moss",
    "Jo Vega", "Kai Reed", "Lou Fox", "Mia Cole", "Ned Ito", "Ola Berg", "Pat Quinn", "Rita Sol",
    "Sam Dunn", "Tia Webb", "Uma Nair", "Vic Lowe", "Wes Hale", "Xi Chen", "Yara Diaz", "Zoe Lark",
)  # fmt: skip
ZONE = ZoneInfo("America/New_York")
BUILT_WITHIN_MS = 600_000.0


@pytest.fixture
def data(tmp_path: Path, tiny_recording: Recording) -> Path:
    return lay_out_measuring_library(tmp_path / "data", tiny_recording, practice_limit_s=LIMIT_S)


def write_staff(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(("Name", "E-mail", "School", "Team", "Role", "External ID"))
    for number, name in enumerate(STAFF):
        mail = f"{re.sub(r'[^a-z]', '', name.lower())}@school.example"
        sheet.append((name, mail, SCHOOLS[number // 8], f"{SCHOOLS[number // 8]} office", "trainee", f"{number:05d}"))
    book.save(path)
    return path


@dataclass
class Term:
    data: Path
    browser: Browser
    page: Page
    server: ServerProcess
    ahead: timedelta = timedelta()

    def go_to(self, path: str, **query: str) -> None:
        self.page.goto(f"{self.server.url}/{path}?" + "&".join(f"{key}={value}" for key, value in query.items()))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def download(self, name: str) -> bytes:
        with self.page.expect_download() as taken:
            self.page.get_by_role("button", name=name, exact=True).click()
        return taken.value.path().read_bytes()

    def order_footage(self) -> None:
        self.go_to("new-drill")
        self.page.get_by_role("radio", name="Easy").click()
        expect(self.page.get_by_text("Few people, short routes")).to_be_visible()
        for label, least in (("Length, minutes", "1"), ("People", "12")):
            slider = self.page.get_by_role("slider", name=label)
            slider.press("Home")
            expect(slider).to_have_value(least)
        self.page.get_by_text("More settings").click()
        self.page.get_by_role("spinbutton", name="Seed").fill("5")
        self.page.get_by_role("textbox", name="Name").fill("Five friends")
        self.page.get_by_role("textbox", name="Name").press("Enter")
        self.press("Make this drill")
        expect(self.page.get_by_text("Making “Five friends”")).to_be_visible()

    def restart(self) -> None:
        self.server.kill()
        port = int(self.server.url.rsplit(":", 1)[1])
        seconds = str(self.ahead.total_seconds())
        self.server = ServerProcess(self.data, port=port, command=MOVED, settings={"SECONDS_ON": seconds})

    def wait_until(self, day: date) -> None:
        self.ahead = datetime.combine(day, time(12), ZONE) - datetime.now(UTC)
        self.restart()

    def hold_session(self, team_id: str, who: str, *, is_killed: bool = False) -> None:
        self.go_to("session", team=team_id)
        self.press("Open the session")
        code = self.page.locator(".sl-join-code")
        expect(code).to_have_text(re.compile(r"^\d{3} \d{3} \d{3}$"))
        context = prepare(self.browser.new_context(viewport=LAPTOP))
        trainee = context.new_page()
        trainee.goto(f"{self.server.url}/join")
        trainee.get_by_label("Code of the session").fill(code.inner_text())
        trainee.get_by_role("button", name="Continue").click()
        trainee.get_by_text(who, exact=True).click()
        trainee.get_by_role("button", name=f"Join as {who}").click()
        expect(trainee.get_by_role("heading", name=re.compile(f"You're in, {who}"))).to_be_visible()
        self.page.get_by_text("Board", exact=True).last.click()
        self.press("Show the briefing")
        expect(self.page.get_by_text("1 of 1 have the briefing open")).to_be_visible()
        self.press("Start the clocks")
        console = ConsolePage(trainee, trainee.url)
        console.wait_ready()
        if is_killed:
            self.restart()
            console.wait_ready()
        console.choose("CAM-02")
        self.press("End the session")
        self.press("Yes, end it")
        expect(self.page.get_by_text("This session has ended.")).to_be_visible()
        context.close()

    def hold_training(self, team_id: str) -> list[str]:
        self.go_to("training", team=team_id)
        self.page.get_by_role("textbox", name="Place").fill("Library")
        self.page.get_by_role("textbox", name="Instructor").fill("T. Trainer")
        self.page.get_by_text("More for the file").click()
        self.page.get_by_role("combobox", name="Certificate").click()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("combobox", name="Certificate")).to_have_value(CERTIFIED[Certified.ATTENDED])
        waiting = self.page.get_by_text("Left out, as they wait by lot").inner_text()
        expected = [name for name in STAFF[:8] if name not in waiting]
        signs_in, leaves, others = expected[0].split()[0], expected[1].split()[0], expected[2:-1]
        self.press("Add to the record")
        self.press("Open sign-in")
        code = self.page.locator(".sl-join-code")
        phone = prepare(self.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True))
        other = prepare(self.browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True))
        for context, who in ((phone, signs_in), (other, leaves)):
            trainee = context.new_page()
            trainee.goto(f"{self.server.url}/join")
            trainee.get_by_label("Code of the session").fill(code.inner_text())
            trainee.get_by_role("button", name="Continue").click()
            trainee.get_by_text(who, exact=True).click()
            trainee.get_by_role("button", name=f"Sign in as {who}").click()
            expect(trainee.get_by_role("heading", name=re.compile("You're signed in"))).to_be_visible()
        trainee.get_by_role("button", name="I am leaving: sign out").click()
        expect(trainee.get_by_role("heading", name=re.compile("You're signed out"))).to_be_visible()
        for context in (phone, other):
            context.close()
        expect(self.page.get_by_text("2 of 4 have signed in")).to_be_visible()
        for name in others:
            self.page.get_by_role("button", name=name, exact=True).click()
        self.press("Mark as present")
        expect(self.page.get_by_text("3 of 4 have signed in")).to_be_visible()
        self.page.get_by_label("How many minutes it took").fill("60")
        self.page.get_by_label("How many minutes it took").press("Enter")
        self.press("Close: it was held")
        expect(self.page.get_by_text(f"Absent: {expected[-1]}.")).to_be_visible()
        return expected

    def do_drills(self, program_id: str, kind: StepKind, *, level: float) -> None:
        app = open_data(self.data)
        now = app.clock.read()
        with app.store.read() as work:
            step = next(each for each in work.programs.list_steps([program_id]) if each.kind is kind)
        at = replace(now, wall=now.wall + self.ahead)
        given = give_to_all(replace(app, clock=SteppedClock(now=at)), program_id, step.step_id)
        assert [line.why_not for line in given if not line.attempt_id] == []
        for line in given:
            if get_state(app, line.attempt_id) is AttemptState.RUNNING:
                continue  # left in the middle, on one of the room's laptops
            clock = SteppedClock(now=at)
            moved = replace(app, clock=clock)
            rng = np.random.default_rng([*map(ord, line.name), list(StepKind).index(kind)])
            play_attempt(moved, clock, line.attempt_id, rng=rng, skill=blend_skill(level))
        app.close()


def test_a_term(browser: Browser, data: Path, tmp_path: Path) -> None:
    context = prepare(browser.new_context(viewport=LAPTOP, timezone_id=ZONE.key))
    page = context.new_page()
    term = Term(data, browser, page, ServerProcess(data, command=MOVED))
    term.go_to("import-people")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(write_staff(tmp_path / "staff.xlsx"))
    term.press("Apply these changes")
    expect(page.get_by_text("Done. Added: 24, teams made: 3.")).to_be_visible()
    term.order_footage()
    app = open_data(data)
    with app.store.read() as work:
        teams = {each.school: each.team_id for each in work.teams.list_all()}
    term.go_to("plan", team=teams["Birch"])
    page.get_by_role("combobox", name="Other schools in the same plan").click()
    for school in SCHOOLS[1:]:
        page.get_by_role("option", name=re.compile(school)).click()
    page.keyboard.press("Escape")  # its list hides the rest of the page
    for label in ("Drills before the training", "Drills after it"):
        count = page.get_by_role("spinbutton", name=label)
        count.fill("1")
        count.press("Enter")
    expect(page.get_by_text("2 drills for each person.")).to_be_visible()
    term.press("Make the program")
    expect(page.get_by_role("tab", name="Give and send")).to_be_visible()
    expect(page.get_by_role("row", name="Zoe Lark Maple Ridge")).to_be_visible()
    for size in (PHONE, LAPTOP):
        page.set_viewport_size(size)
        assert list_barriers(page) == []
    with app.store.read() as work:
        programs = {each.team_id: each.program_id for each in work.programs.list_all()}
        assert {each.time_zone for each in work.programs.list_all()} == {ZONE.key}
        days = {each.kind: each.due_from for each in work.programs.list_steps([programs[teams["Birch"]]])}
    term.wait_until(days[StepKind.BEFORE])
    term.hold_session(teams["Birch"], "Ana")
    term.hold_session(teams["Lincoln"], "Jo", is_killed=True)
    for program_id in programs.values():
        term.do_drills(program_id, StepKind.BEFORE, level=0.2)
    term.wait_until(days[StepKind.TRAINING])
    expected = term.hold_training(teams["Birch"])
    term.go_to("new-drill")
    expect(page.get_by_text("“Five friends” is ready")).to_be_visible(timeout=BUILT_WITHIN_MS)
    term.wait_until(days[StepKind.AFTER])
    term.hold_session(teams["Maple Ridge"], "Sam")
    for program_id in programs.values():
        term.do_drills(program_id, StepKind.AFTER, level=0.9)

    term.go_to("results", team=teams["Birch"])
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    report = read_words(term.download("Download the report (PDF)"))
    assert all(school in report for school in SCHOOLS)
    term.go_to("records", team=teams["Birch"], view="requirements")
    term.press("Save")
    expect(page.get_by_text("2 drills and 1 training").first).to_be_visible()
    expect(page.get_by_role("rowheader", name="Ida Moss")).to_be_visible()
    term.go_to("records", team=teams["Birch"], view="exports")
    papers = {name: read_words(term.download(name)) for name in ("Record", "Drill log", "Certificates")}
    assert "Library" in papers["Record"] and "Ida Moss" in papers["Record"] and "Library" in papers["Drill log"]
    assert expected[0] in papers["Certificates"] and expected[-1] not in papers["Certificates"], "who was absent"
    assert len(pypdfium2.PdfDocument(term.download("One page per person"))) == 8
    sheets = pd.read_excel(io.BytesIO(term.download("All tables (Excel)")), sheet_name=None)
    assert set(sheets["trainings"]["person"]) == set(expected)
    assert "Ida Moss" in set(sheets["requirements"]["Name"])
    term.server.kill()
    app.close()
    context.close()


def read_words(paper: bytes) -> str:
    pages = pypdfium2.PdfDocument(paper)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)
