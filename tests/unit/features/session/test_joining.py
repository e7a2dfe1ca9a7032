from dataclasses import replace

import pytest

from sim.app import signed
from sim.app.wiring import App
from sim.console import attempts
from sim.console.scores import settle
from sim.db.teams import Limits
from sim.errors import AccessError, RateLimitError, SessionError
from sim.features.accounts.links import list_links
from sim.features.accounts.manage import choose_first_pin
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.program.plan import create_program
from sim.features.record.load import load_team_record
from sim.features.session import attendance, joining, opening
from sim.features.session.board import Stage, get_board, get_details, list_results
from sim.features.session.group_debrief import get_group_debrief
from sim.features.team import team
from sim.ledger.verify import verify
from sim.program.session_day import Attendance, SessionKind, Starting
from sim.rules.sessions import find_viewer
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY
from tests.support.bring_roster import bring
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill, load_attempt, make_team
from tests.support.session_app import Room, open_room
from tests.support.spoiled import spoil
from tests.unit.features.program.test_program import list_steps, make_order

PHONE = "key of a phone"


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
    with drill_app.store.read() as work:
        number = work.sessions.get(room.session_id).link_number
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
    code = room.code
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
    opening.end(drill_app, room.session_id)
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
    code = room.code
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


def move(room: Room, name: str, *, to: str) -> None:
    with room.app.store.read() as work:
        whole, own = work.people.get(room.people[name]).name, work.teams.get(room.team_id).name
    for team_name in (own, to):
        bring(room.app, f"name,school,team,external id\n{whole},{team_name},{team_name},77\n")
    with room.app.store.read() as work:
        assert work.people.get(room.people[name]).team_id != room.team_id


def limit(room: Room) -> App:
    with room.app.store.read() as work:
        school = work.teams.get(room.team_id).name
    return replace(room.app, store=replace(room.app.store, limits=Limits(schools=frozenset({school}))))


def test_a_session_goes_on_with_somebody_who_was_moved_to_another_school(drill_app: App) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    attendance.correct(drill_app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="called in ill")
    move(room, "Ana", to="Birch")
    trainer = limit(room)
    assert [row.name for row in get_board(trainer, room.session_id).rows] == ["Ana Lopez", "Ben Hill", "Cy Park"]
    assert [name for _, name in joining.get_join(drill_app, NOBODY, room.link).names] == ["Ana", "Ben", "Cy"]
    assert [each.name for each in attendance.list_changes(trainer, room.session_id)] == ["Ana Lopez"]
    (attempt_id,) = room.read_briefing(*room.join("Ana"))
    opening.begin_own(drill_app, attempt_id)
    attendance.pause(trainer, room.session_id)
    attendance.resume(trainer, room.session_id)
    assert settle(trainer, attempt_id).timing.ended_pauses
    assert get_details(trainer, room.session_id, room.people["Ana"]).attempt
    assert "Ana Lopez" in {line.who for line in list_links(trainer, AT_THIS_MACHINE, room.team_id)}
    assert attendance.correct(
        trainer, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="it was another one"
    )
    attempts.abandon(drill_app, attempt_id)
    opening.end(trainer, room.session_id)
    assert get_group_debrief(trainer, room.session_id).drills == 0
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert [guest.name for guest in session.guests] == ["Ana Lopez", "Ben Hill", "Cy Park"]


def test_who_was_moved_and_never_came_is_absent_at_the_end(drill_app: App) -> None:
    room = open_room(drill_app)
    move(room, "Cy", to="Birch")
    opening.end(limit(room), room.session_id)
    assert room.row("Cy").attendance is Attendance.ABSENT


def test_results_of_a_session_hold_the_drill_of_somebody_who_was_moved(drill_app: App) -> None:
    room = open_room(drill_app)
    attempts.abandon(drill_app, *room.start_all("Ana"))
    move(room, "Ana", to="Birch")
    assert [card.person_name for card in list_results(drill_app, room.session_id)] == ["Ana Lopez"]
    assert list_results(limit(room), room.session_id) == (), "not for whom the new school is closed"


