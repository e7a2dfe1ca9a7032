"""Being signed in: from a secret in a browser's cookie to who looks, and its end.

A session ends by signing out, by not being used, by its age, and with its account. Nothing is remembered in the
process: the next page, button or self-updating part of a page notices.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final

from sim.app.wiring import App
from sim.canonical import Json, read_moment
from sim.db.ledger import LedgerKind, Subjects
from sim.db.store import Transaction
from sim.db.teams import AccountRow, AccountSessionRow, FailureRow
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, Duty, KnownBy, Role, Viewer, require
from sim.text.tables import TextTable, make_table
from sim.text.times import write_date

IDLE_AFTER: Final = timedelta(hours=2)
"""Longer than a clock set wrong by an hour and mended takes away."""
AGE_LIMIT: Final = timedelta(hours=12)
NOTED_EVERY: Final = timedelta(minutes=1)
KEPT_AFTER_END: Final = timedelta(days=30)
LOCAL: Final = "local"
GIVEN: Final = "given"
CHOSEN_IN_SESSION: Final = "session"
"""Where a PIN is from: anyone who took a free name in a session chose it, with nothing but the session's code."""
MOST_SECRET_SIGNS: Final = 100
_ORDER: Final = (Role.TRAINER, Role.RECORDS, Role.ADMIN, Role.PRINCIPAL, Role.TRAINEE)


def is_set_up(app: App) -> bool:
    """Return whether somebody has set up this installation: from then on nothing is open without signing in."""
    with app.store.read() as work:
        return work.accounts.has_role(Role.ADMIN.value)


def is_open_to_network(app: App) -> bool:
    """Return whether anybody on the network is let in without signing in; then every page says so."""
    return app.settings.open_to_network and not is_set_up(app)


def find_viewer(app: App, cookie: str, *, is_local: bool) -> Viewer:
    """Return who holds a cookie's secret, "" for none; `is_local` says that they sit at this very machine."""
    now = app.clock.read().wall
    with app.store.read() as work:
        if not work.accounts.has_role(Role.ADMIN.value):
            return AT_THIS_MACHINE if is_local else NOBODY
        row = _find_open(work, cookie)
        if row is None or now >= row.expires_at or now - row.used_at >= IDLE_AFTER:
            return NOBODY
        account = work.accounts.get(row.account_id)
        viewer = NOBODY if account.disabled_at is not None else make_viewer(account, how=row.how)
        if viewer.role is not Role.TRAINEE or viewer.further or viewer.person_id is None:
            return viewer
        team = work.teams.get(work.people.get(viewer.person_id).team_id)
        return replace(viewer, schools=frozenset({team.school or team.name}))


def make_viewer(account: AccountRow, *, how: str = LOCAL) -> Viewer:
    roles = {Role(name) for name in account.roles if name in set(Role)}
    first = next((role for role in _ORDER if role in roles), None)
    return Viewer(
        account_id=account.account_id,
        person_id=account.person_id,
        name=account.display_name,
        role=first,
        further=frozenset(roles - {first}),
        known_by=_find_known_by(account, how),
        schools=None if Role.ADMIN in roles else account.schools,
    )


def _find_known_by(account: AccountRow, how: str) -> KnownBy:
    """Return how somebody is known: of a PIN, whether it goes back to no more than the code of a session."""
    if how != LOCAL:
        return KnownBy.SIGN_IN
    if account.secret_source == CHOSEN_IN_SESSION:
        return KnownBy.SESSION_CODE
    return KnownBy.PIN if account.roles <= {Role.TRAINEE.value} else KnownBy.SIGN_IN


def open_session(app: App, account_id: str, *, how: str = LOCAL, instead_of: str = "") -> str:
    """Sign an account in; return the secret for the cookie. The session of an earlier cookie in this browser ends."""
    now = app.clock.read().wall
    secret = secrets.token_urlsafe(32)
    with app.store.write() as work:
        work.accounts.get(account_id)
        before = now - KEPT_AFTER_END
        work.delete(AccountSessionRow, (AccountSessionRow.expires_at < before) | (AccountSessionRow.ended_at < before))
        work.delete(FailureRow, FailureRow.at < before)
        if instead_of:
            work.change(
                AccountSessionRow,
                AccountSessionRow.secret_sha256 == hash_cookie(instead_of),
                AccountSessionRow.ended_at.is_(None),
                ended_at=now,
            )
        work.insert(
            AccountSessionRow(
                secret_sha256=hash_cookie(secret),
                account_id=account_id,
                how=how,
                created_at=now,
                used_at=now,
                expires_at=now + AGE_LIMIT,
            )
        )
    return secret


