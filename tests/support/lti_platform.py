"""A learning system: LTI 1.3 Core, NRPS 2.0, AGS 2.0, Deep Linking 2.0, Dynamic Registration; it checks as those do."""

import contextlib
import json
import secrets
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.support.local_server import LocalServer

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LEARNER, INSTRUCTOR = f"{MEMBER}Learner", f"{MEMBER}Instructor"
CLIENT_ID = "962fa4d8-bcbf-49a0-94b2-2de05ad274af"
DEPLOYMENT = "07940580-b309-415e-a37c-914d387c1150"
CONTEXT = "c1d887f0-a1a3-4bca-ae25-c375edcc131a"
Claims = dict[str, Any]


@dataclass
class User:
    sub: str
    name: str
    email: str = ""
    roles: tuple[str, ...] = (LEARNER,)
    status: str = "Active"
    sourced_id: str = ""


@dataclass
class Score:
    line_item: str
    body: Claims


@cache
def make_first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@dataclass
class LtiPlatform:
    tool_url: str = ""
    users: dict[str, User] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    change: Callable[[Claims], Claims] = lambda claims: claims
    fails: dict[str, int] = field(default_factory=dict)  # status by path prefix, in place of the answer
    page_size: int = 2
    frame: bool = False  # the page of a course shows the tool in a frame, as many learning systems do
    messages: list[dict[str, str]] = field(default_factory=list)  # each id_token that it has sent, with its state
    scores: list[Score] = field(default_factory=list)
    chosen: list[Claims] = field(default_factory=list)
    registered: list[Claims] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # what it refused of the tool
    tokens: dict[str, str] = field(default_factory=dict)
    tool_keys: KeySet | None = None  # of a tool that is not served; else they are fetched
    now: Callable[[], float] = time.time
    host: str = "127.0.0.1"  # under "localhost" it is another site to the browser than a tool at 127.0.0.1

    def __post_init__(self) -> None:
        self.key = make_first_key()
        self._server = LocalServer(_make_handler(self))
        self.url = f"http://{self.host}:{self._server.port}"

    def __enter__(self) -> "LtiPlatform":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.close()

    def make_claims(self, sub: str, nonce: str, *, deep: bool = False) -> Claims:
        """Return a message as the examples of LTI Core (section 5.3) and Deep Linking (section 4.4.6) have it."""
        user, now = self.users[sub], int(self.now())
        claims: Claims = {
            "iss": self.url,
            "sub": user.sub,
            "aud": [CLIENT_ID],
            "exp": now + 600,
            "iat": now,
            "azp": CLIENT_ID,
            "nonce": nonce,
            "name": user.name,
            "locale": "en-US",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}message_type": "LtiDeepLinkingRequest" if deep else "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}roles": list(user.roles),
            f"{CLAIM}context": {
                "id": CONTEXT,
                "label": "SAFE 1010",
                "title": "Camera training",
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            },
            f"{CLAIM}target_link_uri": f"{self.tool_url}/lti/{'select' if deep else 'launch'}",
            f"{NRPS}claim/namesroleservice": {
                "context_memberships_url": f"{self.url}/members?page=1",
                "service_versions": ["2.0"],
            },
            f"{AGS}claim/endpoint": {
                "scope": [f"{AGS}scope/lineitem", f"{AGS}scope/score"],
                "lineitems": f"{self.url}/lineitems",
                "lineitem": f"{self.url}/lineitems/7/lineitem?type_id=2",
            },
        }
        if user.email:
            claims["email"] = user.email
        if user.sourced_id:
            claims[f"{CLAIM}lis"] = {"person_sourcedid": user.sourced_id}
        if deep:
            claims[f"{DL}deep_linking_settings"] = {
                "deep_link_return_url": f"{self.url}/deep_links",
                "accept_types": ["link", "ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe", "window"],
                "data": "csrftoken:c7fbba78-7b75-46e3-9201-11e6d5f36f53",
            }
        else:
            claims[f"{CLAIM}resource_link"] = {"id": "200d101f-2c14-434a-a0f3-57c2a42369fd", "title": "Drill"}
            claims[f"{CLAIM}custom"] = dict(self.custom)
        return self.change(claims)

    def sign(self, claims: Claims, *, key: RSAKey | None = None, header: Claims | None = None) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.kid, **(header or {})}, claims, key)

    def write_login(self, sub: str, *, deep: bool = False) -> str:
        target = f"{self.tool_url}/lti/{'select' if deep else 'launch'}"
        asked = {"iss": self.url, "login_hint": sub, "target_link_uri": target, "client_id": CLIENT_ID}
        return f"{self.tool_url}/lti/login?{urlencode({**asked, 'lti_message_hint': 'deep' if deep else 'link'})}"

    def fetch_tool_keys(self) -> KeySet:
        if self.tool_keys is not None:
            return self.tool_keys
        with urllib.request.urlopen(f"{self.tool_url}/lti/keys") as answer:
            return KeySet.import_key_set(json.load(answer))


