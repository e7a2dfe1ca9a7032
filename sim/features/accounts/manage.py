"""Changing accounts, and making those of people on the roster or known elsewhere."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.app.accessible_pdf import compile_pdf
from sim.app.signed import read_seat
from sim.app.wiring import App
from sim.db.store import Transaction
from sim.db.teams import AccountRow, AccountSessionRow, PersonRow, SecondStep
from sim.errors import AccessError, StoreError
from sim.features.accounts.links import end_links
from sim.features.accounts.sign_in import make_account, make_key, replace_secret
from sim.program.session_day import is_over
from sim.rules import lockout
from sim.rules.sessions import CHOSEN_IN_SESSION, GIVEN, SCHOOL, AccountChange, note_account
from sim.rules.viewer import Duty, Role, Viewer, require
from sim.text.words import make_breakable

_log = logging.getLogger("sightline.accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    account_id: str
    name: str
    sign_in_name: str
    roles: frozenset[Role]
    person_id: str | None
    team: str  # the team of the roster that they are on, "" for none
    has_secret: bool  # they can sign in here with a PIN or passphrase
    elsewhere: bool  # they sign in at, or are known to, another service
    is_disabled: bool
    last_seen: datetime | None  # when they last asked for a page, None where that is not known any more
    open_sessions: int  # browsers that they are signed in with
    wait_s: float  # how long signing in is locked, seconds; 0 when it is not
    has_second_step: bool  # it asks for a code of an app besides the passphrase
    schools: frozenset[str] | None = None  # whose teams it is for, None for those of all schools


def list_accounts(app: App, viewer: Viewer) -> tuple[AccountCard, ...]:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    now = app.clock.read()
    with app.store.read() as work:
        teams = {team.team_id: team.name for team in work.teams.list_all()}
        on_team = {person.person_id: teams[person.team_id] for person in work.people.list_all()}
        with_step = work.list_values(SecondStep.account_id, SecondStep.confirmed_at.is_not(None))
        cards = []
        for row in work.accounts.list_all():
            sessions = work.list_rows(AccountSessionRow, AccountSessionRow.account_id == row.account_id)
            cards.append(
                AccountCard(
                    account_id=row.account_id,
                    name=row.display_name,
                    sign_in_name=row.sign_in_name,
                    roles=frozenset(Role(name) for name in row.roles),
                    person_id=row.person_id,
                    team=on_team.get(row.person_id or "", ""),
                    has_secret=row.secret_hash is not None,
                    elsewhere=bool(work.accounts.list_identities(row.account_id)),
                    is_disabled=row.disabled_at is not None,
                    last_seen=max((each.used_at for each in sessions), default=None),
                    open_sessions=sum(each.ended_at is None and now.wall < each.expires_at for each in sessions),
                    wait_s=lockout.find_wait_s(work, now, row.sign_in_key),
                    has_second_step=row.account_id in with_step,
                    schools=row.schools,
                )
            )
    return tuple(cards)


def add_account(
    app: App,
    viewer: Viewer,
    *,
    name: str,
    secret: str | None,
    roles: frozenset[Role],
    schools: frozenset[str] | None = None,
) -> str:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    row = replace(make_account(app, name=name, secret=secret, roles=roles), schools=_check_schools(schools, roles))
    with app.store.write() as work:
        if Role.ADMIN not in roles and not work.accounts.has_role(Role.ADMIN.value):
            raise StoreError("nobody manages accounts here yet", todo="set up this installation first")
        work.accounts.add(row)
        note_account(work, row, AccountChange.MADE, at=row.created_at, by=viewer.name)
    _note("added", row.account_id, viewer)
    return row.account_id


def set_secret(app: App, viewer: Viewer, account_id: str, secret: str) -> None:
    """Give somebody another PIN or passphrase; they are signed out everywhere and unlocked. Raises as `add_account`."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.read() as work:
        row = work.accounts.get(account_id)
    replace_secret(app, row, secret, by=viewer)
    _note("given another secret", account_id, viewer)


def set_roles(app: App, viewer: Viewer, account_id: str, roles: frozenset[Role]) -> None:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    if not roles:
        raise StoreError("no role is chosen", todo="choose at least one thing that the account is for, or disable it")
    with app.store.write() as work:
        row = before = work.accounts.get(account_id)
        if set(row.roles) == {Role.TRAINEE} and roles != {Role.TRAINEE} and row.secret_hash is not None:
            row = replace(row, secret_hash=None)
            work.accounts.end_sessions(account_id, at=app.clock.read().wall)
        schools = None if Role.ADMIN in roles else row.schools
        changed = replace(row, roles=frozenset(role.value for role in roles), schools=schools)
        keep_an_admin(work, row, changed)
        work.accounts.save(changed)
        if changed.roles != before.roles:
            now = app.clock.read().wall
            note_account(work, changed, AccountChange.ROLES, at=now, by=viewer.name, was=before.roles)
    _note(f"now {', '.join(sorted(roles))}", account_id, viewer)


