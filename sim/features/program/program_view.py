"""A program as its page shows it, and drills that a trainer chose by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sim.app.wiring import App
from sim.db.programs import CHOSEN, ChangeRow, ProgramRow, StepRow
from sim.features.program.board import Board, get_board
from sim.features.program.school_days import get_today, get_zone, name_step, read_time, write_span
from sim.features.team.attempts_table import find_compare_day
from sim.features.team.team_view import PHASE_WORDS
from sim.program.plan import RETENTION, BoardState, StepKind
from sim.text.tables import TextTable
from sim.text.times import write_day, write_time_of_day

_STANDING = (BoardState.DONE, BoardState.OVERDUE, BoardState.DUE, BoardState.PLANNED, BoardState.NOT_SCHEDULED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    first: StepRow  # of the program itself, or of the first that has it
    name: str
    days: str  # with those of teams that have others
    standing: str
    own: Mapping[str, str]  # the step's id in each program that has it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramView:
    """A program, with the others of its plan that may be seen and are not put away."""

    program: ProgramRow
    teams: Mapping[str, str]  # the names of the plan's teams by their programs
    facts: tuple[tuple[str, str], ...]  # where it stands, at a glance
    steps: tuple[StepView, ...]  # in order, those taken out not among them
    changes: TextTable  # what was changed when, the latest first
    today: date  # the school's
    free_retention: tuple[tuple[int, str], ...]  # retention drills that could still be added, number and words
    compare_on: date | None  # as was set, else found
    alike: tuple[str, ...]  # the programs with the same day of the training
    # how many changes of each program it shows: a change made by somebody who has seen fewer is refused
    seen: Mapping[str, int]


def list_programs(app: App) -> tuple[ProgramRow, ...]:
    with app.store.read() as work:
        return work.programs.list_all()[::-1]


def get_program_view(app: App, program_id: str, board: Board | None = None) -> ProgramView:
    with app.store.read() as work:
        row = work.programs.get(program_id)
        others = work.programs.list_all(ProgramRow.program_id != program_id, plan_id=row.plan_id, closed_at=None)
        rows = {each.program_id: each for each in (row, *others)}
        all_steps = [step for step in work.programs.list_steps(rows) if step.dropped_at is None]
        changes = work.list_rows(ChangeRow, ChangeRow.program_id.in_(rows))
        names = {team.team_id: team.name for team in work.teams.list_all()}
    teams = {key: names[rows[key].team_id] for key in sorted(rows, key=lambda key: names[rows[key].team_id].casefold())}
    board = board or get_board(app, team_id=tuple(each.team_id for each in rows.values()))
    zone = get_zone(row.time_zone)
    standing = {}
    for place, title in enumerate(board.titles):
        states = [person.cells[place].state for person in board.people]
        standing[title] = ", ".join(f"{states.count(each)} {each.value}" for each in _STANDING if each in states)
    steps = [step for step in all_steps if step.program_id == program_id]
    same: dict[str, dict[str, StepRow]] = {}
    for step in (*steps, *all_steps):
        same.setdefault(name_step(step.kind, step.number), {})[step.program_id] = step
    taken = {step.number for step in steps if step.kind is StepKind.RETENTION}
    compare_on = find_compare_day(row, steps)
    at_time = f", {write_time_of_day(read_time(row.training_at))}" if row.training_at else ""
    noted: dict[tuple[datetime, str], list[str]] = {}
    for change in reversed(changes):
        noted.setdefault((change.changed_at.astimezone(zone), change.words), []).append(teams[change.program_id])
    return ProgramView(
        program=row,
        teams=teams,
        facts=(
            ("Training", f"{write_day(row.training_on)}{at_time}" if row.training_on else "none"),
            ("People", str(len(board.people))),
            ("Due now", str(board.count(BoardState.DUE))),
            ("Overdue", str(board.count(BoardState.OVERDUE))),
            ("Done", str(board.count(BoardState.DONE))),
            ("Comparison", write_day(compare_on) if compare_on else "none"),
        ),
        steps=tuple(
            StepView(
                first=step,
                name=name,
                days=_write_days(each, teams),
                standing=standing.get(name, ""),
                own={key: one.step_id for key, one in each.items()},
            )
            for name, each in same.items()
            for step in (next(iter(each.values())),)
        ),
        changes=TextTable(
            name="changes",
            header=("When", *(["Team"] if others else []), "What"),
            rows=tuple(
                (f"{write_day(at.date())} {write_time_of_day(at)}", *([_join(who, teams)] if others else []), words)
                for (at, words), who in noted.items()
            ),
        ),
        today=get_today(app, row.time_zone),
        free_retention=tuple(
            (number, f"{words} after the training")
            for number, words in enumerate(RETENTION, start=1)
            if number not in taken
        ),
        compare_on=compare_on,
        alike=tuple(key for key in teams if rows[key].training_on == row.training_on),
        seen={key: sum(change.program_id == key for change in changes) for key in rows},
    )


def _join(who: Sequence[str], teams: Mapping[str, str]) -> str:
    return "All" if len(who) == len(teams) else ", ".join(sorted(who, key=str.casefold))


def _write_days(same: Mapping[str, StepRow], teams: Mapping[str, str]) -> str:
    days: dict[str, list[str]] = {}
    for program_id, step in same.items():
        days.setdefault(write_span(step), []).append(teams[program_id])
    if max(map(len, days.values())) == len(teams):
        return next(iter(days))
    return "; ".join(f"{_join(who, teams)}: {span}" for span, who in days.items())


def list_chosen_of_program(app: App, program_id: str) -> TextTable:
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
