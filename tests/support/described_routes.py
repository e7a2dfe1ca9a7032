"""The server's own routes as OpenAPI 3.1, as far as calls are made up from it: what they take, and every status."""

from typing import Any

from sim.attempt.events import EventKind
from sim.console.posts import MAX_EVENTS, MAX_NUMBER, MAX_SEQ

Json = dict[str, Any]
TAKES_JSON, TAKES_FORM = "application/json", "application/x-www-form-urlencoded"
TAKING = "400 403 404 408 409 413 422 429 503"
LAUNCHING = "200 400 403 404 408 429 502 503"
ROUTES = {
    "GET /footage/{token}/{recording_id}/{path}": "200 206 304 403 404 416 503",
    "GET /footage-index/{token}/{recording_id}/{path}": "200 403 404 503",
    "GET /footage-timeline/{token}/{recording_id}": "200 304 403 404 503",
    "GET /footage-crop/{token}/{recording_id}/{camera_id}/{frame}/{part}.jpg": "200 403 404 503",
    "GET /api/attempts/{attempt_id}": "200 403 404 429 503",
    "POST /api/attempts/{attempt_id}/events": f"200 {TAKING}",
    "GET /api/attempts/{attempt_id}/exercise": "200 403 404 409 422 429 503",
    "POST /api/attempts/{attempt_id}/similar": f"200 {TAKING}",
    "POST /api/attempts/{attempt_id}/hint": f"200 {TAKING}",
    "POST /api/attempts/{attempt_id}/outline": f"200 {TAKING}",
    "GET /api/attempts/{attempt_id}/help": "200 403 404 409 503",
    "POST /api/attempts/{attempt_id}/help": "200 400 403 404 408 409 429 503",
    "GET /api/probe": "200",
    "GET /api/probe/footage": "200 404",
    "GET /calendar/{token}.ics": "200 403 429 503",
    "GET /start": "200 303",
    "GET /demo/{name}.jpg": "200 404",
    "GET /healthz": "200 503",
    "GET /healthz/live": "200",
    "GET /app.webmanifest": "200",
    "GET /every_page.js": "200",
    "GET /icons/{name}": "200 404",
    **{
        f"{method} /account/{page}": statuses
        for page in ("sign-in", "set-up", "sign-out", "secret", "second-step")
        for method, statuses in (("GET", "200 303 403 503"), ("POST", f"200 303 {TAKING}"))
    },
    "POST /account/code": f"200 303 {TAKING}",
    "GET /mail/stop": "200 403 429",
    "POST /mail/stop": "200 403 429",
    "GET /lti/login": f"303 {LAUNCHING}",
    "POST /lti/login": f"303 {LAUNCHING}",
    "GET /cmi5/launch": f"303 {LAUNCHING}",
    "POST /lti/launch": f"303 {LAUNCHING}",
    "POST /lti/select": LAUNCHING,
    "GET /lti/keys": "200 429 503",
    "GET /lti/config.json": "200 429",
    "GET /lti/register": LAUNCHING,
}
LOGIN = "iss login_hint target_link_uri client_id lti_message_hint lti_deployment_id"
QUERIES = {
    "GET /api/attempts/{attempt_id}/exercise": "since",
    "GET /mail/stop": "t",
    "POST /mail/stop": "t",
    "GET /lti/login": LOGIN,
    "GET /cmi5/launch": "code endpoint fetch actor",
    "GET /lti/register": "code openid_configuration registration_token",
}
FORMS = {"/lti/login": LOGIN, "/lti/launch": "id_token state", "/lti/select": "ticket drill"}

NUMBER: Json = {"type": "integer", "minimum": 0}
NAME: Json = {"type": "string", "minLength": 1, "maxLength": 80}
SHARE: Json = {"type": "number", "minimum": 0, "maximum": 1}


def make_object(properties: Json, *optional: str) -> Json:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


EVENT = make_object(
    {
        "seq": {"type": "integer", "minimum": 1, "maximum": MAX_SEQ},
        "t_client_ms": {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER},
        "kind": {"type": "string", "enum": [kind.value for kind in EventKind]},
        "payload": {"type": "object"},
    }
)
BODIES = {
    "events": make_object(
        {
            "tab": {"type": "string", "format": "uuid"},
            "waiting": NUMBER,
            "events": {"type": "array", "maxItems": MAX_EVENTS, "items": EVENT},
        },
        "waiting",
    ),
    "similar": make_object(
        {"camera_id": NAME, "frame": NUMBER, "box": {"type": "array", "minItems": 4, "maxItems": 4, "items": SHARE}}
    ),
    "hint": make_object(
        {
            "hint": {"type": "string", "enum": ["next-camera", "still-there"]},
            "camera_id": {"type": ["string", "null"], "minLength": 1, "maxLength": 80},
            "t_s": {"type": "number", "minimum": 0},
            "on": {"type": "array", "maxItems": 64, "items": NAME},
        }
    ),
    "outline": make_object({"camera_id": NAME, "frame": NUMBER, "x": SHARE, "y": SHARE}),
}


def describe_routes() -> Json:
    """Return the description; `paths` are as in the routes, without the kinds of their parts."""
    paths: dict[str, Json] = {}
    for route, statuses in ROUTES.items():
        method, path = route.split(" ")
        operation: Json = {"responses": {status: {"description": ""} for status in statuses.split()}}
        asked = [(name, "query") for name in QUERIES.get(route, "").split()]
        asked += [(part.partition("}")[0], "path") for part in path.split("{")[1:]]
        operation["parameters"] = [
            {"name": name, "in": where, "required": where == "path" or name == "t", "schema": {"type": "string"}}
            | ({"schema": {"type": "string", "minLength": 1}} if where == "path" else {})
            for name, where in asked
        ]
        if method == "POST" and (body := describe_body(path)):
            operation["requestBody"] = {"required": True, "content": body}
        if "{attempt_id}" in path:
            operation["security"] = [{"drill": []}]
        paths.setdefault(path, {})[method.lower()] = operation
    schemes = {"drill": {"type": "http", "scheme": "bearer"}}
    about = {"title": "Sightline", "version": "1"}
    return {"openapi": "3.1.0", "info": about, "paths": paths, "components": {"securitySchemes": schemes}}


def describe_body(path: str) -> Json | None:
    if "{attempt_id}" in path:
        body = BODIES.get(path.rpartition("/")[2])
        return body and {TAKES_JSON: {"schema": body}}
    fields = FORMS.get(path, "name secret again was code" if path.startswith("/account/") else "").split()
    schema = {"type": "object", "properties": {name: {"type": "string", "maxLength": 200} for name in fields}}
    return {TAKES_FORM: {"schema": schema}} if fields else None
