"""A launch from a learning system: its beginning, and its message, which is believed only after everything was checked.

OpenID Connect with a third-party-initiated login, as LTI Core 1.3 section 5.1 and the 1EdTech Security Framework 1.0
have it. The state is signed here and bound to the browser by a cookie; the nonce in it is taken once, in the database.
Keys, ours and theirs, are here too. What signs and checks (joserfc) is loaded with the first launch: 20 MB that an
installation without any does not need.
"""

import hashlib
import hmac
import json
import os
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from sim.app.asking import OutsideError, ask
from sim.app.signed import Purpose
from sim.app.wiring import App
from sim.db.lti import NonceRow, PlatformRow
from sim.errors import AccessError, StoreError

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey


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


# Names of what messages carry (1EdTech LTI Core 1.3, Deep Linking 2.0, NRPS 2.0, AGS 2.0).
LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE: Final = f"{LTI}message_type"
VERSION: Final = f"{LTI}version"
DEPLOYMENT: Final = f"{LTI}deployment_id"
TARGET: Final = f"{LTI}target_link_uri"
RESOURCE_LINK: Final = f"{LTI}resource_link"
ROLES: Final = f"{LTI}roles"
CONTEXT: Final = f"{LTI}context"
CUSTOM: Final = f"{LTI}custom"
LIS: Final = f"{LTI}lis"
ENDPOINT: Final = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NAMES: Final = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
CONTENT_ITEMS: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
DEEP_LINKING_DATA: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
NAMES_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LAUNCH: Final = "LtiResourceLinkRequest"
DEEP_LINK: Final = "LtiDeepLinkingRequest"
VERSION_NOW: Final = "1.3.0"
MEMBERSHIP: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
STAFF_ROLES: Final = ("Instructor", "ContentDeveloper", "Administrator", "Manager")
LEARNER: Final = "Learner"
LAUNCH_PATH: Final = "/lti/launch"
SELECT_PATH: Final = "/lti/select"
LASTS: Final = timedelta(minutes=10)
"""So long somebody may take at the learning system between the beginning of a launch and its message."""
CLOCKS_APART: Final = timedelta(minutes=5)
NONCES_KEPT: Final = timedelta(days=1)
MOST_TOKEN: Final = 32 * 1024
MOST_SUBJECT: Final = 255
LATEST_S: Final = 1e11
AGAIN: Final = "open the link in the learning system again"
ASK_ADMIN: Final = "ask the person who looks after Sightline"
STATE: Final = Purpose(salt="sightline-lti-state-1", what="this launch", todo=AGAIN)
_platform_keys: Final = PlatformKeys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    platform: PlatformRow
    deployment_id: str
    message_type: str
    subject: str  # the learning system's id of the person
    roles: frozenset[str]
    # email, name, sourced_id: of the person, "" where it does not say
    email: str
    name: str
    sourced_id: str
    drill: str  # which drill the link names, "" for none
    # context_id, context_title: the course, "" for none
    context_id: str
    context_title: str
    members_url: str  # where the course's names are read, "" for nowhere
    line_item: str  # the column of the grade book that takes a score, "" for none
    # return_url, return_data: of a deep linking message; else "" and None
    return_url: str
    return_data: str | None


def begin_launch(app: App, params: Mapping[str, str], *, redirect_uri: str) -> tuple[str, str, str]:
    """Return where the browser goes to sign in, and the name and value of the cookie that it comes back with."""
    issuer, hint = params.get("iss", ""), params.get("login_hint", "")
    if not issuer or not hint or not params.get("target_link_uri"):
        raise AccessError("this is no launch of a learning system", expected="iss, login_hint and target_link_uri")
    client_id = params.get("client_id", "")
    deployment_id = params.get("lti_deployment_id", "")
    with app.store.read() as work:
        known = work.lti.list_all()
    found = [each for each in known if each.issuer == issuer and client_id in ("", each.client_id)]
    if len(found) > 1 and deployment_id:
        found = [each for each in found if deployment_id in each.deployments]
    if len(found) != 1:
        raise AccessError(
            f"the learning system {issuer[:80]!r} is not registered here",
            expected="its issuer and client ID as an administrator entered them under Learning systems",
            todo=ASK_ADMIN,
        )
    platform = found[0]
    nonce, cookie = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    expires = int((app.clock.read().wall + LASTS).timestamp())
    state = STATE.sign(app.access.secret, [platform.platform_id, nonce, _hash(cookie), expires])
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": redirect_uri,
        "login_hint": hint,
        "state": state,
        "nonce": nonce,
    }
    if params.get("lti_message_hint"):
        asked["lti_message_hint"] = params["lti_message_hint"]
    joiner = "&" if urlsplit(platform.auth_url).query else "?"
    return f"{platform.auth_url}{joiner}{urlencode(asked)}", name_cookie(state), cookie


