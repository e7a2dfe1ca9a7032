"""The board: everybody of a school or district, step by step: what they did, what counts, what is due; giving it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, Mode
from sim.console import familiarization
from sim.console.attempts import load_steps_done
from sim.db.programs import Message, ProgramRow, StepRow
from sim.db.rows import is_any
from sim.db.sessions import Training, TrainingState
from sim.db.store import Transaction
from sim.db.teams import PersonRow, Teams
from sim.errors import PlanError, SimError, StoreError
from sim.features.program.plan import WAITING_BY_LOT
from sim.features.program.school_days import get_today, get_zone, name_step, write_date
from sim.features.team import given_drills
from sim.features.team.attempts_table import find_compare_day
from sim.ledger.record import find_trained_at
from sim.program.plan import BoardState, StepKind, judge_board_state
from sim.program.session_day import Attendance
from sim.rules.counts import (
    GivenRow,
    Judged,
    find_done,
    foresee_steps,
    has_ended,
    is_handed_in,
    list_given,
    load_judged,
)
from sim.rules.school_rights import name_school

ColumnKey = tuple[StepKind, int]
_KINDS = list(StepKind)
_TODO = (BoardState.OVERDUE, BoardState.DUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    step_id: str | None  # None where nothing is scheduled
    state: BoardState  # where they stand
    text: str  # that in words, with the day that matters
    attempt_id: str | None = None  # the drill that was given and has not ended, or None
    is_drill: bool = True  # whether there is a drill to give, not the training
    is_measured: bool = True  # whether that drill is one of several, of which another one may be chosen
    # why what was done for it does not count; "" for nothing. The step is still to be done, unless doing it again would
    # not count either.
    not_counted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPerson:
    """One line of the board; `cells` are in the order of its columns."""

    person_id: str
    name: str
    team_id: str
    team: str
    school: str
    program_id: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    schools: tuple[str, ...]  # of all these teams, those not shown too
    titles: tuple[str, ...]  # of the columns
    people: tuple[BoardPerson, ...]  # by school, team and name
    is_planned: bool  # whether any team shown has a program

    def count(self, state: BoardState) -> int:
        return sum(cell.state is state for person in self.people for cell in person.cells)

    def count_not_counted(self) -> int:
        return sum(bool(cell.not_counted) for person in self.people for cell in person.cells)

    def list_todo(self) -> tuple[tuple[BoardPerson, str, Cell], ...]:
        """Return what each person has to do next, if anything, the overdue first: who, the step's name, the cell."""
        found = []
        for person in self.people:
            own = [pair for pair in zip(self.titles, person.cells, strict=True) if pair[1].state in _TODO]
            own.sort(key=lambda pair: not pair[1].is_drill)
            found += [(person, title, cell) for title, cell in own[:1]]
        return tuple(sorted(found, key=lambda each: _TODO.index(each[2].state)))


def get_board(app: App, *, school: str | None = None, team_id: Teams | None = None) -> Board:
    """Return the board of all teams that are no demo, of one school, or of some teams; who has left is not on it."""
    only: dict[str, Any] = {} if team_id is None else {"team_id": team_id}
    with app.store.read() as work:
        teams = [team for team in work.teams.list_all(**only) if not team.is_demo]
        people = [person for person in work.people.list_all(**only) if person.left_at is None]
        programs = [row for row in work.programs.list_all(**only) if row.closed_at is None]
        steps = work.programs.list_steps([row.program_id for row in programs])
        given = list_given(work, team_id=team_id)
        shown = {team.team_id: team for team in teams if school in (None, name_school(team))}
        came = load_came(work, programs, team_id=team_id)
        judged = load_judged(app, work, given, team_id=team_id)
        standings = {
            row.team_id: _make_standing(app, row, steps, came[row.program_id])
            for row in programs
            if row.team_id in shown
        }
    keys = sorted(
        {key for standing in standings.values() for key in standing.steps},
        key=lambda key: (_KINDS.index(key[0]), key[1]),
    )
    drills: dict[str, list[GivenRow]] = {}
    for row in given:
        drills.setdefault(row.person_id, []).append(row)
    now = app.clock.read().wall
    lines = [
        BoardPerson(
            person_id=person.person_id,
            name=person.name,
            team_id=person.team_id,
            team=shown[person.team_id].name,
            school=name_school(shown[person.team_id]),
            program_id=standings[person.team_id].program.program_id if person.team_id in standings else None,
            cells=tuple(
                _make_cell(
                    person, standings.get(person.team_id), key, drills.get(person.person_id, ()), judged=judged, now=now
                )
                for key in keys
            ),
        )
        for person in people
        if person.team_id in shown
    ]
    return Board(
        schools=tuple(sorted({name_school(team) for team in teams}, key=str.casefold)),
        titles=tuple(name_step(*key) for key in keys),
        people=tuple(sorted(lines, key=lambda line: (line.school.casefold(), line.team.casefold()))),
        is_planned=bool(standings),
    )


