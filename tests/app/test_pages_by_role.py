"""Pages as those who may not open them meet them: closed politely, and stale ones do nothing."""

from collections.abc import Callable
from html import escape

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager

from sim.app.links import read_link, show_link
from sim.app.wiring import App
from sim.db.programs import LinkKind
from sim.errors import AccessError, StoreError
from sim.features.accounts import manage
from sim.features.accounts.links import list_links
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.course.home import write_weekly_reminder
from sim.features.session import joining, opening
from sim.features.team import page_roster as roster
from sim.features.team import team
from sim.rules import sessions
from sim.rules.drill_access import LINK_SHOWS_RESULT, Access
from sim.rules.viewer import Duty, Role
from sim.ui.page import pages
from sim.ui.page.page_state import ALL_TEAMS
from sim.ui.page.request_origin import Peer
from sim.ui.parts import account_wording as words
from tests.app.conftest import OTHER_PIN, PHRASE, RunPage, School, fail, read_page
from tests.support.fake_clock import FakeClock
from tests.support.session_app import open_room

pytestmark = pytest.mark.usefixtures("quick_hash")


def test_before_the_set_up_pages_say_what_is_first(drill_app: App, run_page: RunPage, peer: list[Peer]) -> None:
    accounts = run_page("accounts")
    assert words.NOBODY_YET in read_page(accounts)
    assert 'href="account/set-up"' in read_page(accounts)
    assert "<table" not in read_page(accounts)
    assert escape("A person's record is opened by the link that the trainer sends") in read_page(run_page("record"))
    assert words.MINE_NOBODY in read_page(run_page("mine"))
    assert 'href="account/set-up"' in read_page(run_page("start")), "under Settings"
    peer[0] = Peer(is_local=False, cookie="")
    assert words.CLOSED_OPEN in read_page(run_page("team"))
    start = read_page(run_page("start"))
    assert "account/" not in start, "others' computers have nobody to sign in as"


def test_who_only_looks_is_offered_nothing_to_press_where_there_is_no_team_yet(
    drill_app: App, run_page: RunPage, peer: list[Peer]
) -> None:
    admin = sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)
    roles, schools = frozenset({Role.PRINCIPAL}), frozenset({"Westside"})
    manage.add_account(drill_app, admin, name="Pat Roe", secret=PHRASE, roles=roles, schools=schools)
    cookie = sign_in(drill_app, name="Pat Roe", secret=PHRASE, origin=Origin(address="192.0.2.1"))
    peer[0] = Peer(is_local=False, cookie=cookie)
    viewer = sessions.find_viewer(drill_app, cookie, is_local=False)
    for each in pages.PAGES:
        if isinstance(each.opens_to, Duty) and pages.is_open(each, viewer):
            page = run_page(each.path)
            assert "is not open to you" not in read_page(page), each.path
            assert [button.key for button in page.button if button.key != "verify"] == [], each.path
    for name in ("Office", "Annex"):
        team.add_team(drill_app, name, school="Westside")
    assert "Teams without a program" not in read_page(run_page("plan", team=ALL_TEAMS))
    demo = team.add_team(drill_app, "Demo", school="Westside", is_demo=True)
    assert "remove-demo" not in {button.key for button in run_page("team", team=demo).button}
    manage.set_roles(drill_app, admin, viewer.account_id or "", frozenset({Role.TRAINER}))
    manage.set_schools(drill_app, admin, viewer.account_id or "", frozenset({"Eastside"}))
    first = run_page("team")
    assert first.button(key="make-team") and "Import a list of people" not in read_page(first)
    manage.set_roles(drill_app, admin, viewer.account_id or "", frozenset({Role.ADMIN}))
    cookie = sign_in(drill_app, name="Pat Roe", secret=PHRASE, origin=Origin(address="192.0.2.1"))
    peer[0] = Peer(is_local=False, cookie=cookie)
    assert not run_page("record").selectbox, "no team is named to who reads no record"
    ana = team.add_person(drill_app, demo, "Ana Lopez")
    assert "is not open to you" in read_page(run_page("record", person=ana))


