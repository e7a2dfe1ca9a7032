"""What an attacker with the database open can do to the ledger, and what verifying says of it."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from sim.app.links import show_link
from sim.app.wiring import App
from sim.canonical import compute_sha256
from sim.db.engine import make_sqlite_url
from sim.db.ledger import Entry, Head, LedgerKind, Subjects, compute_entry_sha256
from sim.db.programs import LinkKind
from sim.db.store import open_store
from sim.db.teams import PersonRow
from sim.errors import LedgerError
from sim.features.record.exports import Format, write_export, write_person_export
from sim.features.record.load import acknowledge, note_remediation
from sim.features.session.attendance import correct
from sim.features.session.page_steps import make_session_calendar, write_invitation
from sim.features.team import team
from sim.ledger.holds import remove_content
from sim.ledger.verify import HEADS_NAME, check_entries, read_head, verify, verify_app
from sim.program.session_day import Attendance
from sim.rules.viewer import NOBODY
from tests.support.fake_clock import NOON
from tests.support.ledger_check import find_break
from tests.support.session_app import Room
from tests.support.tiny_app import DATABASE_NAME

TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "records.db"
    with closing(open_store(make_sqlite_url(file))) as store:
        for number in range(7):
            with store.write() as work:
                work.ledger.note(
                    LedgerKind.RESULT,
                    at=NOON + timedelta(days=number),
                    subjects=Subjects(person_id=f"p{number}"),
                    data={"passed": False},
                )
        with store.write() as work:
            remove_content(work, [1, 2], by="", reason="period over", at=NOON)
    with closing(sqlite3.connect(file)) as database:
        for (name,) in database.execute(TRIGGERS).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.commit()
    yield file


def tamper(path: Path, *statements: str) -> tuple[int, str] | None:
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    with closing(open_store(make_sqlite_url(path))) as store:
        broken = verify(store).broken
    return None if broken is None else (broken.number, broken.what)


def read_entries(path: Path) -> tuple[Entry, ...]:
    with closing(open_store(make_sqlite_url(path))) as store, store.read() as work:
        return tuple(work.ledger.iterate())


SWAP = (
    "UPDATE audit SET number = -1 WHERE number = 4",
    "UPDATE audit SET number = 4 WHERE number = 5",
    "UPDATE audit SET number = 5 WHERE number = -1",
)


@pytest.mark.parametrize(
    ("statements", "number", "what"),
    [
        (["UPDATE audit SET body = replace(body, 'false', 'true') WHERE number = 5"], 5, "content"),
        (["UPDATE audit SET person_id = 'p9' WHERE number = 5"], 5, "filed under"),
        (["UPDATE audit SET at = '2027-01-01T00:00:00.000000Z' WHERE number = 4"], 4, "edited"),
        (["UPDATE audit SET kind = 'exported' WHERE number = 6"], 6, "edited"),
        (["UPDATE audit SET body = NULL WHERE number = 3"], 3, "no entry says that it was removed"),
        (["UPDATE audit SET removed_by = 8 WHERE number = 4"], 4, "said to be"),
        (["UPDATE audit SET removed_by = 7 WHERE number = 2"], 2, "said to be"),
        (["DELETE FROM audit WHERE number = 3"], 3, "missing"),
        (list(SWAP), 4, "edited"),
        (["INSERT INTO audit (number, kind, at, content_sha256, previous_sha256, sha256) "
          "SELECT 9, kind, at, content_sha256, sha256, sha256 FROM audit "
          "WHERE number = 8"], 9, "edited"),
        (["INSERT INTO audit (number, kind, at, content_sha256, previous_sha256, sha256) "
          "SELECT 0, kind, at, content_sha256, sha256, sha256 FROM audit "
          "WHERE number = 8"], 0, "inserted"),
        (["DELETE FROM audit WHERE number = 1"], 1, "missing"),
    ],
)  # fmt: skip
def test_the_first_broken_entry_is_named(path: Path, statements: list[str], number: int, what: str) -> None:
    assert tamper(path) is None
    found = tamper(path, *statements)
    assert found is not None
    assert found[0] == number
    assert what in found[1]


def compute_anew(entry: Entry, body: str) -> Entry:
    content = compute_sha256(body)
    own = compute_entry_sha256(
        number=entry.number, kind=entry.kind, at=entry.at, content_sha256=content, previous_sha256=entry.previous_sha256
    )
    return replace(entry, content_sha256=content, sha256=own, body=body)


def test_an_entry_that_was_computed_anew_breaks_the_one_after_it(path: Path) -> None:
    entry = read_entries(path)[3]
    other = compute_anew(entry, (entry.body or "").replace("false", "true"))
    found = tamper(
        path,
        f"UPDATE audit SET body = '{other.body}', content_sha256 = '{other.content_sha256}', sha256 = '{other.sha256}' "
        "WHERE number = 4",
    )
    assert found == (5, "it does not follow the entry before it: one of the two was replaced, moved or inserted")


def test_a_whole_ledger_computed_anew_is_not_the_one_that_was_noted(path: Path) -> None:
    first = read_entries(path)[0]
    anew = compute_anew(first, '{"attempt_id":null,"person_id":null,"session_id":null,"team_id":null}')
    found = check_entries([anew], noted=(Head(number=1, sha256=first.sha256),)).broken
    assert found is not None
    assert found.number == 1
    assert "not the entry that was noted" in found.what


def test_a_tail_cut_off_is_noticed_by_the_head_that_was_noted(drill_app: App, tmp_path: Path) -> None:
    for number in range(3):
        with drill_app.store.write() as work:
            work.ledger.note(LedgerKind.EXPORTED, at=NOON, data={"number": number})
    own = drill_app.settings.data / HEADS_NAME
    for _ in range(2):
        assert verify_app(drill_app).broken is None
    assert len(own.read_text().splitlines()) == 1, "what was verified is noted, once"
    elsewhere = own.rename(tmp_path / "noted.txt")
    with closing(sqlite3.connect(drill_app.settings.data / DATABASE_NAME)) as database:
        for (name,) in database.execute(TRIGGERS).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("DELETE FROM audit WHERE number = 3")
        database.commit()
    found = verify_app(drill_app, further=elsewhere).broken
    assert found is not None
    assert (found.number, found.what) == (3, "it is missing: entry 3 was noted, and the ledger ends at 2")
    assert verify_app(drill_app).broken is None, "the chain by itself holds"
    elsewhere.rename(own)
    assert verify_app(drill_app).broken == found


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "1:" + "g" * 64, "1:" + "0" * 65])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="no head"):
        read_head(text)


def test_an_outsider_verifies_the_json(room: Room) -> None:
    other = team.add_person(room.app, team.add_team(room.app, "Other team"), "Not in it")
    note_remediation(room.app, other, words="of another team")
    data = json.loads(write_export(room.app, room.team_id, Format.JSON))
    assert find_break(data) is None
    told = [entry for entry in data["entries"] if entry["content"] is not None]
    assert {entry["content"]["team_id"] for entry in told} == {room.team_id}
    assert len(told) == len(data["entries"]) - 2, "but for the other team's person, and the note about them"
    assert "of another team" not in json.dumps(data)
    told[3]["content"]["data"]["name"] = "Someone Else"
    assert find_break(data) == told[3]["number"]


def test_every_export_is_recorded_with_the_head_it_was_made_at(room: Room) -> None:
    made = {kind: write_export(room.app, room.team_id, kind, by="R. Owner") for kind in Format}
    with room.app.store.read() as work:
        entries = work.ledger.list_of(Subjects(team_id=room.team_id), kinds=[LedgerKind.EXPORTED])
    noted = [json.loads(entry.body or "") for entry in entries]
    assert [each["data"]["format"] for each in noted] == [kind.value for kind in Format]
    assert {each["by"] for each in noted} == {"R. Owner"}
    heads = tuple(read_head(each["data"]["head"]) for each in noted)
    assert verify(room.app.store, noted=heads).heads_checked == len(heads)
    assert len((room.app.settings.data / HEADS_NAME).read_text().splitlines()) == len(heads)
    text = read_paper(made[Format.PDF])
    head = heads[list(Format).index(Format.PDF)]
    for said in (f"ledger {head.number}:{head.sha256[:12]}", "Ben Hill", "made it up later", "Library", "was there"):
        assert said in text, said


def test_the_tables_open_in_a_spreadsheet_and_start_no_formula(room: Room) -> None:
    with room.app.store.write() as work:
        work.change(PersonRow, PersonRow.person_id == room.people["Ana"], name="=HYPERLINK(1)")
    correct(room.app, room.session_id, room.people["Ana"], Attendance.ABSENT, reason="@left")
    packed = zipfile.ZipFile(io.BytesIO(write_export(room.app, room.team_id, Format.CSV)))
    tables = {
        name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig")))) for name in packed.namelist()
    }
    assert set(tables) == {"attendance.csv", "drills.csv", "exercises.csv", "gaps.csv", "trainings.csv"}
    cells = [cell for rows in tables.values() for row in rows for cell in row.values()]
    assert "'=HYPERLINK(1)" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert [row["attendance"] for row in tables["attendance.csv"]][1:3] == ["came", "made it up later"]
    (ben,) = [row for row in tables["drills.csv"] if row["person"] == "Ben Hill"]
    assert (ben["ended"], ben["passed"], ben["time_s"]) == ("timed_out", "no", "")
    assert json.loads(ben["measures"])["appearance_recall"] == 0
    assert len(tables["gaps.csv"]) == 3


def test_one_persons_paper_has_nobody_else_in_it_and_is_recorded_about_them(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    note_remediation(app, ben, words="Went through the debrief together", by="T. Trainer")
    link = show_link(app, LinkKind.RECORD, ben, by="T. Trainer")
    acknowledge(app, NOBODY, up_to=99, words="I was ill that day", link=link)
    body = write_person_export(app, ben, by="R. Owner")
    text = read_paper(body)
    for said in ("finishing in time", "ran out of time", "Went through the debrief", "I was ill that day", "Library"):
        assert said in text, said
    assert "acknowledged it on Sep 14, 2026, not signed in, by a link from T. Trainer." in text
    assert not any(name in text for name in ("Ana", "Lopez", "Cy Park"))
    with app.store.read() as work:
        (entry,) = work.ledger.list_of(Subjects(person_id=ben), kinds=[LedgerKind.EXPORTED])
    assert json.loads(entry.body or "")["by"] == "R. Owner"
    assert find_break(json.loads(write_export(app, room.team_id, Format.JSON))) is None


def read_paper(body: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return " ".join(text.split())


def test_an_invitation_and_its_calendar_file_name_nobody(room: Room) -> None:
    file = make_session_calendar(room.app, room.session_id, zone=UTC)
    told = write_invitation(room.app, room.session_id, zone=UTC) + file.body.decode()
    assert "Where: Library." in told
    assert not any(name in told for name in ("Ana", "Ben", "Cy "))
    with room.app.store.read() as work:
        later = next(row for row in work.sessions.list_all(team_id=room.team_id) if row.makes_up)
    assert write_invitation(room.app, later.session_id, zone=UTC).splitlines()[2].startswith("You missed")