def say_not_counted(step: StepRow, drills: Sequence[GivenRow], judged: Judged, *, is_done: bool) -> str:
    """Return why what was done for a step last does not count; "" where nothing was, or where it is done and counts."""
    if is_done:
        return _say_last(step, drills, judged.uncounted_done)
    if step.kind is StepKind.FAMILIARIZATION:
        partly = [judged.steps_done[row.attempt_id] for row in drills if is_handed_in(row)]
        most = max(partly, key=lambda each: each.done, default=None)
        return f"partly: {most}" if most else ""
    return _say_last(step, drills, judged.uncounted)


def _say_last(step: StepRow, drills: Sequence[GivenRow], words: Mapping[str, str]) -> str:
    own = [words[row.attempt_id] for row in drills if row.step_id == step.step_id and row.attempt_id in words]
    return own[-1] if own else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCame:
    """Who was trained by a program's trainings that were held, and who missed all of them; each with the day."""

    came: Mapping[str, date] = field(default_factory=dict)
    partly: frozenset[str] = frozenset()  # of those who came, who was there for too few minutes each time
    absent: Mapping[str, date] = field(default_factory=dict)


def load_came(work: Transaction, programs: Sequence[ProgramRow], *, team_id: Teams | None) -> dict[str, TrainingCame]:
    """Return for each program who came to its training; of some teams only, or of all with None."""
    held: dict[str, list[Training]] = {}
    trainings = work.trainings.list_all(*(() if team_id is None else (is_any(Training.team_id, team_id),)))
    for training in trainings:
        if training.state is TrainingState.HELD and training.program_id is not None:
            held.setdefault(training.program_id, []).append(training)
    return {row.program_id: _count(held.get(row.program_id, ()), trainings, row.time_zone) for row in programs}


