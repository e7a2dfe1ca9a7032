import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pikepdf
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sim.attempt.attempt import Phase
from sim.db.ledger import LedgerKind, Result
from sim.db.sessions import Certified
from sim.features.record.drill_log import STANDARD, LogKind, get_template, list_log, make_log
from sim.features.record.exports import Format, write_export, write_person_export
from sim.features.record.load import load_team_record
from sim.features.record.tables import write_phase
from sim.features.record.view import CertificateState, get_team_view, list_certificates, make_certificate_table
from sim.features.requirements.requirements import state_requirement
from sim.features.team import team
from sim.features.training.events import close_training, enter_training
from sim.features.training.sign_in import correct_attendance, tick_off
from sim.program.session_day import Attendance
from sim.rules.viewer import AT_THIS_MACHINE
from tests.support.fake_clock import NOON, FakeClock
from tests.support.session_app import Room
from tests.unit.features.requirements.test_requirements import YEARLY
from tests.unit.features.training.conftest import make_plan
from tests.unit.ledger.conftest import do_drill, room
from tests.unit.ledger.test_verify import read_paper

__all__ = ["room"]
YEAR_S = 365 * 86_400


def hold(room: Room, clock: FakeClock, *names: str, **more: object) -> str:
    plan = make_plan(room.team_id, begins_at=clock.read().wall, **more)
    made = enter_training(room.app, plan, person_ids=list(room.people.values()), by="Kim Lee")
    clock.pass_s(5400)
    tick_off(room.app, made, [room.people[name] for name in names], by="Kim Lee")
    close_training(room.app, made, minutes=95, by="Kim Lee", why_longer="on paper")
    return made


def list_states(room: Room, clock: FakeClock) -> dict[str, CertificateState]:
    record = load_team_record(room.app, room.team_id)
    found = list_certificates(record, now=clock.read().wall, zone=UTC)
    assert len({each.person.person_id for each in found}) == len(found)
    return {each.person.name: each.state for each in found}


