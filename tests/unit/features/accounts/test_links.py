"""Links as those who find, keep or forge them try them: what each opens, until when, and what ends it."""

from collections.abc import Callable

import pytest
from itsdangerous import URLSafeSerializer

from sim.app.links import LASTS, read_link, show_link
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts, familiarization
from sim.db.programs import LinkKind
from sim.errors import AccessError
from sim.features.accounts import manage
from sim.features.accounts.links import JOIN, SEAT, end_all_of, end_one, list_links
from sim.features.accounts.sign_in import set_up
from sim.features.session import joining
from sim.features.team import given_drills, team
from sim.rules import sessions
from sim.rules.drill_access import ALONE, LINK_SHOWS_RESULT, Access, WayIn, judge_access
from sim.rules.viewer import NOBODY, Role, Viewer
from tests.support.fake_clock import FakeClock
from tests.support.given import load_account
from tests.support.session_app import open_room

pytestmark = pytest.mark.usefixtures("quick_hash")

PHRASE, PIN, OTHER_PIN = "blue ladder quiet 9", "482915", "937164"


class School:
    def __init__(self, app: App) -> None:
        self.app = app
        self.admin = sessions.find_viewer(app, set_up(app, name="Kim Lee", secret=PHRASE), is_local=False)
        self.team_id = team.add_team(app, "North")
        self.ana = team.add_person(app, self.team_id, "Ana Lopez")

    def give(self, person_id: str) -> str:
        return given_drills.create_attempt(self.app, person_id, Phase.BEFORE)

    def link(self, kind: LinkKind = LinkKind.RECORD, attempt_id: str | None = None) -> str:
        return show_link(self.app, kind, self.ana, attempt_id=attempt_id, by=self.admin.name)

    def disable(self) -> None:
        manage.set_pin(self.app, self.admin, self.ana, PIN)
        account_id = load_account(self.app, self.ana).account_id
        manage.set_disabled(self.app, self.admin, account_id, is_disabled=True)

    def judge(self, attempt_id: str, way_in: WayIn = ALONE, viewer: Viewer = NOBODY) -> Access:
        return judge_access(self.app, viewer, attempt_id, way_in)


@pytest.fixture
def school(drill_app: App) -> School:
    return School(drill_app)


def give_new_pin(school: School) -> None:
    manage.set_pin(school.app, school.admin, school.ana, PIN)
    manage.set_pin(school.app, school.admin, school.ana, OTHER_PIN)


def leave(school: School) -> None:
    team.remove_person(school.app, school.ana)


def press(school: School) -> None:
    assert end_all_of(school.app, school.admin, school.ana) == 1


@pytest.mark.parametrize("end", [School.disable, give_new_pin, leave, press])
def test_what_ends_a_persons_links_ends_them_at_once(school: School, end: Callable[[School], None]) -> None:
    school.give(school.ana)
    old = school.link()
    assert read_link(school.app, old, LinkKind.RECORD).person_id == school.ana
    end(school)
    with pytest.raises(AccessError, match=r"was ended.*new one"):
        read_link(school.app, old, LinkKind.RECORD)
    assert school.link() != old


def test_a_link_is_for_one_thing_of_one_person_and_thirty_days(school: School, clock: FakeClock) -> None:
    token = school.link()
    row = read_link(school.app, token, LinkKind.RECORD)
    assert (row.person_id, row.issued_by) == (school.ana, "Kim Lee")
    with pytest.raises(AccessError, match="not valid here"):
        read_link(school.app, token, LinkKind.DRILL)
    well_signed = URLSafeSerializer(school.app.access.secret, salt="sightline-link-2").dumps(["record", school.ana])
    for wrong in ("", token[:-2] + "xx", "x" * 40, "x" * 5000, "\u00e9", str(well_signed)):
        with pytest.raises(AccessError, match="not valid here"):
            read_link(school.app, wrong, LinkKind.RECORD)
    clock.pass_s(LASTS.total_seconds())
    with pytest.raises(AccessError, match="has expired"):
        read_link(school.app, token, LinkKind.RECORD)


def test_a_link_is_shown_again_to_who_gave_it_out_and_another_to_another(school: School, clock: FakeClock) -> None:
    token = school.link()
    clock.pass_s(LASTS.total_seconds() / 3)
    assert school.link() == token
    assert show_link(school.app, LinkKind.RECORD, school.ana, by="Ola Berg") != token
    clock.pass_s(LASTS.total_seconds() / 3)
    assert school.link() != token
    assert read_link(school.app, token, LinkKind.RECORD)


