"""The walk over all pages by those who are for some schools: a trainer of another school, and a principal of one."""

import re
from collections.abc import Callable
from datetime import UTC

import pytest
from streamlit.testing.v1 import AppTest

from sim.app.links import show_link
from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.db.programs import LinkKind
from sim.db.rows import OTHER_SCHOOL
from sim.db.sessions import InvitedRow, Training
from sim.db.teams import PersonRow
from sim.errors import AccessError, LedgerError, SimError, StoreError
from sim.features.accounts import manage
from sim.features.accounts.sign_in import Origin, sign_in
from sim.features.exercise.room import create_exercise
from sim.features.privacy.person_data import delete_person
from sim.features.program import change
from sim.features.record import exports
from sim.features.record.view import get_person_view
from sim.features.session import opening
from sim.features.team import given_drills, team
from sim.features.training import events
from sim.features.training.sign_in import correct_attendance, tick_off
from sim.ledger.verify import verify
from sim.program.session_day import Attendance
from sim.rules.drill_access import Access, judge_access
from sim.rules.viewer import AT_THIS_MACHINE, Duty, Role, limit_app, may
from sim.ui.page import pages
from sim.ui.page.request_origin import Peer
from tests.app.conftest import RunPage, read_page
from tests.app.test_pages_by_role import note_files
from tests.support.fake_clock import FakeClock
from tests.support.shown_texts import read_file
from tests.support.two_schools import NORTH, PHRASE, SOUTH, District, make_district
from tests.unit.features.program.test_program import change_one

pytestmark = [pytest.mark.measures, pytest.mark.usefixtures("quick_hash")]


@pytest.fixture
def district(drill_app: App, clock: FakeClock) -> District:
    return make_district(drill_app, clock)


def read(page: AppTest) -> str:
    choices = (*page.selectbox, *page.multiselect, *page.button_group)
    return "\n".join([read_page(page), *(" ".join(map(str, each.options)) for each in choices)])


def test_a_principal_approves_a_training_that_was_held_until_it_is_corrected(
    district: District, clock: FakeClock, run_page: RunPage, peer: list[Peer]
) -> None:
    app, north = district.app, district.north
    pat = district.find(Role.PRINCIPAL)
    own = limit_app(app, pat)

    def approve(seen: Training) -> None:
        events.approve_training(own, pat, seen)

    with pytest.raises(LedgerError, match="held and closed"):
        approve(events.get_training(own, north.training_id))
    clock.pass_s(300)
    tick_off(app, north.training_id, list(north.people), by="T. Trainer")
    events.close_training(app, north.training_id, minutes=5, by="T. Trainer")
    held = events.get_training(own, north.training_id)
    for role in (Role.TRAINER, Role.RECORDS):
        with pytest.raises(AccessError, match="not open to you"):
            events.approve_training(app, district.find(role), held)
    with pytest.raises(AccessError, match=OTHER_SCHOOL):
        approve(events.get_training(app, district.south.training_id))
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.PRINCIPAL])
    page = run_page("training", training=north.training_id)
    (button,) = [each for each in page.button if each.label == "Approve this training"]
    correct_attendance(app, north.training_id, north.people[1], Attendance.PRESENT, minutes=2, reason="left", by="T")
    button.click().run()
    assert not events.get_training(own, north.training_id).is_approved, "it was corrected since the page was drawn"
    next(each for each in page.button if each.label == "Approve this training").click().run()
    assert "Approved by Pat Roe, principal" in " ".join(each.value for each in page.success)
    with pytest.raises(LedgerError, match="has approved this training already"):
        approve(events.get_training(own, north.training_id))
    assert "Approved by: Pat Roe, principal" in read_file(exports.write_export(app, north.team_id, exports.Format.PDF))
    correct_attendance(app, north.training_id, north.people[1], Attendance.ABSENT, reason="was ill", by="T. Trainer")
    corrected = events.get_training(own, north.training_id)
    assert not corrected.is_approved
    assert "withdrawn on" in read_file(exports.write_export(app, north.team_id, exports.Format.PDF))
    approve(corrected)
    assert events.get_training(own, north.training_id).is_approved
    assert not verify(app.store).differences


HARMLESS = ("verify",)
"""What a principal may press: it changes nothing. Downloads are no buttons here."""


