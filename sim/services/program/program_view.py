"""A program as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from sim.db.programs import ProgramRow
from sim.drill.board_state import BoardState
from sim.drill.plan import RETENTION, Slot
from sim.drill.steps import StepKind
from sim.services.app.wiring import App
from sim.services.program.board import get_board
from sim.services.program.plan import FormSupply
from sim.services.program.words import name_step, write_day, write_span
from sim.services.program.zones import get_today, get_zone, read_time
from sim.services.team import team
from sim.text.counts import write_count
from sim.text.tables import TextTable
from sim.text.times import write_time_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step: its name, its days, and how many people stand how."""

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
    seen: int  # how many changes it shows: a change made by somebody who has seen fewer is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCard:
    """One program in a list."""

    program_id: str
    team_id: str
    team: str
    aim: str
    training: str
    is_closed: bool


def list_programs(app: App) -> tuple[ProgramCard, ...]:
    """Return every program, the newest first."""
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


def get_program_view(app: App, program_id: str) -> ProgramView:
    """Return one program. Raises StoreError: unknown."""
    with app.store.read() as work:
        row = work.programs.get(program_id)
        steps = [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]
        changes = work.programs.list_changes(program_id)
        name = work.teams.get_team(row.team_id).name
    board = get_board(app, team_id=row.team_id)
    zone = get_zone(row.time_zone)
    standing = _count_steps(board.titles, [[cell.state for cell in person.cells] for person in board.people])
    taken = {step.number for step in steps if step.kind is StepKind.RETENTION}
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
            rows=tuple(
                (
                    _write_moment(change.changed_at.astimezone(zone)),
                    change.words,
                )
                for change in reversed(changes)
            ),
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
        seen=len(changes),
    )


def list_planned(slots: tuple[Slot, ...]) -> tuple[tuple[str, str], ...]:
    """Return steps that are only wished for: name and days of each."""
    return tuple((name_step(slot.kind, slot.number), write_span(slot)) for slot in slots)


def describe_short(supply: FormSupply) -> str:
    """Return who has too few unseen forms, in words."""
    return write_count(supply.short, "person", "people") if supply.short else "all people"


def _write_moment(at: datetime) -> str:
    return f"{write_day(at.date())} {write_time_of_day(at)}"


def _write_training(row: ProgramRow) -> str:
    if row.training_on is None:
        return "none"
    at = f", {write_time_of_day(read_time(row.training_at))}" if row.training_at else ""
    return f"{write_day(row.training_on)}{at}"


def _count_steps(titles: tuple[str, ...], lines: list[list[BoardState]]) -> dict[str, str]:
    found = {}
    for place, title in enumerate(titles):
        column = [line[place] for line in lines]
        parts = [
            f"{column.count(state)} {state.value}"
            for state in (
                BoardState.DONE,
                BoardState.OVERDUE,
                BoardState.DUE,
                BoardState.PLANNED,
                BoardState.NOT_SCHEDULED,
            )
            if column.count(state)
        ]
        found[title] = ", ".join(parts)
    return found
