"""What was fixed before a team's drills, and how often its comparison was looked at: what the comparison is held to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from sim.app.wiring import App
from sim.compare.plan import NO_PLAN, Plan
from sim.compare.result import FEWEST
from sim.db.programs import LookRow, ProgramRow, StepRow
from sim.db.store import Transaction
from sim.db.trainings import TrainingState
from sim.features.team.choosing_forms import count_sizes
from sim.ledger.record import CAME
from sim.program.guide_steps import StepKind

SAME_STUDY = timedelta(days=365)
_DRILL = ["phase", "form_id", "profile", "options", "elapsed_s", "finished"]
"""What tells one drill from another, whatever its person is called."""


def find_compare_day(program: ProgramRow, steps: Iterable[StepRow]) -> date | None:
    """Return the day of a program's comparison: the one that was set, or the day after the last drill after is due."""
    due = [step.due_to for step in steps if step.kind is StepKind.AFTER and step.dropped_at is None]
    return program.compare_on or (max(due) + timedelta(days=1) if due else None)


def load_plan(app: App, team_id: str, table: pd.DataFrame) -> Plan:
    """Return what was planned for a team whose comparison is looked at, the looks counted with this one.

    A look is counted where it is with other drills than before, and enough people for a word have drills on both sides
    of the table of attempts. Demo teams are not counted.
    """
    from sim.features.comparison.handover import compute_fingerprint  # noqa: PLC0415 - a drill begins without it

    compared = table[table["phase"].isin(["before", "after"])]
    can_tell = int((compared.groupby("person_id")["phase"].nunique() == 2).sum()) >= FEWEST
    key = compute_fingerprint(compared[_DRILL]) if can_tell else None
    with app.store.read() as work:
        plan = _read_plan(work, team_id)
        looks = {row.key for row in work.list_rows(LookRow) if row.team_id == team_id}
        if work.teams.get(team_id).is_demo:
            return plan
    if key is not None and key not in looks:
        with app.unrestricted().store.write() as work:  # looks are counted of those who may only look, too
            if work.by_key(LookRow, team_id, key) is None:
                work.insert(LookRow(team_id=team_id, key=key, at=app.clock.read().wall))
        looks.add(key)
    return replace(plan, looks=max(1, len(looks)), teams=count_teams(app, team_id))


def count_teams(app: App, team_id: str) -> int:
    """Return among how many teams whoever looks can choose, this one among them.

    They are those with a program that is not put away, and those whose comparison was looked at within a year.
    """
    since = app.clock.read().wall - SAME_STUDY
    with app.store.read() as work:
        planned = {row.team_id for row in work.programs.list_all() if row.closed_at is None}
        looked = {row.team_id for row in work.list_rows(LookRow) if row.at > since}
        demo = {row.team_id for row in work.teams.list_all() if row.is_demo}
    return len(({team_id} | planned | looked) - demo)


def _read_plan(work: Transaction, team_id: str) -> Plan:
    programs = work.programs.list_all(team_id=team_id)
    if not programs:
        return NO_PLAN
    program = programs[-1]
    steps = work.programs.list_steps([program.program_id])
    sizes = count_sizes(steps)
    held = [
        each
        for each in work.trainings.list_all(team_id=team_id)
        if each.program_id == program.program_id and each.state is TrainingState.HELD
    ]
    came = {person.person_id for each in held for person in each.list_who(*CAME)}
    people = work.people.list_all(team_id=team_id)
    return Plan(
        people=sum(each.left_at is None or each.left_at > program.created_at for each in people),
        attended=len(came) if held else None,
        before=sizes.before,
        after=sizes.after,
        training_on=program.training_on,
        compare_on=find_compare_day(program, steps),
        margin=program.margin,
        smallest=program.smallest,
    )
