"""What was fixed before a team's drills, and how often its comparison was looked at: what the comparison is held to."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from sim.app.wiring import App
from sim.compare.plan import NO_PLAN, Plan
from sim.compare.result import FEWEST
from sim.db.programs import LookRow, ProgramRow, StepRow
from sim.db.sessions import TrainingState
from sim.db.store import Transaction
from sim.features.team.choosing_forms import count_sizes
from sim.ledger.record import CAME
from sim.program.guide_steps import StepKind

SAME_STUDY = timedelta(days=365)
TOGETHER = "plan-"  # what the key of a look begins with that was at all teams of a plan
_DRILL = ["phase", "form_id", "profile", "options", "elapsed_s", "finished"]
"""What tells one drill from another, whatever its person is called."""


def find_compare_day(program: ProgramRow, steps: Iterable[StepRow]) -> date | None:
    """Return the day of a program's comparison: the one that was set, or the day after the last drill after is due."""
    due = [step.due_to for step in steps if step.kind is StepKind.AFTER and step.dropped_at is None]
    return program.compare_on or (max(due) + timedelta(days=1) if due else None)


def load_plan(app: App, team_ids: Collection[str], table: pd.DataFrame) -> Plan:
    """Return what was planned for the teams whose comparison is looked at, the looks counted with this one.

    A look is counted where it is with other drills than before, and enough people for a word have drills on both sides
    of the table of attempts. One at several teams together is none at each of them. Demo teams are not counted.
    """
    from sim.features.comparison.handover import compute_fingerprint  # noqa: PLC0415 - a drill begins without it

    compared = table[table["phase"].isin(["before", "after"])]
    can_tell = int((compared.groupby("person_id")["phase"].nunique() == 2).sum()) >= FEWEST
    mark = TOGETHER if len(team_ids) > 1 else ""
    key = f"{mark}{compute_fingerprint(compared[_DRILL])}"[:64] if can_tell else None
    with app.store.read() as work:
        plan = _read_plan(work, team_ids)
        rows = work.list_rows(LookRow, LookRow.team_id.in_(team_ids))
        looks = {row.key for row in rows if row.key.startswith(TOGETHER) == bool(mark)}
        if any(work.teams.get(each).is_demo for each in team_ids):
            return plan
    if key is not None and key not in looks:
        with app.unrestricted().store.write() as work:  # looks are counted of those who may only look, too
            for team_id in team_ids:
                if work.by_key(LookRow, team_id, key) is None:
                    work.insert(LookRow(team_id=team_id, key=key, at=app.clock.read().wall))
        looks.add(key)
    return replace(plan, looks=max(1, len(looks)), teams=count_teams(app, team_ids))


def count_teams(app: App, team_ids: Collection[str]) -> int:
    """Return among how many comparisons whoever looks can choose, that of these teams among them.

    They are of the teams with a program that is not put away, those of one plan together, and of those that were looked
    at within a year. Of the plan of which these are only some, each other team is one.
    """
    since = app.clock.read().wall - SAME_STUDY
    with app.store.read() as work:
        programs = work.programs.list_all()
        looked = {row.team_id for row in work.list_rows(LookRow) if row.at > since}
        demo = {row.team_id for row in work.teams.list_all() if row.is_demo}
    plan_of = {row.team_id: row.plan_id for row in programs}
    others = ({row.team_id for row in programs if row.closed_at is None} | looked) - demo - set(team_ids)
    own = {plan_of.get(each) for each in team_ids}
    return 1 + len({each if plan_of.get(each) in own else plan_of.get(each, each) for each in others})


def _read_plan(work: Transaction, team_ids: Collection[str]) -> Plan:
    """Return what was planned for teams of one plan: held to the strictest, compared on the latest of their days."""
    latest = {row.team_id: row for row in work.programs.list_all(team_id=tuple(team_ids))}
    if not latest:
        return NO_PLAN
    programs = {row.program_id: row for row in latest.values()}
    steps = work.programs.list_steps(programs)
    first = next(iter(programs))
    sizes = count_sizes([step for step in steps if step.program_id == first])
    held = [
        each
        for each in work.trainings.list_all(team_id=tuple(latest))
        if each.program_id in programs and each.state is TrainingState.HELD
    ]
    came = {person.person_id for each in held for person in each.list_who(*CAME)}
    people = work.people.list_all(team_id=tuple(latest))
    days = [
        find_compare_day(row, [step for step in steps if step.program_id == row.program_id])
        for row in programs.values()
    ]
    return Plan(
        people=sum(each.left_at is None or each.left_at > latest[each.team_id].created_at for each in people),
        attended=len(came) if held else None,
        before=sizes.before,
        after=sizes.after,
        training_on=programs[first].training_on,
        compare_on=max((day for day in days if day), default=None),
        margin=min(row.margin for row in programs.values()),
        smallest=max(row.smallest for row in programs.values()),
    )
