"""The server's own routes as OpenAPI 3.1: what may be sent, and every status that can come back.

Streamlit's routes under `/_stcore` and the pages are not in it. A test holds it against `routes.py`.
"""

from typing import Any

from sim.attempt.events import EventKind
from sim.console.posts import MAX_BODY_BYTES, MAX_CLOCK_MS, MAX_EVENTS, MAX_SEQ
from sim.console.questions import MAX_HINT_BYTES, MAX_OUTLINE_BYTES
from sim.console.similar_search import MAX_QUERY_BYTES
from sim.version import VERSION

Json = dict[str, Any]

NUMBER: Json = {"type": "integer", "minimum": 0}
NAME: Json = {"type": "string", "minLength": 1, "maxLength": 80}
SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}
ERROR: Json = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "description": "what was wrong, what was expected, what to do"}},
}
WORDS = {
    200: "done",
    206: "the bytes asked for",
    303: "another page",
    304: "the browser has these very bytes",
    400: "the connection closed early, or the address cannot be read",
    403: "no token, or one that is forged, expired or for something else",
    404: "there is nothing by that name",
    405: "another method",
    408: "the body came too slowly",
    409: "not in this state of the drill",
    413: "the body is too large",
    416: "the range lies outside the file",
    422: "the body or a parameter is malformed",
    429: "asked too often",
    502: "the learning system did not answer as its standard has it",
    503: "the database cannot be used at this moment",
}
EVENTS: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tab", "events"],
    "description": f"one tab's events, none for a heartbeat; at most {MAX_BODY_BYTES} bytes",
    "properties": {
        "tab": {"type": "string", "format": "uuid"},
        "waiting": {"type": "integer", "minimum": 0, "description": "events held back for the next post"},
        "events": {
            "type": "array",
            "maxItems": MAX_EVENTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["seq", "t_client_ms", "kind", "payload"],
                "properties": {
                    "seq": {"type": "integer", "minimum": 1, "maximum": MAX_SEQ},
                    "t_client_ms": {"type": "number", "minimum": -MAX_CLOCK_MS, "maximum": MAX_CLOCK_MS},
                    "kind": {"type": "string", "enum": [kind.value for kind in EventKind]},
                    "payload": {"type": "object", "description": "as docs/events.md says for the kind"},
                },
            },
        },
    },
}
RECEIPT: Json = {
    "type": "object",
    "required": ["ack", "state", "elapsed_ms", "remaining_ms", "leader", "paused"],
    "properties": {
        "ack": NUMBER,
        "state": {"type": "string"},
        "elapsed_ms": NUMBER,
        "remaining_ms": NUMBER,
        "leader": {"type": ["string", "null"]},
        "paused": {"type": "boolean"},
    },
}
MAIL_TOKEN: Json = {"name": "t", "in": "query", "required": True, "schema": {"type": "string"}}
SIMILAR: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["camera_id", "frame", "box"],
    "description": f"at most {MAX_QUERY_BYTES} bytes",
    "properties": {
        "camera_id": NAME,
        "frame": NUMBER,
        "box": {"type": "array", "minItems": 4, "maxItems": 4, "items": SHARE},
    },
}
HINT: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["hint", "camera_id", "t_s", "on"],
    "description": f"at most {MAX_HINT_BYTES} bytes",
    "properties": {
        "hint": {"type": "string", "enum": ["next-camera", "still-there"]},
        "camera_id": {"type": ["string", "null"], "minLength": 1, "maxLength": 80},
        "t_s": {"type": "number", "minimum": 0},
        "on": {"type": "array", "maxItems": 64, "items": NAME},
    },
}
SPOT: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["camera_id", "frame", "x", "y"],
    "description": f"a point of the main picture; at most {MAX_OUTLINE_BYTES} bytes",
    "properties": {"camera_id": NAME, "frame": NUMBER, "x": SHARE, "y": SHARE},
}
OUTLINE: Json = {
    "type": "object",
    "additionalProperties": False,
    "required": ["box"],
    "properties": {
        "box": {
            "type": ["array", "null"],
            "minItems": 4,
            "maxItems": 4,
            "items": SHARE,
            "description": "left, top, right, bottom of the person whom a mark there is on; null for nobody",
        }
    },
}
HELP: Json = {"type": "object", "required": ["asked", "answered"], "properties": {"asked": NUMBER, "answered": NUMBER}}
HEALTH: Json = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
STATE: Json = {"type": "object", "required": ["state", "elapsed_ms", "remaining_ms", "acked"]}
NEWS: Json = {"type": "object", "required": ["number", "entries", "members"]}
FOUND: Json = {"type": "object", "required": ["number", "recognized", "results"]}
SINCE: Json = {
    "name": "since",
    "in": "query",
    "schema": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
    "description": "the number of the last answer",
}
RANGE: Json = {"name": "Range", "in": "header", "schema": {"type": "string"}, "description": "bytes=FIRST-LAST"}
HTML = "text/html"
ACCOUNT_PAGES = {
    "sign-in": "signing in",
    "set-up": "making the first account, at this machine only",
    "sign-out": "signing out",
    "secret": "changing one's own PIN or passphrase",
    "second-step": "turning the second step of signing in on or off",
}
_FOOTAGE = "/{token}/{recording_id}"
_ATTEMPT = "/api/attempts/{attempt_id}"
_DENIED = (403, 404, 503)
_BODY_DENIED = (400, 408, 409, 413, 422, 429)


