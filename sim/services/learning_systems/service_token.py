"""Tokens for a learning system's services: OAuth 2.0 client credentials with a signed question (RFC 7523)."""

import secrets
import threading
from typing import Final
from urllib.parse import urlencode

from sim.db.lti import PlatformRow
from sim.services.app.asking import OutsideError, ask
from sim.services.app.wiring import App
from sim.services.learning_systems.keys import sign

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASKED_FOR_S: Final = 300
MARGIN_S: Final = 30.0
_lock: Final = threading.Lock()
_kept: Final[dict[tuple[str, str], tuple[str, float]]] = {}


def get_token(app: App, platform: PlatformRow, scope: str, *, is_fresh: bool = False) -> str:
    """Return a token for a service, one of before where it still lasts and no fresh one is asked for."""
    now = app.clock.read()
    key = (platform.platform_id, scope)
    with _lock:
        kept = _kept.get(key)
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
    with _lock:
        _kept[key] = (token, now.steady_s + lasts_s - MARGIN_S)
    return token
