"""A trainee's whole traffic during a drill holds no truth, no answer, and nothing of another person."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocket, expect

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts
from sim.features.accounts import manage
from sim.features.accounts.sign_in import set_up
from sim.features.debrief.debrief import get_debrief
from sim.features.team import given_drills, team
from sim.footage.recording.open import Recording
from sim.rules import sessions
from sim.text.times import write_clock
from sim.ui.page import wording
from tests.browser.conftest import prepare
from tests.support.answer_player import AnswerPlayer
from tests.support.console_page import SLOW_MS
from tests.support.given import begin, load_attempt
from tests.support.server_process import ServerProcess, open_data
from tests.support.tiny_app import lay_out_measuring_library

PHRASE = "blue ladder quiet 9"
PIN = "482915"
OTHER = "Zebedee Quorn"
STATIC = re.compile(r"/(account|static|_stcore/bidi-components|component|icons)/|\.(mp4|webp|jpg|png)$")


class Traffic:
    def __init__(self, context: BrowserContext) -> None:
        self.parts: list[bytes] = []
        self.complaints: list[str] = []
        self._arrived: list[Request] = []
        context.on("page", self._watch)

    def _watch(self, page: Page) -> None:
        page.on("response", lambda got: self.parts.append(f"{got.url} {got.headers}".encode()))
        # the body of an answer that a page left before it had come would be waited for without an end
        page.on("requestfinished", lambda request: self._arrived.append(request))  # noqa: PLW0108
        page.on("websocket", self._listen)
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if "content security policy" in said.text.lower() else None,
        )

    def _listen(self, socket: WebSocket) -> None:
        socket.on(
            "framereceived", lambda frame: self.parts.append(frame if isinstance(frame, bytes) else frame.encode())
        )

    def take(self) -> bytes:
        arrived, self._arrived[:] = self._arrived[:], []
        for request in arrived:
            answer = None if STATIC.search(request.url.partition("?")[0]) else request.response()
            if answer is not None and answer.status == 200:
                self.parts.append(answer.body())
        taken = b"\n".join(self.parts)
        self.parts = []
        return taken


class School:
    def __init__(self, app: App) -> None:
        self.app = app
        self.trainer = set_up(app, name="Kim Lee", secret=PHRASE)
        viewer = sessions.find_viewer(app, self.trainer, is_local=False)
        team_id = team.add_team(app, "Front office")
        self.ana, self.other = team.add_person(app, team_id, "Ana Lopez"), team.add_person(app, team_id, OTHER)
        manage.set_pin(app, viewer, self.ana, PIN)
        self.done = given_drills.create_attempt(app, self.other, Phase.BEFORE)
        begin(app, self.done)
        self.waiting = given_drills.create_attempt(app, self.ana, Phase.BEFORE, extra_time=20.0)


@pytest.fixture(scope="module")
def guarded(
    tmp_path_factory: pytest.TempPathFactory, tiny_recording: Recording
) -> Iterator[tuple[ServerProcess, School]]:
    folder = lay_out_measuring_library(
        tmp_path_factory.mktemp("guarded") / "data", tiny_recording, practice_limit_s=1800.0
    )
    app = open_data(folder)
    school = School(app)
    with ServerProcess(folder) as running:
        yield running, school
    app.close()


def sign_in(page: Page, url: str, name: str, secret: str) -> None:
    page.goto(f"{url}/account/sign-in?next=start")
    page.fill("#name", name)
    page.fill("#secret", secret)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name=name)).to_be_visible(timeout=SLOW_MS)


def list_secrets(app: App, attempt_id: str) -> list[str]:
    row = load_attempt(app, attempt_id)
    form = app.catalog.get_form(row.form_id).form
    manifest = app.catalog.get_recording(row.recording_id).manifest
    start, end = (write_clock(manifest.start_time, t_s) for t_s in form.window_s)
    files = [name for name in manifest.files if "/" in name]
    words = app.catalog.describe_target(row.recording_id, form.target)
    return [words, form.form_id, str(form.target), manifest.title, start, end, *files]


def test_a_drill_tells_its_browser_nothing_that_it_must_not(
    browser: Browser, context: BrowserContext, guarded: tuple[ServerProcess, School]
) -> None:
    server, school = guarded
    traffic = Traffic(context)
    page = context.new_page()
    sign_in(page, server.url, "Ana Lopez", PIN)
    page.get_by_role("link", name="Waiting for you: 1 drill").click()
    link = page.get_by_role("link", name=re.compile("^Go to the drill"))
    expect(link).to_be_visible(timeout=SLOW_MS)
    home = traffic.take().decode("utf-8", "replace")
    link.click()
    page.get_by_role("button", name=re.compile("^Start drill")).wait_for(timeout=SLOW_MS)
    player = AnswerPlayer.sit_down(page, school.app, load_attempt(school.app, school.waiting).form_id)
    briefing = traffic.take().decode("utf-8", "replace")
    assert "appear when you start" in briefing
    before = home + briefing
    for secret in list_secrets(school.app, school.waiting):
        assert secret not in before, secret
    row = load_attempt(school.app, school.waiting)
    cameras = school.app.catalog.get_recording(row.recording_id).manifest.cameras
    for name in (name for camera in cameras for name in (camera.camera_id, camera.name)):
        assert name not in briefing, f"{name}: the start page may show another recording of this site"
    assert "/footage" not in before
    player.start()
    answer = replace(player.perfect, marks=player.perfect.marks[:1])
    player.work(answer)
    told = before + traffic.take().decode("utf-8", "replace")
    assert "Ana Lopez" in told
    words = list_secrets(school.app, school.waiting)[0]
    assert words in told, "it is there with the start, so it would have been found before"
    for secret in (OTHER, "Kim Lee", school.other, school.done, PIN):
        assert secret not in told, secret
    for person_id in set(player.truth.person_ids) - {player.form.target}:
        assert not re.search(rf"\b{person_id}\b", told), person_id
    player.hand_in(answer)
    verdict = escape(get_debrief(school.app, school.waiting).verdict)
    expect(page.get_by_text("once everyone on your team has done their drills")).to_be_visible(timeout=SLOW_MS)
    held = traffic.take().decode("utf-8", "replace")
    assert "once everyone on your team has done their drills on this footage" in held
    for answer_of in (verdict, wording.DEBRIEF_PATHS, wording.DEBRIEF_LEGS):
        assert answer_of not in told + held, answer_of
    attempts.abandon(school.app, school.done)
    page.reload()
    expect(page.get_by_text(wording.DEBRIEF_PATHS)).to_be_visible(timeout=SLOW_MS)
    after = traffic.take().decode("utf-8", "replace")
    assert verdict in after
    assert OTHER not in held + after
    assert traffic.complaints == []

    theirs = prepare(browser.new_context())
    seen = Traffic(theirs)
    other_page = theirs.new_page()
    sign_in(other_page, server.url, "Kim Lee", PHRASE)
    seen.take()
    other_page.goto(f"{server.url}/team")
    expect(other_page.get_by_text(OTHER).first).to_be_visible(timeout=SLOW_MS)
    assert OTHER.encode() in seen.take()
    assert seen.complaints == []
    theirs.close()
