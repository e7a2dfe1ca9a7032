"""The second step of signing in: a code of an app, or a recovery code; optional, for accounts with a passphrase.

An app's key is worked out from the installation's secret, so a copy of the database makes no code. Where the database
moves to another installation with another secret, second steps stop working there: an administrator turns them off.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urlencode

from sim.app.signed import SECOND_STEP
from sim.app.wiring import App
from sim.db.teams import AccountRow, SecondStep
from sim.errors import AccessError
from sim.rules import lockout
from sim.rules.sessions import AccountChange, note_account
from sim.rules.viewer import Duty, Role, Viewer, require

ISSUER: Final = "Sightline"
RECOVERY_CODES: Final = 10
RECOVERY_SIGNS: Final = 10
TICKET_S: Final = 300
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
WRONG: Final = "this code is not right, or was used already"


class SecondStepError(AccessError):
    """The passphrase was right, and a code is asked for; `ticket` goes with it."""

    def __init__(self, ticket: str) -> None:
        super().__init__("this account asks for a code", todo="type the code that your app shows")
        self.ticket = ticket


def is_on(app: App, account_id: str) -> bool:
    with app.store.read() as work:
        row = work.by_key(SecondStep, account_id)
        return row is not None and row.confirmed_at is not None


def begin_setup(app: App, viewer: Viewer) -> tuple[str, str]:
    """Return what one's own app needs, as a picture to scan (SVG) and as letters to type.

    A first code, typed within it, turns the step on.
    """
    account = _get_own(app, viewer)
    with app.store.write() as work:
        row = work.by_key(SecondStep, account.account_id)
        if row is not None and row.confirmed_at is not None:
            raise AccessError("the second step is on already", todo="turn it off first to use another app")
        if row is None:
            row = SecondStep(account_id=account.account_id, nonce=secrets.token_hex(16))
            work.put(row)
    import segno  # noqa: PLC0415 - only where a code is drawn

    key = _make_key(app, row)
    # as people type it into an app: base 32 in groups of four
    text = base64.b32encode(key).decode("ascii").rstrip("=")
    letters = " ".join(text[start : start + 4] for start in range(0, len(text), 4))
    label = quote(f"{ISSUER}:{account.sign_in_name}")
    address = f"otpauth://totp/{label}?{urlencode({'secret': letters.replace(' ', ''), 'issuer': ISSUER})}"
    return segno.make(address, error="m").svg_inline(scale=5, border=3), letters


def confirm_setup(app: App, viewer: Viewer, code: str) -> tuple[str, ...]:
    account = _get_own(app, viewer)
    _count_try(app, account)
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.by_key(SecondStep, account.account_id)
        if row is None or row.confirmed_at is not None:
            raise AccessError("there is nothing to confirm", todo="open this page again")
        step = match_step(_make_key(app, row), _clean(code), moment_s=now.timestamp(), after=row.last_step)
        if step is None:
            raise AccessError(WRONG, todo="type the code that the app shows now; check that the phone's clock is right")
        codes = tuple("".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_SIGNS)) for _ in range(RECOVERY_CODES))
        hashes = tuple(_hash_recovery(app, code) for code in codes)
        work.put(replace(row, confirmed_at=now, last_step=step, recovery=hashes))
        note_account(work, account, AccountChange.SECOND_STEP_ON, at=now, by=account.display_name)
        lockout.count_success(work, (_subject(account),))
    return codes


def turn_off_own(app: App, viewer: Viewer, code: str) -> None:
    account = _get_own(app, viewer)
    check_code(app, account, code)
    _turn_off(app, account, by=account.display_name)


def turn_off(app: App, viewer: Viewer, account_id: str) -> None:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.read() as work:
        account = work.accounts.get(account_id)
    _turn_off(app, account, by=viewer.name)


def check_code(app: App, account: AccountRow, code: str) -> None:
    """Go on only with a code of an account's app, or one of its recovery codes; neither is taken a second time."""
    _count_try(app, account)
    now = app.clock.read().wall
    typed = _clean(code)
    with app.store.write() as work:
        row = work.by_key(SecondStep, account.account_id)
        if row is None or row.confirmed_at is None:
            raise AccessError("this account has no second step", todo="sign in again")
        step = match_step(_make_key(app, row), typed, moment_s=now.timestamp(), after=row.last_step)
        used = _hash_recovery(app, typed)
        if step is not None:
            work.put(replace(row, last_step=step))
        elif used in row.recovery:
            work.put(replace(row, recovery=tuple(each for each in row.recovery if each != used)))
        else:
            raise AccessError(WRONG, todo="type the code that the app shows now, or a recovery code")
        lockout.count_success(work, (_subject(account),))


