"""Giving somebody the drill of a step, or everybody who still has to do it."""

from dataclasses import dataclass, replace

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Mode
from sim.console import familiarization
from sim.console.attempts import load_steps_done
from sim.db.programs import Message
from sim.errors import PlanError, SimError, StoreError
from sim.features.program.board import Board, get_board
from sim.features.program.school_days import write_date
from sim.features.team import given_drills
from sim.program.guide_steps import StepKind
from sim.program.plan import BoardState
from sim.rules.counts import foresee_steps

NO_EMAIL = "no mail address"
STOPPED = "turned reminders off on {day}"


def give_step(
    app: App, step_id: str, person_id: str, *, form_id: str | None = None, reason: str = "", extra_time: float = 1.0
) -> str:
    """Give a person the drill of a step; one that was given and has not ended is handed out again. Return its id."""
    with app.store.read() as work:
        step = work.steps.get(step_id)
        program = work.programs.get(step.program_id)
        person = work.people.get(person_id)
        own = work.attempts.list_all(person_id=person_id)
        handed_in = {
            row.timing.attempt_id: row.profile
            for row in own
            if row.mode is Mode.FAMILIARIZATION and row.timing.state is AttemptState.SUBMITTED
        }
        whole = frozenset(key for key, steps in load_steps_done(work, handed_in).items() if steps.is_whole)
    if step.kind.phase is not None:
        return given_drills.create_attempt(
            app,
            person_id,
            step.kind.phase,
            profile=program.profile,
            options=program.options,
            extra_time=extra_time,
            step_id=step_id,
            form_id=form_id,
            reason=reason,
        )
    if step.kind is StepKind.TRAINING:
        raise PlanError("the training is no drill", todo="open its session day")
    if program.team_id != person.team_id or step.dropped_at is not None or program.closed_at is not None:
        raise PlanError("this step was taken out of the program", todo="go back to the program's page")
    if person.left_at is not None:
        raise StoreError(f"{person.name} has left the team", todo="add them again under another name")
    for row in own:
        if row.timing.attempt_id in whole:
            raise PlanError(f"{person.name} has done this step", todo="look under Team, Plan for what is due")
        if row.mode is Mode.FAMILIARIZATION and row.step_id == step_id and row.timing.state not in ENDED:
            return row.timing.attempt_id
    return familiarization.give(app, person_id=person_id, profile=program.profile, step_id=step_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLine:
    person_id: str
    name: str
    email: str  # where mail goes, "" for none
    attempt_id: str  # the drill that they were given, "" where none was
    why_not: str = ""
    mail: str = ""  # why they get no mail, "" where they do
    is_stopped: bool = False  # they have turned it off themselves


def give_to_all(app: App, program_id: str, step_id: str) -> tuple[GivenLine, ...]:
    """Give everybody who still has to do a step its drill; those who have it keep it. By name."""
    return tuple(
        _give(app, line, step_id) if not line.attempt_id else line for line in list_to_do(app, program_id, step_id)
    )


def list_to_do(app: App, program_id: str, step_id: str, board: Board | None = None) -> tuple[GivenLine, ...]:
    """Return everybody who still has to do a step, by name, with the drill they were given. Raises StoreError."""
    with app.store.read() as work:
        team_id = work.programs.get(program_id).team_id
        work.steps.get(step_id)
        people = {person.person_id: person for person in work.people.list_all(team_id=team_id)}
        # by the latest message to each
        refused = {row.person_id: row.refused for row in work.list_rows(Message, Message.person_id.in_(people))}
    lines = []
    for person in (board or get_board(app, team_id=team_id)).people:
        cell = next((cell for cell in person.cells if cell.step_id == step_id), None)
        if cell is None or not cell.is_drill or cell.state not in (BoardState.DUE, BoardState.OVERDUE):
            continue
        email = people[person.person_id].email or ""
        why = refused.get(person.person_id, "")
        stopped_at = people[person.person_id].mail_stopped_at
        if stopped_at is not None:
            why = STOPPED.format(day=write_date(stopped_at.date()))
        lines.append(
            GivenLine(
                person_id=person.person_id,
                name=person.name,
                email=email,
                attempt_id=cell.attempt_id or "",
                mail=why if email else NO_EMAIL,
                is_stopped=stopped_at is not None,
            )
        )
    return tuple(lines)


def _give(app: App, line: GivenLine, step_id: str) -> GivenLine:
    attempt_id = why_not = ""
    try:
        why_not = foresee_steps(app, [(step_id, line.person_id)]).get((step_id, line.person_id), "")
        attempt_id = "" if why_not else give_step(app, step_id, line.person_id)
    except SimError as error:
        why_not = error.on_screen
    return replace(line, attempt_id=attempt_id, why_not=why_not)
