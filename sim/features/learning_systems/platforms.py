"""Learning systems that an administrator has registered."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sim.app.asking import OutsideError, ask, get_host, is_at_home, is_safe_url, is_this_machine
from sim.app.signed import Purpose
from sim.app.wiring import App
from sim.db.attempts import AttemptRow
from sim.db.lti import NonceRow, PlatformRow, ResultRow
from sim.errors import AccessError, StoreError
from sim.features.learning_systems.launch import (
    DEEP_LINK,
    LAUNCH,
    LAUNCH_PATH,
    NAMES_SCOPE,
    NONCES_KEPT,
    SCORE_SCOPE,
    SELECT_PATH,
)
from sim.rules.viewer import Duty, Viewer, require

MOST_NAME: Final = 80
MOST_ID: Final = 255
MOST_DEPLOYMENTS: Final = 50


WAITS: Final = (
    ResultRow.done_at.is_(None),
    ResultRow.attempt_id == AttemptRow.attempt_id,
    AttemptRow.ended_at.is_not(None),
)
"""Of results that were not told of drills that have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformForm:
    name: str
    issuer: str
    client_id: str
    deployments: Collection[str]
    auth_url: str
    token_url: str
    keys_url: str
    token_audience: str = ""
    trusts_email: bool = False
    takes_in: bool = False
    school: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCard:
    row: PlatformRow
    waiting: int
    refused: int


def list_platforms(app: App, viewer: Viewer) -> tuple[PlatformCard, ...]:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.read() as work:
        return tuple(
            PlatformCard(
                row=row,
                waiting=work.count_rows(ResultRow, ResultRow.platform_id == row.platform_id, *WAITS),
                refused=work.count_rows(ResultRow, ResultRow.platform_id == row.platform_id, ResultRow.refused != ""),
            )
            for row in work.lti.list_all()
        )


def save_platform(app: App, viewer: Viewer, wish: PlatformForm, *, platform_id: str = "") -> str:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    return store_platform(app, wish, platform_id=platform_id)


def store_platform(app: App, wish: PlatformForm, *, platform_id: str = "", needs_deployment: bool = True) -> str:
    """As `save_platform`, for somebody whose right was looked at before. Raises StoreError."""
    name, school = (" ".join(text.split()) for text in (wish.name, wish.school))
    if not 1 <= len(name) <= MOST_NAME or len(school) > MOST_NAME:
        raise StoreError(f"Enter a name and a school of at most {MOST_NAME} characters.")
    for text, what in ((wish.issuer, "issuer"), (wish.client_id, "client ID")):
        if not 1 <= len(text.strip()) <= MOST_ID or not text.strip().isprintable():
            raise StoreError(f"Enter the {what} as the learning system shows it.")
    deployments = tuple(dict.fromkeys(each.strip() for each in wish.deployments if each.strip()))
    if (
        (needs_deployment and not deployments)
        or len(deployments) > MOST_DEPLOYMENTS
        or any(len(each) > MOST_ID for each in deployments)
    ):
        raise StoreError(f"Enter the deployment IDs, one per line, at most {MOST_DEPLOYMENTS}.")
    addresses = {
        "sign-in address": wish.auth_url,
        "token address": wish.token_url,
        "address of the keys": wish.keys_url,
    }
    for what, url in addresses.items():
        if not is_safe_url(url.strip()) or len(url) > 1000:
            raise StoreError(f"The {what} does not begin with https://. Copy it from the learning system.")
    fields: dict[str, Any] = {
        "name": name,
        "issuer": wish.issuer.strip(),
        "client_id": wish.client_id.strip(),
        "deployments": deployments,
        "auth_url": wish.auth_url.strip(),
        "token_url": wish.token_url.strip(),
        "keys_url": wish.keys_url.strip(),
        "token_audience": wish.token_audience.strip()[:1000],
        "trusts_email": wish.trusts_email,
        "takes_in": wish.takes_in,
        "school": school,
    }
    with app.store.write() as work:
        same = work.lti.find(issuer=fields["issuer"], client_id=fields["client_id"])
        if same is not None and same.platform_id != platform_id:
            raise StoreError("a learning system with this issuer and client id is here already", todo="change that one")
        if platform_id:
            work.put(replace(work.lti.get(platform_id), **fields))
            return platform_id
        new_id = secrets.token_urlsafe(12)
        work.insert(PlatformRow(platform_id=new_id, created_at=app.clock.read().wall, **fields))
    return new_id