def describe_routes() -> Json:
    """Return the description; `paths` are as in the routes, without the kinds of their parts."""
    paths: dict[str, Json] = {
        f"/footage{_FOOTAGE}/{{path}}": {
            "get": _describe(
                "a clip, wall, sheet of thumbnails, or the picture of the person sought",
                (200, 206, 304, 416, *_DENIED),
                more=[RANGE],
                kinds=("video/mp4", "image/webp"),
            )
        },
        f"/footage-index{_FOOTAGE}/{{path}}": {"get": _describe("where each frame lies in a clip", (200, *_DENIED))},
        f"/footage-timeline{_FOOTAGE}": {"get": _describe("motion and gaps of every camera", (200, 304, *_DENIED))},
        "/footage-crop/{token}/{recording_id}/{camera_id}/{frame}/{part}.jpg": {
            "get": _describe("a part of a frame", (200, *_DENIED), kinds=("image/jpeg",))
        },
        _ATTEMPT: {
            "get": _describe("time, tabs, and the work so far", (200, *_DENIED, 429), answer=STATE, bearer=True)
        },
        f"{_ATTEMPT}/events": {
            "post": _describe(
                "events in; a repeat is harmless", (200, *_DENIED, *_BODY_DENIED), RECEIPT, body=EVENTS, bearer=True
            )
        },
        f"{_ATTEMPT}/exercise": {
            "get": _describe(
                "what is new in a team exercise", (200, *_DENIED, 409, 422, 429), NEWS, more=[SINCE], bearer=True
            )
        },
        f"{_ATTEMPT}/similar": {
            "post": _describe(
                "who looks like the person in a box", (200, *_DENIED, *_BODY_DENIED), FOUND, body=SIMILAR, bearer=True
            )
        },
        f"{_ATTEMPT}/hint": {
            "post": _describe(
                "a hint of a practice drill", (200, *_DENIED, *_BODY_DENIED), {"type": "object"}, body=HINT, bearer=True
            )
        },
        f"{_ATTEMPT}/outline": {
            "post": _describe(
                "a box around the person at a point", (200, *_DENIED, *_BODY_DENIED), OUTLINE, body=SPOT, bearer=True
            )
        },
        f"{_ATTEMPT}/help": {
            "get": _describe("how the calls for help stand", (200, *_DENIED, 409), HELP, bearer=True),
            "post": _describe("ask the trainer for help", (200, *_DENIED, 400, 408, 409, 429), HELP, bearer=True),
        },
        "/api/probe": {
            "get": _describe("half a megabyte, to measure the line", (200,), kinds=("application/octet-stream",))
        },
        "/api/probe/footage": {
            "get": _describe("what the doctor lays down for nginx to send", (200, 404), kinds=("text/plain",))
        },
        "/calendar/{token}.ics": {
            "get": _describe("a program's steps and days", (200, 403, 429, 503), kinds=("text/calendar",))
        },
        "/start": {"get": _describe("leads to Home", (200, 303), kinds=(HTML,))},
        "/demo/{name}.jpg": {
            "get": _describe("a picture of the search that the start page shows", (200, 404), kinds=("image/jpeg",))
        },
        "/healthz": {"get": _describe("whether drills can be done: database, disk, footage", (200, 503), HEALTH)},
        "/healthz/live": {"get": _describe("whether the process answers", (200,), HEALTH)},
        "/app.webmanifest": {
            "get": _describe("the app to install", (200,), kinds=("application/manifest+json",)),
        },
        "/every_page.js": {
            "get": _describe("what a page says while the server does not answer", (200,), kinds=("text/javascript",))
        },
        "/icons/{name}": {"get": _describe("an icon of the app", (200, 404), kinds=("image/png",))},
    }
    paths.update(_describe_account_pages())
    paths.update(_describe_learning_systems())
    for path, methods in paths.items():
        parameters = [
            {"name": part[1:-1], "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for part in _list_parts(path)
        ]
        if parameters:
            methods["parameters"] = parameters
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sightline", "version": VERSION, "description": str(__doc__)},
        "paths": paths,
        "components": {"securitySchemes": {"drill": {"type": "http", "scheme": "bearer"}}},
    }


