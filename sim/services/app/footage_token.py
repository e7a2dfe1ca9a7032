"""Signed tokens: what a browser holding one may read and write, for one attempt and a limited time."""

import math
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sim.errors import StoreError
from sim.services.app.signed_link import FOOTAGE

SECRET_NAME = "secret.key"
SECRET_VARIABLE = "SIGHTLINE_SECRET"
SECRET_BYTES = 32
TOKEN_STEP_S = 12 * 3600
TOKEN_MARGIN_S = 6 * 3600
KEPT_TOKENS = 1024
"""Of how many tokens the signature is not computed for each request: a drill shows hundreds of times the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token allows."""

    attempt_id: str  # the attempt whose events it may read and write
    # what stands for the recording whose footage it may read once the attempt runs: anyone who holds a token can read
    # what is in it (`sim.services.app.opaque_names`)
    recording_id: str
    reference: str  # what stands for the one reference picture it may read, "" for none
    expires: int  # UTC seconds since 1970
    # whose cookie has to come with it, "" for nobody's: it was handed to a page of somebody signed in
    account_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Makes and reads tokens with one secret."""

    secret: bytes

    def mint(
        self,
        *,
        attempt_id: str,
        recording_id: str,
        reference: str,
        since: datetime,
        now: datetime,
        account_id: str = "",
    ) -> str:
        """Return a token that lasts at least 6 hours and at most 18.

        Its end lies on a 12-hour grid counted from `since`, so that a page drawn again hands out the same token and
        the browser's cached footage keeps its address.
        """
        age_s = max(0.0, (now - since).total_seconds())
        steps = math.ceil((age_s + TOKEN_MARGIN_S) / TOKEN_STEP_S)
        expires = int(since.timestamp()) + steps * TOKEN_STEP_S
        said = [attempt_id, recording_id, reference, expires, *([account_id] if account_id else [])]
        return FOOTAGE.sign(self.secret, said)

    def read(self, token: str, *, now: datetime) -> Grant:
        grant = _open(self.secret, token)
        FOOTAGE.check_time(grant.expires, now)
        return grant


@lru_cache(maxsize=KEPT_TOKENS)
def _open(secret: bytes, token: str) -> Grant:
    """Return what a token says, whether it has expired or not; tokens that are not valid are not kept."""

    def parse(attempt_id: str, recording_id: str, reference: str, expires: int, *holder: str) -> Grant:
        return Grant(
            attempt_id=str(attempt_id),
            recording_id=str(recording_id),
            reference=str(reference),
            expires=int(expires),
            account_id=str(holder[0]) if holder else "",
        )

    return FOOTAGE.read(secret, token, parse)


def check_secret(text: str) -> bytes:
    """Return a secret that an administrator set, for several servers alike. Raises StoreError: too short to be one."""
    secret = text.encode()
    if len(secret) < SECRET_BYTES:
        raise StoreError(
            f"{SECRET_VARIABLE} has {len(secret)} characters",
            expected=f"at least {SECRET_BYTES}, drawn by chance",
            todo="make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    return secret


def load_secret(folder: Path) -> bytes:
    """Return the server's secret, making it on first use; only this user may read the file.

    Two servers that start at once on one folder agree: the file appears complete or not at all.
    """
    path = folder / SECRET_NAME
    try:
        if not path.exists():
            _make_secret(path)
        secret = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made or read: {error.strerror}",
            expected="a data folder that this user may write to",
            todo="check the folder's rights and the free space, or set SIGHTLINE_DATA to another folder",
        ) from error
    if len(secret) < SECRET_BYTES:
        raise StoreError(
            f"{path} holds {len(secret)} bytes",
            expected=f"{SECRET_BYTES}",
            todo="delete the file; running drills then need their page reloaded",
        )
    return secret


def _make_secret(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        with suppress(FileExistsError):
            _publish(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _publish(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        if not path.exists():
            draft.replace(path)