def test_who_attended_has_a_certificate_until_it_expires_or_is_renewed(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben", valid_months=12)
    assert list_states(room, clock) == {"Ana Lopez": CertificateState.VALID, "Ben Hill": CertificateState.VALID}
    clock.pass_s(YEAR_S - 7200)
    assert list_states(room, clock)["Ana Lopez"] is CertificateState.VALID
    clock.pass_s(7200)
    assert list_states(room, clock)["Ana Lopez"] is CertificateState.EXPIRED
    hold(room, clock, "Ana", valid_months=12)
    assert list_states(room, clock) == {"Ana Lopez": CertificateState.VALID, "Ben Hill": CertificateState.EXPIRED}


def test_where_a_drill_is_asked_for_only_one_passed_after_the_training_earns_it(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben", certified=Certified.PASSED, valid_months=0)
    assert set(list_states(room, clock).values()) == {CertificateState.WAITING}, "Ana passed before it"
    do_drill(room.app, clock, room.people["Ana"], Phase.AFTER)
    assert list_states(room, clock) == {"Ana Lopez": CertificateState.VALID, "Ben Hill": CertificateState.WAITING}
    clock.pass_s(9 * YEAR_S)
    assert list_states(room, clock)["Ana Lopez"] is CertificateState.VALID, "without an end it does not expire"


def make_up(room: Room, clock: FakeClock, missed: str, name: str, *, came: bool = True) -> str:
    clock.pass_s(30 * 86_400)
    plan = make_plan(
        room.team_id, begins_at=clock.read().wall, title="Another day", certified=Certified.NOTHING, makes_up=missed
    )
    made = enter_training(room.app, plan, person_ids=[room.people[name]], by="Kim Lee")
    clock.pass_s(3600)
    if came:
        tick_off(room.app, made, [room.people[name]], by="Kim Lee")
    return made


def test_who_made_a_training_up_was_trained_on_that_day_once_it_is_held(room: Room, clock: FakeClock) -> None:
    missed = hold(room, clock, "Ana", valid_months=12)
    later = make_up(room, clock, missed, "Ben")
    assert list_states(room, clock) == {"Ana Lopez": CertificateState.VALID}, "nothing is held that nobody closed"
    assert find_trained(room, "Ben Hill") == ""
    close_training(room.app, later, minutes=60, by="Kim Lee", why_longer="on paper")
    table = make_certificate_table(load_team_record(room.app, room.team_id), now=clock.read().wall, zone=UTC)
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("Ana Lopez", "Sep 14, 2026", "Sep 14, 2027"),
        ("Ben Hill", "Oct 14, 2026", "Oct 14, 2027"),
    ]
    assert find_trained(room, "Ben Hill") == "Oct 14, 2026"


def test_a_day_made_up_at_the_second_make_up_or_elsewhere_counts_from_that_one(room: Room, clock: FakeClock) -> None:
    missed = hold(room, clock, "Ana")
    second = make_up(room, clock, missed, "Ben", came=False)
    correct_attendance(room.app, second, room.people["Ben"], Attendance.ABSENT, reason="called in ill")
    third = make_up(room, clock, second, "Ben")
    assert find_trained(room, "Ben Hill") == ""
    close_training(room.app, third, minutes=60, why_longer="on paper")
    assert find_trained(room, "Ben Hill") == "Nov 13, 2026"
    cy = room.people["Cy"]
    correct_attendance(room.app, missed, cy, Attendance.MADE_UP, reason="at the district's day", by="Kim Lee")
    assert find_trained(room, "Cy Park") == "Nov 13, 2026", "as it was entered"


def test_a_drill_passed_before_a_training_was_made_up_is_none_after_it(room: Room, clock: FakeClock) -> None:
    missed = hold(room, clock, "Ana", certified=Certified.PASSED, valid_months=0)
    do_drill(room.app, clock, room.people["Ben"], Phase.AFTER)
    later = make_up(room, clock, missed, "Ben")
    close_training(room.app, later, minutes=60, why_longer="on paper")
    assert list_states(room, clock)["Ben Hill"] is CertificateState.WAITING
    record = load_team_record(room.app, room.team_id)
    drill = next(each for each in record.results if (each.name, each.phase) == ("Ben Hill", "after"))
    assert "but done before the training" in write_phase(drill, record)


def find_trained(room: Room, name: str) -> str:
    view = get_team_view(room.app, room.team_id, zone=UTC)
    return next(line.trained for line in view.people if line.name == name)


def test_certificates_are_tagged_papers_with_all_that_was_recorded(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben")
    app = replace(room.app, settings=replace(room.app.settings, district="Oak Valley Unified School District"))
    text = check_paper_wide(write_export(app, room.team_id, Format.CERTIFICATES_PDF), title="Certificates")
    for said in (
        "Ana Lopez",
        "Ben Hill",
        "District: Oak Valley Unified School District",
        "95 minutes",
        "R. Hall, State safety certificate",
        "State code 13.04",
        "valid for 12 months, renewed by attending this training again",
        "Valid until Sep 14, 2027",
        "Instructor (signature, date)",
    ):
        assert said in text, said
    assert "Cy Park" not in text
    own = read_paper(write_person_export(app, room.people["Ana"], kind=Format.CERTIFICATES_PDF))
    assert "Ana Lopez" in own and "Ben Hill" not in own
    rows = read_csv(room, Format.CERTIFICATES_CSV)
    assert [(row["Name"], row["Valid until"], row["State"]) for row in rows] == [
        ("Ana Lopez", "Sep 14, 2027", "valid"),
        ("Ben Hill", "Sep 14, 2027", "valid"),
    ]


def test_each_person_has_one_page_whatever_is_recorded(room: Room, clock: FakeClock) -> None:
    long = "Maximilian von " + "Hohenstein" * 6
    for name in (long, "דנה כהן"):
        room.people[name] = team.add_person(room.app, room.team_id, name)
    for number in range(10):
        clock.pass_s(86_400)
        made = hold(room, clock, *room.people, title=f"{'Searching on the new cameras ' * 6}{number}")
        words = "left at the break to look after a student who was waiting at the gate " * 2
        for name in ("Ana", long):
            correct_attendance(
                room.app, made, room.people[name], Attendance.PRESENT, reason=words, minutes=40, by="Kim Lee"
            )
    wish = replace(YEARLY, title="State code 13.04", drills=0, trainings=9, due_on=date(2027, 6, 30), is_yearly=False)
    state_requirement(room.app, AT_THIS_MACHINE, wish)
    new_york = ZoneInfo("America/New_York")
    body = write_export(room.app, room.team_id, Format.SUMMARY_PDF, zone=new_york)
    with pikepdf.open(io.BytesIO(body)) as paper:
        assert len(paper.pages) == len(room.people) == 5
    text = read_paper(body)
    for said in (
        "Trainings attended 0 of 10",
        "State code 13.04: 9 trainings, by Jun 30, 2027: 9 of 9 trainings missing.",
        "State code 13.04: 9 trainings, by Jun 30, 2027: done.",
        "partly attended",
        "40 of 95; 76 needed",
        "The latest 8; 2 more in the whole record.",
        "At least 80% of the appearances found, or all but one of 2 to 4: met",
        "Did not come to: session of Sep 14, 2026.",
        "following the person from camera to camera",
        "Times are in America/New York",
        "a letter that this paper cannot print",
    ):
        assert said in text, said
    own = read_paper(write_person_export(room.app, room.people["Ana"], kind=Format.SUMMARY_PDF))
    assert "Ana Lopez" in own and "Ben Hill" not in own
    with room.app.store.read() as work:
        heads = {each.data["head"].split(":")[1] for each in work.ledger.iterate() if each.kind == LedgerKind.EXPORTED}
    assert any(head in text.replace(" ", "").replace("\u200b", "") for head in heads)


def test_the_workbook_has_every_table_with_types_and_the_time_of_day(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben")
    state_requirement(room.app, AT_THIS_MACHINE, replace(YEARLY, drills=9))
    book = load_workbook(io.BytesIO(write_export(room.app, room.team_id, Format.XLSX)))
    assert book.sheetnames == [
        "session-list", "attendance", "trainings", "drills", "exercises", "gaps", "drill-log", "certificates",
        "requirements",
    ]  # fmt: skip
    assert all(sheet.freeze_panes == "A2" for sheet in book)
    head, first, *_ = book["trainings"].iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    assert (row["date"], row["minutes"], row["least_minutes"]) == (datetime(2026, 9, 14), 95, 76)
    assert isinstance(row["time"], time) and row["attendance"] == "came"
    lacking = {str(each["Name"]): str(each["Still to do"]) for each in read_rows(book["requirements"])}
    assert lacking["Ana Lopez"].startswith("9 of 9 drills. Does not count") and "1 training" in lacking["Cy Park"]
    minutes = [each["minutes"] for each in read_rows(book["drill-log"])]
    assert {type(each) for each in minutes} <= {int, float, str} and 95.0 in minutes, "a dash makes no text of the rest"


def read_rows(sheet: Worksheet) -> list[dict[str, object]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_one_exercise_is_one_line_whenever_the_clocks_of_its_members_were_looked_at(room: Room) -> None:
    record = load_team_record(room.app, room.team_id)
    times = {"began_at": NOON, "state": "timed_out", "used_s": None, "usual_limit_s": 300.0}
    names = {"team_id": room.team_id, "person_id": "p", "name": "Ana Lopez", "team": "T", "school": "S"}
    member = Result(
        ordinal=1,
        kind=LedgerKind.TEAM_EXERCISE,
        attempt_id="a",
        session_id=None,
        mode="team_exercise",
        exercise_id="one",
        **{name: {} for name in ("criteria", "parts", "doubts", "versions")},
        form_title="Trace D",
        **names,
        **times,
    )
    later = replace(member, attempt_id="b", name="Ben Hill", began_at=NOON + timedelta(seconds=2))
    other = replace(member, attempt_id="c", name="Cy Park", exercise_id="two")
    lines = list_log(replace(record, unscored=(member, later, other), sessions=(), trainings=(), results=()))
    assert sorted(line.took_part for line in lines) == [("Ana Lopez", "Ben Hill"), ("Cy Park",)]


def check_paper_wide(body: bytes, *, title: str) -> str:
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"].startswith(title)
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 792, 612]
    return read_paper(body)


def read_csv(room: Room, kind: Format) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write_export(room.app, room.team_id, kind).decode("utf-8-sig"))))


