"""A session in which nobody began a drill is voided: no page, file or paper tells of it, and the ledger holds."""

import json
from contextlib import nullcontext
from datetime import UTC

import pytest

from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.errors import AccessError, LedgerError, SessionError
from sim.features.record.exports import Format, write_export, write_person_export
from sim.features.record.load import load_person_record, load_team_record, note_details
from sim.features.record.page_people import ListKind, get_school_list
from sim.features.session import attendance, opening
from sim.features.session.attendance import BEGUN, STILL_OPEN, VOIDED, void
from sim.features.session.board import list_sessions
from sim.ledger.verify import verify
from sim.program.session_day import Attendance
from sim.rules.viewer import Role, Viewer
from tests.app.conftest import RunPage, read_plain
from tests.support.fake_clock import FakeClock
from tests.support.ledger_check import find_break
from tests.support.session_app import Room, open_room
from tests.support.shown_texts import read_file
from tests.unit.ledger.conftest import play

TRAINER = Viewer(account_id="a", person_id=None, name="Tess Hale", role=Role.TRAINER)
WHY = "the footage was not ready"


def hold_without_drills(app: App, **more: str) -> Room:
    room = open_room(app, **more)  # type: ignore[arg-type]
    room.join("Ana", "Ben")
    opening.end(app, room.session_id, by="Tess Hale")
    return room


def test_a_voided_session_is_in_no_page_file_or_paper(drill_app: App, run_page: RunPage) -> None:
    room = hold_without_drills(drill_app)
    cy = room.people["Cy"]
    before = {kind: read_file(write_export(drill_app, room.team_id, kind)) for kind in Format}
    assert "Library" in before[Format.CSV]
    assert "did not come" in read_file(write_person_export(drill_app, cy))
    page = run_page("session", session=room.session_id)
    page.text_input(key=f"void-reason-{room.session_id}").set_value(WHY)
    page.button(key=f"void-sure-{room.session_id}").click().run()
    assert f"This session was voided and is in no record. Reason: {WHY}" in read_plain(
        run_page("session", session=room.session_id)
    )
    for kind in Format:
        told = read_file(write_export(drill_app, room.team_id, kind))
        for words in ("Library", "Camera search drill before training", "did not come", "Cy Park invited"):
            assert words not in told, (kind, words)
    for person_id in room.people.values():
        paper = read_file(write_person_export(drill_app, person_id))
        assert "did not come" not in paper
        assert "Sessions taken part in 0 of 0" in paper
        assert not load_person_record(drill_app, person_id).sessions
    for query in ({"team": room.team_id, "view": "sessions"}, {"team": room.team_id}, {"team": "all"}):
        assert "Library" not in read_plain(run_page("records", **query))
    assert "did not come" not in read_plain(run_page("record", person=cy))
    assert not get_school_list(drill_app, ListKind.SESSIONS, zone=UTC).table.rows


def test_the_ledger_keeps_that_it_was_voided_why_and_by_whom_and_still_holds(drill_app: App) -> None:
    room = hold_without_drills(drill_app)
    void(drill_app, TRAINER, room.session_id, reason=f"  {WHY} ")
    with drill_app.store.read() as work:
        (entry,) = work.ledger.list_of(Subjects(session_id=room.session_id), kinds=[LedgerKind.SESSION_VOIDED])
        kinds = [each.kind for each in work.ledger.list_of(Subjects(session_id=room.session_id))]
    content = json.loads(entry.body or "")
    assert (content["by"], content["data"]["reason"]) == ("Tess Hale", WHY)
    assert "session-opened" in kinds, "nothing was taken out"
    verdict = verify(drill_app.store, with_rows=True)
    assert (verdict.broken, verdict.differences) == (None, ())
    data = json.loads(write_export(drill_app, room.team_id, Format.JSON))
    assert find_break(data) is None
    told = [each for each in data["entries"] if each["content"] and each["content"]["session_id"] == room.session_id]
    assert [each["kind"] for each in told] == ["session-voided"]