def test_somebody_who_was_moved_gets_a_drill_in_a_session_of_a_program(measuring_app: App) -> None:
    app = measuring_app
    team_id, (ana, ben) = make_team(app, "Ana", "Ben")
    step = list_steps(app, create_program(app, make_order(team_id)))["before 1"]
    plan = opening.Plan(
        team_id=team_id, kind=SessionKind.BEFORE, starting=Starting.EACH, person_ids=(ana, ben), step_id=step.step_id
    )
    session_id = opening.open_session(app, plan)
    room = Room(app=app, session_id=session_id, team_id=team_id, people={"Ana": ana, "Ben": ben})
    move(room, "Ana", to="Birch")
    moved, other = (load_attempt(app, each) for each in room.read_briefing(*room.join("Ana", "Ben")))
    assert (moved.step_id, other.step_id) == (None, step.step_id), "the steps of a program are its own team's"


def read_recorded(room: Room) -> Attendance:
    opening.end(room.app, room.session_id)
    (session,) = load_team_record(room.app, room.team_id).sessions
    assert verify(room.app.store).broken is None
    (ana,) = (guest.attendance for guest in session.guests if guest.name == "Ana Lopez")
    assert ana is room.row("Ana").attendance
    return ana


def test_who_took_anothers_name_gives_it_back(drill_app: App) -> None:
    room = open_room(drill_app)
    (wrong,) = room.join("Ana")
    joining.leave_seat(drill_app, wrong)
    with pytest.raises(AccessError, match="freed"):
        joining.get_seat(drill_app, wrong)
    joining.leave_seat(drill_app, wrong)
    assert (room.row("Ana").stage, room.row("Ana").attendance) == (Stage.AWAY, Attendance.INVITED)
    (attempt_id,) = room.brief(*room.join("Ana"))
    assert joining.find_joined_name(drill_app, attempt_id) == "Ana Lopez"
    assert joining.leave_drill(drill_app, attempt_id)
    assert not joining.leave_drill(drill_app, attempt_id)
    (own,) = room.join("Ana")
    assert joining.enter_drill(drill_app, own) == attempt_id
    assert read_recorded(room) is Attendance.PRESENT


def test_a_name_given_back_after_the_end_is_absent_as_nobody_came_by_it(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = room.brief(*room.join("Ana"))
    opening.end(drill_app, room.session_id)
    assert joining.leave_drill(drill_app, attempt_id)
    assert read_recorded(room) is Attendance.ABSENT


def test_who_never_came_is_absent_after_their_name_was_taken_by_somebody_else_and_freed(drill_app: App) -> None:
    room = open_room(drill_app)
    room.join("Ana")
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    room.brief(*room.join("Ana"))
    joining.free_name(drill_app, room.session_id, room.people["Ana"], by="T. Trainer")
    assert room.row("Ana").attendance is Attendance.INVITED, "a briefing that was read is no drill"
    assert read_recorded(room) is Attendance.ABSENT


@pytest.mark.parametrize("by_trainer", [True, False])
def test_a_name_given_back_leaves_what_the_trainer_entered(drill_app: App, by_trainer: bool) -> None:
    room = open_room(drill_app)
    ana, ben, cy = (room.people[name] for name in ("Ana", "Ben", "Cy"))
    attendance.correct(drill_app, room.session_id, ana, Attendance.PRESENT, reason="came without a device")
    attendance.correct(drill_app, room.session_id, ben, Attendance.ABSENT, reason="called in ill")
    seats = room.join("Ana", "Ben", "Cy")
    attendance.correct(drill_app, room.session_id, cy, Attendance.ABSENT, reason="sits next door")
    for own, person_id in zip(seats, (ana, ben, cy), strict=True):
        if by_trainer:
            joining.free_name(drill_app, room.session_id, person_id)
        else:
            joining.leave_seat(drill_app, own)
    opening.end(drill_app, room.session_id)
    assert [room.row(name).attendance.value for name in ("Ana", "Ben", "Cy")] == ["present", "absent", "absent"]


def test_once_the_clock_runs_only_the_trainer_frees_a_name_and_its_person_stays_present(drill_app: App) -> None:
    room = open_room(drill_app)
    (attempt_id,) = room.start_all("Ana")
    assert joining.find_joined_name(drill_app, attempt_id) == ""
    with pytest.raises(SessionError, match="tell your trainer"):
        joining.leave_drill(drill_app, attempt_id)
    assert room.row("Ana").stage is Stage.DRILL
    joining.free_name(drill_app, room.session_id, room.people["Ana"])
    assert room.row("Ana").attendance is Attendance.PRESENT
