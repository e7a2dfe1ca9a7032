"""Reminders that go out by themselves: one when a drill becomes due, one when it is overdue, to whoever wants them."""

from datetime import datetime, time, timedelta
from typing import Final

from sim.db.links import LinkKind
from sim.db.programs import ProgramRow, StepRow
from sim.db.store import Transaction
from sim.drill.board_state import BoardState
from sim.services.app.links.tokens import show_link
from sim.services.app.wiring import App
from sim.services.program.board import BoardPerson, Cell, get_board
from sim.services.program.mail import make_message
from sim.services.program.reminders import find_limit_s, write_reminder
from sim.services.program.school_calendar import load_school_days
from sim.services.program.words import name_step_long
from sim.services.program.zones import get_today, get_zone

LOOK_EVERY: Final = timedelta(minutes=15)
FIRST_HOUR, LAST_HOUR = time(7), time(17)
BY: Final = "a reminder"
"""Who gave out a link that is in a reminder, where the links of a team are listed."""
SUBJECTS: Final = {BoardState.DUE: "Due: {step}", BoardState.OVERDUE: "Overdue: {step}"}


def queue_reminders(app: App) -> int:
    """Queue what is due or overdue and was not told yet; return how many messages are new.

    Nothing without a mail server and the installation's own address; at most every quarter of an hour, and only on
    school days between 7 AM and 5 PM at the school.
    """
    settings, now = app.settings.mail, app.clock.read().wall
    if settings is None or not app.settings.address:
        return 0
    with app.store.read() as work:
        looked = work.mail.get_state(settings.name).queued_up_to
        programs = {row.program_id: row for row in work.programs.list_all() if row.closed_at is None}
    if looked is not None and timedelta(0) <= now - looked < LOOK_EVERY:
        return 0
    with app.store.write() as work:
        work.mail.note_queued(settings.name, at=now)
    open_now = {key for key, row in programs.items() if _is_daytime(app, row, now)}
    if not open_now:
        return 0
    board = get_board(app)
    told = [
        (person, cell)
        for person in board.people
        if person.program_id in open_now
        for cell in person.cells
        if cell.is_drill and cell.step_id is not None and cell.state in SUBJECTS
    ]
    return sum(_queue_one(app, programs[person.program_id or ""], person, cell) for person, cell in told)


def queue_now(app: App, program_id: str, step_id: str, person_ids: frozenset[str]) -> int:
    """Queue the reminder of a step for people now, as a trainer asks for it; return how many messages are new.

    Those who have no address, want no mail, or were sent this one today already get none.
    """
    with app.store.read() as work:
        program = work.programs.get(program_id)
    today = get_today(app, program.time_zone).isoformat()
    return sum(
        _queue_one(app, program, person, cell, mark=f"asked {today}")
        for person in get_board(app, team_id=program.team_id).people
        if person.person_id in person_ids
        for cell in person.cells
        if cell.step_id == step_id and cell.is_drill and cell.state is not BoardState.DONE
    )


def _is_daytime(app: App, program: ProgramRow, now: datetime) -> bool:
    local = now.astimezone(get_zone(program.time_zone))
    is_open = not load_school_days(app).find_why_off(local.date())
    return is_open and FIRST_HOUR <= local.time() < LAST_HOUR


def _queue_one(app: App, program: ProgramRow, person: BoardPerson, cell: Cell, *, mark: str = "") -> int:
    with app.store.read() as work:
        step = work.programs.get_step(cell.step_id or "")
        # a step that was moved is due anew
        key = f"{cell.step_id} {person.person_id} {mark or f'{cell.state.value} {step.due_to}'}"
        if work.mail.has(key) or not _wants(work, person.person_id):
            return 0
    subject = SUBJECTS.get(cell.state, "{step}").format(step=name_step_long(step.kind, step.number))
    message = make_message(
        person.person_id, key=key, subject=subject, lines=_write_lines(app, program, step, person, cell), app=app
    )
    with app.store.write() as work:
        return int(work.mail.queue(message))


def _write_lines(app: App, program: ProgramRow, step: StepRow, person: BoardPerson, cell: Cell) -> tuple[str, ...]:
    address = f"{app.settings.address}/start"
    if cell.attempt_id is not None:
        token = show_link(app, LinkKind.DRILL, person.person_id, attempt_id=cell.attempt_id, by=BY)
        address = f"{app.settings.address}/drill?attempt={cell.attempt_id}&link={token}"
    is_over = cell.state is BoardState.OVERDUE
    text = write_reminder(program, step, limit_s=find_limit_s(app, program), address=address, is_over=is_over)
    return (f"{person.name},", "", *text.splitlines())


def _wants(work: Transaction, person_id: str) -> bool:
    """Return whether somebody can be sent mail, and has not turned it off."""
    return bool(work.teams.get_person(person_id).email) and not work.mail.list_stopped([person_id])
