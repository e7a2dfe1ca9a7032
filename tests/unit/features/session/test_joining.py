"""Joining a session: who may, who sees what, and who gets a name that two want."""

from dataclasses import replace

import pytest

from sim.app import signed
from sim.app.wiring import App
from sim.console import attempts
from sim.errors import AccessError, RateLimitError, SessionError
from sim.features.accounts.roster_accounts import choose_first_pin
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.session import joining, opening, running
from sim.features.team import team
from sim.program.session_day import Starting
from sim.rules.sessions import find_viewer
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill
from tests.support.session_app import open_room
from tests.support.spoiled import spoil

PHONE = "key of a phone"


def load_session(app: App, session_id: str) -> signed.SessionRow:
    with app.store.read() as work:
        return work.sessions.get(session_id)


def test_a_link_shows_first_names_of_those_who_have_not_joined_and_nothing_else(drill_app: App) -> None:
    room = open_room(drill_app, names=("Ana Lopez", "Ana Lang", "Bo Hill", "Cy"))
    view = joining.get_join(drill_app, NOBODY, room.link)
    assert [name for _, name in view.names] == ["Ana La.", "Ana Lo.", "Bo", "Cy"]
    assert (view.place, view.is_over, view.somebody_joined) == ("Library", False, False)
    room.join("Bo")
    view = joining.get_join(drill_app, NOBODY, room.link)
    assert ([name for _, name in view.names], view.somebody_joined) == (["Ana La.", "Ana Lo.", "Cy"], True)


def test_forged_foreign_expired_and_replaced_links_are_refused(drill_app: App, clock: FakeClock) -> None:
    room, other = open_room(drill_app), open_room(drill_app)
    link = room.link
    number = load_session(drill_app, room.session_id).link_number
    foreign = signed.show_screen(signed.JOIN, b"x" * 32, room.session_id, number, now=clock.read().wall).token
    (own,) = room.join("Ana")
    for bad in (spoil(link), foreign, own, "", "a.b", "é" * 40, "x" * 5000):
        with pytest.raises(AccessError, match="not valid"):
            joining.get_join(drill_app, NOBODY, bad)
        with pytest.raises(AccessError, match="not valid"):
            joining.take_name(drill_app, NOBODY, bad, room.people["Ben"])
    for bad in (link, spoil(own), ""):
        with pytest.raises(AccessError, match="not valid"):
            joining.enter_drill(drill_app, bad)
    with pytest.raises(SessionError, match="not invited"):
        joining.take_name(drill_app, NOBODY, link, other.people["Ana"])
    opening.renew_link(drill_app, room.session_id)
    with pytest.raises(AccessError, match="replaced"):
        joining.get_join(drill_app, NOBODY, link)
    assert joining.get_seat(drill_app, own).name == "Ana Lopez"
    newest = joining.make_join_token(drill_app, room.session_id)
    clock.pass_s(12 * 3600)
    with pytest.raises(AccessError, match="expired"):
        joining.get_join(drill_app, NOBODY, newest)


def test_an_invitations_code_leads_to_the_page_that_asks_for_the_screens(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    code = load_session(drill_app, room.session_id).code
    invitation = joining.make_join_token(drill_app, room.session_id)
    for typed in (signed.write_code(code), code, f" {code[:4]}-{code[4:]}. "):
        assert joining.find_session(drill_app, typed) == invitation
    view = joining.get_join(drill_app, NOBODY, invitation)
    assert (len(code), view.needs_code, view.names) == (9, True, ())
    with pytest.raises(AccessError, match="an invitation"):
        joining.take_name(drill_app, NOBODY, invitation, room.people["Ana"])
    wrong = dict.fromkeys(("", "12345678", "१२३४५६७८९", "123 456 78x"), "not a code")
    for typed, said in {f"{(int(code) + 1) % 10**9:09d}": "no session has this code", **wrong}.items():
        with pytest.raises(AccessError, match=said):
            joining.find_session(drill_app, typed)
    screen = joining.make_screen_code(drill_app, room.session_id).typed
    running.end(drill_app, room.session_id)
    clock.pass_s(300)
    for typed in (code, screen):
        with pytest.raises(AccessError, match="this session has ended"):
            joining.find_session(drill_app, typed)


def test_a_code_on_the_screen_is_typed_for_two_minutes_and_lets_in_for_ten(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    clock.pass_s(60 - clock.read().wall.timestamp() % 60 + 59)
    first = joining.make_screen_code(drill_app, room.session_id)
    assert joining.make_screen_code(drill_app, room.session_id) == first
    clock.pass_s(2)
    assert joining.make_screen_code(drill_app, room.session_id).typed != first.typed
    inside = joining.find_session(drill_app, first.typed, browser=PHONE)
    clock.pass_s(60)
    with pytest.raises(AccessError) as refused:
        joining.find_session(drill_app, first.typed, browser=PHONE)
    assert refused.value.on_screen == "This code has expired. Type the one on the screen now."
    assert joining.take_name(drill_app, NOBODY, inside, room.people["Ana"], browser=PHONE)
    clock.pass_s(600)
    with pytest.raises(AccessError, match="expired"):
        joining.take_name(drill_app, NOBODY, inside, room.people["Ben"], browser=PHONE)


def test_codes_cannot_be_tried_out(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    for _ in range(signed.TRIES_A_MINUTE):
        with pytest.raises(AccessError):
            joining.find_session(drill_app, "000 000 00x")
    code = load_session(drill_app, room.session_id).code
    with pytest.raises(RateLimitError):
        joining.find_session(drill_app, code)
    clock.pass_s(61)
    assert joining.find_session(drill_app, code)
    room.join("Ana")
    for _ in range(signed.RETURNS_A_MINUTE):
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


def test_a_session_needs_people_of_its_own_team(drill_app: App) -> None:
    room = open_room(drill_app)
    stranger = team.add_person(drill_app, team.add_team(drill_app, "Other"), "Zoe")
    ana = room.people["Ana"]
    kind = room.board.session.day.kind
    plan = opening.Plan(team_id=room.team_id, kind=kind, starting=Starting.EACH, person_ids=(ana,))
    for wrong, said in (
        ({"person_ids": ()}, "nobody is invited"),
        ({"person_ids": (stranger,)}, "not on this team"),
        ({"extra_time": {ana: 1.3}}, "[Ee]xpected"),
    ):
        with pytest.raises(SessionError, match=said):
            opening.open_session(drill_app, replace(plan, **wrong))  # type: ignore[arg-type]
    with pytest.raises(SessionError, match="not on this team"):
        opening.invite(drill_app, room.session_id, [stranger])
    opening.invite(drill_app, room.session_id, [team.add_person(drill_app, room.team_id, "Dee"), ana])
    assert len(room.board.rows) == 4


@pytest.mark.usefixtures("quick_hash")
def test_a_first_pin_is_for_who_has_nothing_to_lose_and_goes_with_the_name(drill_app: App, clock: FakeClock) -> None:
    set_up(drill_app, name="Kim Lee", secret="blue ladder quiet 9")
    room = open_room(drill_app)
    attempts.abandon(drill_app, begin_drill(drill_app, room.people["Ben"]))
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