def test_the_trainer_sees_what_works_and_ends_one(school: School) -> None:
    drill_id = school.give(school.ana)
    school.link()
    token = school.link(LinkKind.DRILL, drill_id)
    lines = {line.what.partition(":")[0]: line for line in list_links(school.app, school.admin, school.team_id)}
    assert {line.who for line in lines.values()} == {"Ana Lopez"}
    link_id = lines.pop("Drill").link_id or ""
    assert list(lines) == ["Training record"]
    end_one(school.app, school.admin, link_id)
    assert [line.what for line in list_links(school.app, school.admin, school.team_id)] == ["Training record"]
    assert school.judge(drill_id, WayIn(link=token)) is Access.LINK_ENDED
    with pytest.raises(AccessError, match="does not exist"):
        end_one(school.app, school.admin, "gone")


def test_a_drills_bare_address_opens_nothing_and_its_link_only_that_drill(school: School) -> None:
    ben = team.add_person(school.app, school.team_id, "Ben Hill")
    own, others = school.give(school.ana), school.give(ben)
    token = school.link(LinkKind.DRILL, own)
    assert school.judge(own) is Access.LINK_ENDED
    assert school.judge(own, WayIn(link=token)) is Access.OPEN
    assert school.judge(others, WayIn(link=token)) is Access.LINK_ENDED
    assert school.judge(own, WayIn(link=school.link())) is Access.LINK_ENDED, "a record's link opens no drill"
    around = familiarization.create_before(school.app, own)
    assert school.judge(around, WayIn(link=token)) is Access.OPEN
    assert school.judge(around) is Access.LINK_ENDED
    assert school.judge(attempts.create_sample(school.app)) is Access.OPEN


def test_neither_link_nor_seat_stands_for_a_pin(school: School) -> None:
    manage.set_pin(school.app, school.admin, school.ana, PIN)
    own = school.give(school.ana)
    for way_in in (WayIn(link=school.link(LinkKind.DRILL, own)), WayIn(link="x", seat="y")):
        assert school.judge(own, way_in) is Access.SIGN_IN
    school.disable()
    assert school.judge(own) is Access.SIGN_IN


def test_a_seat_opens_its_own_drill_until_it_ends(school: School, clock: FakeClock) -> None:
    room = open_room(school.app)
    ana, ben = room.join("Ana", "Ben")
    (drill_id,) = room.brief(ana)
    assert school.judge(drill_id, WayIn(seat=ana)) is Access.OPEN
    assert school.judge(drill_id, WayIn(seat=ben)) is Access.LINK_ENDED
    team_drill = given_drills.create_attempt(school.app, room.people["Ana"], Phase.AFTER)
    assert school.judge(team_drill, WayIn(seat=ana)) is Access.LINK_ENDED, "a seat opens no drill of another day"
    lines = [(line.what, line.who) for line in list_links(school.app, school.admin, room.team_id)]
    assert sorted(lines) == [(JOIN, "Everyone invited"), (SEAT, "Ana Lopez"), (SEAT, "Ben Hill")]
    clock.pass_s(12 * 3600 + LINK_SHOWS_RESULT.total_seconds())
    assert school.judge(drill_id, WayIn(seat=ana)) is Access.LINK_ENDED
    assert list_links(school.app, school.admin, room.team_id) == ()


def test_a_seat_opens_no_drill_of_somebody_with_a_pin_but_the_one_who_chose_that_pin_in_it(school: School) -> None:
    room = open_room(school.app)
    ana, ben = room.join("Ana", "Ben")
    anas, bens = room.brief(ana, ben)
    manage.set_pin(school.app, school.admin, room.people["Ana"], PIN)
    assert school.judge(anas, WayIn(seat=ana)) is Access.SIGN_IN
    signed_in = Viewer(account_id="a", person_id=room.people["Ana"], name="Ana", role=Role.TRAINEE)
    assert school.judge(anas, WayIn(seat=ana), viewer=signed_in) is Access.OPEN
    manage.choose_first_pin(school.app, ben, "739164")
    assert school.judge(bens, WayIn(seat=ben)) is Access.OPEN, "they are the one who chose it"


def test_ending_somebodys_links_ends_their_seat_and_code_and_frees_no_name(school: School) -> None:
    room = open_room(school.app)
    ana, ben = room.join("Ana", "Ben")
    code = joining.get_seat(school.app, ana).return_code
    assert end_all_of(school.app, school.admin, room.people["Ana"]) == 1
    with pytest.raises(AccessError):
        joining.get_seat(school.app, ana)
    with pytest.raises(AccessError):
        joining.come_back(school.app, room.link, code)
    assert joining.get_seat(school.app, ben)
    assert [short for _, short in joining.get_join(school.app, NOBODY, room.link).names] == ["Cy"]
    new = joining.make_seat_token(school.app, room.session_id, room.people["Ana"])
    assert new is not None
    assert joining.get_seat(school.app, new).name == "Ana Lopez"
