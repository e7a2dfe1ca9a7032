"""Joining a session: who may, who sees what, and who gets a name that two want."""

import threading
from dataclasses import replace

import pytest

from sim.drill.attempt import Phase
from sim.drill.session_day import Attendance, SessionKind, Starting
from sim.errors import AccessError, RateLimitError, SessionError
from sim.services.accounts.roster_accounts import choose_first_pin
from sim.services.accounts.sessions import find_viewer
from sim.services.accounts.sign_in import Origin, set_up, sign_in
from sim.services.accounts.viewer import NOBODY
from sim.services.app import signed as codes
from sim.services.app import signed as tokens
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.session_day import joining, opening, running
from sim.services.team import given_drills, team
from tests.support.fake_clock import FakeClock
from tests.support.session_app import open_room
from tests.support.spoiled import spoil

PHONE = "key of a phone"


def test_a_link_shows_first_names_of_those_who_have_not_joined_and_nothing_else(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana Lopez", "Ana Lang", "Bo Hill", "Cy"))
    view = joining.get_join(drill_app, NOBODY, room.link)
    assert [name for _, name in view.names] == ["Ana La.", "Ana Lo.", "Bo", "Cy"]
    assert (view.place, view.is_over, view.somebody_joined) == ("Library", False, False)
    room.join("Bo")
    view = joining.get_join(drill_app, NOBODY, room.link)
    assert [name for _, name in view.names] == ["Ana La.", "Ana Lo.", "Cy"]
    assert view.somebody_joined


def test_who_takes_a_name_first_gets_it_and_the_trainer_can_free_it(drill_app: App) -> None:
    room = open_room(drill_app)
    (wrong,) = room.join("Ana")
    with pytest.raises(SessionError, match="just taken"):
        room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    with pytest.raises(AccessError, match="freed"):
        joining.get_seat(drill_app, wrong)
    (right,) = room.join("Ana")
    assert joining.get_seat(drill_app, right).name == "Ana Lopez"
    with pytest.raises(AccessError, match="freed"):
        joining.get_seat(drill_app, wrong)
    joining.free_name(drill_app, room.session_id, room.people["Cy"])
    assert room.row("Cy").attendance is Attendance.INVITED


def test_a_drill_stays_with_a_name_that_was_freed(drill_app: App) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    assert room.read_briefing(*room.join("Ana")) == [attempt_id]


def test_forged_foreign_expired_and_replaced_links_are_refused(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    link = room.link
    row = _row(drill_app, room.session_id)
    foreign = tokens.mint_screen(b"x" * 32, row, now=clock.read().wall)
    (own,) = room.join("Ana")
    for bad in (spoil(link), foreign, own, "", "a.b", "é" * 40, "x" * 5000):
        with pytest.raises(AccessError, match="not valid"):
            joining.get_join(drill_app, NOBODY, bad)
        with pytest.raises(AccessError, match="not valid"):
            joining.take_name(drill_app, NOBODY, bad, room.people["Ben"])
    for bad in (link, spoil(own), ""):
        with pytest.raises(AccessError, match="not valid"):
            joining.enter_drill(drill_app, bad)
    opening.renew_link(drill_app, room.session_id)
    with pytest.raises(AccessError, match="replaced"):
        joining.get_join(drill_app, NOBODY, link)
    assert joining.get_seat(drill_app, own).name == "Ana Lopez"
    newest = joining.make_join_token(drill_app, room.session_id)
    clock.pass_s(12 * 3600)
    with pytest.raises(AccessError, match="expired"):
        joining.get_join(drill_app, NOBODY, newest)


def test_a_link_of_one_session_lets_nobody_in_who_is_invited_to_another(drill_app: App) -> None:
    here, there = open_room(drill_app), open_room(drill_app)
    with pytest.raises(SessionError, match="not invited"):
        joining.take_name(drill_app, NOBODY, here.link, there.people["Ana"])


def test_an_invitations_code_leads_to_the_page_that_asks_for_the_screens(drill_app: App) -> None:
    room = open_room(drill_app)
    code = _row(drill_app, room.session_id).code
    spoken = codes.write_code(code)
    assert (len(code), len(spoken)) == (9, 11)
    invitation = joining.make_join_token(drill_app, room.session_id)
    for typed in (spoken, code, f" {code[:4]}-{code[4:]}. "):
        assert joining.find_session(drill_app, typed) == invitation
    view = joining.get_join(drill_app, NOBODY, invitation)
    assert (view.needs_code, view.names, view.team) == (True, (), "Team 1")
    with pytest.raises(AccessError, match="an invitation"):
        joining.take_name(drill_app, NOBODY, invitation, room.people["Ana"])
    wrong = f"{(int(code) + 1) % 10**9:09d}"
    for typed in (wrong, "", "12345678", "१२३४५६७८९", "123 456 78x"):
        with pytest.raises(AccessError):
            joining.find_session(drill_app, typed)
    screen = joining.make_screen_code(drill_app, room.session_id).typed
    running.end(drill_app, room.session_id)
    with pytest.raises(AccessError, match="has ended"):
        joining.find_session(drill_app, code)
    with pytest.raises(AccessError, match="no session"):
        joining.find_session(drill_app, screen)


def test_the_code_on_the_screen_changes_every_minute_and_two_of_them_let_in(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    clock.pass_s(60 - clock.read().wall.timestamp() % 60 + 59)
    first = joining.make_screen_code(drill_app, room.session_id)
    assert joining.make_screen_code(drill_app, room.session_id) == first
    clock.pass_s(2)
    second = joining.make_screen_code(drill_app, room.session_id)
    assert (first.token == second.token, first.typed == second.typed) == (False, False)
    scanned = joining.let_in(drill_app, first.token, browser=PHONE)
    typed = joining.find_session(drill_app, first.typed, browser=PHONE)
    for token in (scanned, typed, second.token):
        assert len(joining.get_join(drill_app, NOBODY, token, browser=PHONE).names) == 3
    clock.pass_s(60)
    with pytest.raises(AccessError, match="expired") as refused:
        joining.let_in(drill_app, first.token, browser=PHONE)
    assert refused.value.on_screen == "This code has expired. Scan the one on the screen now."
    with pytest.raises(AccessError) as refused:
        joining.find_session(drill_app, first.typed, browser=PHONE)
    assert refused.value.on_screen == "This code has expired. Type the one on the screen now."
    assert joining.take_name(drill_app, NOBODY, scanned, room.people["Ana"], browser=PHONE)
    clock.pass_s(600)
    with pytest.raises(AccessError, match="expired"):
        joining.take_name(drill_app, NOBODY, scanned, room.people["Ben"], browser=PHONE)


def test_codes_cannot_be_tried_out(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    for _ in range(codes.TRIES_A_MINUTE):
        with pytest.raises(AccessError):
            joining.find_session(drill_app, "000 000 00x")
    code = _row(drill_app, room.session_id).code
    with pytest.raises(RateLimitError):
        joining.find_session(drill_app, code)
    clock.pass_s(61)
    assert joining.find_session(drill_app, code)
    room.join("Ana")
    for _ in range(codes.RETURNS_A_MINUTE):
        with pytest.raises(AccessError):
            joining.come_back(drill_app, room.link, "0000 000x")
    with pytest.raises(RateLimitError):
        joining.come_back(drill_app, room.link, "0000 0000")


def test_ones_own_code_leads_back_to_the_same_place_on_another_device(drill_app: App) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    first, _ = room.join("Ana", "Ben")
    (attempt_id,) = room.read_briefing(first)
    code = joining.get_seat(drill_app, first).return_code
    again = joining.come_back(drill_app, room.link, code)
    assert joining.enter_drill(drill_app, again) == attempt_id
    assert joining.make_seat_token(drill_app, room.session_id, room.people["Ana"]) == again
    assert joining.make_seat_token(drill_app, room.session_id, room.people["Cy"]) is None
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    with pytest.raises(AccessError, match="nobody here"):
        joining.come_back(drill_app, room.link, code)


def test_thirty_people_join_and_enter_at_once(drill_app: App) -> None:
    room = open_room(drill_app, names=tuple(f"P{number:02d} Hill" for number in range(30)), starting=Starting.EACH)
    link, barrier = room.link, threading.Barrier(60)
    given: list[tuple[str, str]] = []
    refused: list[str] = []

    def come(person_id: str) -> None:
        barrier.wait()
        try:
            taken = joining.take_name(drill_app, NOBODY, link, person_id)
        except SessionError:
            refused.append(person_id)
            return
        given.extend((person_id, joining.enter_drill(drill_app, taken)) for _ in range(2))

    threads = [threading.Thread(target=come, args=(each,)) for each in room.people.values() for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(refused) == sorted(room.people.values())
    assert len(given) == 60
    assert len(set(given)) == 30
    with drill_app.store.read() as work:
        assert len(work.attempts.list_of_team(room.team_id)) == 30


@pytest.mark.parametrize("kind", [SessionKind.BEFORE, SessionKind.FAMILIARIZATION])
def test_two_pages_of_one_person_get_one_drill(drill_app: App, kind: SessionKind) -> None:
    room = open_room(drill_app, starting=Starting.EACH, kind=kind)
    (own,) = room.join("Ana")
    barrier, given = threading.Barrier(6), []

    def enter() -> None:
        barrier.wait()
        given.append(joining.enter_drill(drill_app, own))

    threads = [threading.Thread(target=enter) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given)) == 1
    with drill_app.store.read() as work:
        assert len(work.attempts.list_of_team(room.team_id)) == 1


def test_a_session_needs_people_of_its_own_team(drill_app: App) -> None:
    room = open_room(drill_app)
    plan = opening.Plan(team_id=room.team_id, kind=room.board.kind, starting=Starting.EACH)
    with pytest.raises(SessionError, match="nobody is invited"):
        opening.open_session(drill_app, plan)
    stranger = team.add_person(drill_app, team.add_team(drill_app, "Other"), "Zoe")
    with pytest.raises(SessionError, match="not on this team"):
        opening.open_session(drill_app, replace(plan, person_ids=(stranger,)))
    with pytest.raises(SessionError, match="not on this team"):
        opening.invite(drill_app, room.session_id, [stranger])
    with pytest.raises(SessionError, match=r"expected|Expected"):
        opening.open_session(
            drill_app,
            replace(plan, person_ids=(room.people["Ana"],), extra_time={room.people["Ana"]: 1.3}),
        )
    late = team.add_person(drill_app, room.team_id, "Dee")
    opening.invite(drill_app, room.session_id, [late, room.people["Ana"]])
    assert len(room.board.rows) == 4


def _row(app: App, session_id: str) -> tokens.SessionRow:
    with app.store.read() as work:
        return work.sessions.get(session_id)


@pytest.mark.usefixtures("quick_hash")
def test_a_first_pin_is_for_who_has_nothing_to_lose_and_is_taken_back_with_the_name(
    drill_app: App, clock: FakeClock
) -> None:
    set_up(drill_app, name="Kim Lee", secret="blue ladder quiet 9")
    room = open_room(drill_app)
    known = given_drills.create_attempt(drill_app, room.people["Ben"], Phase.BEFORE)
    attempts.get_briefing(drill_app, known)
    attempts.begin(drill_app, known)
    attempts.abandon(drill_app, known)
    later = open_room(drill_app, team_id=room.team_id)
    ana, ben, cy = later.join("Ana", "Ben", "Cy")
    with pytest.raises(AccessError):
        choose_first_pin(drill_app, ben, "482915")
    name = choose_first_pin(drill_app, ana, "482915")
    cookie = sign_in(drill_app, name=name, secret="482915", origin=Origin(address="192.0.2.1"))
    joining.free_name(drill_app, later.session_id, later.people["Ana"])
    assert find_viewer(drill_app, cookie, is_local=False) == NOBODY
    with pytest.raises(AccessError):
        sign_in(drill_app, name=name, secret="482915", origin=Origin(address="192.0.2.1"))
    clock.pass_s(opening.DAY.total_seconds())
    with pytest.raises(AccessError):
        choose_first_pin(drill_app, cy, "482915")
    assert joining.get_seat(drill_app, cy).name == "Cy Park"
    clock.pass_s(opening.DAY.total_seconds())
    with pytest.raises(AccessError, match="expired"):
        joining.get_seat(drill_app, cy)
