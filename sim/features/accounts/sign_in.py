"""Signing in with a name and a PIN or passphrase, setting up the installation, changing a secret.

Only a hash is kept (argon2id, RFC 9106: 64 MiB, three passes, a salt of its own). Checking one takes about a tenth of a
second and 64 MiB, so no more than two are checked at a time.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sim.app.signed import BROWSER
from sim.app.wiring import App
from sim.db.teams import AccountRow
from sim.errors import AccessError, StoreError
from sim.features.accounts.links import end_links
from sim.features.accounts.second_step import SecondStepError, check_code, is_on, make_ticket, read_ticket
from sim.rules import lockout
from sim.rules.sessions import GIVEN, AccountChange, hash_cookie, note_account, open_session
from sim.rules.viewer import Role, Viewer
from sim.text.words import clean_name, fold_name

LEAST_PASSPHRASE: Final = 12
LEAST_PIN: Final = 6
MOST_SECRET: Final = 200
LEAST_SCORE: Final = 3
"""Of 0 to 4: from here on guessing takes 100 million tries or more, by what zxcvbn knows of how people choose."""
MOST_JUDGED: Final = 64
"""Characters that are judged: what follows only makes it harder, and judging takes time by the square of the length."""
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_AT_A_TIME = threading.Semaphore(2)
_NEVER_RIGHT: Final = (
    "$argon2id$v=19$m=65536,t=3,p=1$kylixgQ7rasGWzFc7ueEqw$o3NefCKs1y3uubbzPFFweiWfBhUNrheXAhB1Dim5eG8"
)
"""Of a secret that nobody knows: a name without an account takes as long as one with."""


def hash_secret(secret: str) -> str:
    with _AT_A_TIME:
        return _HASHER.hash(secret)


def is_right(secret: str, secret_hash: str | None) -> bool:
    """Return whether a secret is the one of a hash; without a hash it takes as long and is wrong."""
    if len(secret) > MOST_SECRET:
        return False
    with _AT_A_TIME:
        try:
            return _HASHER.verify(secret_hash or _NEVER_RIGHT, secret) and secret_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def check_secret(secret: str, roles: Iterable[Role], *, names: Iterable[str] = ()) -> str:
    """Return a secret that is good enough: a PIN for a trainee, a passphrase for all who see or manage others."""
    if len(secret) > MOST_SECRET:
        raise StoreError("the passphrase is too long", expected=f"at most {MOST_SECRET} characters")
    if set(roles) <= {Role.TRAINEE} and secret.isascii() and secret.isdigit():
        return _check_pin(secret)
    if len(secret) < LEAST_PASSPHRASE:
        pin = f", or a PIN of {LEAST_PIN} digits or more" if set(roles) <= {Role.TRAINEE} else ""
        raise StoreError(
            f"the passphrase has {len(secret)} characters",
            expected=f"{LEAST_PASSPHRASE} or more{pin}",
            todo="take a few words that do not belong together",
        )
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists of words are not needed for a start

    judged: Mapping[str, Any] = zxcvbn(
        secret[:MOST_JUDGED], user_inputs=[part for name in names for part in (name, *name.split())]
    )
    if judged["score"] < LEAST_SCORE:
        why = judged["feedback"]["warning"].rstrip(".") or "it is close to what others would try first"
        raise StoreError(
            f"the passphrase is too easy to guess ({why[:1].lower()}{why[1:]})",
            todo="take a few words that do not belong together",
        )
    return secret


def draw_pin() -> str:
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(LEAST_PIN))
        try:
            return _check_pin(pin)
        except StoreError:
            continue


def _check_pin(pin: str) -> str:
    if len(pin) < LEAST_PIN:
        raise StoreError(f"the PIN has {len(pin)} digits", expected=f"{LEAST_PIN} or more")
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    if len(steps) == 1 or len(set(pin)) < 3:
        raise StoreError("this PIN is too easy to guess", expected="digits that neither repeat nor count up or down")
    return pin


MOST_NAME: Final = 80


def make_key(name: str) -> str:
    """Return a sign-in name as it is compared: without regard to case, to surplus blanks, and to how it was typed."""
    return fold_name(name)[:240]


def check_sign_in_name(name: str) -> str:
    return clean_name(name, what="sign-in name", most=MOST_NAME, fault=StoreError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    address: str  # of the network
    browser: str = ""  # the cookie by which a browser is known, "" for none
    is_local: bool = False  # it is this very machine


def sign_in(app: App, *, name: str, secret: str, origin: Origin, instead_of: str = "") -> str:
    account = check_identity(app, name=name, secret=secret, origin=origin)
    if is_on(app, account.account_id):
        raise SecondStepError(make_ticket(app, account))
    return open_session(app, account.account_id, instead_of=instead_of)


def finish_sign_in(app: App, *, ticket: str, code: str, instead_of: str = "") -> str:
    account = read_ticket(app, ticket)
    check_code(app, account, code)
    return open_session(app, account.account_id, instead_of=instead_of)


def check_identity(app: App, *, name: str, secret: str, origin: Origin) -> AccountRow:
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
    if account is not None:
        known = find_browser(app.access.secret, origin.browser, account.account_id, now=app.clock.read().wall)
        if known:
            return (lockout.browser_subject(key, known),)
    pair = lockout.pair_subject(key, origin.address)
    if origin.is_local:
        return (pair,)
    return (pair, lockout.name_subject(key), lockout.address_subject(origin.address))


def set_up(app: App, *, name: str, secret: str) -> str:
    account = make_account(name=name, secret=secret, roles=frozenset({Role.ADMIN, Role.TRAINER, Role.RECORDS}), app=app)
    with app.store.write() as work:
        if work.accounts.has_role(Role.ADMIN.value):
            raise AccessError("this installation has been set up already", todo="sign in")
        work.accounts.add(account)
        note_account(work, account, AccountChange.MADE, at=account.created_at, by="")
    return open_session(app, account.account_id)


def make_account(
    app: App, *, name: str, secret: str | None, roles: frozenset[Role], person_id: str | None = None
) -> AccountRow:
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


def change_own(app: App, viewer: Viewer, *, was: str, becomes: str, origin: Origin, cookie: str) -> None:
    """Change one's own PIN or passphrase; every other browser is signed out."""
    if viewer.account_id is None:
        raise AccessError("nobody is signed in here", todo="sign in first")
    with app.store.read() as work:
        name = work.accounts.get(viewer.account_id).sign_in_name
    row = check_identity(app, name=name, secret=was, origin=origin)
    replace_secret(app, row, becomes, but=hash_cookie(cookie))


