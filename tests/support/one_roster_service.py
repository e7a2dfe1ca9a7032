"""A OneRoster REST service for tests, with the parameters, headers and payloads of the 1.1 and 1.2 documents.

It refuses what they do not have: no or wrong token, a limit or offset that is none, a filter that it cannot read.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.local_server import LocalServer

Record = dict[str, Any]
CLIENT, SECRET = "sightline", "a secret"
TOKEN = "b25jZQ"
CHANGED = "2026-09-01T00:00:00.000Z"
SCOPES = {
    "v1p1": "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly",
    "v1p2": "https://purl.imsglobal.org/spec/or/v1p2/scope/roster-core.readonly",
}


def make_org(sourced_id: str, name: str, *, kind: str = "school", parent: str = "") -> Record:
    record: Record = {
        "sourcedId": sourced_id,
        "status": "active",
        "dateLastModified": CHANGED,
        "name": name,
        "type": kind,
        "identifier": sourced_id,
    }
    return record | ({"parent": {"href": "", "sourcedId": parent, "type": "org"}} if parent else {})


def make_user(
    sourced_id: str,
    given: str,
    family: str,
    *,
    org: str = "s1",
    role: str = "teacher",
    email: str = "",
    status: str = "active",
    changed: str = CHANGED,
    version: str = "v1p2",
) -> Record:
    user: Record = {
        "sourcedId": sourced_id,
        "status": status,
        "dateLastModified": changed,
        "enabledUser": "true" if version == "v1p2" else True,
        "username": given.lower(),
        "givenName": given,
        "familyName": family,
        "email": email,
        "phone": "555 0100",
    }
    org_ref = {"href": f"orgs/{org}", "sourcedId": org, "type": "org"}
    if version == "v1p1":
        return user | {"role": role, "orgs": [org_ref]}
    return user | {"roles": [{"roleType": "primary", "role": role, "org": org_ref}], "primaryOrg": org_ref}


@dataclass
class OneRosterService:
    """Runs from construction until `close`.

    Attributes:
        fails_at: the page of users, from 1 on, that is answered with `status`, or cut short where that is 0.
        has_links: pages are chained by a Link header.
        total: of `X-Total-Count`; None for the right one, -1 for no such header.
        asked: the parameters of each request for users.
    """

    version: str = "v1p2"
    orgs: list[Record] = field(default_factory=list)
    users: list[Record] = field(default_factory=list)
    most: int = 1000
    fails_at: int = 0
    status: int = 500
    has_links: bool = True
    total: int | None = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = LocalServer(_make_handler(self))
        self.host = f"127.0.0.1:{self._server.port}"
        self.base = f"/ims/oneroster/{'rostering/' if self.version == 'v1p2' else ''}{self.version}"
        self.environ = {
            "SIGHTLINE_ONEROSTER": f"http://{CLIENT}:{SECRET.replace(' ', '%20')}@{self.host}{self.base}",
            "SIGHTLINE_ONEROSTER_TOKEN": f"http://{self.host}/oauth/token",
        }

    def __enter__(self) -> "OneRosterService":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()


def _keep(records: list[Record], wanted: str) -> list[Record] | None:
    """Return what a filter of the standard lets through; None where it cannot be read."""
    for part in filter(None, wanted.split(" AND ")):
        found = re.fullmatch(r"(\w+)(!=|>|=)'([^']*)'", part)
        if found is None:
            return None
        name, sign, value = found.groups()
        compare = {"!=": lambda a, b: a != b, ">": lambda a, b: a > b, "=": lambda a, b: a == b}[sign]
        records = [each for each in records if compare(str(each.get(name, "")), value)]
    return records


def _make_handler(service: OneRosterService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, found: object = None, headers: dict[str, str] | None = None) -> None:
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            asked = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            is_right = (
                self.path == "/oauth/token"
                and self.headers["Authorization"] == f"Basic {basic}"
                and asked == {"grant_type": "client_credentials", "scope": SCOPES[service.version]}
            )
            told = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}
            self._send(200 if is_right else 401, told if is_right else {"error": "invalid_client"})

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = dict(parse_qsl(parts.query))
            what = parts.path.removeprefix(f"{service.base}/")
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return self._send(401)
            if what not in ("orgs", "users") or not asked["limit"].isdigit() or not asked["offset"].isdigit():
                return self._send(404)
            kept = _keep(service.users if what == "users" else service.orgs, asked.get("filter", ""))
            if kept is None:
                return self._send(400, {"imsx_codeMajor": "failure"})
            offset, limit = int(asked["offset"]), min(int(asked["limit"]), service.most)
            shown = sorted(kept, key=lambda each: str(each["sourcedId"]))[offset : offset + limit]
            if what == "users":
                service.asked.append(asked)
                if service.fails_at == len(service.asked):
                    if service.status:
                        return self._send(service.status)
                    shown = shown[:-1]
            headers = {}
            if service.has_links:
                more = urlencode({**asked, "offset": offset + limit})
                next_page = (
                    f'<http://{service.host}{parts.path}?{more}>; rel="next", ' if offset + limit < len(kept) else ""
                )
                headers["Link"] = f'{next_page}<http://{service.host}{self.path}>; rel="first"'
            if service.total != -1:
                headers["X-Total-Count"] = str(len(kept) if service.total is None else service.total)
            return self._send(200, {what: shown}, headers)

    return Handler