def note_use(app: App, cookie: str) -> None:
    """Note that somebody asked for a page; parts of a page that update themselves are not a use."""
    now = app.clock.read().wall
    with app.store.read() as work:
        row = _find_open(work, cookie)
    if row is None or now >= row.expires_at or not NOTED_EVERY <= abs(now - row.used_at) < IDLE_AFTER:
        return
    with app.store.write() as work:
        work.change(AccountSessionRow, AccountSessionRow.secret_sha256 == row.secret_sha256, used_at=now)


def close_session(app: App, cookie: str) -> None:
    if cookie:
        with app.store.write() as work:
            work.change(
                AccountSessionRow,
                AccountSessionRow.secret_sha256 == hash_cookie(cookie),
                AccountSessionRow.ended_at.is_(None),
                ended_at=app.clock.read().wall,
            )


def hash_cookie(cookie: str) -> str:
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()


def _find_open(work: Transaction, cookie: str) -> AccountSessionRow | None:
    if not cookie or len(cookie) > MOST_SECRET_SIGNS:
        return None
    row = work.by_key(AccountSessionRow, hash_cookie(cookie))
    return None if row is None or row.ended_at is not None else row


# Changes of accounts in the training record: who could read and change what, and since when. Never a secret.
SCHOOL = "the school's sign-in service"


class AccountChange(StrEnum):
    """What was changed, and in which words it is told."""

    words: str

    def __new__(cls, value: str, words: str) -> "AccountChange":
        made = str.__new__(cls, value)
        made._value_, made.words = value, words
        return made

    MADE = "made", "account made: {roles}"
    ROLES = "roles", "roles changed from {was} to {roles}"
    CLOSED = "closed", "account closed"
    OPENED = "opened", "account opened again"
    SECRET = "secret", "given another PIN or passphrase"
    SECOND_STEP_ON = "second-step-on", "second step of signing in turned on"
    SECOND_STEP_OFF = "second-step-off", "second step of signing in turned off"
    SCHOOLS = "schools", "now for {schools}"


def note_account(
    work: Transaction,
    account: AccountRow,
    change: AccountChange,
    *,
    at: datetime,
    by: str,
    was: frozenset[str] | None = None,
) -> None:
    if change is AccountChange.MADE and account.roles <= {Role.TRAINEE.value}:
        return
    data: dict[str, Json] = {
        "name": account.display_name,
        "change": change.value,
        "roles": list[Json](sorted(account.roles)),
        "was": None if was is None else list[Json](sorted(was)),
    }
    if change is AccountChange.SCHOOLS or account.schools is not None:
        data["schools"] = None if account.schools is None else list[Json](sorted(account.schools))
    work.ledger.note(LedgerKind.ACCOUNT_CHANGED, at=at, by=by, subjects=_find_subjects(work, account), data=data)


def _find_subjects(work: Transaction, account: AccountRow) -> Subjects:
    if account.person_id is None:
        return Subjects()
    return Subjects(person_id=account.person_id, team_id=work.people.get(account.person_id).team_id)


MOST_SHOWN = 50


def list_account_changes(app: App, viewer: Viewer, *, zone: tzinfo) -> TextTable:
    """Return the latest changes, the newest first: day, whose, what, by whom; for some schools alone none."""
    require(viewer, Duty.KEEP_RECORD)
    with app.store.read() as work:
        entries = work.ledger.list_of(Subjects(), kinds=[LedgerKind.ACCOUNT_CHANGED]) if viewer.schools is None else ()
    return make_table(
        "accounts",
        zip(reversed([entry for entry in entries if entry.body is not None][-MOST_SHOWN:])),
        {
            "Day": lambda entry: write_date(read_moment(entry.at), zone),
            "Account": lambda entry: str(entry.data["name"]),
            "What was changed": lambda entry: _write_change(entry.data),
            "By": lambda entry: entry.by or "this machine",
        },
    )


def _write_change(data: Mapping[str, Any]) -> str:
    schools = ", ".join(data.get("schools") or ()) or "all schools"
    words = next(each.words for each in AccountChange if each == data["change"])
    return words.format(roles=", ".join(data["roles"]), was=", ".join(data["was"] or ()), schools=schools)
