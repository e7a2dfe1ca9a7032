"""The session page as a trainer meets it, and joining as a trainee does."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.wiring import App
from sim.attempt.options import Device
from sim.console.intake import accept_events
from sim.console.questions import find_running
from sim.errors import PausedError, StoreError
from sim.features.program.plan import create_program
from sim.features.session import attendance, joining, opening
from sim.features.session import page_steps as steps
from sim.features.session.board import Stage, list_sessions
from sim.features.team import team
from sim.program.session_day import Attendance, SessionKind, Starting
from sim.ui.page import page_state
from sim.ui.parts.blocks import escape_markdown
from tests.app.conftest import RunPage, fail, read_page
from tests.support.driven_drill import TAB
from tests.support.fake_clock import NOON, FakeClock
from tests.support.guide_log import make_guide_events
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import LIMIT_S
from tests.unit.features.program.test_program import make_order
from tests.unit.ledger.conftest import play

EVIL = "Bo 'x' \"y\" <img src=x onerror=alert(1)>"
TAGS = re.compile(r"<img|onerror=alert\(1\)>")


@pytest.fixture
def room(drill_app: App) -> Room:
    return open_room(drill_app, names=("Ana Lopez", EVIL, "Cy Park"), extra_time={"Ana": 1.5})


def view(page: AppTest, name: str) -> AppTest:
    control = next(each for each in page.button_group if each.key.startswith("view-"))
    return control.set_value(name).run()


def press(page: AppTest, label: str) -> AppTest:
    return next(each for each in page.button if each.label == label).click().run()


def test_a_session_is_planned_moved_and_canceled_on_the_page(drill_app: App, run_page: RunPage) -> None:
    team_id = team.add_team(drill_app, "Front office")
    team.add_person(drill_app, team_id, EVIL)
    page = run_page("session", team=team_id)
    page.toggle[0].set_value(True).run()
    press(page, "Plan the session")
    (card,) = list_sessions(drill_app, team_id)
    assert (card.is_ahead, card.session.begins_at) == (True, NOON.replace(day=15, hour=9))
    page = run_page("session", session=card.session.session_id)
    assert "A reminder of your camera search session. On Tue, Sep 15, 2026, at 9:00 AM." in read_page(page)
    page.date_input[0].set_value(NOON.date().replace(day=22)).run()
    press(page, "Move the session")
    (card,) = list_sessions(drill_app, team_id)
    assert card.session.begins_at == NOON.replace(day=22, hour=9)
    assert not TAGS.search("\n".join(each.proto.body for each in page.get("html")))
    press(page, "Yes, cancel it")
    assert "This session has ended." in read_page(page)


def test_what_will_not_count_is_said(measuring_app: App, run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_state, "open_app", lambda settings, clock: measuring_app)
    page_state.get_services.clear()
    team_id = team.add_team(measuring_app, "Front office")
    for name in ("Ana Lopez", "Ben Ito"):
        team.add_person(measuring_app, team_id, name)
    create_program(measuring_app, make_order(team_id))
    page = run_page("session", team=team_id)
    assert any("The training itself" in each.proto.label for each in page.get("page_link"))
    assert "2 of 2 have not gone through getting to know the console" in " ".join(each.value for each in page.info)
    page.button_group[0].set_value("after").run()
    told = " ".join(each.value for each in page.warning)
    assert r"This will not count after training because the training is on Sep 28" in told.replace("\\", "")


def test_the_board_says_whose_drill_will_not_count_and_the_projector_does_not(
    measuring_app: App, run_page: RunPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_state, "open_app", lambda settings, clock: measuring_app)
    page_state.get_services.clear()
    room = open_room(measuring_app, names=("Ana Lopez", "Cy Park"), extra_time={"Cy": 1.5})
    (attempt_id, _) = room.start_all("Ana", "Cy")
    with measuring_app.store.write() as work:
        work.save_row(replace(work.attempts.get(attempt_id), device=Device.PHONE))
    page = view(run_page("session", session=room.session_id), "board")
    (said,) = [each.value for each in page.warning]
    assert said.startswith(r"1 of 2\: This will not count before training because it is on a phone")
    board = read_page(page).partition('class="sl-board"')[2]
    assert board.count("Will not count") == 1, "of more time nothing is said"
    assert "Will not count" in board.partition("Cy Park")[0]
    room_sees = run_page("session", session=room.session_id, show="room")
    assert not room_sees.warning and "ill not count" not in read_page(room_sees)


def test_a_guided_drill_left_early_and_a_late_comer_are_told(
    drill_app: App, run_page: RunPage, clock: FakeClock
) -> None:
    room = open_room(drill_app, names=("Ana Lopez", "Cy Park"), kind=SessionKind.FAMILIARIZATION)
    (own,) = room.join("Ana")
    opening.start(drill_app, room.session_id)
    attempt_id = joining.enter_drill(drill_app, own)
    opened, *_, handed_in = make_guide_events(TAB)
    accept_events(drill_app, attempt_id, tab_id=TAB, events=[opened, replace(handed_in, seq=2)])
    clock.pass_s(12 * 60 + 5)
    room.join("Cy")
    shown = read_page(view(run_page("session", session=room.session_id), "board"))
    assert "Partly done: 2 of 18 steps" in shown and "Finished" not in shown and "Joined 12 min late" in shown
    assert "min late" not in read_page(run_page("session", session=room.session_id, show="room"))
    page = view(run_page("session", session=room.session_id), "people")
    assert read_page(page).count("Present, joined 12 min late") == 1


def test_a_step_that_fails_is_told_in_a_toast(room: Room, run_page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run_page("session", session=room.session_id)
    monkeypatch.setattr(steps, "end", fail(StoreError("the disk is full", todo="free some space")))
    page = press(page, "Yes, end it")
    assert [each.value for each in page.toast if "The disk is full" in each.value]
    assert "This session has ended." not in read_page(page)
    assert not page.exception


def test_who_worked_in_a_pause_is_named_on_one_tab_alone(room: Room, run_page: RunPage, clock: FakeClock) -> None:
    (attempt_id, _) = room.start_all("Ana", "Cy")
    clock.pass_s(20)
    attendance.pause(room.app, room.session_id)
    clock.pass_s(12)
    with pytest.raises(PausedError):
        find_running(room.app, attempt_id, closed="the search is closed")
    page = run_page("session", session=room.session_id)
    assert "Actions by someone came while the drill was paused" in read_page(view(page, "board"))
    assert "1 action came" not in read_page(view(page, "board"))
    assert "**Ana Lopez** · 1 action came while the drill was paused." in read_page(view(page, "people"))
    assert "Cy Park** ·" not in read_page(page)
    attendance.resume(room.app, room.session_id)
    assert "1 action came" in read_page(view(run_page("session", session=room.session_id), "people"))


def test_no_view_but_the_persons_details_tells_of_more_time(room: Room, run_page: RunPage, clock: FakeClock) -> None:
    seats = room.join("Ana", "Cy")
    opening.show_briefing(room.app, room.session_id)
    room.read_briefing(*seats)
    opening.start(room.app, room.session_id)
    clock.pass_s(LIMIT_S + 30)
    page = run_page("session", session=room.session_id)
    for name in ("join", "board", "results", "people"):
        shown = re.sub(r"\d{3} \d{3} \d{3}", "", read_page(view(page, name)))  # codes are drawn by chance
        assert not re.search(r"[Ee]xtended|1½|7:30|5:30|450|330", shown), name
    assert "so far" not in read_page(view(page, "board")), "Ana works on, and the board does not tell"
    assert read_page(view(page, "board")).count("<em>Time is up</em>") == 2
    assert not room.board.all_ended, "Ana still works"
    page = view(page, "people")
    page.selectbox(key=f"person-{room.session_id}").set_value(room.people["Ana"]).run()
    chosen = next(each for each in page.button_group if each.key.startswith("extra-"))
    assert chosen.value == 1.5
    assert "7:30" in read_page(page)


def test_results_wait_for_everybody_or_the_trainer(drill_app: App, run_page: RunPage, clock: FakeClock) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    first, _ = room.join("Ana", "Ben")
    (attempt_id,) = room.read_briefing(first)
    opening.begin_own(drill_app, attempt_id)
    clock.pass_s(LIMIT_S + 30)
    page = view(run_page("session", session=room.session_id), "results")
    assert "Results are shown when everybody has ended, so that nobody is hurried by them." in read_page(page)
    assert "did not pass" not in read_page(page)
    page = page.toggle(key=f"results-now-{room.session_id}").set_value(True).run()
    assert "did not pass" in read_page(page)
    opening.end(drill_app, room.session_id)
    page = view(run_page("session", session=room.session_id), "results")
    assert "did not pass" in read_page(page)
    assert "Does not count: on footage whose answers anyone can look up." in read_page(page)


def test_attendance_is_corrected_with_a_reason(room: Room, run_page: RunPage) -> None:
    page = view(run_page("session", session=room.session_id), "people")
    page.selectbox(key=f"person-{room.session_id}").set_value(room.people["Cy"]).run()
    next(each for each in page.button_group if each.key.startswith("attendance-")).set_value("absent").run()
    press(page, "Save the correction")
    assert "Enter a reason" in read_page(page)
    next(each for each in page.text_input if each.key.startswith("reason-")).set_value("ill <b>").run()
    press(page, "Save the correction")
    assert room.row("Cy").attendance.value == "absent"
    assert "ill &lt;b&gt;" in read_page(page)
    attendance.correct(room.app, room.session_id, room.people["Ana"], Attendance.PRESENT, reason="has no device")
    assert "Present, no drill" in read_page(view(run_page("session", session=room.session_id), "board"))


def test_who_has_no_device_is_present_by_one_press_on_their_name(room: Room, run_page: RunPage) -> None:
    room.join("Ana")
    page = view(run_page("session", session=room.session_id), "people")
    names = next(each for each in page.button_group if each.key.startswith("here-"))
    assert names.options == [escape_markdown(EVIL), "Cy Park"], "who has joined is here"
    names.set_value(room.people["Cy"]).run()
    assert room.row("Cy").attendance is Attendance.PRESENT
    shown = read_page(page)
    assert "Cy Park is marked as present, without a drill." in shown and "here without a device" in shown
    assert room.row("Cy").stage is Stage.AWAY
    assert "Cy Park" not in next(each for each in page.button_group if each.key.startswith("here-")).options
    room.join("Cy")
    assert room.row("Cy").stage is Stage.WAITING, "a device was found after all"


def test_a_line_of_results_has_the_time_and_what_was_found_once_nothing_is_held(
    drill_app: App, run_page: RunPage, clock: FakeClock
) -> None:
    room = open_room(drill_app, extra_time={"Ben": 1.5})
    ana, ben, _ = room.start_all("Ana", "Ben", "Cy")
    play(drill_app, clock, ana)
    page = view(run_page("session", session=room.session_id), "results")
    page = page.toggle(key=f"results-now-{room.session_id}").set_value(True).run()
    assert "passed" in read_page(page) and "appearances found" not in read_page(page), "others still search"
    clock.pass_s(30)
    play(drill_app, clock, ben)
    page = view(run_page("session", session=room.session_id), "results")
    assert re.search(r"Ana Lopez\*\* · Finished · passed · \d:\d\d · 100% of appearances found", read_page(page))
    assert re.search(r"Ben Hill\*\* · Finished · passed · 100% of appearances found", read_page(page)), "extended time"
    debrief = read_page(run_page("session", session=room.session_id, show="debrief"))
    assert "Each drill" in debrief and "Lopez" not in debrief
    assert "ran out of time" not in debrief and "within the time allowed" not in debrief, "no time where one has more"


def test_a_trainee_waits_without_a_word_of_the_task_and_cannot_start_alone(room: Room, run_page: RunPage) -> None:
    page = run_page("join")
    page.text_input(key="code-text").set_value("111 111 11x").run()
    assert "is not a code" in read_page(press(page, "Continue"))
    page = run_page("join", t=room.link)
    page.button_group(key="name").set_value(room.people["Cy"]).run()
    press(page, "Join as Cy")
    assert room.row("Cy").stage is Stage.WAITING
    own = joining.make_seat_token(room.app, room.session_id, room.people["Cy"]) or ""
    shown = read_page(run_page("join", seat=own)).split("</style>")[-1]
    assert "You're in, Cy Park" in read_page(run_page("join", seat=own))
    assert not re.search("student|Trace|camera|Ana|Bo", shown)
    kept = run_page("join", seat=own).session_state["joined"]
    home, people = run_page("start"), run_page("team")
    for page in (home, people):
        page.session_state["joined"] = kept
        page.run()
    assert "Nobody has set up" in read_page(people) and not people.selectbox, "no trainer in the tab of who joined"
    assert "Back to my drill" in [each.proto.label for each in home.get("page_link")]
    home.button(key="trainer").click().run()
    assert "joined" not in home.session_state
    opening.show_briefing(room.app, room.session_id)
    (attempt_id,) = room.read_briefing(own)
    page = run_page("drill", attempt=attempt_id)
    assert [each.label for each in page.button if each.key in ("begin", "familiar")] == []
    assert "Read everything. The trainer starts everybody together." in read_page(page)
    opening.end(room.app, room.session_id)
    assert [each.key for each in run_page("drill", attempt=attempt_id).button if each.key == "begin"] == ["begin"]


def test_a_lost_seat_and_a_bad_link_lead_back_to_the_code(room: Room, run_page: RunPage) -> None:
    (own,) = room.join("Ana")
    joining.free_name(room.app, room.session_id, room.people["Ana"])
    for query in ({"seat": own}, {"t": "forged"}, {"seat": room.link}, {"t": own}):
        page = run_page("join", **query)
        assert page.text_input(key="code-text").value == ""
        assert page.warning