def name_cookie(state: str) -> str:
    """Return what the cookie of a state is called: two launches in one browser do not disturb each other."""
    return f"sightline_lti_{_hash(state)[:12]}"


def read_launch(app: App, *, state: str, token: str, cookie: str) -> Launch:
    """Return a launch whose message was checked, and note that it was taken."""
    now = app.clock.read()

    def parse(platform_id: str, nonce: str, cookie_hash: str, expires: int) -> tuple[str, str, str, int]:
        return str(platform_id), str(nonce), str(cookie_hash), int(expires)

    platform_id, nonce, cookie_hash, expires = STATE.read(app.access.secret, state, parse)
    STATE.check_time(expires, now.wall)
    with app.store.read() as work:
        platform = work.lti.get(platform_id)
    found = _check_signature(platform, token, now_s=now.steady_s)
    _check_who(found, platform)
    check_times(found, now=now.wall)
    if not isinstance(found.get("nonce"), str) or not hmac.compare_digest(found["nonce"], nonce):
        raise AccessError("this launch was made for another one", todo=AGAIN)
    launch = _read_message(found, platform)
    if launch.message_type != DEEP_LINK and not hmac.compare_digest(_hash(cookie), cookie_hash):
        raise AccessError(
            "your browser did not keep this site's cookie, or the launch was begun in another browser",
            todo="open the link in the learning system again, in a new window",
        )
    with app.store.write() as work:
        work.delete(NonceRow, NonceRow.used_at < now.wall - NONCES_KEPT)
        is_first = work.insert_new(NonceRow(nonce_sha256=_hash(f"{platform_id} {nonce}"), used_at=now.wall))
    if not is_first:
        raise AccessError("this launch was used before, and each one opens only once", todo=AGAIN)
    return launch


def check_times(found: Mapping[str, Any], *, now: datetime) -> None:
    issued, expires = _read_moment(found.get("iat")), _read_moment(found.get("exp"))
    if issued is None or expires is None:
        raise AccessError("the message does not say when it was made", todo=ASK_ADMIN)
    now_s, apart_s = now.timestamp(), CLOCKS_APART.total_seconds()
    ahead_s, late_s = issued - now_s, now_s - expires
    if ahead_s > apart_s:
        raise AccessError(
            f"the learning system's clock is {_write_minutes(ahead_s)} ahead of this server's",
            expected="clocks at most 5 minutes apart",
            todo="have the person who looks after the servers set both clocks",
        )
    if late_s > apart_s or now_s - issued > LASTS.total_seconds() + apart_s:
        raise AccessError(
            f"this launch is {_write_minutes(max(late_s, now_s - issued))} old, or the two clocks differ",
            expected="a launch of now, and clocks at most 5 minutes apart",
            todo=AGAIN,
        )


def _check_signature(platform: PlatformRow, token: str, *, now_s: float) -> dict[str, Any]:
    forged = AccessError(f"this message was not signed by {platform.name}", todo=AGAIN)
    kid = read_kid(token) if len(token) <= MOST_TOKEN else None
    key = _platform_keys.find(platform.keys_url, kid, now_s=now_s) if kid is not None else None
    found = verify(token, key) if key is not None else None
    if found is None:
        raise forged
    return found