def set_schools(app: App, viewer: Viewer, account_id: str, schools: frozenset[str] | None) -> None:
    """Say whose teams, records and results an account is for, None for those of all schools; it counts at once."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.write() as work:
        row = work.accounts.get(account_id)
        changed = replace(row, schools=_check_schools(schools, {Role(name) for name in row.roles}))
        if changed == row:
            return
        work.accounts.save(changed)
        note_account(work, changed, AccountChange.SCHOOLS, at=app.clock.read().wall, by=viewer.name)
    _note("for other schools", account_id, viewer)


def _check_schools(schools: frozenset[str] | None, roles: Collection[Role]) -> frozenset[str] | None:
    if schools is None:
        return None
    if not schools:
        raise StoreError("No school is chosen.", todo="choose one at least, or all schools")
    if Role.ADMIN in roles:
        raise StoreError(
            "An administrator is for all schools.", todo="take that role away first, or choose all schools"
        )
    return schools


def set_disabled(app: App, viewer: Viewer, account_id: str, *, is_disabled: bool) -> None:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.accounts.get(account_id)
        changed = replace(row, disabled_at=now if is_disabled else None)
        keep_an_admin(work, row, changed)
        work.accounts.save(changed)
        if is_disabled != (row.disabled_at is not None):
            change = AccountChange.CLOSED if is_disabled else AccountChange.OPENED
            note_account(work, changed, change, at=now, by=viewer.name)
        if is_disabled:
            work.accounts.end_sessions(account_id, at=now)
            if row.person_id is not None:
                end_links(work, row.person_id, at=now)
    _note("disabled" if is_disabled else "opened again", account_id, viewer)


def end_all_sessions(app: App, viewer: Viewer, account_id: str) -> int:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.write() as work:
        work.accounts.get(account_id)
        ended = work.accounts.end_sessions(account_id, at=app.clock.read().wall)
    _note("signed out everywhere", account_id, viewer)
    return ended


def unlock(app: App, viewer: Viewer, account_id: str) -> None:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.write() as work:
        lockout.forget_name(work, work.accounts.get(account_id).sign_in_key)
    _note("unlocked", account_id, viewer)


def keep_an_admin(work: Transaction, was: AccountRow, becomes: AccountRow | None) -> None:
    """Go on only if somebody manages accounts afterwards as before; `becomes` is None for an account that goes."""
    after = [row for row in work.accounts.list_all() if row.account_id != was.account_id]
    after += [] if becomes is None else [becomes]
    if _is_admin(was) and not any(_is_admin(row) for row in after):
        raise StoreError(
            "nobody would be left to manage accounts", todo="make someone else administrator before this one"
        )


def _is_admin(row: AccountRow) -> bool:
    return Role.ADMIN.value in row.roles and row.disabled_at is None


def _note(what: str, account_id: str, viewer: Viewer) -> None:
    _log.info("account %s: %s, by %s", account_id, what, viewer.account_id or "this machine")


def set_pin(app: App, viewer: Viewer, person_id: str, pin: str) -> str:
    require(viewer, Duty.SET_PINS)
    with app.store.read() as work:
        row = work.accounts.find(person_id=person_id)
    if row is None:
        return make_trainee(app, person_id, pin, source=GIVEN)
    if row.roles != {Role.TRAINEE.value}:
        raise AccessError("this is not a trainee's account", todo="ask your administrator to change its passphrase")
    replace_secret(app, row, pin, by=viewer)
    _log.info("account %s: given another PIN, by %s", row.account_id, viewer.account_id or "this machine")
    return row.sign_in_name


def list_without_pin(app: App, team_id: str) -> tuple[str, ...]:
    with app.store.read() as work:
        people = [person.person_id for person in work.people.list_all(team_id=team_id) if person.left_at is None]
        found = {person_id: work.accounts.find(person_id=person_id) for person_id in people}
    return tuple(person_id for person_id, row in found.items() if row is None or row.secret_hash is None)


def make_trainee(app: App, person_id: str, pin: str | None, *, source: str) -> str:
    with app.store.read() as work:
        name = work.people.get(person_id).name
    row = make_account(app, name=name, secret=pin, roles=frozenset({Role.TRAINEE}), person_id=person_id)
    with app.store.write() as work:
        free = find_free_name(work, name)
        work.accounts.add(replace(row, sign_in_name=free, sign_in_key=make_key(free), secret_source=source))
    return free


def find_first_pin_name(app: App, seat_token: str) -> str | None:
    """Return the name of a seat's holder who may choose a first PIN: in the session, without earlier results."""
    grant = read_seat(app.access.secret, seat_token)
    with app.store.read() as work:
        invited = work.sessions.get_invited(grant.session_id, grant.person_id)
        if invited.joined_at is None or invited.seat != grant.seat or not work.accounts.has_role(Role.ADMIN.value):
            return None
        session = work.sessions.get(grant.session_id)
        if is_over(session.day, app.clock.read().wall) or work.accounts.find(person_id=grant.person_id) is not None:
            return None
        ended = [row.timing.ended_at for row in work.attempts.list_all(person_id=grant.person_id)]
        if any(at is not None and at < invited.joined_at for at in ended):
            return None
        return work.people.get(grant.person_id).name