def make_ticket(app: App, account: AccountRow) -> str:
    """Return what proves for five minutes that an account's passphrase was right; another passphrase ends it."""
    expires = int(app.clock.read().wall.timestamp()) + TICKET_S
    return SECOND_STEP.sign(app.access.secret, [account.account_id, _mark(account), expires])


def read_ticket(app: App, ticket: str) -> AccountRow:
    def parse(account_id: str, mark: str, expires: int) -> tuple[str, str, int]:
        return str(account_id), str(mark), int(expires)

    account_id, mark, expires = SECOND_STEP.read(app.access.secret, ticket, parse)
    SECOND_STEP.check_time(expires, app.clock.read().wall)
    with app.store.read() as work:
        account = work.accounts.get(account_id)
    if account.disabled_at is not None or not hmac.compare_digest(mark, _mark(account)):
        raise AccessError("this sign-in is not valid any more", todo="sign in again")
    return account


def _get_own(app: App, viewer: Viewer) -> AccountRow:
    if viewer.account_id is None:
        raise AccessError("nobody is signed in here", todo="sign in first")
    with app.store.read() as work:
        account = work.accounts.get(viewer.account_id)
    # it must sign in here, and be more than a trainee
    if account.secret_hash is None or not account.roles - {Role.TRAINEE.value}:
        raise AccessError(
            "this account has no second step",
            expected="an account with a passphrase here, of a trainer, records owner or administrator",
        )
    return account


def _turn_off(app: App, account: AccountRow, *, by: str) -> None:
    with app.store.write() as work:
        if work.delete(SecondStep, SecondStep.account_id == account.account_id):
            note_account(work, account, AccountChange.SECOND_STEP_OFF, at=app.clock.read().wall, by=by)


def _count_try(app: App, account: AccountRow) -> None:
    with app.store.write() as work:
        wait_s = lockout.count_try(work, app.clock.read(), (_subject(account),))
    lockout.refuse(wait_s)


def _subject(account: AccountRow) -> str:
    return lockout.code_subject(account.sign_in_key)


def _make_key(app: App, row: SecondStep) -> bytes:
    text = f"sightline-totp-1 {row.account_id} {row.nonce}".encode()
    return hmac.new(app.access.secret, text, hashlib.sha256).digest()[:KEY_BYTES]


def _hash_recovery(app: App, code: str) -> str:
    return hmac.new(app.access.secret, f"sightline-recovery-1 {code}".encode(), hashlib.sha256).hexdigest()


def _mark(account: AccountRow) -> str:
    return hashlib.sha256((account.secret_hash or "").encode()).hexdigest()[:16]


def _clean(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isascii() and sign.isalnum())[:40]


# One-time codes by time (RFC 6238, over RFC 4226): what an app on a phone shows for half a minute.
STEP_S: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1
"""Clocks of phones may be half a minute off, either way."""
KEY_BYTES: Final = 20


def compute_code(key: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a step, HMAC-SHA-1 cut as RFC 4226: of step 1 and key b"12345678901234567890" 94287082."""
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def find_step(moment_s: float) -> int:
    return int(moment_s // STEP_S)


def match_step(key: bytes, code: str, *, moment_s: float, after: int) -> int | None:
    """Return the step whose code this is, later than `after`, so that no code is taken twice; None for none."""
    now = find_step(moment_s)
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(compute_code(key, step).encode(), code.encode()) and step > after:
            found = step
    return found