def test_sessions_begun_open_or_voided_are_not_voided(drill_app: App, run_page: RunPage, clock: FakeClock) -> None:
    room = open_room(drill_app)
    with pytest.raises(SessionError, match="still open"):
        void(drill_app, TRAINER, room.session_id, reason=WHY)
    room.start_all("Ana")
    opening.end(drill_app, room.session_id)
    with pytest.raises(SessionError, match="began a drill"):
        void(drill_app, TRAINER, room.session_id, reason=WHY)
    page = run_page("session", session=room.session_id)
    assert BEGUN in read_plain(page)
    assert not [each for each in page.button if each.key == f"void-sure-{room.session_id}"]
    other = hold_without_drills(drill_app)
    for reason in ("", "   ", "x" * 201):
        with pytest.raises(SessionError, match="Enter a reason"):
            void(drill_app, TRAINER, other.session_id, reason=reason)
    void(drill_app, TRAINER, other.session_id, reason=WHY)
    for again in (
        lambda: void(drill_app, TRAINER, other.session_id, reason=WHY),
        lambda: opening.reopen(drill_app, other.session_id),
        lambda: attendance.correct(
            drill_app, other.session_id, other.people["Ana"], Attendance.PRESENT, reason="was there"
        ),
    ):
        with pytest.raises(SessionError, match="voided"):
            again()
    with pytest.raises(LedgerError, match="voided"):
        note_details(drill_app, other.session_id, {"content": "c"}, hours="2")
    assert STILL_OPEN != VOIDED


def test_who_may_void(drill_app: App) -> None:
    room = hold_without_drills(drill_app)
    for role in (Role.PRINCIPAL, Role.TRAINEE, Role.RECORDS):
        viewer = Viewer(account_id="a", person_id=None, name="Rae Fox", role=role)
        with nullcontext() if role is Role.RECORDS else pytest.raises(AccessError):
            void(drill_app, viewer, room.session_id, reason=WHY)
    assert not load_team_record(drill_app, room.team_id).sessions


def test_its_drill_stays_its_persons_own_and_what_it_made_up_is_missed(drill_app: App, clock: FakeClock) -> None:
    room = open_room(drill_app)
    play(drill_app, clock, room.start_all("Ana")[0])
    opening.end(drill_app, room.session_id)
    later = open_room(drill_app, team_id=room.team_id, makes_up=room.session_id)
    running_seats = later.join("Cy")
    opening.show_briefing(drill_app, later.session_id)
    (attempt_id,) = later.read_briefing(*running_seats)
    opening.end(drill_app, later.session_id)
    guests = {guest.name: guest.attendance for guest in load_team_record(drill_app, room.team_id).sessions[0].guests}
    assert guests["Cy Park"] is Attendance.ABSENT, "being there without a drill makes nothing up"
    void(drill_app, TRAINER, later.session_id, reason=WHY)
    (card,) = [each for each in list_sessions(drill_app, room.team_id) if each.session.session_id == room.session_id]
    assert room.people["Cy"] in card.absent
    opening.begin_own(drill_app, attempt_id)
    play(drill_app, clock, attempt_id)
    (_, alone) = load_team_record(drill_app, room.team_id).results
    assert alone.session_id is None


def test_who_was_present_without_a_drill_did_not_take_part(drill_app: App, run_page: RunPage, clock: FakeClock) -> None:
    room = open_room(drill_app)
    play(drill_app, clock, room.start_all("Ana")[0])
    opening.end(drill_app, room.session_id)
    attendance.correct(
        drill_app, room.session_id, room.people["Ben"], Attendance.PRESENT, reason="Here, no device with her"
    )
    (session,) = load_team_record(drill_app, room.team_id).sessions
    assert [guest.name for guest in session.guests if guest.did_drill] == ["Ana Lopez"]
    assert [guest.name for guest in session.list_without_drill()] == ["Ben Hill"]
    header, row = (
        line.split(",")
        for line in write_export(drill_app, room.team_id, Format.LOG_CSV).decode("utf-8-sig").splitlines()[:2]
    )
    told = dict(zip(header, row, strict=False))
    assert (told["took_part"], told["present_no_drill"], told["absent"], told["participants"]) == (
        "1",
        "1",
        "1",
        "Ana Lopez",
    )
    assert "Present, no drill" in read_file(write_export(drill_app, room.team_id, Format.LOG_PDF))
    assert "present, no drill" in read_file(write_person_export(drill_app, room.people["Ben"]))
    assert "Sessions taken part in 0 of 1" in read_file(write_person_export(drill_app, room.people["Ben"]))
    assert "present, no drill" in read_file(write_export(drill_app, room.team_id, Format.CSV))
    page = run_page("records", team=room.team_id)
    page.button_group(key=f"records-view-{room.team_id}").set_value("sessions").run()
    assert "1 of 3 took part." in read_plain(page)
    assert "1 more was present and did no drill." in read_plain(page)
    assert "This session has ended." in read_plain(run_page("session", session=room.session_id))
