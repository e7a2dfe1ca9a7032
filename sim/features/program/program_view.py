"""A program as its page shows it, and drills that a trainer chose by hand."""

from dataclasses import dataclass
from datetime import date, tzinfo

from sim.app.wiring import App
from sim.db.programs import CHOSEN, ChangeRow, ProgramRow
from sim.features.program.board import Board, get_board
from sim.features.program.school_days import get_today, get_zone, name_step, read_time, write_span
from sim.features.team import team
from sim.features.team.looks import find_compare_day
from sim.features.team.team_view import PHASE_WORDS
from sim.program.guide_steps import StepKind
from sim.program.plan import RETENTION, BoardState, Slot
from sim.text.tables import TextTable
from sim.text.times import write_day, write_time_of_day

_STANDING = (BoardState.DONE, BoardState.OVERDUE, BoardState.DUE, BoardState.PLANNED, BoardState.NOT_SCHEDULED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    step_id: str
    name: str
    kind: StepKind
    due_from: date
    due_to: date
    days: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramView:
    program_id: str
    team_id: str
    team: str
    aim: str
    facts: tuple[tuple[str, str], ...]  # where it stands, at a glance
    steps: tuple[StepView, ...]  # in order, those taken out not among them
    changes: TextTable  # what was changed when, the latest first
    training_on: date | None  # day of the training
    training_at: str  # "HH:MM" or "", in the school's time zone
    time_zone: str  # the school's
    today: date  # the school's
    is_closed: bool
    free_retention: tuple[tuple[int, str], ...]  # retention drills that could still be added, number and words
    # compare_on, smallest, margin: as in `sim.db.programs.ProgramRow`, the day found where none was set
    compare_on: date | None
    smallest: float
    margin: float
    seen: int  # how many changes it shows: a change made by somebody who has seen fewer is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCard:
    program_id: str
    team_id: str
    team: str
    aim: str
    training: str
    is_closed: bool


def list_programs(app: App) -> tuple[ProgramCard, ...]:
    names = {card.team_id: card.name for card in team.list_teams(app)}
    with app.store.read() as work:
        rows = work.programs.list_all()
    return tuple(
        ProgramCard(
            program_id=row.program_id,
            team_id=row.team_id,
            team=names[row.team_id],
            aim=row.aim,
            training=write_day(row.training_on) if row.training_on else "",
            is_closed=row.closed_at is not None,
        )
        for row in reversed(rows)
        if row.team_id in names
    )


def get_program_view(app: App, program_id: str, board: Board | None = None) -> ProgramView:
    with app.store.read() as work:
        row = work.programs.get(program_id)
        steps = [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]
        changes = work.list_rows(ChangeRow, ChangeRow.program_id == program_id)
        name = work.teams.get(row.team_id).name
    board = board or get_board(app, team_id=row.team_id)
    zone = get_zone(row.time_zone)
    standing = _count_steps(board.titles, [[cell.state for cell in person.cells] for person in board.people])
    taken = {step.number for step in steps if step.kind is StepKind.RETENTION}
    compare_on = find_compare_day(row, steps)
    noted = [(change.changed_at.astimezone(zone), change.words) for change in reversed(changes)]
    return ProgramView(
        program_id=program_id,
        team_id=row.team_id,
        team=name,
        aim=row.aim,
        facts=(
            ("Training", _write_training(row)),
            ("People", str(len(board.people))),
            ("Due now", str(board.count(BoardState.DUE))),
            ("Overdue", str(board.count(BoardState.OVERDUE))),
            ("Done", str(board.count(BoardState.DONE))),
            ("Comparison", write_day(compare_on) if compare_on else "none"),
        ),
        steps=tuple(
            StepView(
                step_id=step.step_id,
                name=name_step(step.kind, step.number),
                kind=step.kind,
                due_from=step.due_from,
                due_to=step.due_to,
                days=write_span(step),
                standing=standing.get(name_step(step.kind, step.number), ""),
            )
            for step in steps
        ),
        changes=TextTable(
            name="changes",
            header=("When", "What"),
            rows=tuple((f"{write_day(at.date())} {write_time_of_day(at)}", words) for at, words in noted),
        ),
        training_on=row.training_on,
        training_at=row.training_at,
        time_zone=row.time_zone,
        today=get_today(app, row.time_zone),
        is_closed=row.closed_at is not None,
        free_retention=tuple(
            (number, f"{words} after the training")
            for number, words in enumerate(RETENTION, start=1)
            if number not in taken
        ),
        compare_on=compare_on,
        smallest=row.smallest,
        margin=row.margin,
        seen=len(changes),
    )


def list_planned(slots: tuple[Slot, ...]) -> tuple[tuple[str, str], ...]:
    """Return steps that are only wished for: name and days of each."""
    return tuple((name_step(slot.kind, slot.number), write_span(slot)) for slot in slots)


def _write_training(row: ProgramRow) -> str:
    if row.training_on is None:
        return "none"
    at = f", {write_time_of_day(read_time(row.training_at))}" if row.training_at else ""
    return f"{write_day(row.training_on)}{at}"


def _count_steps(titles: tuple[str, ...], lines: list[list[BoardState]]) -> dict[str, str]:
    found = {}
    for place, title in enumerate(titles):
        column = [line[place] for line in lines]
        parts = [f"{column.count(state)} {state.value}" for state in _STANDING if column.count(state)]
        found[title] = ", ".join(parts)
    return found


def list_chosen_of_program(app: App, program_id: str) -> TextTable:
    """Return the drills of a program that were chosen by hand, the latest first; no rows where none was."""
    with app.store.read() as work:
        program = work.programs.get(program_id)
        own = {step.step_id for step in work.programs.list_steps([program_id])}
    lines = _list_chosen(app, program.team_id, zone=get_zone(program.time_zone))
    header = ("Given", "Person", "Step", "Drill", "Why this one")
    rows = tuple((day, name, *others) for _, step_id, name, day, *others in lines if step_id in own)
    return TextTable(name="chosen", header=header, rows=rows)


def list_chosen_of_person(app: App, person_id: str, *, zone: tzinfo) -> TextTable:
    """Return the drills of one person that were chosen by hand, as `list_chosen_of_program` but without a name."""
    with app.store.read() as work:
        team_id = work.people.get(person_id).team_id
    rows = tuple(tuple(cells) for who, _, _, *cells in _list_chosen(app, team_id, zone=zone) if who == person_id)
    return TextTable(name="chosen", header=("Given", "Step", "Drill", "Why this one"), rows=rows)


def _list_chosen(app: App, team_id: str, *, zone: tzinfo) -> list[tuple[str, str | None, str, str, str, str, str]]:
    """Return a team's, the latest first: person and step by id; name, day, step, drill and reason in words."""
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    with app.store.read() as work:
        given = [row for row in work.exposures.list_of_team(team_id) if row.how == CHOSEN]
        names = {person.person_id: person.name for person in work.people.list_all(team_id=team_id)}
        attempts = {row.timing.attempt_id: row for row in work.attempts.list_of_team(team_id)} if given else {}
        programs = [row.program_id for row in work.programs.list_all(team_id=team_id)]
        steps = {step.step_id: name_step(step.kind, step.number) for step in work.programs.list_steps(programs)}
    found = []
    for row in reversed(given):
        attempt = attempts.get(row.attempt_id or "")
        phase = PHASE_WORDS[attempt.phase] if attempt and attempt.phase else ""
        # None where it was for no step of a program
        step_id = attempt.step_id if attempt else None
        day = write_day(row.given_at.astimezone(zone).date())
        step, drill = steps.get(step_id or "", phase), titles.get(row.form_id, row.form_id)
        found.append((row.person_id, step_id, names.get(row.person_id, ""), day, step, drill, row.reason))
    return found