def choose_first_pin(app: App, seat_token: str, pin: str) -> str:
    """Make the account of the holder of a seat, with a PIN of their own; return the name to sign in with."""
    if find_first_pin_name(app, seat_token) is None:
        raise AccessError("a PIN cannot be chosen here", todo="ask your trainer for one")
    return make_trainee(app, read_seat(app.access.secret, seat_token).person_id, pin, source=CHOSEN_IN_SESSION)


def take_back_pin(work: Transaction, person_id: str, *, since: datetime, now: datetime, by: str = "") -> None:
    """Close the way in of an account that somebody made for a person since a moment, as one does who has joined."""
    row = work.accounts.find(person_id=person_id)
    if row is not None and row.created_at >= since and row.roles <= {Role.TRAINEE.value}:
        work.accounts.save(replace(row, secret_hash=None))
        work.accounts.end_sessions(row.account_id, at=now)
        note_account(work, row, AccountChange.SECRET, at=now, by=by)


def find_or_create(
    app: App,
    external_id: str,
    *,
    name: str,
    roles: frozenset[Role],
    person_id: str | None = None,
    sign_in_name: str = "",
) -> AccountRow:
    """Return the account of somebody known elsewhere, or of their roster entry, or a new one; old ones keep roles."""
    draft = make_account(app, name=name, secret=None, roles=roles, person_id=person_id)
    with app.store.write() as work:
        found = work.accounts.find_by_identity(external_id)
        if found is None and person_id is not None:
            found = work.accounts.find(person_id=person_id)
        if found is None:
            free = find_free_name(work, sign_in_name or name)
            found = replace(draft, sign_in_name=free, sign_in_key=make_key(free))
            work.accounts.add(found)
            note_account(work, found, AccountChange.MADE, at=found.created_at, by=SCHOOL)
        work.accounts.add_identity(found.account_id, external_id)
    return found


def find_free_name(work: Transaction, name: str) -> str:
    wanted = " ".join(name.split())
    number = 1
    while work.accounts.find_by_key(make_key(wanted if number == 1 else f"{wanted} {number}")) is not None:
        number += 1
    return wanted if number == 1 else f"{wanted} {number}"


def follow_name(work: Transaction, before: PersonRow, name: str) -> None:
    """Write somebody's new name beside what they do from now on; the name that they sign in with stays."""
    account = work.accounts.find(person_id=before.person_id) if name != before.name else None
    if account is not None and account.display_name == before.name:
        work.accounts.save(replace(account, display_name=name))


# Slips of paper with a sign-in name and a PIN each, to be cut apart and handed over: a PDF that is stored nowhere.
TEMPLATE: Final = Path(__file__).parent / "pin_slips.typ"
NAME, PIN, OPEN = "Sign-in name", "PIN", "Open"
KEEP: Final = "Keep this to yourself. You can change the PIN after you have signed in."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    person: str
    sign_in_name: str
    pin: str


def write_pin_slips(slips: Sequence[Slip], *, team: str, address: str, at: datetime) -> bytes:
    """Return the slips as a PDF/UA-1 on US Letter, two in a row, with lines to cut along."""
    content = {
        "title": make_breakable(f"PIN slips: {team}"),
        "team": make_breakable(team),
        "date": [at.year, at.month, at.day],
        "labels": [NAME, PIN, OPEN],
        "address": make_breakable(address),
        "keep": KEEP,
        "slips": [[make_breakable(each.person), make_breakable(each.sign_in_name), each.pin] for each in slips],
    }
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return compile_pdf(TEMPLATE, content, what="PIN slips", at=midnight)
