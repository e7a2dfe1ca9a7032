"""Acknowledgements as somebody would forge them, and what the entry says of how they were known."""

import json
from datetime import UTC

import pytest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.db.programs import LinkKind
from sim.errors import AccessError
from sim.features.accounts import manage
from sim.features.accounts.links import end_all_of
from sim.features.accounts.sign_in import Origin, set_up, sign_in
from sim.features.record.load import acknowledge, load_person_record, may_acknowledge
from sim.features.record.view import get_person_view
from sim.features.session import joining, opening
from sim.rules import sessions
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, KnownBy, Viewer
from tests.support.session_app import Room, open_room

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE, PIN, OTHER_PIN = "blue ladder quiet 9", "482915", "937164"


class School:
    def __init__(self, app: App) -> None:
        self.app = app
        self.admin = self.look(set_up(app, name="Kim Lee", secret=PHRASE))
        self.room: Room = open_room(app)
        self.ben = self.room.people["Ben"]

    def look(self, cookie: str) -> Viewer:
        return sessions.find_viewer(self.app, cookie, is_local=False)

    def enter(self, name: str, secret: str) -> Viewer:
        return self.look(sign_in(self.app, name=name, secret=secret, origin=Origin(address="192.0.2.1")))

    def link(self) -> str:
        return show_link(self.app, LinkKind.RECORD, self.ben, by=self.admin.name)

    def read(self) -> dict[str, object]:
        with self.app.store.read() as work:
            subjects = Subjects(person_id=self.ben)
            entry = work.ledger.list_of(subjects, kinds=[LedgerKind.ACKNOWLEDGED])[-1]
        data: dict[str, object] = json.loads(entry.body or "")["data"]
        return data

    def find_account_id(self) -> str:
        cards = manage.list_accounts(self.app, self.admin)
        return next(card.account_id for card in cards if card.person_id == self.ben)


@pytest.fixture
def school(drill_app: App) -> School:
    return School(drill_app)


def test_who_has_an_account_acknowledges_only_signed_in(school: School) -> None:
    link = school.link()
    manage.set_pin(school.app, school.admin, school.ben, PIN)
    for token in (link, school.link()):
        assert not may_acknowledge(school.app, NOBODY, link=token)
        with pytest.raises(AccessError, match="sign in"):
            acknowledge(school.app, NOBODY, up_to=3, link=token)
    acknowledge(school.app, school.enter("Ben Hill", PIN), up_to=3, link=link)
    assert (school.read()["known_by"], school.read()["link_by"]) == ("pin", None)
    shown = get_person_view(school.app, school.ben, zone=UTC)
    assert shown.line.acknowledged.endswith(", signed in with a PIN")
    manage.set_disabled(school.app, school.admin, school.find_account_id(), is_disabled=True)
    for token in (link, school.link()):
        with pytest.raises(AccessError):
            acknowledge(school.app, NOBODY, up_to=3, link=token)


def test_nobody_acknowledges_for_another(school: School) -> None:
    manage.set_pin(school.app, school.admin, school.room.people["Ana"], PIN)
    ana = school.enter("Ana Lopez", PIN)
    link = school.link()
    (seat,) = school.room.join("Ben")
    opening.show_briefing(school.app, school.room.session_id)
    code = joining.make_join_token(school.app, school.room.session_id)
    nobodys = [(NOBODY, token) for token in (None, "x", seat, code)]
    for viewer, token in ((ana, link), (school.admin, link), (school.admin, None), (AT_THIS_MACHINE, None), *nobodys):
        with pytest.raises(AccessError):
            acknowledge(school.app, viewer, up_to=3, link=token)
    end_all_of(school.app, school.admin, school.ben)
    with pytest.raises(AccessError, match="was ended"):
        acknowledge(school.app, NOBODY, up_to=3, link=link)
    assert load_person_record(school.app, school.ben).notes == ()


def test_a_pin_chosen_in_a_session_is_known_by_no_more_than_its_code(school: School) -> None:
    (seat,) = school.room.join("Ben")
    manage.choose_first_pin(school.app, seat, PIN)
    ben = school.enter("Ben Hill", PIN)
    assert ben.known_by is KnownBy.SESSION_CODE
    acknowledge(school.app, ben, up_to=3)
    assert school.read()["known_by"] == "session-code"
    manage.set_pin(school.app, school.admin, school.ben, OTHER_PIN)
    assert school.enter("Ben Hill", OTHER_PIN).known_by is KnownBy.PIN
    cookie = sessions.open_session(school.app, school.find_account_id(), how="https://accounts.school.example")
    assert school.look(cookie).known_by is school.admin.known_by is KnownBy.SIGN_IN