def _describe_account_pages() -> dict[str, Json]:
    form: Json = {
        "type": "object",
        "properties": {
            name: {"type": "string", "maxLength": 200} for name in ("name", "secret", "again", "was", "code")
        },
    }
    described = {}
    for name, summary in ACCOUNT_PAGES.items():
        shown = _describe(summary, (200, 303, 403, 503), kinds=(HTML,))
        posted = _describe(f"{summary}, the form", (200, 303, *_DENIED, *_BODY_DENIED), kinds=(HTML,))
        posted["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
        described[f"/account/{name}"] = {"get": _answer_in_html(shown), "post": _answer_in_html(posted)}
    code = _describe("the code of the second step, the form", (200, 303, *_DENIED, *_BODY_DENIED), kinds=(HTML,))
    code["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    described["/account/code"] = {"post": _answer_in_html(code)}
    stop = ("whether to turn reminders by mail off", "turn reminders by mail off")
    shown, posted = (_describe(words, (200, 403, 429), more=[MAIL_TOKEN], kinds=(HTML,)) for words in stop)
    described["/mail/stop"] = {"get": _answer_in_html(shown), "post": _answer_in_html(posted)}
    return described


def _describe_learning_systems() -> dict[str, Json]:
    """Return the ways in from a learning system (LTI 1.3), which answer a browser in HTML."""
    refused = (400, 403, 404, 408, 429, 502, 503)

    def describe(summary: str, fields: tuple[str, ...], *statuses: int) -> Json:
        operation = _answer_in_html(_describe(summary, (*statuses, *refused), kinds=(HTML,)))
        form: Json = {"type": "object", "properties": {name: {"type": "string"} for name in fields}}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": form}},
        }
        return operation

    def describe_get(summary: str, fields: tuple[str, ...], *statuses: int) -> Json:
        asked = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in fields]
        return _answer_in_html(_describe(summary, (*statuses, *refused), more=asked, kinds=(HTML,)))

    login = ("iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint", "lti_deployment_id")
    register = ("code", "openid_configuration", "registration_token")
    begin = "the beginning of a launch from a learning system"
    return {
        "/lti/login": {"get": describe_get(begin, login, 200, 303), "post": describe(begin, login, 200, 303)},
        "/cmi5/launch": {
            "get": describe_get(
                "a launch from a course package (cmi5)", ("code", "endpoint", "fetch", "actor"), 200, 303
            )
        },
        "/lti/launch": {"post": describe("a signed launch", ("id_token", "state"), 200, 303)},
        "/lti/select": {"post": describe("a drill chosen for a course", ("ticket", "drill"), 200)},
        "/lti/keys": {"get": _describe("the public key of this installation (JWKS)", (200, 429, 503))},
        "/lti/config.json": {"get": _describe("what Canvas is set up with", (200, 429))},
        "/lti/register": {"get": describe_get("a learning system registers itself", register, 200)},
    }


def _answer_in_html(operation: Json) -> Json:
    for status, answer in operation["responses"].items():
        if status != "303":
            answer["content"] = {HTML: {"schema": {"type": "string"}}}
    return operation


def _describe(
    summary: str,
    statuses: tuple[int, ...],
    answer: Json | None = None,
    *,
    body: Json | None = None,
    more: list[Json] | None = None,
    kinds: tuple[str, ...] = ("application/json",),
    bearer: bool = False,
) -> Json:
    described: Json = {
        "summary": summary,
        "responses": {str(status): _describe_answer(status, answer, kinds) for status in sorted(set(statuses))},
    }
    if body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if more:
        described["parameters"] = more
    if bearer:
        described["security"] = [{"drill": []}]
    return described


def _describe_answer(status: int, answer: Json | None, kinds: tuple[str, ...]) -> Json:
    described: Json = {"description": WORDS[status]}
    if status in (200, 206):
        described["content"] = {kind: {"schema": answer or {}} for kind in kinds}
    elif status == 416:
        described["content"] = {"text/plain": {"schema": {"type": "string"}}}
    elif status == 404:
        words = {
            "schema": {"type": "string", "description": "an address that is no route's, such as one with a line feed"}
        }
        described["content"] = {"application/json": {"schema": ERROR}, "text/plain": words}
    elif status not in (303, 304):
        described["content"] = {"application/json": {"schema": HEALTH if answer is HEALTH else ERROR}}
    return described


def _list_parts(path: str) -> list[str]:
    return [f"{{{part.partition('}')[0]}}}" for part in path.split("{")[1:]]