class _RefusedError(Exception):
    """What the learning system does not accept of the tool."""


def _make_handler(platform: LtiPlatform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._answer(_GET)

        def do_POST(self) -> None:
            self._answer(_POST)

        def _answer(self, known: "dict[str, _Route]") -> None:
            path = urlsplit(self.path).path
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            failing = next((status for part, status in platform.fails.items() if part in path), None)
            route = next((each for start, each in known.items() if path.startswith(start)), None)
            kind, content, status, more = "text/plain", b"", failing or 404, dict[str, str]()
            if failing is None and route is not None:
                try:
                    kind, content, more = route(platform, self, body)
                    status = 200
                except _RefusedError as refusal:
                    platform.wrong.append(str(refusal))
                    content, status = str(refusal).encode(), 400
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(content)

    return Handler


_Answered = tuple[str, bytes, dict[str, str]]
_Route = Callable[[LtiPlatform, BaseHTTPRequestHandler, bytes], _Answered]


def _page(body: str) -> _Answered:
    return "text/html", f"<!DOCTYPE html><html lang=en><title>Course</title><body>{body}</body></html>".encode(), {}


def _data(found: object) -> _Answered:
    return "application/json", json.dumps(found).encode(), {}


def _query(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(handler.path).query))


def _require(is_right: bool, what: str) -> None:
    if not is_right:
        raise _RefusedError(what)


def _show_course(platform: LtiPlatform, handler: BaseHTTPRequestHandler, _: bytes) -> _Answered:
    asked = _query(handler)
    login = escape(platform.write_login(asked["user"], deep=asked.get("deep") == "1"), quote=True)
    if platform.frame:
        return _page(f'<h1>Course</h1><iframe title="Drill" src="{login}" width="700" height="500"></iframe>')
    return _page(f'<h1>Course</h1><a href="{login}">Drill</a>')


def _authorize(platform: LtiPlatform, handler: BaseHTTPRequestHandler, _: bytes) -> _Answered:
    """LTI Core 5.1.1.2 and 5.1.1.3: the request for the message, and the message by a form that posts itself."""
    asked = _query(handler)
    fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    for name, value in {**fixed, "client_id": CLIENT_ID, "redirect_uri": f"{platform.tool_url}/lti/launch"}.items():
        _require(asked.get(name) == value, f"{name} is {asked.get(name)!r}")
    _require(bool(asked.get("state")) and bool(asked.get("nonce")), "no state or nonce")
    claims = platform.make_claims(asked["login_hint"], asked["nonce"], deep=asked.get("lti_message_hint") == "deep")
    message = {"id_token": platform.sign(claims), "state": asked["state"]}
    platform.messages.append(message)
    fields = "".join(f'<input type=hidden name={name} value="{escape(value)}">' for name, value in message.items())
    url = escape(asked["redirect_uri"], quote=True)
    return _page(f'<form method=post action="{url}">{fields}</form><script>document.forms[0].submit()</script>')


def _give_token(platform: LtiPlatform, handler: BaseHTTPRequestHandler, body: bytes) -> _Answered:
    """Security Framework 1.0, section 4.1: client credentials with a signed question."""
    asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    _require(asked.get("grant_type") == "client_credentials", "grant_type")
    _require(asked.get("client_assertion_type", "").endswith("client-assertion-type:jwt-bearer"), "assertion type")
    question = jwt.decode(asked["client_assertion"], platform.fetch_tool_keys(), algorithms=["RS256"]).claims
    _require(question["iss"] == question["sub"] == CLIENT_ID, "iss and sub")
    _require(question["aud"] == f"{platform.url}/token" and bool(question["jti"]), "aud or jti")
    _require(
        question["iat"] <= platform.now() + 5 and platform.now() < question["exp"] <= question["iat"] + 3600, "times"
    )
    token = secrets.token_urlsafe(16)
    platform.tokens[token] = asked["scope"]
    return _data({"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": asked["scope"]})


def _check_token(platform: LtiPlatform, handler: BaseHTTPRequestHandler, scope: str) -> None:
    scheme, _, token = handler.headers.get("Authorization", "").partition(" ")
    _require(scheme == "Bearer" and scope in platform.tokens.get(token, ""), f"no token for {scope}")


