"""What somebody with the database open can do to rows that the ledger tells of, and what verifying says of it."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from sim.db.columns import metadata
from sim.db.engine import make_sqlite_url
from sim.db.ledger import HoldScope
from sim.db.store import open_store
from sim.db.teams import PersonRow
from sim.features.privacy.person_data import delete_person
from sim.features.record.page_people import ListKind, get_school_list
from sim.features.requirements.requirements import state_requirement
from sim.features.session.attendance import void
from sim.features.session.opening import end
from sim.features.team import team
from sim.features.training.events import add_sheet, close_training, enter_training, get_training, list_trainings
from sim.features.training.sign_in import tick_off
from sim.ledger.holds import place_hold, reduce_overdue, release_hold
from sim.ledger.verify import verify
from sim.program.session_day import CAME
from sim.rules.viewer import AT_THIS_MACHINE
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room, open_room
from tests.support.tiny_app import DATABASE_NAME
from tests.unit.features.requirements.test_requirements import YEARLY
from tests.unit.features.training.conftest import make_plan
from tests.unit.ledger.conftest import room

__all__ = ["room"]

ANA = "(SELECT person_id FROM person WHERE name = 'Ana Lopez')"
BEN = "(SELECT person_id FROM person WHERE name = 'Ben Hill')"
OF_DRILL = f"WHERE attempt_id = (SELECT attempt_id FROM attempt WHERE person_id = {ANA})"
A_MARK = f"WHERE rowid = (SELECT min(rowid) FROM attempt_event {OF_DRILL} AND counted AND kind = 'mark')"
NEW_PERSON = {"person_id": "'x1'", "number": "99", "external_id": "NULL", "email": "NULL"}


def insert_like(table: str, where: str, **other: str) -> str:
    values = (other.get(each.name, f'"{each.name}"') for each in metadata.tables[table].columns)
    return f"INSERT INTO {table} SELECT {', '.join(values)} FROM {table} {where}"


EDITS = {
    ("drill", "its row was edited"): [
        f"UPDATE attempt SET used_s = 1 {OF_DRILL}",
        f"UPDATE attempt SET created_at = '2020-01-01 00:00:00.000000' {OF_DRILL}",
        f"UPDATE attempt SET unopened_marks = 0, late_events = 7 {OF_DRILL}",
        f"UPDATE attempt SET appearance_recall = 0.5 {OF_DRILL}",
        f"UPDATE attempt SET score_json = replace(score_json, 'true', 'false') {OF_DRILL}",
        f"UPDATE attempt SET person_id = {BEN} {OF_DRILL}",
        f"UPDATE attempt SET person_id = NULL {OF_DRILL}",
        f"UPDATE attempt SET known_by = 'pin' {OF_DRILL}",
        f"UPDATE attempt SET extra_time = 1.5 {OF_DRILL}",
    ],
    ("drill", "is gone"): [f"DELETE FROM attempt {OF_DRILL}"],
    ("drill", "its event log was edited"): [
        f"UPDATE attempt_event SET t_client_ms = t_client_ms + 1 {A_MARK}",
        f"UPDATE attempt_event SET payload = replace(payload, '0', '1') {A_MARK}",
        f"UPDATE attempt_event SET counted = 0 {A_MARK}",
        f"DELETE FROM attempt_event {A_MARK}",
        insert_like("attempt_event", A_MARK, seq="seq + 9000"),
    ],
    ("attendance", "its row was edited"): [
        f"UPDATE session_person SET attendance = 'absent' WHERE person_id = {ANA}",
        f"UPDATE session_person SET known_by = 'pin' WHERE person_id = {ANA}",
        f"UPDATE session_person SET reason = '' WHERE person_id = {BEN}",
    ],
    ("attendance", "is gone"): [f"DELETE FROM session_person WHERE person_id = {ANA}"],
    ("attendance", "no entry tells of it"): [insert_like("session_person", "LIMIT 1", person_id="'x1'")],
    ("session", "its row was edited"): [
        "UPDATE session SET place = 'Gym'",
        "UPDATE session SET measured_hours = 8",
        "UPDATE session SET typed_hours = 8, typed_by = 'R'",
        "UPDATE session SET instructor = 'R. Hall'",
        "UPDATE session SET voided_at = created_at",
    ],
    ("result", "its row was edited"): [
        f"UPDATE result SET passed = 0 {OF_DRILL}",
        f"UPDATE result SET criteria = replace(criteria, 'true', 'false') {OF_DRILL}",
        f"UPDATE result SET name = 'Ben Hill', person_id = {BEN} {OF_DRILL}",
        f"UPDATE result SET began_at = '2020-01-01 00:00:00.000000' {OF_DRILL}",
    ],
    ("result", "is gone"): [f"DELETE FROM result {OF_DRILL}"],
    ("person", "its row was edited"): [
        f"UPDATE person SET name = 'Ann Lopez' WHERE person_id = {ANA}",
        f"UPDATE person SET email = 'a@b.example' WHERE person_id = {ANA}",
    ],
    ("person", "no entry tells of it"): [insert_like("person", f"WHERE person_id = {ANA}", **NEW_PERSON)],
    ("person", "is gone"): [f"DELETE FROM person WHERE person_id = {BEN}"],
    ("legal hold", "its row was edited"): [
        "UPDATE legal_hold SET reason = 'none'",
        "UPDATE legal_hold SET released_at = placed_at",
    ],
    ("legal hold", "is gone"): ["DELETE FROM legal_hold"],
    ("requirement", "its row was edited"): ["UPDATE requirement SET drills = 0"],
    ("requirement", "is gone"): ["DELETE FROM requirement"],
    ("requirement", "no entry tells of it"): [insert_like("requirement", "LIMIT 1", requirement_id="'x1'")],
    ("team", "is called a demo team"): ["UPDATE team SET is_demo = 1"],
    ("gap", "its row was edited"): ["UPDATE gap SET closed_at = opened_at"],
    ("gap", "is gone"): ["DELETE FROM gap WHERE key = 'final_place'"],
    ("training", "its row was edited"): ["UPDATE training SET minutes = 480", "UPDATE training SET is_held = 0"],
    ("training", "is gone"): ["DELETE FROM training"],
    ("attendance at training", "its row was edited"): [
        "UPDATE training_person SET attendance = 'present'",
        "UPDATE training_person SET known_by = 'pin'",
    ],
    ("attendance at training", "no entry tells of it"): [insert_like("training_person", "LIMIT 1", person_id="'x1'")],
    ("signed sheet", "its row was edited"): ["UPDATE training_sheet SET name = 'b.png'"],
    ("signed sheet", "its photo was edited"): [
        "UPDATE training_sheet_picture SET picture = zeroblob(500)",
        "DELETE FROM training_sheet_picture",
    ],
}


def find_differences(path: Path, *statements: str) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        for statement in statements:
            assert database.execute(statement).rowcount != 0, statement
        database.commit()
    with closing(open_store(make_sqlite_url(path))) as store:
        verdict = verify(store, with_rows=True)
    assert verdict.broken is None
    return [(each.number, each.what) for each in verdict.differences]


def test_every_edit_of_a_row_is_named_with_its_entry(room: Room, clock: FakeClock, tmp_path: Path) -> None:
    app = room.app
    hold = place_hold(app.store, clock, scope=HoldScope.PERSON, subject_id=room.people["Cy"], reason="case 1", by="R")
    release_hold(app.store, clock, hold.hold_id, reason="over", by="R")
    place_hold(app.store, clock, scope=HoldScope.TEAM, subject_id=room.team_id, reason="case 2", by="R")
    plan = make_plan(room.team_id, begins_at=clock.read().wall - timedelta(hours=1))
    held = enter_training(app, plan, person_ids=tuple(room.people.values()), by="T. Trainer")
    tick_off(app, held, [room.people["Ana"]], by="T. Trainer")
    close_training(app, held, minutes=60, by="T. Trainer")
    Image.new("RGB", (300, 300)).save(photo := BytesIO(), format="PNG")
    add_sheet(app, held, "a.png", photo.getvalue(), by="T. Trainer")
    state_requirement(app, AT_THIS_MACHINE, YEARLY)
    team.add_person(app, team.add_team(app, "Invented", is_demo=True), "Heron")
    app.store.forget()
    original = app.settings.data / DATABASE_NAME
    assert find_differences(shutil.copy(original, tmp_path / "as_it_was.db")) == []
    every = [(statement, *named) for named, statements in EDITS.items() for statement in statements]
    for number, (statement, row, how) in enumerate(every):
        found = find_differences(shutil.copy(original, tmp_path / f"{number}.db"), statement)
        assert any(what.startswith(row) and how in what for _, what in found), (statement, found)
        assert all((entry > 0) is ("no entry" not in what) for entry, what in found)


def test_what_is_changed_and_erased_by_right_holds(room: Room, clock: FakeClock) -> None:
    app, people = room.app, room.people
    team.rename_person(app, people["Ana"], "Ana Lopes")
    plan = make_plan(room.team_id, begins_at=clock.read().wall - timedelta(hours=1))
    held = enter_training(app, plan, person_ids=tuple(people.values()), by="T. Trainer")
    tick_off(app, held, [people["Ben"]], by="T. Trainer")
    close_training(app, held, minutes=60, by="T. Trainer")
    hold = place_hold(app.store, clock, scope=HoldScope.PERSON, subject_id=people["Ben"], reason="case 1", by="R")
    release_hold(app.store, clock, hold.hold_id, reason="over", by="R")
    team.set_group(app, people["Ben"], "trained")
    team.remove_person(app, team.add_person(app, room.team_id, "Dee Hall"))
    team.remove_person(app, people["Cy"])
    idle = open_room(app, team_id=None, names=("Eve Lind",))
    idle.join("Eve")
    end(app, idle.session_id)
    void(app, AT_THIS_MACHINE, idle.session_id, reason="fire alarm")
    delete_person(app, AT_THIS_MACHINE, people["Ben"], name="Ben Hill")
    with app.store.read() as work:
        told = [entry.body or "" for entry in work.ledger.iterate() if entry.kind == "person-changed"]
    assert not any(people["Ben"] in body for body in told), "what was said of their row keeps its hash alone"
    assert verify(app.store, with_rows=True).differences == ()
    assert [each.name for each in get_training(app, held).list_who(*CAME)] == ["Ben Hill"], "the record is evidence"
    clock.pass_s((app.settings.record_days + 1) * 86_400)
    late = team.add_person(app, room.team_id, "Fay Moss")
    assert reduce_overdue(app).numbers
    verdict = verify(app.store, with_rows=True)
    assert (verdict.broken, verdict.differences) == (None, ())
    assert get_school_list(app, ListKind.SESSIONS, zone=UTC).total == 0
    assert list_trainings(app, room.team_id) == (), "what is over its period is in no table either"
    with app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == late, name="Fay Moos")
    (found,) = verify(app.store, with_rows=True).differences
    assert found.what == f"person {late} is not as entry {found.number} says: its row was edited"
