"""Teams and their people."""

import secrets
from collections import Counter
from dataclasses import dataclass, replace

from sim.app.wiring import App
from sim.columns import BY_HAND, BY_LOT, CHOSEN_BY
from sim.db.ledger import LedgerKind, Subjects
from sim.db.programs import ProgramRow
from sim.db.teams import PersonRow, TeamRow
from sim.errors import SimError, StoreError
from sim.features.accounts.links import end_links
from sim.features.accounts.manage import follow_name
from sim.ledger.holds import find_hold
from sim.ledger.record import note_people
from sim.rules.viewer import Role
from sim.text.words import clean_name, fold_name

MAX_NAME = 80
MAX_PEOPLE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCard:
    team_id: str
    name: str
    school: str  # its own name where none was given
    is_demo: bool
    people: int  # on the roster now
    chosen_by: str = ""  # one of `sim.columns.CHOSEN_BY`, "" while nobody has said


def list_teams(app: App) -> tuple[TeamCard, ...]:
    with app.store.read() as work:
        present = Counter(work.list_values(PersonRow.team_id, PersonRow.left_at.is_(None)))
        return tuple(
            TeamCard(
                team_id=team.team_id,
                name=team.name,
                school=team.school or team.name,
                is_demo=team.is_demo,
                people=present.get(team.team_id, 0),
                chosen_by=team.chosen_by,
            )
            for team in work.teams.list_all()
        )


def add_team(app: App, name: str, *, school: str = "", is_demo: bool = False, chosen_by: str = "") -> str:
    row = TeamRow(
        team_id=secrets.token_urlsafe(12),
        name=check_name(name, what="team"),
        school=_check_school(school),
        is_demo=is_demo,
        created_at=app.clock.read().wall,
        chosen_by=check_chosen_by(chosen_by),
    )
    with app.store.write() as work:
        if any(fold_name(each) == fold_name(row.name) for each in work.list_distinct(TeamRow.name)):
            raise StoreError(f'there is a team named "{row.name}" already', todo="choose another name")
        work.insert(row)
    return row.team_id


def set_school(app: App, team_id: str, school: str) -> None:
    wanted = _check_school(school)
    with app.store.write() as work:
        work.teams.get(team_id)
        work.change(TeamRow, TeamRow.team_id == team_id, school=wanted)


def set_chosen_by(app: App, team_id: str, chosen_by: str) -> None:
    wanted = check_chosen_by(chosen_by)
    with app.store.write() as work:
        work.teams.get(team_id)
        work.change(TeamRow, TeamRow.team_id == team_id, chosen_by=wanted)


def check_chosen_by(chosen_by: str) -> str:
    if chosen_by and chosen_by not in CHOSEN_BY:
        raise StoreError(
            f"the way of choosing people {chosen_by[:20]!r} is not known", expected=", ".join(CHOSEN_BY) + ", or none"
        )
    return chosen_by


def list_people(app: App, team_id: str) -> tuple[PersonRow, ...]:
    """Return a team's people by name; those who have left only when they have results. Raises StoreError: unknown."""
    with app.store.read() as work:
        work.teams.get(team_id)
        return work.people.list_all(team_id=team_id)


def add_person(app: App, team_id: str, name: str) -> str:
    wanted = check_name(name, what="person")
    row = PersonRow(
        person_id=secrets.token_urlsafe(12),
        team_id=team_id,
        name=wanted,
        created_at=app.clock.read().wall,
        left_at=None,
    )
    with app.store.write() as work:
        work.teams.get(team_id)
        people = work.people.list_all(team_id=team_id)
        if sum(each.left_at is None for each in people) >= MAX_PEOPLE:
            raise StoreError(f"the team has {MAX_PEOPLE} people already", todo="make another team")
        _refuse_taken(people, wanted)
        work.people.add(row)
        note_people(work, [row], at=row.created_at)
    return row.person_id


def rename_person(app: App, person_id: str, name: str) -> None:
    wanted = check_name(name, what="person")
    with app.store.write() as work:
        person = work.people.get(person_id)
        others = [p for p in work.people.list_all(team_id=person.team_id) if p.person_id != person_id]
        _refuse_taken(others, wanted)
        work.change(PersonRow, PersonRow.person_id == person_id, name=wanted)
        note_people(work, [person], at=app.clock.read().wall)
        follow_name(work, person, wanted)


def remove_person(app: App, person_id: str) -> None:
    """Take somebody off the roster, which closes their account and ends their links."""
    with app.store.write() as work:
        person = work.people.get(person_id)
        account = work.accounts.find(person_id=person_id)
        if account is not None and not account.roles <= {Role.TRAINEE.value}:
            raise StoreError(
                f"{person.name} has an account with further roles, which would go too",
                todo="ask an administrator to take these roles away first",
            )
        now = app.clock.read().wall
        end_links(work, person_id, at=now)
        if account is not None and account.disabled_at is None:
            work.accounts.save(replace(account, disabled_at=now))
            work.accounts.end_sessions(account.account_id, at=now)
        entries = work.ledger.list_of(Subjects(person_id=person_id))
        is_told = any(entry.kind != LedgerKind.PERSON_CHANGED for entry in entries)
        is_kept = find_hold(work, person_id) is not None or is_told
        work.people.remove(person_id, at=now, is_kept=is_kept)
        note_people(work, [person], at=now)


def remove_demo(app: App) -> int:
    with app.store.write() as work:
        return work.delete(TeamRow, TeamRow.is_demo.is_(True))


def check_name(name: str, *, what: str) -> str:
    return clean_name(name, what=f"{what}'s name", most=MAX_NAME, fault=StoreError)


def _check_school(school: str) -> str:
    return check_name(school, what="school") if school.strip() else ""


def _refuse_taken(people: tuple[PersonRow, ...] | list[PersonRow], wanted: str) -> None:
    if any(fold_name(person.name) == fold_name(wanted) for person in people):
        raise StoreError(f'the team has or had someone named "{wanted}"', todo="add an initial or a number")


def name_pseudonyms(people: tuple[PersonRow, ...]) -> dict[str, str]:
    """Return what to call people where names are left out: M001 for the one who was added first. It never changes."""
    return {person.person_id: f"M{person.number:03d}" for person in people}


def set_group(app: App, person_id: str, group: str) -> None:
    """Say which group of a two-group comparison somebody is in, one of `sim.columns.BY_HAND`, or "" for none."""
    if group and group not in BY_HAND:
        raise StoreError(f"the group {group[:20]!r} cannot be set", expected=", ".join(BY_HAND) + ", or none")
    with app.store.write() as work:
        person = work.people.get(person_id)
        if any(person.group in BY_LOT for person in work.people.list_all(team_id=person.team_id)):
            raise StoreError("The groups of this team were drawn by lot.", todo="leave everyone where the lot put them")
        work.change(PersonRow, PersonRow.person_id == person_id, training_group=group)
        note_people(work, [person], at=app.clock.read().wall)


def find_team_of(
    app: App, *, person_id: str | None = None, session_id: str | None = None, program_id: str | None = None
) -> str | None:
    """Return the team of a person, a session or a program, the first of them that is given and there; else None."""
    with app.store.read() as work:
        person = work.people.find(person_id=person_id) if person_id else None
        if person is not None:
            return person.team_id
        program = work.by_key(ProgramRow, program_id) if program_id else None
        if program is not None:
            return program.team_id
        try:
            return work.sessions.get(session_id).team_id if session_id else None
        except SimError:
            return None
