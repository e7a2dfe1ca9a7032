"""What counsel would ask the record: how one was known, who typed the hours, former people; many teams in one list."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from sim.app.wiring import App
from sim.attempt.attempt import Phase
from sim.console import attempts, familiarization
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import LedgerError, StoreError
from sim.features.operations import demo
from sim.features.privacy.person_data import delete_person
from sim.features.program import plan
from sim.features.record.exports import Format, make_drill_rows, make_unscored_rows, write_export, write_person_export
from sim.features.record.load import load_person_record, load_team_record, note_details, note_unscored
from sim.features.record.page_people import ListKind, get_school_list
from sim.features.record.tables import make_result_table, make_unscored_table, write_hours, write_outcome, write_result
from sim.features.record.view import DELETED, get_person_view, get_team_view
from sim.features.team import given_drills, team
from sim.features.training.events import close_training, enter_training
from sim.features.training.sign_in import tick_off
from sim.ledger.pass_parts import VACUOUS, name_skill, was_tried, write_parts
from sim.rules.drill_access import WayIn, note_identity
from sim.rules.school_rights import list_schools
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, KnownBy, Role, Viewer
from tests.app.test_familiarization import hand_in
from tests.support.fake_clock import FakeClock
from tests.support.given import begin_drill
from tests.support.session_app import Room, open_room
from tests.support.shown_texts import read_file
from tests.unit.features.program.test_program import make_order
from tests.unit.features.training.conftest import make_plan
from tests.unit.ledger.conftest import do_drill, play, room

__all__ = ["room"]

CONTENT = "Camera search drill before training"


def test_a_part_met_by_doing_nothing_is_said_to_show_nothing(room: Room) -> None:
    ana, ben = sorted(load_team_record(room.app, room.team_id).results, key=lambda each: each.name)
    assert f"No one else marked: met ({VACUOUS})." in write_parts(ben)
    assert not was_tried("no_wrong_person", ben)
    assert was_tried("appearance_recall", ben)
    assert all(was_tried(key, ana) for key in ana.criteria)
    assert "No one else marked: met." in write_parts(ana)
    for key, parts, tried in (
        ("inside_limit", {"appearance_recall": 0.0, "appearance_precision": 0.0}, False),
        ("no_wrong_person", {"appearance_recall": 0.0, "appearance_precision": 0.0}, False),
        ("inside_limit", {"appearance_recall": 0.5, "appearance_precision": 1.0}, True),
    ):
        handed_in = replace(ana, parts=parts, criteria={"appearance_recall": False, "final_place": False, key: True})
        assert was_tried(key, handed_in) is tried, "handing in nearly nothing is not finishing in time"
    undecided = {"hit_rate": False, "false_alarm_rate": True, "undecided": False}
    assert not was_tried("false_alarm_rate", replace(ana, parts={"hit_rate": 0.0}, criteria=undecided))


@pytest.mark.parametrize(
    ("known_by", "said"),
    [
        (KnownBy.SIGN_IN, "signed in"),
        (KnownBy.PIN, "signed in with a PIN"),
        (KnownBy.SESSION_CODE, "signed in with a PIN chosen in a session"),
        (KnownBy.SEAT, "not signed in, chose the name with the code"),
        (KnownBy.LINK, "not signed in, by a link"),
        (KnownBy.TRAINER, "not signed in, drill opened by a trainer"),
    ],
)
def test_how_one_was_known_is_in_ledger_and_table(room: Room, clock: FakeClock, known_by: KnownBy, said: str) -> None:
    app = room.app
    later = open_room(app, team_id=room.team_id)
    (seat,) = later.join("Cy")
    attempt_id = given_drills.create_attempt(app, room.people["Cy"], Phase.BEFORE)
    with app.store.write() as work:
        invited = work.sessions.get_invited(later.session_id, room.people["Cy"])
        work.save_row(replace(invited, attempt_id=attempt_id))
    if known_by is KnownBy.TRAINER:
        viewer, way_in = AT_THIS_MACHINE, WayIn()
    elif known_by in (KnownBy.SEAT, KnownBy.LINK):
        viewer, way_in = NOBODY, WayIn(seat=seat if known_by is KnownBy.SEAT else "")
    else:
        viewer = Viewer(account_id="a", person_id=room.people["Cy"], name="Cy", role=Role.TRAINEE, known_by=known_by)
        way_in = WayIn()
    attempts.get_briefing(app, attempt_id)
    note_identity(app, viewer, attempt_id, way_in)
    attempts.begin(app, attempt_id)
    note_identity(app, AT_THIS_MACHINE, attempt_id, WayIn())
    play(app, clock, attempt_id)
    record = load_team_record(app, room.team_id)
    assert make_result_table(record, UTC).rows[0][-1] == said, "the one who started it counts, not who looks later"
    for make in (make_drill_rows, make_unscored_table, make_unscored_rows):
        assert any(said in row for row in make(replace(record, unscored=record.results), UTC).rows), make
    with app.store.read() as work:
        (entry,) = work.ledger.list_of(Subjects(attempt_id=attempt_id), kinds=[LedgerKind.RESULT])
    assert f'"known_by":"{known_by.value}"' in (entry.body or "")


def test_typed_hours_stand_beside_measured_ones_with_who_typed_them(room: Room) -> None:
    note_details(room.app, room.session_id, {"need": "new cameras", "content": CONTENT}, hours=" 1.5 h ", by="R. Owner")
    session = load_team_record(room.app, room.team_id).sessions[0]
    assert (session.hours, session.typed_by) == (1.5, "R. Owner")
    assert write_hours(session) == f"1.5 h entered by R. Owner ({session.measured_hours:g} h measured)"


def test_hours_that_cannot_be_and_an_untouched_form_add_nothing(room: Room) -> None:
    for typed in ("-3", "9999", "0", "nan", "two", "1e9"):
        with pytest.raises(LedgerError, match="Enter the hours as a number above 0, up to 24"):
            note_details(room.app, room.session_id, {"content": CONTENT}, hours=typed)
    session = load_team_record(room.app, room.team_id).sessions[0]
    untouched = {"content": session.content, "content_version": session.content_version}
    with pytest.raises(LedgerError, match="Nothing was changed"):
        note_details(room.app, room.session_id, untouched)
    with room.app.store.read() as work:
        assert not work.ledger.list_of(Subjects(session_id=room.session_id), kinds=[LedgerKind.SESSION_DETAILS])


def test_who_left_and_who_was_deleted_stay_reachable_in_the_record(room: Room) -> None:
    app, ben, ana = room.app, room.people["Ben"], room.people["Ana"]
    team.remove_person(app, ben)
    delete_person(app, AT_THIS_MACHINE, ana, name="Ana Lopez")
    view = get_team_view(app, room.team_id, zone=UTC)
    assert [line.name for line in view.people] == ["Cy Park"]
    assert [(line.name, line.standing) for line in view.former] == [
        ("Ana Lopez", DELETED),
        ("Ben Hill", "left Sep 14, 2026"),
    ]
    own = get_person_view(app, ana, zone=UTC)
    assert (own.who.name, own.who.team, own.line.standing, own.who.row) == ("Ana Lopez", view.who.team, DELETED, None)
    assert [write_result(each) for each in own.record.results] == ["Passed"]
    assert get_person_view(app, ben, zone=UTC).line.standing == "left Sep 14, 2026"
    with pytest.raises(StoreError, match="no record"):
        get_person_view(app, "nobody", zone=UTC)


def test_getting_to_know_the_console_is_recorded_with_its_steps(room: Room) -> None:
    app, cy = room.app, room.people["Cy"]
    hand_in(app, familiarization.create(app, person_id=cy))
    assert [note_unscored(app) for _ in range(2)] == [1, 0], "once"
    (noted,) = load_person_record(app, cy).unscored
    assert write_outcome(noted) == "partly, 1 of 18 steps"
    assert write_outcome(replace(noted, steps_done=18)) == "18 of 18 steps"
    assert write_outcome(replace(noted, steps_done=18, state="timed_out")) == "partly, 18 of 18 steps"
    assert write_outcome(replace(noted, steps_done=None)) == "finished; its steps were not kept"


def test_a_drill_given_as_after_but_done_before_the_training_says_so(room: Room, clock: FakeClock) -> None:
    app, ana = room.app, room.people["Ana"]
    do_drill(app, clock, ana, Phase.AFTER)

    def read_given_for() -> str:
        return make_result_table(load_person_record(app, ana), UTC).rows[0][2]

    known = "Does not count: on footage whose answers anyone can look up."
    assert read_given_for() == f"after training (no training is recorded). {known}"
    begins = clock.read().wall + timedelta(days=1)
    made = enter_training(app, make_plan(room.team_id, begins_at=begins), person_ids=[ana])
    clock.pass_s(2 * 86_400)
    tick_off(app, made, [ana])
    assert "no training" in read_given_for(), "nothing is held that nobody closed"
    close_training(app, made, minutes=60, why_longer="on paper")
    said = 'Does not count: recorded as "after", but done before the training.'
    assert read_given_for() == f"after training. {said}"
    sheets = read_file(write_export(app, room.team_id, Format.CSV)).replace('""', '"')
    for shown in (read_file(write_person_export(app, ana)), sheets):
        assert said in shown
        assert known in shown, "of the drills before training"


DAY_S = 86_400.0


@pytest.fixture
def rooms(measuring_app: App, clock: FakeClock) -> list[Room]:
    made = []
    for number in range(3):
        opened = open_room(measuring_app, names=("Ana Lopez", "Ben Hill"))
        team.set_school(measuring_app, opened.team_id, ("North", "South", "North")[number])
        opened.join("Ana")
        made.append(opened)
    clock.pass_s(13 * 3600)
    return made


def test_sessions_of_all_schools_or_of_one_come_latest_first_a_page_at_a_time(rooms: list[Room]) -> None:
    app = rooms[0].app
    demo.fill_demo(app, people=1, seed=1)
    assert list_schools(app) == ("North", "South")
    found = get_school_list(app, ListKind.SESSIONS, zone=UTC)
    assert [row[:2] for row in found.table.rows] == [("North", "Team 3"), ("South", "Team 2"), ("North", "Team 1")]
    assert {row[4:9] for row in found.table.rows} == {("2", "0", "1", "1", "0")}
    assert [team_id for team_id, _ in found.teams] == [each.team_id for each in reversed(rooms)]
    pages = [get_school_list(app, ListKind.SESSIONS, page=page, size=2, zone=UTC) for page in (0, 1, 7)]
    assert pages[0].table.rows + pages[1].table.rows == found.table.rows
    assert pages[2] == pages[1] and (pages[0].pages, pages[0].total) == (2, 3)
    north = get_school_list(app, ListKind.SESSIONS, school="North", zone=UTC)
    assert [row[1] for row in north.table.rows] == ["Team 3", "Team 1"]
    assert get_school_list(app, ListKind.SESSIONS, size=None, zone=UTC).table.rows == found.table.rows


def test_gaps_of_many_teams_are_those_of_their_records(rooms: list[Room], clock: FakeClock) -> None:
    app = rooms[0].app
    for each in (rooms[1], rooms[0]):
        begin_drill(app, each.people["Ben"])
        clock.pass_s(DAY_S)
        load_team_record(app, each.team_id)
    found = get_school_list(app, ListKind.GAPS, zone=UTC)
    own = [gap for each in rooms for gap in load_team_record(app, each.team_id).gaps]
    assert found.total == len(own) == 6
    assert [row[1] for row in found.table.rows] == ["Team 2"] * 3 + ["Team 1"] * 3, "the longest open first"
    assert {row[3] for row in found.table.rows} == {name_skill(gap.key) for gap in own}
    assert get_school_list(app, ListKind.GAPS, school="South", zone=UTC).total == 3
    assert get_school_list(app, ListKind.GAPS, school="Nowhere", zone=UTC).table.rows == ()


def test_refreshers_due_of_many_teams(rooms: list[Room], clock: FakeClock) -> None:
    app = rooms[0].app
    plan.create_program(app, make_order(rooms[1].team_id, retention=(1,)))
    assert get_school_list(app, ListKind.REFRESHERS, zone=UTC).table.rows == ()
    clock.pass_s(60 * DAY_S)
    found = get_school_list(app, ListKind.REFRESHERS, zone=UTC)
    assert [row[:4] for row in found.table.rows] == [
        ("South", "Team 2", "Ana Lopez", "1 week after"),
        ("South", "Team 2", "Ben Hill", "1 week after"),
    ]
    assert all(row[4].startswith(("due", "overdue")) for row in found.table.rows)
    assert get_school_list(app, ListKind.REFRESHERS, school="North", zone=UTC).total == 0
