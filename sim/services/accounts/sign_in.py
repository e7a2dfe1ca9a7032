"""Signing in with a name and a PIN or passphrase, and setting up the installation."""

import secrets
from dataclasses import dataclass

from sim.db.accounts import AccountRow
from sim.errors import AccessError, StoreError
from sim.services.accounts import lockout
from sim.services.accounts.browsers import find_browser
from sim.services.accounts.names import check_sign_in_name, make_key
from sim.services.accounts.noting import AccountChange, note_account
from sim.services.accounts.passwords import check_secret, hash_secret, is_right
from sim.services.accounts.second_step import SecondStepError, check_code, is_on, make_ticket, read_ticket
from sim.services.accounts.sessions import open_session
from sim.services.accounts.viewer import Role
from sim.services.app.wiring import App

FIRST_ROLES = frozenset({Role.ADMIN, Role.TRAINER, Role.RECORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a try to sign in comes from."""

    address: str  # of the network
    browser: str = ""  # the cookie by which a browser is known, "" for none
    is_local: bool = False  # it is this very machine


def sign_in(app: App, *, name: str, secret: str, origin: Origin, instead_of: str = "") -> str:
    """Return the secret for the cookie of the person who has this name and PIN or passphrase.

    `instead_of` is the cookie that this browser had.
    """
    account = check_identity(app, name=name, secret=secret, origin=origin)
    if is_on(app, account.account_id):
        raise SecondStepError(make_ticket(app, account))
    return open_session(app, account.account_id, instead_of=instead_of)


def finish_sign_in(app: App, *, ticket: str, code: str, instead_of: str = "") -> str:
    """Return the secret for the cookie of somebody whose passphrase was right and who types a code of their app."""
    account = read_ticket(app, ticket)
    check_code(app, account, code)
    return open_session(app, account.account_id, instead_of=instead_of)


def check_identity(app: App, *, name: str, secret: str, origin: Origin) -> AccountRow:
    """Return the account of a name and its PIN or passphrase. Raises as `sign_in`."""
    key, now = make_key(name), app.clock.read()
    with app.store.write() as work:
        account = work.accounts.find_by_key(key)
        subjects = _list_subjects(app, key, account, origin)
        wait_s = lockout.count_try(work, now, subjects)
    lockout.refuse(wait_s)
    usable = account is not None and account.disabled_at is None
    if not is_right(secret, account.secret_hash if account and usable else None) or account is None:
        raise AccessError(
            "this name and this PIN or passphrase do not belong together",
            todo="type both again, or ask your trainer for a new PIN",
        )
    with app.store.write() as work:
        lockout.count_success(work, subjects)
    return account


def _list_subjects(app: App, key: str, account: AccountRow | None, origin: Origin) -> tuple[str, ...]:
    """Return under what a try is counted, the narrowest first."""
    if account is not None:
        known = find_browser(app.access.secret, origin.browser, account.account_id, now=app.clock.read().wall)
        if known:
            return (lockout.browser_subject(key, known),)
    pair = lockout.pair_subject(key, origin.address)
    if origin.is_local:
        return (pair,)
    return (pair, lockout.name_subject(key), lockout.address_subject(origin.address))


def set_up(app: App, *, name: str, secret: str) -> str:
    """Make the first account, with every role but trainee; return the secret for the cookie.

    From then on nothing is open without signing in.
    """
    account = make_account(name=name, secret=secret, roles=FIRST_ROLES, app=app)
    with app.store.write() as work:
        if work.accounts.has_role(Role.ADMIN.value):
            raise AccessError("this installation has been set up already", todo="sign in")
        work.accounts.add(account)
        note_account(work, account, AccountChange.MADE, at=account.created_at, by="")
    return open_session(app, account.account_id)


def make_account(
    app: App, *, name: str, secret: str | None, roles: frozenset[Role], person_id: str | None = None
) -> AccountRow:
    """Return a new account, checked, that is not stored yet."""
    if not roles:
        raise StoreError("no role is chosen", todo="choose at least one thing that the account is for")
    wanted = check_sign_in_name(name)
    return AccountRow(
        account_id=secrets.token_urlsafe(12),
        sign_in_name=wanted,
        sign_in_key=make_key(wanted),
        display_name=wanted,
        secret_hash=None if secret is None else hash_secret(check_secret(secret, roles, names=(wanted,))),
        roles=frozenset(role.value for role in roles),
        person_id=person_id,
        created_at=app.clock.read().wall,
    )