def test_a_trainee_opens_own_drills_only(school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock) -> None:
    own, others = school.give(school.ana), school.give(school.ben)
    peer[0] = Peer(is_local=False, cookie=school.enter())
    assert "Waiting for you: 1 drill" in read_page(run_page("start"))
    mine = run_page("mine")
    assert words.MINE_LEAD in read_page(mine)
    assert "Ben" not in read_page(mine)
    assert "Back to the records" not in read_page(run_page("record", person=school.ana))
    assert words.WRONG_ACCOUNT in read_page(run_page("drill", attempt=others))
    assert words.WRONG_ACCOUNT not in read_page(run_page("drill", attempt=own))
    assert "is not open to you" in read_page(run_page("team-drill", debrief="x"))
    school.end(others)
    peer[0] = Peer(is_local=False, cookie="")
    assert 'href="account/sign-in"' in read_page(run_page("start")), "at the top"
    record = read_page(run_page("record"))
    assert "account/sign-in" in record and "Go to the records of all" not in record
    private = read_page(run_page("drill", attempt=others))
    assert words.REFUSED[Access.SIGN_IN] in private
    assert "account/sign-in?next=" in private and f"attempt%3D{others}" in private
    clock.pass_s(LINK_SHOWS_RESULT.total_seconds())
    peer[0] = Peer(is_local=False, cookie=school.enter("Ben Hill", OTHER_PIN))
    assert words.RESULT_CLOSED not in read_page(run_page("drill", attempt=others))


def test_a_drill_opens_by_its_link(school: School, run_page: RunPage, peer: list[Peer], clock: FakeClock) -> None:
    cy = team.add_person(school.app, school.team_id, "Cy Park")
    own = school.give(cy)
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    trainers = run_page("team")
    trainers.session_state[f"send-before-{cy}"] = True
    address = next(code.value for code in trainers.run().code if "attempt=" in code.value)
    link = address.partition("link=")[2]
    peer[0] = Peer(is_local=False, cookie="")
    assert escape(words.REFUSED[Access.LINK_ENDED]) in read_page(run_page("drill", attempt=own))
    opened = run_page("drill", attempt=own, link=link)
    assert words.REFUSED[Access.LINK_ENDED] not in read_page(opened)
    school.end(own)
    assert words.RESULT_CLOSED not in read_page(run_page("drill", attempt=own, link=link))
    clock.pass_s(LINK_SHOWS_RESULT.total_seconds())
    assert words.RESULT_CLOSED in read_page(run_page("drill", attempt=own, link=link))


def test_who_joined_a_session_comes_to_the_drill_by_a_seat(school: School, run_page: RunPage, peer: list[Peer]) -> None:
    team.add_person(school.app, school.team_id, "Cy Park")
    room = open_room(school.app, team_id=school.team_id)
    (seat,) = room.join("Cy")
    ana = sessions.find_viewer(school.app, school.enter(), is_local=False)
    with_pin = joining.take_name(school.app, ana, room.link, school.ana)
    opening.show_briefing(school.app, room.session_id)
    peer[0] = Peer(is_local=False, cookie="")
    page = run_page("join", seat=seat)
    (attempt_id,) = room.read_briefing(seat)
    assert page.query_params["attempt"] in (attempt_id, [attempt_id])
    assert page.query_params["seat"] in (seat, [seat])
    assert words.REFUSED[Access.LINK_ENDED] not in read_page(page)
    assert words.REFUSED[Access.LINK_ENDED] in read_page(run_page("drill", attempt=attempt_id))
    assert words.REFUSED[Access.SIGN_IN] in read_page(run_page("join", seat=with_pin)), "a seat stands for no PIN"
    peer[0] = Peer(is_local=False, cookie=school.enter())
    assert words.REFUSED[Access.SIGN_IN] not in read_page(run_page("join", seat=with_pin))


def test_the_trainer_ends_links_on_the_page_of_the_team_and_links_that_could_not_be_ended_are_not_said_to_be(
    school: School, run_page: RunPage, peer: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = show_link(school.app, LinkKind.RECORD, school.ana, by="Kim Lee")
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    page = run_page("team")
    page.session_state[f"links-{school.team_id}"] = True
    page.run()
    assert "Kim Lee" in read_page(page)
    page.selectbox(key=f"links-who-{school.team_id}").set_value(school.ana).run()
    with monkeypatch.context() as full:
        full.setattr(roster, "end_all_of", fail(StoreError("the disk is full", todo="free some space")))
        page.button(key=f"end-links-{school.team_id}").click().run()
    assert any("The disk is full" in str(each.value) for each in page.error)
    assert "Old links stop working" not in read_page(page)
    page.button(key=f"end-links-{school.team_id}").click().run()
    assert "Old links stop working. Ana Lopez needs a new one." in [str(each.value) for each in page.success]
    with pytest.raises(AccessError, match="was ended"):
        read_link(school.app, token, LinkKind.RECORD)


def note_files(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], bytes]]:
    made: list[Callable[[], bytes]] = []

    def note(_: object, make: Callable[[], bytes], *__: object, **___: object) -> str:
        if getattr(make, "func", None) is not write_weekly_reminder:
            made.append(make)
        return "a-file"

    monkeypatch.setattr(MediaFileManager, "add_deferred", note)
    return made