def test_ones_own_school_is_open_by_role(district: District, run_page: RunPage, peer: list[Peer]) -> None:
    opening.end(district.app, district.north.session_id)
    for role in (Role.TRAINER, Role.PRINCIPAL, Role.RECORDS):
        peer[0] = Peer(is_local=False, cookie=district.cookies[role])
        viewer = district.find(role)
        walked = offered = 0
        for name, query in district.north.list_addresses():
            page = next(each for each in pages.PAGES if each.path == name)
            drawn = run_page(name, **query)
            shown = read(drawn)
            if name == "drill" or not pages.is_open(page, viewer):
                continue
            walked += 1
            offered += "Offer another day" in shown
            assert "North" in shown, (name, query)
            assert "is not open to you" not in shown, (name, query)
            assert "Import a list of people" not in shown, "a list is the whole district's"
            assert ("send-record" in drawn.session_state) is (name == "record" and role is not Role.PRINCIPAL)
            if role is Role.PRINCIPAL:
                assert "Plan or record" not in shown, (name, query)
                assert [each.key for each in drawn.button if each.key not in HARMLESS] == [], (name, query)
                assert not [each for kind in ("text_input", "text_area", "checkbox") for each in drawn.get(kind)], name
        assert walked > 8
        assert (offered > 0) is (role is Role.TRAINER)


def test_a_principal_sees_results_and_changes_nothing_and_a_trainer_makes_teams_in_their_school_alone(
    district: District,
) -> None:
    viewer = district.find(Role.PRINCIPAL)
    assert judge_access(district.app, viewer, district.north.ended_id) is Access.OPEN
    assert judge_access(district.app, viewer, district.north.attempt_id) is Access.OF_ANOTHER
    assert judge_access(district.app, district.find(Role.RECORDS), district.north.ended_id) is Access.OF_ANOTHER
    trainer = district.find(Role.TRAINER)
    assert judge_access(district.app, trainer, district.north.attempt_id) is Access.OPEN
    for attempt_id in (district.south.attempt_id, district.south.ended_id):
        for each in (viewer, trainer):
            assert judge_access(district.app, each, attempt_id) is Access.OF_ANOTHER

    app, north = limit_app(district.app, district.find(Role.PRINCIPAL)), district.north
    changes: tuple[Callable[[], object], ...] = (
        lambda: team.add_person(app, north.team_id, "Eve"),
        lambda: team.rename_person(app, north.people[0], "Eve"),
        lambda: team.remove_person(app, north.people[0]),
        lambda: given_drills.create_attempt(app, north.people[0], Phase.AFTER),
        lambda: change_one(app, north.program_id, change.close_program),
        lambda: create_exercise(app, north.team_id, form_id="x", person_ids=list(north.people)),
    )
    for each in changes:
        with pytest.raises(SimError):
            each()
    assert [card.name for card in team.list_people(district.app, north.team_id)] == ["North Ana", "North Ben"]
    with pytest.raises(AccessError, match="not change it"):
        changes[0]()

    app = limit_app(district.app, district.find(Role.TRAINER))
    team.add_team(app, "Evening shift", school=NORTH)
    with pytest.raises(AccessError, match="not one of yours"):
        team.add_team(app, "Elsewhere", school=SOUTH)
    with pytest.raises(StoreError, match="there is a team named"):
        team.add_team(app, "south OFFICE", school=NORTH)


def test_schools_changed_on_the_page_count_at_once(district: District, run_page: RunPage, peer: list[Peer]) -> None:
    trainer = district.find(Role.TRAINER)
    assert not may(trainer, Duty.IMPORT_ROSTER), "a list of people is the whole district's"
    account_id = trainer.account_id or ""
    manage.set_schools(district.app, district.admin, account_id, frozenset({SOUTH}))
    assert [card.school for card in team.list_teams(limit_app(district.app, district.find(Role.TRAINER)))] == [SOUTH]
    with pytest.raises(StoreError, match="No school is chosen"):
        manage.set_schools(district.app, district.admin, account_id, frozenset())
    with pytest.raises(StoreError, match="for all schools"):
        manage.set_schools(district.app, district.admin, district.admin.account_id or "", frozenset({SOUTH}))
    manage.set_roles(district.app, district.admin, account_id, frozenset({Role.ADMIN, Role.TRAINER}))
    assert district.find(Role.TRAINER).schools is None, "an administrator is for all schools"
    cookie = sign_in(district.app, name="Kim Lee", secret=PHRASE, origin=Origin(address="192.0.2.1"))
    peer[0] = Peer(is_local=False, cookie=cookie)
    page = run_page("accounts")
    principal = district.find(Role.PRINCIPAL).account_id or ""
    page.selectbox(key="account").set_value(principal).run()
    page.multiselect(key=f"schools-{principal}-{NORTH}").set_value([NORTH, SOUTH]).run()
    page.button(key=f"save-schools-{principal}").click().run()
    assert district.find(Role.PRINCIPAL).schools == {NORTH, SOUTH}


