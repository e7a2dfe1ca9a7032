"""Names that a spreadsheet would run as a formula, in every table that can be taken away."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC

from sim.db.rows import PersonRow, TeamRow
from sim.drill.session_day import Attendance, SessionKind, Starting
from sim.services.accounts.viewer import AT_THIS_MACHINE, NOBODY
from sim.services.app.wiring import App
from sim.services.attempt import attempts, familiarization
from sim.services.attempt.scores import settle
from sim.services.comparison.report.compared import compare_table, write_attempts_csv
from sim.services.comparison.report.handover import write_tables
from sim.services.operations import demo
from sim.services.privacy.export import export_person
from sim.services.roster.apply import preview_roster
from sim.services.roster.entry import RosterSource
from sim.services.roster.read import read_roster
from sim.services.roster.words import make_change_table, make_wrong_table
from sim.services.session_day import attendance, joining, opening, running, seat
from sim.services.team import given_drills
from sim.services.team.attempts_table import export_district
from sim.services.team.person_view import get_person_drills
from sim.services.training_event.events import TrainingPlan, close_training, enter_training
from sim.services.training_event.sign_in import tick_off
from sim.services.training_record.exports.write import Format, write_export
from sim.services.training_record.notes import Details, note_details, note_remediation
from sim.text.tables import FORMULA_SIGNS, write_table_csv
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig

BODY = "cmd|' /C calc'!A0"
TEAM_ID = "formulas"
DEMO_PEOPLE = 3
LONG_AFTER_S = 8 * 3600.0
NUMBER = re.compile(r"[+-]?[0-9.]+(e[+-]?[0-9]+)?")


def export_formulas(rig: Rig) -> Outcome:
    """Put names that begin as formulas straight into the database, and look into every file that is handed out."""
    with rig.open_apart() as apart:
        app, people = _fill(apart.app)
        files = dict(_list_files(app, people))
    wrong: list[str] = []
    guarded = 0
    for name, body in files.items():
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        cells = [cell for row in rows for cell in row]
        bare = [cell for cell in cells if cell.startswith(FORMULA_SIGNS) and not NUMBER.fullmatch(cell)]
        wrong += [f"{name}: {cell[:40]!r} would be run" for cell in bare]
        guarded += sum(cell.startswith("'") and cell[1:].startswith(FORMULA_SIGNS) for cell in cells)
        if len(rows) < 2:
            wrong.append(f"{name} holds nothing")
    if guarded < len(files):
        wrong.append(f"only {guarded} names were in {len(files)} files")
    saw = f"{len(files)} tables, {guarded} names each behind an apostrophe, none that a spreadsheet runs"
    return Outcome(saw=saw, wrong=tuple(wrong[:20]))


def _fill(app: App) -> tuple[App, tuple[str, ...]]:
    """Make a team of such people with a session, a drill and a demo team; return the services and their ids."""
    clock = demo.SteppedClock(now=app.clock.read())
    app = replace(app, clock=clock)
    at = clock.now.wall
    with app.store.write() as work:
        names = {"name": f"={BODY}", "school": f"@{BODY}"}
        work.teams.add_team(TeamRow(team_id=TEAM_ID, is_demo=False, created_at=at, **names))
        for number, sign in enumerate(FORMULA_SIGNS):
            work.teams.add_person(
                PersonRow(
                    person_id=f"person-{number}",
                    team_id=TEAM_ID,
                    name=f"{sign}{BODY}",
                    created_at=at,
                    left_at=None,
                    roster_source=RosterSource.CSV.value,
                )
            )
    people = tuple(f"person-{number}" for number in range(len(FORMULA_SIGNS)))
    session_id = opening.open_session(
        app,
        opening.Plan(
            team_id=TEAM_ID,
            kind=SessionKind.BEFORE,
            starting=Starting.TOGETHER,
            place=f"+{BODY}",
            person_ids=people,
        ),
        by=f"={BODY}",
    )
    own = joining.take_name(app, NOBODY, joining.make_screen_code(app, session_id).token, people[0])
    running.show_briefing(app, session_id)
    attempt_id = seat.enter_drill(app, own)
    attempts.get_briefing(app, attempt_id)
    running.start(app, session_id)
    clock.pass_s(LONG_AFTER_S)
    settle(app, attempt_id)
    running.end(app, session_id)
    attendance.correct(app, session_id, people[1], Attendance.PRESENT, reason=f"-{BODY}")
    said = f"@{BODY}"
    note_details(
        app, session_id, Details(need=said, content=said, content_version=said, instructor=said, qualification=said)
    )
    note_remediation(app, people[0], words=f"={BODY}")
    known = familiarization.create(app, person_id=people[1])
    clock.pass_s(LONG_AFTER_S)
    settle(app, known)
    held = TrainingPlan(
        team_id=TEAM_ID,
        title=f"={BODY}",
        begins_at=at,
        minutes=60,
        topics=said,
        place=f"+{BODY}",
        instructor=f"-{BODY}",
    )
    training_id = enter_training(app, held, person_ids=list(people), by=f"={BODY}")
    tick_off(app, training_id, [people[0]], by=f"={BODY}")
    close_training(app, training_id, minutes=60, by=f"={BODY}")
    demo_id = demo.fill_demo(app, people=DEMO_PEOPLE, seed=1)
    with app.store.write() as work:
        for sign, person in zip(FORMULA_SIGNS, work.teams.list_people(demo_id), strict=False):
            work.teams.rename_person(person.person_id, f"{sign}{BODY}")
        work.teams.set_school(demo_id, f"={BODY}")
    return app, people


def _list_files(app: App, people: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield every table of every export, as CSV, under a name."""
    yield "attempts", write_attempts_csv(given_drills.export_attempts(app, TEAM_ID, by_name=True))
    yield "district attempts", write_attempts_csv(export_district(app))
    yield from _unpack("record", write_export(app, TEAM_ID, Format.CSV))
    for person_id in people[:2]:
        yield from _unpack(f"everything of {person_id}", export_person(app, AT_THIS_MACHINE, person_id))
    yield "person", write_table_csv(get_person_drills(app, people[0], zone=UTC).table)
    with app.store.read() as work:
        demo_id = next(row.team_id for row in work.teams.list_teams() if row.is_demo)
    table = given_drills.export_attempts(app, demo_id, by_name=True)
    compared = compare_table(table, title=demo_id, by_name=True)
    yield "demo attempts", compared.export_csv
    yield from _unpack("comparison", write_tables(compared.handover, made_at=app.clock.read().wall))
    listed = "\n".join(f'"{sign}{BODY}",{TEAM_ID}' for sign in FORMULA_SIGNS)
    data = f"name,team\nAnn,Office\n{listed}\n".encode()
    roster = read_roster(data, name="list.csv", today=app.clock.read().wall.date(), is_whole=True)
    plan = preview_roster(app, AT_THIS_MACHINE, roster)
    yield "roster changes", write_table_csv(make_change_table(plan))
    yield "roster wrong rows", write_table_csv(make_wrong_table(plan))


def _unpack(name: str, packed: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for each in archive.namelist():
            if each.endswith(".csv"):
                yield f"{name}: {each}", archive.read(each)