def _check_who(found: Mapping[str, Any], platform: PlatformRow) -> None:
    """Raise AccessError for a message of or for somebody else (OpenID Connect Core, section 3.1.3.7)."""
    if found.get("iss") != platform.issuer:
        raise AccessError("this message is of another learning system than it says", todo=AGAIN)
    audience, party = found.get("aud"), found.get("azp")
    listed = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    is_for_us = platform.client_id in listed and party in (None, platform.client_id)
    if not is_for_us or (len(listed) > 1 and party is None):
        raise AccessError("this message is for another tool than this one", todo=ASK_ADMIN)
    deployment = found.get(DEPLOYMENT)
    if deployment not in platform.deployments:
        raise AccessError(
            f"the deployment {str(deployment)[:80]!r} of {platform.name} is not let in here",
            expected="a deployment ID that an administrator entered under Learning systems",
            todo=ASK_ADMIN,
        )


def _read_message(found: Mapping[str, Any], platform: PlatformRow) -> Launch:
    kind, version, roles = found.get(MESSAGE_TYPE), found.get(VERSION), found.get(ROLES)
    if kind not in (LAUNCH, DEEP_LINK):
        raise AccessError(f"a message of the kind {str(kind)[:40]!r} is not taken here", todo=ASK_ADMIN)
    if version != VERSION_NOW:
        raise AccessError(f"the message is of LTI {str(version)[:20]!r}", expected=VERSION_NOW, todo=ASK_ADMIN)
    subject = found.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= MOST_SUBJECT:
        raise AccessError(
            "the learning system does not say who opens the link",
            expected="a launch by a person who is signed in there",
            todo="sign in there; anonymous launches are not taken",
        )
    if not isinstance(roles, list) or not all(isinstance(each, str) for each in roles):
        raise AccessError("the message does not list roles", todo=ASK_ADMIN)
    link, settings = _get_part(found, RESOURCE_LINK), _get_part(found, DEEP_LINKING)
    target = _get_text(found, TARGET)
    if kind == LAUNCH and (not _get_text(link, "id") or not target):
        raise AccessError("the message does not say which link was opened", todo=ASK_ADMIN)
    if kind == DEEP_LINK and not _get_text(settings, "deep_link_return_url"):
        raise AccessError("the message does not say where the chosen drill goes", todo=ASK_ADMIN)
    course, custom = _get_part(found, CONTEXT), _get_part(found, CUSTOM)
    endpoint, listed = _get_part(found, ENDPOINT), _get_part(found, NAMES)
    scopes = endpoint.get("scope")
    takes_scores = isinstance(scopes, list) and SCORE_SCOPE in scopes
    return Launch(
        platform=platform,
        deployment_id=str(found[DEPLOYMENT]),
        message_type=str(kind),
        subject=subject,
        roles=frozenset(roles),
        email=_get_text(found, "email").casefold(),
        name=" ".join(_get_text(found, "name").split()),
        sourced_id=_get_text(_get_part(found, LIS), "person_sourcedid"),
        drill=_get_text(custom, "drill") or _read_query(target, "drill"),
        context_id=_get_text(course, "id")[:255],
        context_title=" ".join((_get_text(course, "title") or _get_text(course, "label")).split()),
        members_url=_get_text(listed, "context_memberships_url"),
        line_item=_get_text(endpoint, "lineitem") if takes_scores else "",
        return_url=_get_text(settings, "deep_link_return_url"),
        return_data=_get_text(settings, "data") or None,
    )


def _get_part(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _get_text(found: Mapping[str, Any], name: str) -> str:
    text = found.get(name)
    return text.strip() if isinstance(text, str) else ""


def _read_query(url: str, name: str) -> str:
    try:
        return parse_qs(urlsplit(url).query).get(name, [""])[0]
    except ValueError:
        return ""


def _read_moment(found: object) -> float | None:
    is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
    return float(found) if isinstance(found, (int, float)) and is_number and abs(found) < LATEST_S else None


def _write_minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes:,} minutes"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def has_role(roles: frozenset[str], *names: str) -> bool:
    """Return whether one of the context roles is among a message's, in its full or its short form (LTI Core A.2)."""
    wanted = {*names, *(f"{MEMBERSHIP}{name}" for name in names)}
    return bool(roles & wanted)
