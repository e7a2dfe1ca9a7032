"""Passphrases and PINs: what is good enough, and argon2id; and names to sign in with.

Only a hash is kept (argon2id, RFC 9106: 64 MiB, three passes, a salt of its own). Checking one takes about a tenth of a
second and 64 MiB, so no more than two are checked at a time.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sim.errors import StoreError
from sim.rules.viewer import Role
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