def test_what_is_of_another_school_and_links_of_someone_deleted_are_told_as_what_is_not_there(
    district: District, run_page: RunPage, peer: list[Peer], caplog: pytest.LogCaptureFixture
) -> None:
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.TRAINER])
    closed = (OTHER_SCHOOL[0].upper() + OTHER_SCHOOL[1:], "This drill belongs to someone else.")
    for name, query in district.south.list_addresses():
        if "team" not in query or "program" in query:
            shown = read(run_page(name, **query))
            unknown = {key: value if key in ("show", "team") else "none" for key, value in query.items()}
            assert any(words in shown for words in closed) or shown == read(run_page(name, **unknown)), (name, query)
    assert "South" not in caplog.text

    app, (ana, _), drill = district.app, district.north.people, district.north.attempt_id
    record = show_link(app, LinkKind.RECORD, ana)
    link = show_link(app, LinkKind.DRILL, ana, attempt_id=drill)
    peer[0] = Peer(is_local=False, cookie="")
    assert "North Ana" in read(run_page("record", t=record))
    delete_person(app, AT_THIS_MACHINE, ana, name="North Ana")
    for name, query in (("record", {"t": record}), ("drill", {"attempt": drill, "link": link})):
        pages_read = (read(run_page(name, **each)) for each in (query, dict.fromkeys(query, "none")))
        shown, invented = (re.sub(r"next=[^\s\"]+", "", each) for each in pages_read)
        assert "Ana" not in shown
        assert shown == invented, name
    assert "Ana" not in caplog.text


def test_a_record_becomes_a_file_for_who_may_read_it_then(
    district: District, run_page: RunPage, peer: list[Peer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(app: App, person_id: str, *, is_redacted: bool, **_: object) -> bytes:
        name = get_person_view(app, person_id, zone=UTC).who.name.encode()
        return b"redacted" if is_redacted else name

    def make(**query: str) -> Callable[[], bytes]:
        keys = [button.key for button in run_page("record", **query).get("download_button")]
        return made[-len(keys) :][keys.index("record-pdf")]

    monkeypatch.setattr(exports, "write_person_export", write)
    made = note_files(monkeypatch)
    app, (_, ben), trainer = district.app, district.north.people, district.find(Role.TRAINER).account_id or ""
    peer[0] = Peer(is_local=False, cookie="")
    assert make(t=show_link(app, LinkKind.RECORD, ben))() == b"redacted"
    peer[0] = Peer(is_local=False, cookie=district.cookies[Role.TRAINER])
    make_now = make(person=ben)
    assert make_now() == b"North Ben"
    manage.set_schools(app, district.admin, trainer, frozenset({SOUTH}))
    with pytest.raises(StoreError, match="on no list"):
        make_now()
    manage.set_roles(app, district.admin, trainer, frozenset({Role.TRAINEE}))
    with pytest.raises(AccessError, match="not open to you"):
        make_now()


def test_the_whole_record_comes_along_with_someone_who_was_moved_and_goes_whole(district: District) -> None:
    app, south = limit_app(district.app, district.find(Role.RECORDS)), district.south
    with district.app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == south.people[1], team_id=district.north.team_id, number=9)
        work.change(InvitedRow, InvitedRow.person_id == south.people[1], extra_time=1.5)
    record = get_person_view(app, south.people[1], zone=UTC).record
    assert [each.session_id for each in record.sessions] == [south.session_id]
    assert [each.training_id for each in record.trainings] == [south.training_id]
    assert [each.attempt_id for each in record.results] == [south.ended_id]
    delete_person(app, district.find(Role.RECORDS), south.people[1], name="South Ben")
    with district.app.store.read() as work:
        left = work.list_rows(InvitedRow, InvitedRow.person_id == south.people[1])
    assert [each.extra_time for each in left] == [1.0]
