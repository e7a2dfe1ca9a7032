"""Giving a step's drill to everybody who still has to do it: what was given, and to whom not and why."""

from dataclasses import dataclass, replace

from sim.drill.board_state import BoardState
from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.program.board import get_board
from sim.services.program.give import foresee_step, give_step
from sim.services.program.words import write_date

STILL_TO_DO = (BoardState.DUE, BoardState.OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLine:
    """One person who has a step to do."""

    person_id: str
    name: str
    email: str  # where mail goes, "" for none
    attempt_id: str  # the drill that they were given, "" where none was
    why_not: str = ""
    mail: str = ""  # why they get no mail, "" where they do
    is_stopped: bool = False  # they have turned it off themselves


NO_EMAIL = "no mail address"
STOPPED = "turned reminders off on {day}"


def give_to_all(app: App, program_id: str, step_id: str) -> tuple[GivenLine, ...]:
    """Give everybody who still has to do a step its drill; those who have it keep it. By name.

    Nobody is given one that would not count now: that is said instead, and can be given on the board all the same.
    """
    return tuple(
        _give(app, line, step_id) if not line.attempt_id else line for line in list_to_do(app, program_id, step_id)
    )


def list_to_do(app: App, program_id: str, step_id: str) -> tuple[GivenLine, ...]:
    """Return everybody who still has to do a step, by name, with the drill they were given. Raises StoreError."""
    with app.store.read() as work:
        team_id = work.programs.get(program_id).team_id
        work.programs.get_step(step_id)
        people = {person.person_id: person for person in work.teams.list_people(team_id)}
        stopped = work.mail.list_stopped(list(people))
        refused = work.mail.list_refused(list(people))
    lines = []
    for person in get_board(app, team_id=team_id).people:
        cell = next((cell for cell in person.cells if cell.step_id == step_id), None)
        if cell is None or not cell.is_drill or cell.state not in STILL_TO_DO:
            continue
        email = people[person.person_id].email or ""
        why = refused.get(person.person_id, "")
        if person.person_id in stopped:
            why = STOPPED.format(day=write_date(stopped[person.person_id].date()))
        lines.append(
            GivenLine(
                person_id=person.person_id,
                name=person.name,
                email=email,
                attempt_id=cell.attempt_id or "",
                mail=why if email else NO_EMAIL,
                is_stopped=person.person_id in stopped,
            )
        )
    return tuple(lines)


def _give(app: App, line: GivenLine, step_id: str) -> GivenLine:
    attempt_id = why_not = ""
    try:
        why_not = foresee_step(app, step_id, line.person_id)
        attempt_id = "" if why_not else give_step(app, step_id, line.person_id)
    except SimError as error:
        why_not = error.on_screen
    return replace(line, attempt_id=attempt_id, why_not=why_not)


def mail_again(app: App, person_id: str) -> None:
    """Turn somebody's reminders on again, as they have asked for."""
    with app.store.write() as work:
        work.mail.start_again(person_id)
