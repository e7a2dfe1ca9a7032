"""Looking at what a roster would change, in words too, and changing it: whole or not at all."""

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sim.app.wiring import App
from sim.db.store import Transaction
from sim.db.teams import PersonRow, TeamRow
from sim.errors import RosterError
from sim.features.accounts.links import end_links
from sim.features.accounts.manage import follow_name
from sim.features.people.plan import Change, ChangeKind, RosterPlan, TeamKey, make_plan
from sim.features.team.entry import MAX_EMAIL, Roster, read_email
from sim.ledger.record import note_people
from sim.rules.viewer import Duty, Role, Viewer, may, require
from sim.text.tables import TextTable

# Who comes back after longer than this joins anew; a list that forgot somebody for a week takes nothing off them.
LONG_AWAY: Final = timedelta(days=30)
KIND_WORDS = {
    ChangeKind.ADDED: "Added",
    ChangeKind.CHANGED: "Changed",
    ChangeKind.MOVED: "Moved",
    ChangeKind.RETURNED: "Back again",
    ChangeKind.LEFT: "Marked as left",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    people: Counter[ChangeKind]
    new_teams: int


def preview_roster(app: App, viewer: Viewer, roster: Roster) -> RosterPlan:
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.read() as work:
        return _plan(work, viewer, roster)


def apply_roster(app: App, viewer: Viewer, roster: Roster, *, expected: str, skip_wrong: bool = False) -> Applied:
    require(viewer, Duty.IMPORT_ROSTER)
    with app.store.write() as work:
        plan = _plan(work, viewer, roster)
        if plan.fingerprint != expected:
            raise RosterError("the teams have changed since the preview", todo="look at the preview again")
        if plan.wrong and not skip_wrong:
            rows = "1 row is wrong; it" if len(plan.wrong) == 1 else f"{len(plan.wrong)} rows are wrong; the first"
            raise RosterError(f"{rows} is {plan.wrong[0].place}", todo="correct them, or continue without them")
        _carry_out(work, plan, source=roster.source.value, now=app.clock.read().wall)
    return Applied(people=Counter(change.kind for change in plan.changes), new_teams=len(plan.new_teams))


def _plan(work: Transaction, viewer: Viewer, roster: Roster) -> RosterPlan:
    teams, people = work.teams.list_all(), work.people.list_all()
    return make_plan(roster, teams=teams, people=people, gives_roles=may(viewer, Duty.MANAGE_ACCOUNTS))


def _carry_out(work: Transaction, plan: RosterPlan, *, source: str, now: datetime) -> None:
    made: dict[TeamKey, str] = {}
    for key in plan.new_teams:
        made[key] = secrets.token_urlsafe(12)
        row = TeamRow(
            team_id=made[key],
            name=key.name,
            school=key.school,
            is_demo=False,
            created_at=now,
            external_id=key.external_id,
        )
        work.insert(row)
    for key in plan.changed_teams:
        work.change(TeamRow, TeamRow.team_id == str(key.team_id), external_id=key.external_id, school=key.school)
    rows = [(change, _make_row(change, made, source=source, now=now)) for change in plan.changes]
    work.people.save([row for change, row in rows if change.before is not None])
    work.people.add(*[row for change, row in rows if change.before is None])
    note_people(work, [row for _, row in rows], at=now)
    for change in plan.changes:
        if change.before is not None:
            follow_name(work, change.before, change.name)
        if change.before is not None and change.kind in (ChangeKind.LEFT, ChangeKind.RETURNED):
            _settle_account(work, change.before, has_left=change.kind is ChangeKind.LEFT, now=now)


def _settle_account(work: Transaction, before: PersonRow, *, has_left: bool, now: datetime) -> None:
    """End the links of a person who left, close a trainee's account; open again what was closed for that alone."""
    if has_left:
        end_links(work, before.person_id, at=now)
    account = work.accounts.find(person_id=before.person_id)
    if account is None or not account.roles <= {Role.TRAINEE.value}:
        return
    if has_left and account.disabled_at is None:
        work.accounts.save(replace(account, disabled_at=now))
        work.accounts.end_sessions(account.account_id, at=now)
    elif not has_left and account.disabled_at is not None and account.disabled_at == before.left_at:
        work.accounts.save(replace(account, disabled_at=None))


def _make_row(change: Change, made: dict[TeamKey, str], *, source: str, now: datetime) -> PersonRow:
    if change.before is not None and change.kind is ChangeKind.LEFT:
        return replace(change.before, left_at=now)
    team_id = change.team.team_id or made[change.team]
    before = change.before
    stays = before is not None and before.team_id == team_id
    was_away = before is not None and before.left_at is not None and now - before.left_at > LONG_AWAY
    came_now = before is not None and (was_away or not stays)
    return PersonRow(
        person_id=before.person_id if before else secrets.token_urlsafe(12),
        team_id=team_id,
        name=change.name,
        created_at=before.created_at if before else now,
        left_at=None,
        number=before.number if before and stays else 0,
        external_id=change.external_id,
        email=change.email,
        group=change.group,
        roster_role=change.role,
        roster_source=source,
        joined_at=now if came_now else before.joined_at if before else None,
    )


def list_facts(plan: RosterPlan) -> tuple[tuple[str, str], ...]:
    facts = [(KIND_WORDS[kind], f"{plan.count(kind):,}") for kind in ChangeKind if plan.count(kind)]
    facts.append(("Stay as they are", f"{plan.unchanged:,}"))
    if plan.wrong:
        facts.append(("Wrong rows", f"{len(plan.wrong):,}"))
    return tuple(facts)


def make_change_table(plan: RosterPlan) -> TextTable:
    return TextTable(
        name="changes",
        header=("What", "Name", "Email", "Id", "Team", "School", "Details", "Where"),
        rows=tuple(
            (
                KIND_WORDS[change.kind],
                change.name,
                change.email or "",
                change.external_id or "",
                change.team.name,
                change.team.school or change.team.name,
                "; ".join(change.details),
                change.place,
            )
            for change in plan.changes
        ),
    )


def make_wrong_table(plan: RosterPlan) -> TextTable:
    return TextTable(
        name="wrong-rows",
        header=("Where", "What is wrong"),
        rows=tuple((row.place, row.problem[:1].upper() + row.problem[1:]) for row in plan.wrong),
    )


def write_plan(plan: RosterPlan) -> Iterator[str]:
    for row in make_change_table(plan).rows:
        what, name, _email, _external_id, team, school, details, place = row
        of_school = f" of {school}" if school and school != team else ""
        at_team = f" ({team}{of_school})" if team else ""
        yield f"{what}: {name}{at_team}{f'; {details}' if details else ''} [{place}]"
    for key in plan.changed_teams:
        yield f"Team {key.name}: gets what the file says about it, school {key.school or key.name}"
    for wrong in plan.wrong:
        yield f"WRONG, {wrong.place}: {wrong.problem}"
    yield from plan.notes
    if plan.caution:
        yield f"CAUTION: {plan.caution}"
    yield ". ".join(f"{name}: {count}" for name, count in list_facts(plan)) + "."


def write_applied(done: Applied) -> str:
    parts = [f"{KIND_WORDS[kind].lower()}: {done.people[kind]:,}" for kind in ChangeKind if done.people[kind]]
    if done.new_teams:
        parts.append(f"teams made: {done.new_teams:,}")
    return f"Done. {', '.join(parts).capitalize()}." if parts else "Done. Nothing had to be changed."


def get_address(app: App, person_id: str) -> str:
    with app.store.read() as work:
        return work.people.get(person_id).email or ""


def set_address(app: App, person_id: str, typed: str) -> str:
    """Change where mail to a person goes, and what they sign in with at the school's own page; return it as kept."""
    wanted = _read(typed.strip())
    with app.store.write() as work:
        person = work.people.get(person_id)
        if wanted == (person.email or ""):
            return wanted
        account = work.accounts.find(person_id=person_id)
        if account is not None and not account.roles <= {Role.TRAINEE.value}:
            raise RosterError(
                f"{person.name} has an account with further roles, and signs in with this address. "
                "Ask an administrator to take these roles away first."
            )
        other = work.people.find(email=wanted) if wanted else None
        if other is not None and other.person_id != person_id:
            raise RosterError("This address is someone else's. Enter another one.")
        work.change(PersonRow, PersonRow.person_id == person_id, email=wanted or None)
        note_people(work, [person], at=app.clock.read().wall)
    return wanted


def _read(text: str) -> str:
    if not text:
        return ""
    try:
        return read_email(text)
    except RosterError as error:
        raise RosterError(
            f"Enter a mail address such as name@school.example (up to {MAX_EMAIL} characters)."
        ) from error