def replace_secret(app: App, row: AccountRow, secret: str, *, but: str = "", by: Viewer | None = None) -> None:
    """Give an account another secret, unlock it, end its sessions, but the one of a secret's hash, and its links."""
    names = (row.sign_in_name, row.display_name)
    hashed = hash_secret(check_secret(secret, {Role(name) for name in row.roles}, names=names))
    with app.store.write() as work:
        kept = work.accounts.get(row.account_id)
        source = kept.secret_source if by is None else GIVEN
        work.accounts.save(replace(kept, secret_hash=hashed, secret_source=source))
        if row.person_id is not None:
            end_links(work, row.person_id, at=app.clock.read().wall)
        work.accounts.end_sessions(row.account_id, at=app.clock.read().wall, but=but)
        if by is not None and by.account_id != row.account_id:
            note_account(work, row, AccountChange.SECRET, at=app.clock.read().wall, by=by.name)
        lockout.forget_name(work, row.sign_in_key)


# Browsers in which somebody has signed in before: what is remembered of them in a signed cookie of their own. Such a
# browser waits only for its own wrong tries at that name, see `lockout`. It opens nothing: a PIN or passphrase is
# needed as anywhere else.
REMEMBERED_FOR: Final = timedelta(days=180)
MOST_ACCOUNTS: Final = 8
"""How many accounts one browser is remembered for, as at a shared computer; the oldest is forgotten."""
_Known = list[tuple[str, str, int]]


def find_browser(secret: bytes, cookie: str, account_id: str, *, now: datetime) -> str:
    """Return what a browser is known by to an account; "" where nobody of that account signed in with it lately."""
    return next((mark for known, mark, _ in _read_browser(secret, cookie, now=now) if known == account_id), "")


def remember_browser(secret: bytes, cookie: str, account_id: str, *, now: datetime) -> str:
    """Return the cookie of a browser in which an account has just signed in; what it was known by stays."""
    known = _read_browser(secret, cookie, now=now)
    mark = next((mark for other, mark, _ in known if other == account_id), "") or secrets.token_urlsafe(12)
    kept = [each for each in known if each[0] != account_id][-(MOST_ACCOUNTS - 1) :]
    content = [*kept, (account_id, mark, int((now + REMEMBERED_FOR).timestamp()))]
    return BROWSER.sign(secret, content)


def _read_browser(secret: bytes, cookie: str, *, now: datetime) -> _Known:
    if not cookie or len(cookie) > 1500:
        return []
    try:
        found = BROWSER.read(secret, cookie, _parse_browser)
    except AccessError:
        return []
    return [each for each in found if each[2] > now.timestamp()]


def _parse_browser(*parts: tuple[str, str, int]) -> _Known:
    return [(str(known), str(mark), int(ends)) for known, mark, ends in parts]
