"""The attempts of a team or of a district as the table of a comparison, what was planned for it, and its looks."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import pandas as pd

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Phase
from sim.columns import ATTEMPTS
from sim.compare.result import FEWEST, NO_PLAN, Plan
from sim.console.scores import settle, settle_all
from sim.db.attempts import AttemptRow, DrillColumns, LearnerRow, are_of_teams
from sim.db.programs import CHOSEN, LookRow, ProgramRow, StepRow
from sim.db.sessions import TrainingState
from sim.db.store import Transaction
from sim.db.teams import PersonRow, TeamRow, Teams
from sim.features.team.choosing_forms import count_sizes
from sim.features.team.team import name_pseudonyms
from sim.program.plan import StepKind
from sim.program.session_day import CAME
from sim.rules.counts import list_conditions, list_familiar_since
from sim.rules.held import list_remarks
from sim.rules.school_rights import name_school

MEASURES = ("idf1", "appearance_recall", "appearance_precision", "wrong_person_s")


def export_team(app: App, team_id: Teams, *, by_name: bool = False) -> pd.DataFrame:
    """Return the ended attempts of a phase of some teams as a table with the columns of `sim.columns.ATTEMPTS`.

    An attempt given up after release is in it as not finished, without measures. `person_id` holds pseudonyms, or
    names when asked for. Drills with extended time are not in it.
    """
    with app.store.read() as work:
        teams = [work.teams.get(each) for each in ((team_id,) if isinstance(team_id, str) else team_id)]
        waiting = work.attempts.list_unsettled(team_id=team_id, of_a_phase=True)
    for attempt_id in waiting:
        settle(app, attempt_id)
    with app.store.read() as work:
        people = work.people.list_all(team_id=team_id)
        labels = name_pseudonyms(people) if len(teams) == 1 else _name_district(work.teams.list_all(), people)
        if by_name:
            of = {team.team_id: f", {team.name}" if len(teams) > 1 else "" for team in teams}
            labels = {person.person_id: f"{person.name}{of[person.team_id]}" for person in people}
        return _make_table(app, work, teams, people, labels=labels, team_id=team_id)


def has_results(app: App, team_id: Teams) -> bool:
    """Return whether someone, who may have left since, has an ended drill before, and someone one after."""
    with app.store.read() as work:
        return {Phase.BEFORE.value, Phase.AFTER.value} <= set(work.attempts.list_drills(team_id=team_id).phase)


def export_district(app: App) -> pd.DataFrame:
    """Return the same of all teams that are no demo, with their schools; people always go by pseudonyms.

    A pseudonym is that of the team's own export behind the team's number, T001 for the team that was added first:
    T001-M001. Attempts that cannot be scored now, because their recording is gone, are without measures.
    """
    settle_all(app)
    with app.store.read() as work:
        teams = [team for team in work.teams.list_all() if not team.is_demo]
        people = work.people.list_all()
        return _make_table(app, work, teams, people, labels=_name_district(teams, people), team_id=None)


def _name_district(teams: Sequence[TeamRow], people: Sequence[PersonRow]) -> dict[str, str]:
    of_team: dict[str, list[PersonRow]] = {team.team_id: [] for team in teams if not team.is_demo}
    for person in people:
        if person.team_id in of_team:
            of_team[person.team_id].append(person)
    ordered = sorted((team.created_at, team.team_id) for team in teams if not team.is_demo)
    return {
        person_id: f"T{number:03d}-{pseudonym}"
        for number, (_, team_id) in enumerate(ordered, start=1)
        for person_id, pseudonym in name_pseudonyms(tuple(of_team[team_id])).items()
    }


def _make_table(
    app: App,
    work: Transaction,
    teams: Sequence[TeamRow],
    people: Sequence[PersonRow],
    *,
    labels: Mapping[str, str],
    team_id: Teams | None,
) -> pd.DataFrame:
    drills = work.attempts.list_drills(team_id=team_id, with_doubts=True)
    familiar = list_familiar_since(work, team_id=team_id)
    ended = (AttemptState.SUBMITTED, AttemptState.TIMED_OUT)
    tries = (LearnerRow.attempt_id == AttemptRow.attempt_id, LearnerRow.lesson_id.is_not(None))
    lessons = work.list_columns(
        (AttemptRow.person_id, AttemptRow.ended_at),
        *(*tries, AttemptRow.state.in_(ended), AttemptRow.ended_at.is_not(None), *are_of_teams(team_id)),
        order_by=(AttemptRow.ended_at, AttemptRow.attempt_id),
    )
    groups = {person.person_id: person.group for person in people}
    team_of = {team.team_id: team for team in teams}
    of = {person.person_id: team_of[person.team_id] for person in people if person.team_id in team_of}
    catalog = app.catalog.list_forms()
    forms = {known.form.form_id: known.form for known in catalog}
    origins = {known.recording_id: known.origin.value for known in catalog}
    difficulties = {form_id: form.difficulty.index for form_id, form in forms.items() if form.difficulty}
    rules = {text: _read_rules(text) for text in set(drills.metric_versions)}
    remarks = {text: " ".join(list_remarks(json.loads(text or "{}"))) for text in set(drills.doubts)}
    known_since = [familiar.get(person_id) for person_id in drills.person_id]
    columns: dict[str, Sequence[object]] = {
        **list_conditions(app, work, drills, team_id=team_id),
        "person_id": [labels[person_id] for person_id in drills.person_id],
        "familiar": [
            "yes" if since is not None and (released is None or since <= released) else "no"
            for since, released in zip(known_since, drills.released_at, strict=True)
        ],
        "limit_s": drills.limit_s,
        "passed": [_write_passed(*each) for each in zip(drills.state, drills.passed, strict=True)],
        # a hash that is the same for every form that seeks them; "" where nobody is sought
        "target_id": [
            ""
            if form_id not in forms or forms[form_id].target is None
            else sha256(f"{recording_id} {forms[form_id].target}".encode()).hexdigest()[:12]
            for recording_id, form_id in zip(drills.recording_id, drills.form_id, strict=True)
        ],
        **{name: getattr(drills, name) for name in MEASURES},
        "school": [name_school(of[person_id]) for person_id in drills.person_id],
        "group": [groups[person_id] for person_id in drills.person_id],
        "task_type": [forms[form_id].type if form_id in forms else "" for form_id in drills.form_id],
        "difficulty": [difficulties.get(form_id) for form_id in drills.form_id],
        "origin": [origins.get(recording_id, "") for recording_id in drills.recording_id],
        "by_hand": ["yes" if how == CHOSEN else "no" for how in drills.how],
        "rules": [rules[text] for text in drills.metric_versions],
        "chosen_by": [of[person_id].chosen_by for person_id in drills.person_id],
        "lessons": _count_lessons(drills, lessons),
        "remarks": [remarks[text] for text in drills.doubts],
    }
    table = pd.DataFrame(columns, columns=[column.name for column in ATTEMPTS])
    table = _leave_out_extended(table)
    return table.astype({column.name: column.dtype for column in ATTEMPTS})


def _write_passed(state: str, passed: bool | None) -> str:
    """Return yes, no, or "" for an attempt that was handed in and could not be scored."""
    if state != AttemptState.SUBMITTED.value:
        return "no"
    return {True: "yes", False: "no", None: ""}[passed]


def _leave_out_extended(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without drills with extended time: they are not compared, and no file tells who had it.

    Of someone whose other drills are then before the training alone, or after it alone, none stays: that they are not
    compared would tell it too.
    """
    extended = table["extra_time"] == "yes"
    own = table[table["person_id"].isin(table.loc[extended, "person_id"])]
    compared = [Phase.BEFORE.value, Phase.AFTER.value]
    usual = own[(own["extra_time"] != "yes") & own["phase"].isin(compared)]
    sides = usual.groupby("person_id")["phase"].nunique()
    whole = set(sides.index[sides == len(compared)])
    gone = extended | (table["person_id"].isin(own["person_id"]) & ~table["person_id"].isin(whole))
    kept = table[~gone].reset_index(drop=True)
    # how many people of its school are in the table, so that a part of it is known for one
    counts = kept.groupby("school")["person_id"].nunique()
    return kept.assign(people_in_all=kept["school"].map(counts))


def _count_lessons(drills: DrillColumns, lessons: Sequence[tuple[str, datetime]]) -> list[float]:
    if not lessons:
        return [0.0] * len(drills.person_id)
    ended: dict[str, list[datetime]] = {}
    for person_id, ended_at in lessons:
        ended.setdefault(person_id, []).append(ended_at)
    return [
        float(sum(released is None or at <= released for at in ended.get(person_id, ())))
        for person_id, released in zip(drills.person_id, drills.released_at, strict=True)
    ]


def _read_rules(metric_versions: str | None) -> float | None:
    """Return the version of the rules of an attempt's accuracy, None where it has no accuracy."""
    versions = json.loads(metric_versions) if metric_versions else {}
    return max((float(versions[name]) for name in MEASURES if name in versions), default=None)


SAME_STUDY = timedelta(days=365)
TOGETHER = "plan-"  # what the key of a look begins with that was at all teams of a plan
# What tells one drill from another, whatever its person is called.
_DRILL = ["phase", "form_id", "profile", "options", "elapsed_s", "finished"]


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
