"""Copying a program: for another team, or for a cohort, the part of a team that is trained on another day."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sim.db.programs import ProgramRow, StepRow
from sim.db.rows import TeamRow
from sim.db.store import Transaction
from sim.drill.plan import MOST_DRILLS, Wish
from sim.drill.steps import StepKind
from sim.errors import PlanError
from sim.services.app.wiring import App
from sim.services.program.plan import Order, create_program, lay_out_on_school_days
from sim.services.program.zones import get_today
from sim.services.team.team import check_name, list_teams


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortOrder:
    """A cohort as it is asked for: its name, who is in it, when it is trained.

    `request_key` is the same however often this order is sent.
    """

    name: str
    person_ids: tuple[str, ...]
    training_on: date
    request_key: str


def list_free_teams(app: App) -> dict[str, str]:
    """Return the names of the teams that a program can be copied for, by id: with people, and without a program."""
    with app.store.read() as work:
        taken = {row.team_id for row in work.programs.list_all() if row.closed_at is None}
    return {
        card.team_id: card.name
        for card in list_teams(app)
        if card.people and not card.is_demo and card.team_id not in taken
    }


def list_without_drills(app: App, team_id: str) -> dict[str, str]:
    """Return the names of a team's people who were given nothing yet, by id: they can go into a cohort."""
    with app.store.read() as work:
        people = work.teams.list_people(team_id)
        given = {row.person_id for row in work.attempts.list_of_team(team_id)}
    return {each.person_id: each.name for each in people if each.left_at is None and each.person_id not in given}


def copy_program(app: App, program_id: str, *, team_id: str, training_on: date, request_key: str) -> str:
    """Make the same program for another team around another training day; return its id.

    Steps lie as a new plan lays them out. The same request sent twice makes one program.
    """
    row, steps = _read_program(app, program_id)
    is_over = training_on <= get_today(app, row.time_zone)
    return create_program(app, _make_order(row, steps, team_id, training_on, request_key, is_over=is_over))


def make_cohort(app: App, program_id: str, order: CohortOrder) -> str:
    """Put some of a program's people into a team of their own with the same program on other days; return its id.

    The team is of the same school, so that both are counted together.
    """
    with app.store.read() as work:
        made = work.programs.find_request(order.request_key)
    if made is not None:
        return made.program_id
    name = check_name(order.name, what="team")
    _check_days(app, program_id, order)
    with app.store.write() as work:
        row = work.programs.get(program_id)
        team_id = _move_people(work, row, name, order.person_ids, app=app)
    return copy_program(app, program_id, team_id=team_id, training_on=order.training_on, request_key=order.request_key)


def _check_days(app: App, program_id: str, order: CohortOrder) -> None:
    """Refuse a day before people are moved for it: one that is over, or that its steps do not fit before and after."""
    row, steps = _read_program(app, program_id)
    today = get_today(app, row.time_zone)
    if order.training_on <= today:
        raise PlanError("The training of a cohort has to be ahead.", todo="choose a day after today")
    copied = _make_order(row, steps, row.team_id, order.training_on, order.request_key, is_over=False)
    lay_out_on_school_days(app, copied.wish, today=today)


def _read_program(app: App, program_id: str) -> tuple[ProgramRow, list[StepRow]]:
    with app.store.read() as work:
        row = work.programs.get(program_id)
        return row, [step for step in work.programs.list_steps([program_id]) if step.dropped_at is None]


def _move_people(work: Transaction, row: ProgramRow, name: str, person_ids: Sequence[str], *, app: App) -> str:
    team = work.teams.get_team(row.team_id)
    present = {each.person_id: each for each in work.teams.list_people(row.team_id) if each.left_at is None}
    given = {each.person_id for each in work.attempts.list_of_team(row.team_id)}
    moved = [present[person_id] for person_id in dict.fromkeys(person_ids) if person_id in present]
    if not moved or len(moved) == len(present):
        raise PlanError("A cohort is a part of the team.", todo="choose some of its people, not all")
    begun = [each.name for each in moved if each.person_id in given]
    if begun:
        raise PlanError(
            f"{', '.join(begun)} {'was' if len(begun) == 1 else 'were'} given drills on this team already",
            todo="leave them where they are: their results belong to this team's comparison",
        )
    if work.teams.is_taken(name):
        raise PlanError(f"there is a team named {name!r} already", todo="choose another name")
    now = app.clock.read().wall
    cohort = TeamRow(
        team_id=secrets.token_urlsafe(12),
        name=name,
        school=team.school or team.name,
        is_demo=False,
        created_at=now,
        chosen_by=team.chosen_by,
    )
    work.teams.add_team(cohort)
    work.roster.save_people([replace(each, team_id=cohort.team_id, number=0, joined_at=now) for each in moved])
    return cohort.team_id


def _make_order(
    row: ProgramRow, steps: Sequence[StepRow], team_id: str, training_on: date, request_key: str, *, is_over: bool
) -> Order:
    counts = Counter(step.kind for step in steps)
    before, after = (min(MOST_DRILLS, max(1, counts[kind])) for kind in (StepKind.BEFORE, StepKind.AFTER))
    wish = Wish(
        training_on=training_on,
        before=0 if is_over else before,
        after=after,
        is_familiar_first=counts[StepKind.FAMILIARIZATION] > 0,
        retention=tuple(step.number for step in steps if step.kind is StepKind.RETENTION),
    )
    return Order(
        team_id=team_id,
        aim=row.aim,
        wish=wish,
        training_at=row.training_at,
        time_zone=row.time_zone,
        request_key=request_key,
        profile=row.profile,
        options=row.options,
        recording_id=row.recording_id,
    )