def _take_score(platform: LtiPlatform, handler: BaseHTTPRequestHandler, body: bytes) -> _Answered:
    """AGS 2.0, section 3.4.6."""
    parts = urlsplit(handler.path)
    _require(parts.path.endswith("/lineitem/scores") and parts.query == "type_id=2", f"no column at {handler.path}")
    _check_token(platform, handler, f"{AGS}scope/score")
    _require(handler.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json", "content type")
    score = json.loads(body)
    for name in ("userId", "activityProgress", "gradingProgress", "timestamp"):
        _require(bool(score.get(name)), f"a score without {name}")
    _require(score["userId"] in platform.users, "a score of nobody here")
    _require(0 <= score["scoreGiven"] <= score["scoreMaximum"] and score["scoreMaximum"] > 0, "no score")
    _require(score["timestamp"].endswith("Z") and "." in score["timestamp"], "a time without fractions of a second")
    platform.scores.append(Score(line_item=parts.path.removesuffix("/scores"), body=score))
    return _data({})


def _list_members(platform: LtiPlatform, handler: BaseHTTPRequestHandler, _: bytes) -> _Answered:
    """NRPS 2.0, section 2.2 and 2.4: a container of members, further pages by a Link header."""
    _check_token(platform, handler, f"{NRPS}scope/contextmembership.readonly")
    _require("vnd.ims.lti-nrps.v2.membershipcontainer+json" in handler.headers["Accept"], "Accept")
    page = int(_query(handler)["page"])
    users = list(platform.users.values())
    shown = users[(page - 1) * platform.page_size : page * platform.page_size]
    members = [
        {
            "status": user.status,
            "name": user.name,
            "user_id": user.sub,
            "roles": [role.removeprefix(MEMBER) for role in user.roles],
            **({"email": user.email} if user.email else {}),
            **({"lis_person_sourcedid": user.sourced_id} if user.sourced_id else {}),
        }
        for user in shown
    ]
    kind, content, _more = _data(
        {"id": f"{platform.url}/members", "context": {"id": CONTEXT, "title": "Camera training"}, "members": members}
    )
    more = f'<{platform.url}/members?page={page + 1}>; rel="next"' if page * platform.page_size < len(users) else ""
    return kind, content, {"Link": f'<{platform.url}/members>; rel="differences"' + (f", {more}" if more else "")}


def _take_choice(platform: LtiPlatform, handler: BaseHTTPRequestHandler, body: bytes) -> _Answered:
    """Deep Linking 2.0, section 4.5."""
    token = parse_qs(body.decode())["JWT"][0]
    chosen = jwt.decode(token, platform.fetch_tool_keys(), algorithms=["RS256"]).claims
    _require(chosen["iss"] == CLIENT_ID and platform.url in chosen["aud"], "iss or aud")
    _require(chosen[f"{CLAIM}message_type"] == "LtiDeepLinkingResponse", "message type")
    _require(chosen[f"{CLAIM}version"] == "1.3.0" and chosen[f"{CLAIM}deployment_id"] == DEPLOYMENT, "version")
    _require(chosen[f"{DL}data"] == "csrftoken:c7fbba78-7b75-46e3-9201-11e6d5f36f53", "data")
    platform.chosen += chosen[f"{DL}content_items"]
    return _page("<h1>Added to the course</h1>")


def _show_configuration(platform: LtiPlatform, _: BaseHTTPRequestHandler, __: bytes) -> _Answered:
    """Dynamic Registration 1.0, section 3.3."""
    return _data(
        {
            "issuer": platform.url,
            "authorization_endpoint": f"{platform.url}/auth",
            "token_endpoint": f"{platform.url}/token",
            "jwks_uri": f"{platform.url}/jwks",
            "registration_endpoint": f"{platform.url}/register",
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {"product_family_code": "double"},
        }
    )


def _register(platform: LtiPlatform, handler: BaseHTTPRequestHandler, body: bytes) -> _Answered:
    _require(handler.headers.get("Authorization") == "Bearer once", "registration token")
    wanted = json.loads(body)
    _require(wanted["token_endpoint_auth_method"] == "private_key_jwt", "token_endpoint_auth_method")
    platform.registered.append(wanted)
    return _data({**wanted, "client_id": CLIENT_ID, TOOL: {**wanted[TOOL], "deployment_id": DEPLOYMENT}})


_GET: dict[str, _Route] = {
    "/course": _show_course,
    "/auth": _authorize,
    "/jwks": lambda platform, *_: _data(
        {"keys": [{**platform.key.as_dict(private=False), "kid": platform.key.kid, "alg": "RS256", "use": "sig"}]}
    ),
    "/members": _list_members,
    "/.well-known/openid-configuration": _show_configuration,
}
_POST: dict[str, _Route] = {
    "/token": _give_token,
    "/lineitems/": _take_score,
    "/deep_links": _take_choice,
    "/register": _register,
}
