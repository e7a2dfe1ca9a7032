"""Changing accounts, by an administrator."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sim.app.wiring import App
from sim.db.store import Transaction
from sim.db.teams import AccountRow, AccountSessionRow, SecondStep
from sim.errors import StoreError
from sim.features.accounts.links import end_links
from sim.features.accounts.sign_in import make_account, replace_secret
from sim.rules import lockout
from sim.rules.sessions import AccountChange, note_account
from sim.rules.viewer import Duty, Role, Viewer, require

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
