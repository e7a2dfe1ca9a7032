"""A learning system that has only course packages: what cmi5 (Quartz, 1st edition) has an LMS do and refuse."""

import json
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tests.support.local_server import LocalServer

Statement = dict[str, Any]
CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
VERBS = "http://adlnet.gov/expapi/verbs/"


@dataclass
class Cmi5Lms:
    mode: str = "Normal"  # of the next launches
    fails: dict[str, int] = field(default_factory=dict)  # status by a part of the path, in place of the answer
    statements: list[Statement] = field(default_factory=list)  # those taken, in their order
    wrong: list[str] = field(default_factory=list)  # what it refused, and why
    tokens: dict[str, str] = field(default_factory=dict)
    registration: str = field(default_factory=lambda: str(uuid.uuid4()))
    actor: Statement = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._server = LocalServer(_make_handler(self))
        self.url = f"http://127.0.0.1:{self._server.port}"
        self.actor = {"objectType": "Agent", "account": {"homePage": self.url, "name": "ana"}}

    def __enter__(self) -> "Cmi5Lms":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def write_launch(self, url: str) -> str:
        asked = {
            "endpoint": f"{self.url}/xapi/",
            "fetch": f"{self.url}/fetch?session={secrets.token_urlsafe(8)}",
            "actor": json.dumps(self.actor),
            "registration": self.registration,
            "activityId": f"{self.url}/activities/1",
        }
        return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(asked)}"

    def list_verbs(self) -> list[str]:
        return [each["verb"]["id"].removeprefix(VERBS) for each in self.statements]


def _check(lms: Cmi5Lms, session: str, statement: Statement) -> str:
    verb = statement["verb"]["id"].removeprefix(VERBS)
    result, context = statement.get("result", {}), statement["context"]
    categories = {each["id"].removeprefix(CATEGORY) for each in context["contextActivities"]["category"]}
    before = [each for each in lms.statements if each["context"]["extensions"][SESSION] == session]
    verbs = [each["verb"]["id"].removeprefix(VERBS) for each in before]
    is_judged = verb in ("completed", "passed", "failed")
    rules = {
        "the first is initialized, once": (verb == "initialized") == (not before),
        "nothing after terminated": "terminated" not in verbs,
        "completed and passed once a registration": verb not in ("completed", "passed") or verb not in lms.list_verbs(),
        "nothing judged but in Normal": not is_judged or lms.mode == "Normal",
        "actor": statement["actor"] == lms.actor,
        "object": statement["object"]["id"] == f"{lms.url}/activities/1",
        "registration": context["registration"] == lms.registration,
        "session": context["extensions"][SESSION] == session,
        "the template's grouping": context["contextActivities"]["grouping"] == [{"id": "https://publisher.example/au"}],
        "category cmi5": "cmi5" in categories,
        "category moveon": ("moveon" in categories) == is_judged,
        "success": result.get("success") == {"passed": True, "failed": False}.get(verb),
        "completion": result.get("completion") == (True if verb == "completed" else None),
        "duration": str(result.get("duration", "")).startswith("PT") == (verb != "initialized"),
        "an id": uuid.UUID(statement["id"]).version is not None,
        "a time in UTC": statement["timestamp"].endswith("Z") and bool(datetime.fromisoformat(statement["timestamp"])),
    }
    return next((rule for rule, is_kept in rules.items() if not is_kept), "")


def _make_handler(lms: Cmi5Lms) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def _send(self, status: int, found: object = None) -> None:
            content = b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _find_session(self) -> str:
            scheme, _, token = self.headers.get("Authorization", "").partition(" ")
            is_xapi = self.headers.get("X-Experience-API-Version") == "1.0.3"
            return lms.tokens.get(token, "") if scheme == "Basic" and is_xapi else ""

        def _is_failing(self) -> bool:
            failing = next((status for part, status in lms.fails.items() if part in self.path), None)
            if failing is not None:
                self._send(failing)
            return failing is not None

        def do_GET(self) -> None:
            if self._is_failing():
                return None
            asked, session = dict(parse_qsl(urlsplit(self.path).query)), self._find_session()
            is_of_learner = json.loads(asked.get("agent", "{}")) == lms.actor
            if not session or not is_of_learner:
                return self._send(401)
            if self.path.startswith("/xapi/agents/profile") and asked["profileId"] == "cmi5LearnerPreferences":
                return self._send(404)
            is_data = asked.get("stateId") == "LMS.LaunchData" and asked.get("registration") == lms.registration
            if not is_data or asked.get("activityId") != f"{lms.url}/activities/1":
                return self._send(404)
            grouping = [{"id": "https://publisher.example/au"}]
            template = {"extensions": {SESSION: session}, "contextActivities": {"grouping": grouping}}
            return self._send(200, {"contextTemplate": template, "launchMode": lms.mode, "moveOn": "Passed"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self._is_failing():
                return None
            if self.path.startswith("/fetch?"):
                session = parse_qs(urlsplit(self.path).query)["session"][0]
                if session in lms.tokens.values():
                    return self._send(400, {"error-code": "1", "error-text": "the token was given before"})
                token = secrets.token_urlsafe(12)
                lms.tokens[token] = session
                return self._send(200, {"auth-token": token})
            session = self._find_session()
            if not session or self.path != "/xapi/statements":
                return self._send(401)
            for statement in json.loads(body):
                if statement in lms.statements:
                    continue
                refused = _check(lms, session, statement)
                if refused:
                    lms.wrong.append(f"{statement['verb']['id']}: {refused}")
                    return self._send(403)
                lms.statements.append(statement)
            return self._send(200, [])

    return Handler
