"""Keys of learning systems: our own, by which they know this installation, and theirs, by which we know them.

What signs and checks (joserfc) is loaded with the first launch: 20 MB that an installation without any does not need.
"""

import json
import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.app.asking import OutsideError, ask
from sim.app.wiring import App
from sim.errors import StoreError

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey
from urllib.parse import urlencode

from sim.db.teams import PlatformRow

KEY_NAME: Final = "lti-key.json"
ALGORITHM: Final = "RS256"
"""What LTI 1.3 has every system use (1EdTech Security Framework 1.0, section 5.1)."""
KEY_BITS: Final = 2048
KEPT_S: Final = 3600.0
AGAIN_S: Final = 30.0
"""A key that is not known has the keys fetched again, but not more often than this."""


def load_key(folder: Path) -> "RSAKey":
    from joserfc.errors import JoseError  # noqa: PLC0415 - as said above
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    path = folder / KEY_NAME
    try:
        if not path.exists():
            _make_key(path)
        return RSAKey.import_key(json.loads(path.read_text(encoding="ascii")))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made or read: {error.strerror}", todo="check the folder's rights"
        ) from error
    except (ValueError, JoseError) as error:
        raise StoreError(
            f"{path} holds no key",
            todo="put it back from a backup, or delete it; learning systems then need a minute to learn the new one",
        ) from error


def _make_key(path: Path) -> None:
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    key = RSAKey.generate_key(KEY_BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(key.as_dict(private=True), file)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


def describe_own_keys(app: App) -> dict[str, Any]:
    """Return the public half of our key, as learning systems fetch it (JWKS, RFC 7517). Raises StoreError."""
    key = load_key(app.settings.data)
    return {"keys": [{**key.as_dict(private=False), "kid": key.kid, "use": "sig", "alg": ALGORITHM}]}


def sign(app: App, claims: dict[str, Any]) -> str:
    from joserfc import jwt  # noqa: PLC0415

    key = load_key(app.settings.data)
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


@dataclass(slots=True, kw_only=True)
class _Kept:
    keys: "tuple[RSAKey, ...]"
    at_s: float


@dataclass(slots=True, kw_only=True)
class PlatformKeys:
    """The public keys of learning systems, fetched when needed and kept for an hour. Safe to share between threads."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def find(self, url: str, kid: str, *, now_s: float) -> "RSAKey | None":
        with self._lock:
            kept = self._kept.get(url)
        found = _pick(kept.keys, kid) if kept is not None and now_s - kept.at_s < KEPT_S else None
        if found is None and (kept is None or not 0.0 <= now_s - kept.at_s < AGAIN_S):
            fresh = _Kept(keys=_fetch(url), at_s=now_s)
            with self._lock:
                self._kept[url] = fresh
            found = _pick(fresh.keys, kid)
        return found


def _pick(keys: "tuple[RSAKey, ...]", kid: str) -> "RSAKey | None":
    return next((key for key in keys if key.kid == kid), None)


def _fetch(url: str) -> "tuple[RSAKey, ...]":
    from joserfc.errors import JoseError  # noqa: PLC0415
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    answer = ask(url, what="the learning system's list of keys")
    if not answer.is_good:
        raise OutsideError(f"the learning system's list of keys answered {answer.status}", todo="try again later")
    found = answer.data.get("keys") if isinstance(answer.data, dict) else None
    try:
        keys = [each for each in found if isinstance(each, dict) and each.get("kty") == "RSA"] if found else []
        return tuple(RSAKey.import_key(each) for each in keys)
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise OutsideError("the learning system's list of keys cannot be read") from error


def read_kid(token: str) -> str | None:
    from joserfc import jws  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError):
        return None
    kid = header.get("kid")
    return kid if header.get("alg") == ALGORITHM and isinstance(kid, str) else None


def verify(token: str, key: "RSAKey") -> dict[str, Any] | None:
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        return jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError, TypeError):
        return None


# Tokens for a learning system's services: OAuth 2.0 client credentials with a signed question (RFC 7523).
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASKED_FOR_S: Final = 300
MARGIN_S: Final = 30.0
_tokens_lock: Final = threading.Lock()
_kept_tokens: Final[dict[tuple[str, str], tuple[str, float]]] = {}


def get_token(app: App, platform: PlatformRow, scope: str, *, is_fresh: bool = False) -> str:
    now = app.clock.read()
    key = (platform.platform_id, scope)
    with _tokens_lock:
        kept = _kept_tokens.get(key)
    if kept is not None and not is_fresh and now.steady_s < kept[1]:
        return kept[0]
    issued = int(now.wall.timestamp())
    question = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.token_audience or platform.token_url,
        "iat": issued,
        "exp": issued + ASKED_FOR_S,
        "jti": secrets.token_urlsafe(24),
    }
    asked = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": sign(app, question),
        "scope": scope,
    }
    answer = ask(
        platform.token_url,
        what=f"{platform.name} (token)",
        body=urlencode(asked).encode("ascii"),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    token = answer.data.get("access_token") if answer.is_good and isinstance(answer.data, dict) else None
    if not isinstance(token, str) or not token:
        raise OutsideError(
            f"{platform.name} gave no token (answer {answer.status})",
            todo="check the client ID, the address of our keys in the learning system, and both clocks",
        )
    lasts = answer.data.get("expires_in", 0)
    lasts_s = float(lasts) if isinstance(lasts, (int, float)) else 0.0
    with _tokens_lock:
        _kept_tokens[key] = (token, now.steady_s + lasts_s - MARGIN_S)
    return token
