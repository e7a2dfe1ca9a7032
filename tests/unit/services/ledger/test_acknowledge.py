"""Acknowledgements as somebody would forge them, and what the entry says of how they were known."""

import json
from datetime import UTC

import pytest

from sim.db.ledger import LedgerKind, Subjects
from sim.db.links import LinkKind
from sim.errors import AccessError
from sim.services.accounts import manage, roster_accounts, sessions
from sim.services.accounts.links import end_all_of
from sim.services.accounts.sign_in import Origin, set_up, sign_in
from sim.services.accounts.viewer import AT_THIS_MACHINE, NOBODY, KnownBy, Role, Viewer
from sim.services.app.links import show_link
from sim.services.app.wiring import App
from sim.services.ledger.verify import verify
from sim.services.session_day import joining, running
from sim.services.team import team
from sim.services.training_record.load import load_person_record
from sim.services.training_record.notes import acknowledge, may_acknowledge
from sim.services.training_record.view import get_person_view
from tests.support.session_app import Room, open_room

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE, PIN, OTHER_PIN = "blue ladder quiet 9", "482915", "937164"


class School:
    """A session's people at a school that signs in."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.admin = self.look(set_up(app, name="Kim Lee", secret=PHRASE))
        self.room: Room = open_room(app)

    def look(self, cookie: str) -> Viewer:
        return sessions.find_viewer(self.app, cookie, is_local=False)

    def enter(self, name: str, secret: str) -> Viewer:
        return self.look(sign_in(self.app, name=name, secret=secret, origin=Origin(address="192.0.2.1")))

    def link(self, name: str) -> str:
        return show_link(self.app, LinkKind.RECORD, self.room.people[name], by=self.admin.name)

    def read(self, name: str) -> dict[str, object]:
        """Return what the newest acknowledgement says."""
        subjects = Subjects(person_id=self.room.people[name])
        with self.app.store.read() as work:
            entry = work.ledger.list_of(subjects, kinds=[LedgerKind.ACKNOWLEDGED])[-1]
        data: dict[str, object] = json.loads(entry.body or "")["data"]
        return data


@pytest.fixture
def school(drill_app: App) -> School:
    return School(drill_app)


def test_by_a_bare_link_it_says_so_and_who_gave_that_out(school: School) -> None:
    acknowledge(school.app, NOBODY, up_to=3, link=school.link("Ben"))
    data = school.read("Ben")
    assert (data["known_by"], data["link_by"], data["up_to"]) == ("link", "Kim Lee", 3)
    assert str(data["link_at"]).startswith("20")
    shown = get_person_view(school.app, school.room.people["Ben"], zone=UTC)
    assert shown.acknowledged.endswith(", not signed in, by a link from Kim Lee")
    assert verify(school.app.store).broken is None


def test_who_has_an_account_acknowledges_only_signed_in(school: School) -> None:
    link = school.link("Ben")
    roster_accounts.set_pin(school.app, school.admin, school.room.people["Ben"], PIN)
    for token in (link, school.link("Ben")):
        assert not may_acknowledge(school.app, NOBODY, link=token)
        with pytest.raises(AccessError, match="sign in"):
            acknowledge(school.app, NOBODY, up_to=3, link=token)
    ben = school.enter("Ben Hill", PIN)
    acknowledge(school.app, ben, up_to=3, link=link)
    assert (school.read("Ben")["known_by"], school.read("Ben")["link_by"]) == ("pin", None)
    assert get_person_view(school.app, school.room.people["Ben"], zone=UTC).acknowledged.endswith(
        ", signed in with a PIN"
    )


def test_a_disabled_persons_link_acknowledges_nothing(school: School) -> None:
    ben = school.room.people["Ben"]
    link = school.link("Ben")
    roster_accounts.set_pin(school.app, school.admin, ben, PIN)
    account = next(card for card in manage.list_accounts(school.app, school.admin) if card.person_id == ben)
    manage.set_disabled(school.app, school.admin, account.account_id, is_disabled=True)
    for token in (link, school.link("Ben")):
        with pytest.raises(AccessError):
            acknowledge(school.app, NOBODY, up_to=3, link=token)
    assert load_person_record(school.app, ben).notes == ()


def test_nobody_acknowledges_for_another(school: School) -> None:
    roster_accounts.set_pin(school.app, school.admin, school.room.people["Ana"], PIN)
    ana = school.enter("Ana Lopez", PIN)
    link = school.link("Ben")
    for viewer, token in ((ana, link), (school.admin, link), (school.admin, None), (NOBODY, None), (NOBODY, "x")):
        with pytest.raises(AccessError):
            acknowledge(school.app, viewer, up_to=3, link=token)
    with pytest.raises(AccessError):
        acknowledge(school.app, AT_THIS_MACHINE, up_to=3)
    end_all_of(school.app, school.admin, school.room.people["Ben"])
    with pytest.raises(AccessError, match="was ended"):
        acknowledge(school.app, NOBODY, up_to=3, link=link)
    assert load_person_record(school.app, school.room.people["Ben"]).notes == ()


def test_a_pin_chosen_in_a_session_is_known_by_no_more_than_its_code(school: School) -> None:
    (seat,) = school.room.join("Ben")
    roster_accounts.choose_first_pin(school.app, seat, PIN)
    ben = school.enter("Ben Hill", PIN)
    assert ben.known_by is KnownBy.SESSION_CODE
    acknowledge(school.app, ben, up_to=3)
    assert school.read("Ben")["known_by"] == "session-code"
    roster_accounts.set_pin(school.app, school.admin, school.room.people["Ben"], OTHER_PIN)
    assert school.enter("Ben Hill", OTHER_PIN).known_by is KnownBy.PIN


def test_a_passphrase_and_the_schools_sign_in_are_being_signed_in(school: School) -> None:
    assert school.admin.known_by is KnownBy.SIGN_IN
    roster_accounts.set_pin(school.app, school.admin, school.room.people["Ben"], PIN)
    account = next(
        card for card in manage.list_accounts(school.app, school.admin) if card.person_id == school.room.people["Ben"]
    )
    cookie = sessions.open_session(school.app, account.account_id, how="https://accounts.school.example")
    assert school.look(cookie).known_by is KnownBy.SIGN_IN


def test_a_seat_taken_in_a_session_opens_nobodys_record(school: School) -> None:
    (seat,) = school.room.join("Ben")
    running.show_briefing(school.app, school.room.session_id)
    with pytest.raises(AccessError):
        acknowledge(school.app, NOBODY, up_to=3, link=seat)
    with pytest.raises(AccessError):
        acknowledge(school.app, NOBODY, up_to=3, link=joining.make_join_token(school.app, school.room.session_id))
    assert team.list_people(school.app, school.room.team_id)
    assert Role.TRAINEE not in school.admin.roles
