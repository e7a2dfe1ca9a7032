"""Names taken in sessions and at trainings: whose, how it is known, with which browser, by which minute's code."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from hashlib import sha256
from html import unescape
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from sim.app import signed as session_links
from sim.app.wiring import App
from sim.db.ledger import Subjects
from sim.db.sessions import TrainingState
from sim.errors import AccessError
from sim.features.accounts.manage import find_or_create, set_pin
from sim.features.accounts.routes import make_account_routes
from sim.features.accounts.sign_in import Origin, set_up
from sim.features.accounts.sign_in import sign_in as sign_in_here
from sim.features.record.exports import make_attendance_rows
from sim.features.record.load import load_person_record, load_team_record
from sim.features.record.tables import make_own_sessions, make_training_table
from sim.features.session import attendance, joining, opening
from sim.features.team import team
from sim.features.training.sign_in import make_sign_in_code, open_sign_in, sign_in
from sim.features.training.view import write_known
from sim.program.session_day import Attendance, SessionKind, Starting
from sim.rules import sessions
from sim.rules.viewer import NOBODY, Role, Viewer
from sim.ui.http.guards import SafeRequests
from sim.ui.page.request_origin import COOKIE, Peer
from sim.ui.parts import account_wording
from tests.app.conftest import RunPage, read_plain
from tests.support.fake_clock import NOON, FakeClock
from tests.support.session_app import Room, open_room
from tests.unit.features.training.conftest import BEGINS, Class, group

__all__ = ["group"]

pytestmark = pytest.mark.usefixtures("quick_hash")

PIN = "482915"
PHRASE = "blue ladder quiet 9"
HERE = "http://127.0.0.1:8501"
SAME = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
PHONE, TABLET = "p" * 43, "t" * 43
EXPIRED = "This code has expired. Scan the one on the screen now."
FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Phone(Protocol):
    def __call__(self, key: str = PHONE, cookie: str = "") -> None: ...


def ask(page: AppTest) -> dict[str, str]:
    forms = [each.proto.body for each in page.get("html") if 'class="sl-pin"' in each.proto.body]
    return {name: unescape(value) for form in forms for name, value in FIELDS.findall(form)}


@pytest.fixture
def admin(drill_app: App) -> Viewer:
    return sessions.find_viewer(drill_app, set_up(drill_app, name="Kim Lee", secret=PHRASE), is_local=False)


@pytest.fixture
def room(drill_app: App, admin: Viewer) -> Room:
    opened = open_room(drill_app)
    set_pin(drill_app, admin, opened.people["Ben"], PIN)
    return opened


@pytest.fixture
def phone(peer: list[Peer]) -> Phone:
    def take(key: str = PHONE, cookie: str = "") -> None:
        peer[0] = Peer(is_local=False, cookie=cookie, learner_key=key)

    take()
    return take


@pytest.fixture
def client(drill_app: App) -> Iterator[TestClient]:
    routes = make_account_routes(lambda: drill_app)
    wrapped = Starlette(routes=routes, middleware=[Middleware(SafeRequests)])
    with TestClient(wrapped, base_url=HERE, client=("10.0.0.7", 5000), follow_redirects=False) as opened:
        yield opened


def choose(page: AppTest, person_id: str) -> AppTest:
    return page.button_group("name").set_value(person_id).run()


def take(page: AppTest, person_id: str) -> AppTest:
    return choose(page, person_id).button(key="take").click().run()


def follow(run_page: RunPage, page: str, location: str) -> AppTest:
    return run_page(page, **dict(parse_qsl(urlsplit(location).query)))


def list_known(room: Room) -> dict[str, str]:
    return {name: attendance.list_known(room.app, room.session_id)[each] for name, each in room.people.items()}


BY_CODE = "not signed in, chose the name with the code"


@dataclass(frozen=True, kw_only=True)
class Place:
    app: App
    page: str
    people: dict[str, str]
    read_code: Callable[[], str]
    read_known: Callable[[], dict[str, str]]
    take_name: Callable[[Viewer, str], object]
    done: str

    def open(self, run_page: RunPage) -> AppTest:
        return run_page(self.page, t=self.read_code())


@pytest.fixture(params=["session", "training"])
def place(request: pytest.FixtureRequest, drill_app: App, admin: Viewer) -> Place:
    if request.param == "session":
        room: Room = request.getfixturevalue("room")
        return Place(
            app=drill_app,
            page="join",
            people=room.people,
            read_code=lambda: room.link,
            read_known=lambda: list_known(room),
            take_name=lambda viewer, who: joining.take_name(drill_app, viewer, room.link, who),
            done="You're in, ",
        )
    group: Class = request.getfixturevalue("group")
    set_pin(drill_app, admin, group.people["Ben"], PIN)
    return Place(
        app=drill_app,
        page="training-sign-in",
        people=group.people,
        read_code=lambda: open_code(group),
        read_known=lambda: {each.name.split()[0]: write_known(each) for each in group.training.attendees},
        take_name=lambda viewer, who: sign_in(drill_app, viewer, open_code(group), who),
        done="You're signed in, ",
    )


def enter(app: App, name: str, secret: str) -> str:
    return sign_in_here(app, name=name, secret=secret, origin=Origin(address="192.0.2.1"))


def test_a_name_with_a_pin_is_taken_with_it(place: Place, run_page: RunPage, client: TestClient, phone: Phone) -> None:
    page = choose(place.open(run_page), place.people["Ben"])
    form = ask(page)
    assert form["who"] == "Ben Hill"
    assert "Lopez" not in read_plain(page), "first names alone"
    assert "PIN or passphrase of Ben" in read_plain(page)
    assert [each.key for each in page.button if each.key == "take"] == [], "nothing takes the name without the PIN"
    with pytest.raises(AccessError, match="PIN or passphrase"):
        place.take_name(NOBODY, place.people["Ben"])
    answer = client.post("/account/sign-in", data={**form, "secret": PIN}, headers=SAME)
    assert answer.status_code == 303
    phone(cookie=client.cookies[COOKIE])
    page = follow(run_page, place.page, answer.headers["location"])
    assert f"{place.done}Ben Hill" in read_plain(page)
    assert place.read_known() == {"Ana": "", "Ben": "signed in with a PIN", "Cy": ""}
    if place.page == "join":
        again = place.open(run_page)
        assert again.get("button_group") == [], "whoever is signed in takes their own name alone"
        again.button(key="take").click().run()
        assert "You're in, Ben Hill" in read_plain(again), "who is signed in comes back without a code"


def test_a_wrong_pin_asks_again_and_slows_down(room: Room, run_page: RunPage, client: TestClient, phone: Phone) -> None:
    form = ask(choose(run_page("join", t=room.link), room.people["Ben"]))
    for _ in range(4):
        answer = client.post("/account/sign-in", data={**form, "secret": "000000"}, headers=SAME)
        assert answer.status_code == 403
    assert 'value="Ben Hill"' in answer.text
    assert form["next"] in unescape(answer.text)
    assert client.post("/account/sign-in", data={**form, "secret": PIN}, headers=SAME).status_code == 429
    assert COOKIE not in client.cookies
    assert list_known(room)["Ben"] == ""


def test_a_signed_in_trainer_takes_nobodys_name(place: Place, admin: Viewer, run_page: RunPage, phone: Phone) -> None:
    code = place.read_code()
    phone(cookie=enter(place.app, "Kim Lee", PHRASE))
    page = run_page(place.page, t=code)
    told = "You are signed in as Kim Lee, who is not on this list. To take a name here, sign out first"
    assert told in read_plain(page)
    assert account_wording.SIGN_OUT_NAMES in read_plain(page)
    assert page.get("button_group") == []
    with pytest.raises(AccessError, match="signed in as Kim Lee"):
        place.take_name(admin, place.people["Cy"])


def test_signing_out_leads_back_to_the_names(room: Room, run_page: RunPage, client: TestClient, phone: Phone) -> None:
    cookie = enter(room.app, "Kim Lee", PHRASE)
    phone(cookie=cookie)
    (address,) = re.findall(r'href="(account/sign-out[^"]+)"', read_plain(run_page("join", t=room.link)))
    client.cookies[COOKIE] = cookie
    form = dict(FIELDS.findall(client.get(f"/{address}").text))
    form = {name: unescape(value) for name, value in form.items()}
    answer = client.post("/account/sign-out", data=form, headers=SAME)
    phone()
    assert follow(run_page, "join", answer.headers["location"]).button_group("name").options == ["Ana", "Ben", "Cy"]


def test_a_second_name_from_one_browser_is_asked_about_and_told(place: Place, run_page: RunPage, phone: Phone) -> None:
    take(place.open(run_page), place.people["Ana"])
    page = choose(place.open(run_page), place.people["Cy"])
    assert "This device already signed in Ana Lopez. Sign in Cy from the same device?" in read_plain(page)
    page.button(key="take").click().run()
    assert place.read_known() == {
        "Ana": f"{BY_CODE}; same device as Cy Park",
        "Ben": "",
        "Cy": f"{BY_CODE}; same device as Ana Lopez",
    }
    record = load_person_record(place.app, place.people["Cy"])
    make_own = make_own_sessions if place.page == "join" else make_training_table
    own = str(make_own(record, UTC).rows)
    assert "same device as another person" in own
    assert "Ana" not in own, "nobody else is in one person's record"
    phone(TABLET)
    assert "This device" not in read_plain(choose(place.open(run_page), place.people["Ben"]))


def test_a_second_name_is_exported_and_the_browsers_key_nowhere(room: Room, run_page: RunPage, phone: Phone) -> None:
    for name in ("Ana", "Cy"):
        take(run_page("join", t=room.link), room.people[name])
    record = load_team_record(room.app, room.team_id)
    table = make_attendance_rows(record)
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    said = {row["person"]: row["known_by"] for row in rows}["Cy Park"]
    assert said == f"{BY_CODE}; same device as Ana Lopez"
    with room.app.store.read() as work:
        kept = str(work.ledger.list_of(Subjects(session_id=room.session_id)))
    assert PHONE not in kept
    assert sha256(PHONE.encode()).hexdigest() not in kept


def test_browsers_are_told_apart_signed_in_between_or_not(room: Room, run_page: RunPage, phone: Phone) -> None:
    take(run_page("join", t=room.link), room.people["Ana"])
    phone(TABLET)
    page = choose(run_page("join", t=room.link), room.people["Cy"])
    assert "This device" not in read_plain(page)
    page.button(key="take").click().run()
    assert not any("same device" in each for each in list_known(room).values())
    phone(cookie=enter(room.app, "Ben Hill", PIN))
    run_page("join", t=room.link).button(key="take").click().run()
    assert list_known(room)["Ben"] == "signed in with a PIN; same device as Ana Lopez"


def test_without_cookies_a_browser_joins_and_is_asked_in_its_tab(room: Room, run_page: RunPage, phone: Phone) -> None:
    phone("")
    page = take(run_page("join", t=room.link), room.people["Ana"])
    assert "You're in, Ana Lopez" in read_plain(page)
    page.query_params.clear()
    page.query_params["t"] = room.link
    assert "This device already signed in Ana Lopez" in read_plain(choose(page.run(), room.people["Cy"]))


def test_a_code_lets_in_for_a_minute_more(place: Place, run_page: RunPage, phone: Phone, clock: FakeClock) -> None:
    old = place.read_code()
    clock.pass_s(60)
    assert run_page(place.page, t=old).button_group("name").options == ["Ana", "Ben", "Cy"]
    clock.pass_s(60)
    page = run_page(place.page, t=old)
    assert EXPIRED in read_plain(page)
    assert page.get("button_group") == []


def test_a_forged_minute_opens_nothing(room: Room, run_page: RunPage, phone: Phone) -> None:
    with room.app.store.read() as work:
        row = work.sessions.get(room.session_id)
    later = room.app.clock.read().wall + timedelta(minutes=1)
    for forged in (
        *(
            session_links.show_screen(session_links.JOIN, secret, row.session_id, row.link_number, now=later).token
            for secret in (b"x" * 32, room.app.access.secret)
        ),
        room.link[:-3],
    ):
        page = run_page("join", t=forged)
        assert page.get("button_group") == []
        assert len(page.warning) == 1


def test_who_was_let_in_has_time_to_choose(room: Room, run_page: RunPage, phone: Phone, clock: FakeClock) -> None:
    page = run_page("join", t=room.link)
    inside = str(page.query_params["t"][0] if isinstance(page.query_params["t"], list) else page.query_params["t"])
    clock.pass_s(5 * 60)
    assert run_page("join", t=inside).button_group("name").options == ["Ana", "Ben", "Cy"], "a reload goes on"
    phone(TABLET)
    assert EXPIRED in read_plain(run_page("join", t=inside))
    phone()
    assert "You're in, Ana Lopez" in read_plain(take(page, room.people["Ana"]))


def test_who_is_in_goes_on_after_the_code_did(place: Place, run_page: RunPage, phone: Phone, clock: FakeClock) -> None:
    page = take(place.open(run_page), place.people["Ana"])
    clock.pass_s(3600)
    assert f"{place.done}Ana Lopez" in read_plain(follow(run_page, place.page, address_of(page)))


def test_that_is_not_me_leads_back_to_the_names(place: Place, run_page: RunPage, phone: Phone) -> None:
    page = take(place.open(run_page), place.people["Ana"])
    done = address_of(page)
    page.button(key="not-you-sure").click().run()
    assert page.button_group("name").options == ["Ana", "Ben", "Cy"]
    assert place.read_known()["Ana"] == ""
    assert "This device" not in read_plain(choose(page, place.people["Cy"])), "it is not held against them"
    if place.page != "join":
        assert "This sign-in was taken back" in read_plain(follow(run_page, place.page, done))


def test_not_me_at_the_briefing_leads_back_to_the_names(drill_app: App, run_page: RunPage, phone: Phone) -> None:
    room = open_room(drill_app, starting=Starting.EACH)
    page = take(run_page("join", t=room.link), room.people["Ana"])
    page = follow(run_page, "drill", address_of(page))
    page = page.button(key="not-you-sure").click().run()
    page = follow(run_page, "join", address_of(page))
    assert page.button_group("name").options == ["Ana", "Ben", "Cy"]


def test_an_invitation_works_before_the_day_and_asks_for_the_screens_code_on_it(
    drill_app: App, admin: Viewer, run_page: RunPage, phone: Phone, clock: FakeClock
) -> None:
    team_id = team.add_team(drill_app, "Front office")
    people = [team.add_person(drill_app, team_id, name) for name in ("Ana Lopez", "Ben Hill")]
    set_pin(drill_app, admin, people[1], PIN)
    begins = NOON + timedelta(days=7)
    plan = opening.Plan(
        team_id=team_id,
        kind=SessionKind.BEFORE,
        starting=Starting.TOGETHER,
        person_ids=tuple(people),
        planned_at=begins,
    )
    session_id = opening.open_session(drill_app, plan)
    invitation = joining.make_join_token(drill_app, session_id)
    assert "This session opens on Sep 21, 10:00 AM" in read_plain(run_page("join", t=invitation))
    clock.pass_s((begins - clock.read().wall).total_seconds())
    page = run_page("join", t=invitation)
    assert "The trainer's screen shows a code that changes every minute. Type it, or scan" in read_plain(page)
    assert page.get("button_group") == []
    page.text_input(key="screen-code-text").set_value(joining.make_screen_code(drill_app, session_id).typed)
    page.button(key="screen-code-go").click().run()
    assert page.button_group("name").options == ["Ana", "Ben"]
    phone(cookie=enter(drill_app, "Ben Hill", PIN))
    page = run_page("join", **{"t": invitation, "as": people[1]})
    assert "Join as Ben Hill" in read_plain(page), "an address that anyone can write takes no name by itself"
    assert "You're in, Ben Hill" in read_plain(page.button(key="take").click().run()), "a PIN says more than the code"


def test_what_a_trainer_entered_says_by_whom_and_joining_later_changes_nothing_of_it(room: Room) -> None:
    attendance.correct(room.app, room.session_id, room.people["Ana"], Attendance.PRESENT, reason="paper", by="R. Hall")
    assert list_known(room)["Ana"] == "entered by R. Hall"
    room.join("Ana")
    assert list_known(room)["Ana"] == "entered by R. Hall"
    joining.free_name(room.app, room.session_id, room.people["Ana"], by="R. Hall")
    assert list_known(room)["Ana"] == "entered by R. Hall"
    who = {"name": "Cy Park", "person_id": room.people["Cy"]}
    find_or_create(room.app, "oneroster:4711", roles=frozenset({Role.TRAINEE}), **who)
    room.join("Cy")
    assert list_known(room)["Cy"] == BY_CODE


def open_code(group: Class) -> str:
    if group.clock.read().wall < BEGINS:
        group.go_to(BEGINS)
    if group.training.state is not TrainingState.OPEN:
        open_sign_in(group.app, group.training_id)
    return make_sign_in_code(group.app, group.training).token


def address_of(page: AppTest) -> str:
    found = {name: value[0] if isinstance(value, list) else value for name, value in page.query_params.items()}
    return f"?{urlencode(found)}"