def _count(held: Sequence[Training], trainings: Sequence[Training], zone: str) -> TrainingCame:
    came: dict[str, date] = {}
    absent: dict[str, date] = {}
    whole: set[str] = set()
    for training in sorted(held, key=lambda each: each.begins_at):
        for person in training.attendees:
            at = find_trained_at(training, person.person_id, trainings)
            day = (at or training.begins_at).astimezone(get_zone(zone)).date()
            if at is not None:
                came[person.person_id] = min(day, came.get(person.person_id, day))
                whole |= set() if training.is_partly(person) else {person.person_id}
            elif person.attendance is not Attendance.INVITED:
                absent[person.person_id] = day
    missed = {key: day for key, day in absent.items() if key not in came}
    return TrainingCame(came=came, partly=frozenset(came) - whole, absent=missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    program: ProgramRow
    steps: Mapping[ColumnKey, StepRow]
    today: date
    training: TrainingCame
    waits_until: date | None  # when those are trained who wait by lot, None where no lots were drawn


def _make_standing(app: App, program: ProgramRow, steps: Sequence[StepRow], training: TrainingCame) -> _Standing:
    own = [step for step in steps if step.program_id == program.program_id and step.dropped_at is None]
    return _Standing(
        program=program,
        steps={(step.kind, step.number): step for step in own},
        today=get_today(app, program.time_zone),
        training=training,
        waits_until=find_compare_day(program, own) if program.waiting_seed is not None else None,
    )


def _make_cell(
    person: PersonRow,
    standing: _Standing | None,
    key: ColumnKey,
    drills: Sequence[GivenRow],
    *,
    judged: Judged,
    now: datetime,
) -> Cell:
    step = standing.steps.get(key) if standing else None
    if standing is None or step is None:
        return Cell(step_id=None, state=BoardState.NOT_SCHEDULED, text=BoardState.NOT_SCHEDULED.value)
    zone = get_zone(standing.program.time_zone)
    own = [row for row in drills if row.step_id == step.step_id]
    waiting = next((row for row in own if not has_ended(row, now=now)), None)
    done_at = find_done(step, drills, judged, now=now)
    not_counted = say_not_counted(step, drills, judged, is_done=done_at is not None)
    is_done = done_at is not None
    if step.kind is StepKind.TRAINING:
        is_done = person.person_id in standing.training.came
    # once they have done a measured drill, getting to know the console comes too late
    has_measured = any(row.mode is Mode.ASSESSMENT and has_ended(row, now=now) for row in drills)
    if step.kind is StepKind.FAMILIARIZATION and not is_done and has_measured:
        return Cell(
            step_id=step.step_id, state=BoardState.NOT_SCHEDULED, text=not_counted or "left out", is_measured=False
        )
    until = standing.waits_until
    if step.kind is StepKind.TRAINING and not is_done and until is not None and person.group == WAITING_BY_LOT:
        is_over = until <= standing.today
        return Cell(
            step_id=step.step_id,
            state=BoardState.DUE if is_over else BoardState.PLANNED,
            text=f"waited by lot, due since {write_date(until, today=standing.today)}"
            if is_over
            else f"waits by lot, from {write_date(until, today=standing.today)}",
            is_drill=False,
            is_measured=False,
        )
    state = judge_board_state(
        due_from=step.due_from,
        due_to=step.due_to,
        joined_on=(person.joined_at or person.created_at).astimezone(zone).date(),
        is_done=is_done,
        today=standing.today,
    )
    day = done_at.astimezone(zone).date() if done_at else None
    running = waiting is not None and waiting.state is AttemptState.RUNNING
    return Cell(
        step_id=step.step_id,
        state=state,
        text=_write_training(state, step, person, standing)
        if step.kind is StepKind.TRAINING
        else _write_cell(state, step, today=standing.today, done_on=day, is_running=running),
        attempt_id=waiting.attempt_id if waiting and state is not BoardState.DONE else None,
        is_drill=step.kind is not StepKind.TRAINING,
        is_measured=step.kind.phase is not None,
        not_counted=not_counted,
    )


def _write_training(state: BoardState, step: StepRow, person: PersonRow, standing: _Standing) -> str:
    """Return how someone stands with the training: a day that has passed says nothing, its attendance does."""
    today = standing.today
    absent_on = standing.training.absent.get(person.person_id)
    if state is BoardState.OVERDUE and absent_on is not None:
        return f"absent {write_date(absent_on, today=today)}"
    if state is BoardState.OVERDUE:
        return "attendance not recorded"
    came_on = standing.training.came.get(person.person_id)
    said = _write_cell(state, step, today=today, done_on=came_on, is_running=False)
    return f"{said}, partly" if person.person_id in standing.training.partly else said


def _write_cell(state: BoardState, step: StepRow, *, today: date, done_on: date | None, is_running: bool) -> str:
    if is_running:
        return "running now"
    return {
        BoardState.DONE: f"done {write_date(done_on, today=today)}" if done_on else "done",
        BoardState.PLANNED: f"from {write_date(step.due_from, today=today)}"
        if step.due_from != step.due_to
        else write_date(step.due_from, today=today),
        BoardState.DUE: "due today"
        if step.due_to == step.due_from
        else f"due by {write_date(step.due_to, today=today)}",
        BoardState.OVERDUE: f"overdue since {write_date(step.due_to, today=today)}",
        BoardState.NOT_SCHEDULED: "joined later",
    }[state]


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
