"""Choosing a practice drill from inside a learning system (LTI Deep Linking 2.0): what there is, and the signed answer.

Drills on a walk of the school's own cameras are not offered: what is seen there is for those of this installation.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sim.app.asking import is_safe_url
from sim.app.signed import Purpose
from sim.app.wiring import App
from sim.errors import AccessError, RecordingError
from sim.features.learning_systems.launch import (
    AGAIN,
    CONTENT_ITEMS,
    DEEP_LINKING_DATA,
    DEPLOYMENT,
    MESSAGE_TYPE,
    STAFF_ROLES,
    VERSION,
    VERSION_NOW,
    Launch,
    has_role,
    sign,
)
from sim.forms.forms import Origin
from sim.tasks import get_task_type

GIVEN: Final = "given"
"""Instead of a drill's id: the next drill that the person's trainer has given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    form_id: str
    title: str
    kind: str


def list_practice(app: App) -> tuple[Practice, ...]:
    """Return the drills that anyone may practice on, also from outside; not those whose recording cannot be read."""
    found = []
    for each in app.catalog.list_forms():
        if each.origin is not Origin.PUBLIC:
            continue
        try:
            place = app.catalog.get_recording(each.recording_id).site.name
        except RecordingError:
            continue
        kind = get_task_type(each.form.type).title
        found.append(Practice(form_id=each.form.form_id, title=f"{each.form.title}, {place}", kind=kind))
    return tuple(found)


def check_practice(app: App, form_id: str) -> None:
    if not any(each.form.form_id == form_id and each.origin is Origin.PUBLIC for each in app.catalog.list_forms()):
        raise AccessError(
            f"there is no practice drill {form_id[:80]!r} here",
            expected="one that is listed under Drills",
            todo="ask the person who made the link to choose another drill for it",
        )


CHOICE: Final = Purpose(salt="sightline-lti-choice-1", what="this choice", todo=AGAIN)
LASTS: Final = timedelta(hours=1)
ANSWER_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    drill: str
    title: str
    kind: str


def list_choices(app: App) -> tuple[Choice, ...]:
    practice = [Choice(drill=each.form_id, title=each.title, kind=each.kind) for each in list_practice(app)]
    return (Choice(drill=GIVEN, title="Next drill from the trainer", kind="Given drills"), *practice)


def make_ticket(app: App, launch: Launch) -> str:
    """Return what the page of choices carries, signed. Raises AccessError: for somebody who looks after no course."""
    if not has_role(launch.roles, *STAFF_ROLES):
        raise AccessError("drills are put into a course by its instructors", todo="ask the instructor")
    if not is_safe_url(launch.return_url):
        raise AccessError("the learning system's return address is not https", todo="ask its administrator")
    expires = int((app.clock.read().wall + LASTS).timestamp())
    said = [launch.platform.platform_id, launch.deployment_id, launch.return_url, launch.return_data, expires]
    return CHOICE.sign(app.access.secret, said)


def choose_drill(app: App, ticket: str, drill: str, *, launch_url: str) -> tuple[str, str]:
    """Return where the browser goes back to, and the signed answer that it takes there."""
    now = app.clock.read().wall

    def parse(*parts: Any) -> tuple[str, str, str, str | None, int]:
        platform_id, deployment_id, return_url, data, expires = parts
        return str(platform_id), str(deployment_id), str(return_url), data, int(expires)

    platform_id, deployment_id, return_url, data, expires = CHOICE.read(app.access.secret, ticket, parse)
    CHOICE.check_time(expires, now)
    choice = next((each for each in list_choices(app) if each.drill == drill), None)
    if choice is None:
        raise AccessError("choose a drill from the list", todo=AGAIN)
    with app.store.read() as work:
        platform = work.lti.get(platform_id)
    item = {
        "type": "ltiResourceLink",
        "title": choice.title,
        "url": launch_url,
        "custom": {"drill": choice.drill},
        "lineItem": {"label": choice.title, "scoreMaximum": 1, "resourceId": choice.drill},
        "window": {"targetName": "_blank"},
    }
    said: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": int(now.timestamp()),
        "exp": int((now + ANSWER_LASTS).timestamp()),
        "nonce": secrets.token_urlsafe(24),
        DEPLOYMENT: deployment_id,
        MESSAGE_TYPE: "LtiDeepLinkingResponse",
        VERSION: VERSION_NOW,
        CONTENT_ITEMS: [item],
    }
    if data is not None:
        said[DEEP_LINKING_DATA] = data
    return return_url, sign(app, said)