def test_a_page_open_while_its_trainer_is_demoted_shows_and_does_nothing_any_more(
    school: School, run_page: RunPage, peer: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = note_files(monkeypatch)
    manage.add_account(
        school.app, school.admin, name="Ola Berg", secret="green lamp window 4", roles=frozenset({Role.TRAINER})
    )
    account = next(card for card in manage.list_accounts(school.app, school.admin) if card.name == "Ola Berg")
    show_link(school.app, LinkKind.RECORD, school.ana, by="Kim Lee")
    peer[0] = Peer(is_local=False, cookie=school.enter("Ola Berg", "green lamp window 4"))
    page = run_page("team")
    page.session_state[f"links-{school.team_id}"] = True
    page.run().selectbox(key=f"links-who-{school.team_id}").set_value(school.ana).run()
    records = run_page("records", team=school.team_id)
    records.segmented_control(key=f"records-view-{school.team_id}").set_value("exports").run()
    assert made
    made[-1]()
    manage.set_roles(school.app, school.admin, account.account_id, frozenset({Role.TRAINEE}))
    page.button(key=f"end-links-{school.team_id}").click().run()
    assert "is not open to you" in read_page(page)
    assert "Ana" not in read_page(page)
    assert len(list_links(school.app, school.admin, school.team_id)) == 1
    records.run()
    assert "is not open to you" in read_page(records)
    for make in made:
        with pytest.raises(AccessError):
            make()


def test_the_administrator_changes_an_account(school: School, run_page: RunPage, peer: list[Peer]) -> None:
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    theirs = school.enter()
    page = run_page("accounts")
    account = next(card for card in manage.list_accounts(school.app, school.admin) if card.name == "Ana Lopez")
    page.selectbox(key="account").set_value(account.account_id).run()
    page.button(key=f"end-{account.account_id}").click().run()
    assert words.ENDED_ONE in [str(each.value) for each in page.success]
    assert sessions.find_viewer(school.app, theirs, is_local=False).role is None
    page.button(key=f"disable-{account.account_id}").click().run()
    assert next(card for card in manage.list_accounts(school.app, school.admin) if card.name == "Ana Lopez").is_disabled


def test_a_new_account_has_no_role_until_one_is_chosen(school: School, run_page: RunPage, peer: list[Peer]) -> None:
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    page = run_page("accounts")
    mark = len(manage.list_accounts(school.app, school.admin))
    chips = page.button_group(key=f"new-roles-{mark}")
    assert not chips.value
    page.text_input(key=f"new-name-{mark}").set_value("Paula Gray")
    page.text_input(key=f"new-secret-{mark}").set_value("green lamp window 4")
    page = page.button(key=f"add-account-go-{mark}").click().run()
    assert "No role is chosen\\. Choose at least one thing that the account is for" in read_page(page)
    assert len(manage.list_accounts(school.app, school.admin)) == mark
    page.button_group(key=f"new-roles-{mark}").set_value([Role.PRINCIPAL]).run()
    assert "Principal: approves trainings, changes nothing else." in read_page(page)
    page.button_group(key=f"new-roles-{mark}").set_value([Role.PRINCIPAL, Role.TRAINER]).run()
    assert "Principal with Trainer: can change teams, drills, sessions and programs" in read_page(page)
    page.button_group(key=f"new-roles-{mark}").set_value([Role.PRINCIPAL]).run()
    page.button(key=f"add-account-go-{mark}").click().run()
    made = next(card for card in manage.list_accounts(school.app, school.admin) if card.name == "Paula Gray")
    assert made.roles == {Role.PRINCIPAL}


def test_a_trainer_gives_pins(school: School, run_page: RunPage, peer: list[Peer]) -> None:
    peer[0] = Peer(is_local=False, cookie=school.cookie)
    cy = team.add_person(school.app, school.team_id, "Cy Park")
    page = run_page("team")
    page.button(key=f"pins-all-{school.team_id}").click().run()
    assert "Cy Park" in read_page(page)
    with school.app.store.read() as work:
        row = work.accounts.find(person_id=cy)
    assert row is not None
    assert row.secret_hash is not None
