"""A learning system that registers itself (LTI Dynamic Registration 1.0), and what others are given to be set up with.

It happens by a link that an administrator makes under Learning systems; without one nobody can register anything. It
works once, and whoever has it says which addresses this server asks: https alone. Plain http at this machine is for a
trial, where `SIGHTLINE_ADDRESS` itself is such an address.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sim.errors import AccessError, StoreError
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.asking import OutsideError, ask, get_host, is_at_home, is_safe_url
from sim.services.app.signed_link import Purpose
from sim.services.app.wiring import App
from sim.services.learning_systems import claims as names
from sim.services.learning_systems.launch import LAUNCH_PATH, NONCES_KEPT, SELECT_PATH
from sim.services.learning_systems.platforms import Wish, store_platform

LOGIN_PATH: Final = "/lti/login"
KEYS_PATH: Final = "/lti/keys"
CONFIG_PATH: Final = "/lti/config.json"
REGISTER_PATH: Final = "/lti/register"
TITLE: Final = "Sightline"
ABOUT: Final = "Camera-search drills for school staff"
CHOOSE: Final = "Choose a drill"
TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CODE: Final = Purpose(
    salt="sightline-lti-register-1", what="this registration link", todo="make a new one under Learning systems"
)
LASTS: Final = timedelta(hours=1)
SCOPES: Final = (names.SCORE_SCOPE, names.NAMES_SCOPE)


def make_code(app: App, viewer: Viewer) -> str:
    """Return what lets a learning system register itself within an hour, once. Raises AccessError."""
    require(viewer, Duty.MANAGE_ACCOUNTS)
    expires_s = int((app.clock.read().wall + LASTS).timestamp())
    return CODE.sign(app.access.secret, [secrets.token_urlsafe(16), expires_s])


def describe_for_canvas(base: str) -> dict[str, Any]:
    """Return the settings of this tool as Canvas reads them from an address (its LTI 1.3 JSON), for a base address."""
    placements = [
        {"placement": place, "message_type": names.DEEP_LINK, "target_link_uri": f"{base}{SELECT_PATH}", "text": CHOOSE}
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
    """Register this tool at a learning system, and that here; return its name."""
    number = _read_code(app, code)
    _require_safe(app, {"configuration": config_url})
    _use_once(app, number)
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
        body=json.dumps(_describe_tool(base)).encode("utf-8"),
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
    wish = Wish(
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


def _read_code(app: App, code: str) -> str:
    def parse(number: str, expires_s: int) -> tuple[str, int]:
        return str(number), int(expires_s)

    number, expires_s = CODE.read(app.access.secret, code, parse)
    CODE.check_time(expires_s, app.clock.read().wall)
    return number


def _require_safe(app: App, addresses: Mapping[str, str]) -> None:
    """Raise OutsideError where an address that the learning system names is not to be asked by this server."""
    is_trial = is_at_home(app.settings.address)
    for name, url in addresses.items():
        if not is_safe_url(url, only_https=not is_trial):
            raise OutsideError(
                f"the learning system's {name.replace('_', ' ')} is not asked: {url[:80]!r} is no https address",
                todo="check its settings, and make a new link",
            )


def _use_once(app: App, number: str) -> None:
    """Note that a link is used, before anything is asked: of two at once one goes on. Raises AccessError."""
    now = app.clock.read().wall
    with app.store.write() as work:
        work.lti.forget_nonces(before=now - NONCES_KEPT)
        is_first = work.lti.use_nonce(hashlib.sha256(f"register {number}".encode()).hexdigest(), at=now)
    if not is_first:
        raise AccessError("this registration link was used before, and each one works only once", todo=CODE.todo)


def _describe_tool(base: str) -> dict[str, Any]:
    return {
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
                {"type": names.LAUNCH},
                {"type": names.DEEP_LINK, "target_link_uri": f"{base}{SELECT_PATH}", "label": CHOOSE},
            ],
        },
    }


def _bear(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token and token.isascii() and token.isprintable() else {}


def _get(found: dict[str, Any], name: str) -> str:
    text = found.get(name)
    return text if isinstance(text, str) else ""