def test_the_log_has_what_took_place_and_marks_minutes_that_were_typed(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben")
    ahead = make_plan(room.team_id, begins_at=clock.read().wall + timedelta(days=1), title="Not held")
    enter_training(room.app, ahead, person_ids=[room.people["Ana"]])
    do_drill(room.app, clock, room.people["Ana"], Phase.AFTER)
    record = load_team_record(room.app, room.team_id)
    session, training, alone = list_log(record)
    assert [each.kind for each in (session, training, alone)] == [LogKind.SESSION, LogKind.TRAINING, LogKind.ALONE]
    assert (training.minutes, training.minutes_from, training.absent) == (95, "entered by Kim Lee", 1)
    assert training.took_part == ("Ana Lopez", "Ben Hill")
    table = make_log(record, UTC, get_template(room.app, STANDARD))
    assert [row[3] for row in table.rows] == ["measured", "entered by Kim Lee", "measured"]
    assert [row[1].partition(":")[0] for row in table.rows] == [
        "Camera-search session",
        "Training",
        "Camera-search drill done alone",
    ]
    text = check_paper_wide(write_export(room.app, room.team_id, Format.LOG_PDF), title="Drill log")
    assert "Principal or designee (name, signature, date)" in text
    assert "Not held" not in text
    row = read_csv(room, Format.LOG_CSV)[1]
    assert (row["participants"], row["date"]) == ("Ana Lopez; Ben Hill", "2026-09-14")
    assert (row["minutes"], row["standard"]) == ("95", "State code 13.04")
