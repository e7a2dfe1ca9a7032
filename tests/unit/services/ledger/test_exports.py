"""Exports of the record: each read again by another program than the one that wrote it."""

import csv
import io
import json
import zipfile
from datetime import UTC

import pikepdf
from icalendar import Calendar
from pypdf import PdfReader

from sim.db.ledger import LedgerKind, Subjects
from sim.db.links import LinkKind
from sim.drill.session_day import Attendance
from sim.services.accounts.viewer import NOBODY
from sim.services.app.links.tokens import show_link
from sim.services.ledger.heads import HEADS_NAME
from sim.services.ledger.verify import read_head, verify
from sim.services.session_day.attendance import correct
from sim.services.team import team
from sim.services.training_record.exports.write import Format, write_export, write_person_export
from sim.services.training_record.invitations import make_session_calendar, write_invitation
from sim.services.training_record.notes import acknowledge, note_remediation
from tests.support.ledger_check import find_break
from tests.support.session_app import Room


def test_an_outsider_verifies_the_json(room: Room) -> None:
    other = team.add_person(room.app, team.add_team(room.app, "Other team"), "Not in it")
    note_remediation(room.app, other, words="of another team")
    data = json.loads(write_export(room.app, room.team_id, Format.JSON))
    assert find_break(data) is None
    told = [entry for entry in data["entries"] if entry["content"] is not None]
    assert {entry["content"]["team_id"] for entry in told} == {room.team_id}
    assert len(told) == len(data["entries"]) - 1
    assert "of another team" not in json.dumps(data)
    told[3]["content"]["data"]["name"] = "Someone Else"
    assert find_break(data) == told[3]["number"]


def test_every_export_is_recorded_with_the_head_it_was_made_at(room: Room) -> None:
    made = [write_export(room.app, room.team_id, kind, by="R. Owner") for kind in Format]
    assert all(made)
    with room.app.store.read() as work:
        entries = work.ledger.list_of(Subjects(team_id=room.team_id), kinds=[LedgerKind.EXPORTED])
    noted = [json.loads(entry.body or "") for entry in entries]
    assert [each["data"]["format"] for each in noted] == [kind.value for kind in Format]
    assert {each["by"] for each in noted} == {"R. Owner"}
    heads = tuple(read_head(each["data"]["head"]) for each in noted)
    assert verify(room.app.store, noted=heads).heads_checked == len(heads)
    assert len((room.app.settings.data / HEADS_NAME).read_text().splitlines()) == len(heads)


def test_the_tables_open_in_a_spreadsheet_and_start_no_formula(room: Room) -> None:
    with room.app.store.write() as work:
        work.teams.rename_person(room.people["Ana"], "=HYPERLINK(1)")
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


def test_the_paper_is_tagged_us_letter_and_says_what_to_note(room: Room) -> None:
    body = write_export(room.app, room.team_id, Format.PDF)
    check_paper(body, title="Training record: Team")
    text = read_paper(body)
    with room.app.store.read() as work:
        entry = work.ledger.list_of(Subjects(team_id=room.team_id), kinds=[LedgerKind.EXPORTED])[0]
    number, _, digits = json.loads(entry.body or "")["data"]["head"].partition(":")
    assert f"ledger {number}:{digits[:12]}" in text
    for said in ("Ben Hill", "made it up later", "finishing in time", "Library", "was there"):
        assert said in text, said


def test_one_persons_paper_has_nobody_else_in_it_and_is_recorded_about_them(room: Room) -> None:
    app, ben = room.app, room.people["Ben"]
    note_remediation(app, ben, words="Went through the debrief together", by="T. Trainer")
    link = show_link(app, LinkKind.RECORD, ben, by="T. Trainer")
    acknowledge(app, NOBODY, up_to=99, words="I was ill that day", link=link)
    body = write_person_export(app, ben, by="R. Owner")
    check_paper(body, title="Training record: Ben Hill")
    text = read_paper(body)
    for said in ("finishing in time", "ran out of time", "Went through the debrief", "I was ill that day", "Library"):
        assert said in text, said
    assert "acknowledged it on Sep 14, 2026, not signed in, by a link from T. Trainer." in text
    assert not any(name in text for name in ("Ana", "Lopez", "Cy Park"))
    with app.store.read() as work:
        (entry,) = work.ledger.list_of(Subjects(person_id=ben), kinds=[LedgerKind.EXPORTED])
    assert json.loads(entry.body or "")["by"] == "R. Owner"
    assert find_break(json.loads(write_export(app, room.team_id, Format.JSON))) is None


def check_paper(body: bytes, *, title: str) -> None:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert str(pdf.Root.Lang).startswith("en")
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"].startswith(title)
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 612, 792]


def read_paper(body: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return " ".join(text.split())


def test_an_invitation_and_its_calendar_file_name_nobody(room: Room) -> None:
    text = write_invitation(room.app, room.session_id, zone=UTC)
    file = make_session_calendar(room.app, room.session_id, zone=UTC)
    (event,) = Calendar.from_ical(file.body).walk("VEVENT")
    assert event["location"] == "Library"
    assert event["dtend"].dt > event["dtstart"].dt
    assert "Where: Library." in text
    assert not any(name in text + file.body.decode() for name in ("Ana", "Ben", "Cy "))
    with room.app.store.read() as work:
        later = next(row for row in work.sessions.list_of_team(room.team_id) if row.makes_up)
    assert write_invitation(room.app, later.session_id, zone=UTC).splitlines()[2].startswith("You missed")