def remove_platform(app: App, viewer: Viewer, platform_id: str) -> str:
    """Forget a learning system; return its id. Nobody comes in from it any more; people and their drills stay."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    with app.store.write() as work:
        work.delete(PlatformRow, PlatformRow.platform_id == platform_id)
    return platform_id


LOGIN_PATH: Final = "/lti/login"
KEYS_PATH: Final = "/lti/keys"
REGISTER_PATH: Final = "/lti/register"
TITLE: Final = "Sightline"
ABOUT: Final = "Camera-search drills for school staff"
CHOOSE: Final = "Choose a drill"
TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CODE: Final = Purpose(
    salt="sightline-lti-register-1", what="this registration link", todo="make a new one under Learning systems"
)
LASTS: Final = timedelta(hours=1)
SCOPES: Final = (SCORE_SCOPE, NAMES_SCOPE)


def make_code(app: App, viewer: Viewer) -> str:
    require(viewer, Duty.MANAGE_ACCOUNTS)
    expires_s = int((app.clock.read().wall + LASTS).timestamp())
    return CODE.sign(app.access.secret, [secrets.token_urlsafe(16), expires_s])


def describe_for_canvas(base: str) -> dict[str, Any]:
    placements = [
        {"placement": place, "message_type": DEEP_LINK, "target_link_uri": f"{base}{SELECT_PATH}", "text": CHOOSE}
        for place in ("assignment_selection", "link_selection")
    ]
    return {
        "title": TITLE,
        "description": ABOUT,
        "oidc_initiation_url": f"{base}{LOGIN_PATH}",
        "target_link_uri": f"{base}{LAUNCH_PATH}",
        "public_jwk_url": f"{base}{KEYS_PATH}",
        "scopes": list(SCOPES),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(base).netloc,
                "privacy_level": "public",
                "settings": {"text": TITLE, "placements": placements},
            }
        ],
        "custom_fields": {},
    }


def register(app: App, *, code: str, config_url: str, token: str, base: str) -> str:
    def parse(number: str, expires_s: int) -> tuple[str, int]:
        return str(number), int(expires_s)

    number, expires_s = CODE.read(app.access.secret, code, parse)
    CODE.check_time(expires_s, app.clock.read().wall)
    _require_safe(app, {"configuration": config_url})
    # noted as used before anything is asked: of two at once one goes on
    now = app.clock.read().wall
    with app.store.write() as work:
        work.delete(NonceRow, NonceRow.used_at < now - NONCES_KEPT)
        nonce_sha256 = hashlib.sha256(f"register {number}".encode()).hexdigest()
        is_first = work.insert_new(NonceRow(nonce_sha256=nonce_sha256, used_at=now))
    if not is_first:
        raise AccessError("this registration link was used before, and each one works only once", todo=CODE.todo)
    answer = ask(config_url, what="the learning system's configuration", headers=_bear(token))
    found = answer.data if answer.is_good and isinstance(answer.data, dict) else {}
    issuer = _get(found, "issuer")
    if not issuer or get_host(issuer) != get_host(config_url):
        raise AccessError("the learning system's configuration is of another address than its issuer")
    addresses = ("registration_endpoint", "authorization_endpoint", "token_endpoint", "jwks_uri")
    _require_safe(app, {name: _get(found, name) for name in addresses})
    made = ask(
        _get(found, "registration_endpoint"),
        what="the learning system's registration",
        body=json.dumps(
            {
                "application_type": "web",
                "response_types": ["id_token"],
                "grant_types": ["implicit", "client_credentials"],
                "initiate_login_uri": f"{base}{LOGIN_PATH}",
                "redirect_uris": [f"{base}{LAUNCH_PATH}"],
                "client_name": TITLE,
                "jwks_uri": f"{base}{KEYS_PATH}",
                "token_endpoint_auth_method": "private_key_jwt",
                "scope": " ".join(SCOPES),
                TOOL: {
                    "domain": urlsplit(base).netloc,
                    "description": ABOUT,
                    "target_link_uri": f"{base}{LAUNCH_PATH}",
                    "claims": ["iss", "sub", "name", "email"],
                    "messages": [
                        {"type": LAUNCH},
                        {"type": DEEP_LINK, "target_link_uri": f"{base}{SELECT_PATH}", "label": CHOOSE},
                    ],
                },
            }
        ).encode("utf-8"),
        headers={"Content-Type": "application/json", **_bear(token)},
    )
    client = made.data if made.is_good and isinstance(made.data, dict) else {}
    if not _get(client, "client_id"):
        raise OutsideError(f"the learning system did not register this tool (answer {made.status})")
    tool = client.get(TOOL)
    deployment = _get(tool, "deployment_id") if isinstance(tool, dict) else ""
    described = found.get("https://purl.imsglobal.org/spec/lti-platform-configuration")
    family = _get(described, "product_family_code") if isinstance(described, dict) else ""
    name = f"{family} at {get_host(issuer)}" if family else get_host(issuer)
    wish = PlatformForm(
        name=name[:80],
        issuer=issuer,
        client_id=_get(client, "client_id"),
        deployments=(deployment,),
        auth_url=_get(found, "authorization_endpoint"),
        token_url=_get(found, "token_endpoint"),
        keys_url=_get(found, "jwks_uri"),
        token_audience=_get(found, "authorization_server"),
    )
    try:
        store_platform(app, wish, needs_deployment=False)
    except StoreError as error:
        raise OutsideError(
            f"the learning system's configuration cannot be used: {error.what}", todo="register it by hand"
        ) from error
    return wish.name


def _require_safe(app: App, addresses: Mapping[str, str]) -> None:
    """Raise OutsideError where an address that the learning system names is not to be asked by this server."""
    is_trial = is_at_home(app.settings.address)
    for name, url in addresses.items():
        if not is_safe_url(url, only_https=not is_trial) or (is_this_machine(url) and not is_trial):
            raise OutsideError(
                f"the learning system's {name.replace('_', ' ')} is not asked: {url[:80]!r} is no https address of "
                "another machine",
                todo="check its settings, and make a new link",
            )


def _bear(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token and token.isascii() and token.isprintable() else {}


def _get(found: dict[str, Any], name: str) -> str:
    text = found.get(name)
    return text if isinstance(text, str) else ""
