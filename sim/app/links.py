"""The links themselves: a signed number of a row that says what it opens, for whom, until when, and who gave it out.

A copy of the database makes no link, since the key is not in it; and a link that was ended, or whose row is gone,
opens nothing however well it is signed.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Final

from sim.app.signed import LINK
from sim.app.wiring import App
from sim.attempt.team_exercise import Role
from sim.db.attempts import MemberRow
from sim.db.programs import LinkKind, LinkRow
from sim.db.store import Transaction
from sim.errors import AccessError

LASTS: Final = timedelta(days=30)
MOST_SIGNS: Final = 200


def show_link(
    app: App, kind: LinkKind, person_id: str, *, attempt_id: str | None = None, by: str = "", lasts: timedelta = LASTS
) -> str:
    """Return the token of a link that `by` gave out and of which half of `lasts` is left, or give one out now."""
    now = app.clock.read().wall
    with app.store.read() as work:
        work.people.get(person_id)
        known = work.links.list_all(LinkRow.expires_at > now + lasts / 2, person_id=person_id, ended_at=None)
    for row in known:
        if (row.kind, row.attempt_id, row.issued_by) == (kind, attempt_id, by):
            return write_token(app, row)
    row = LinkRow(
        link_id=secrets.token_urlsafe(18),
        kind=kind,
        person_id=person_id,
        attempt_id=attempt_id,
        issued_by=by,
        issued_at=now,
        expires_at=now + lasts,
    )
    with app.store.write() as work:
        work.insert(row)
    return write_token(app, row)


def write_token(app: App, row: LinkRow) -> str:
    return LINK.sign(app.access.secret, [row.kind.value, row.link_id])


def read_link(app: App, token: str, kind: LinkKind) -> LinkRow:
    with app.store.read() as work:
        return find_link(app, work, token, kind)


def find_link(app: App, work: Transaction, token: str, kind: LinkKind) -> LinkRow:
    told, link_id = LINK.read(app.access.secret, token[:MOST_SIGNS], _parse)
    row = work.by_key(LinkRow, link_id) if told == kind.value else None
    if row is None or row.kind is not kind:
        raise AccessError("this link is not valid here", todo=LINK.todo)
    if row.ended_at is not None:
        raise AccessError("this link was ended", todo=LINK.todo_late)
    if app.clock.read().wall >= row.expires_at:
        raise AccessError("this link has expired", todo=LINK.todo_late)
    return row


def _parse(kind: str, link_id: str) -> tuple[str, str]:
    return str(kind), str(link_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    exercise_id: str
    role: Role
    expires: int  # UTC seconds since 1970


def write_invitation(app: App, exercise_id: str, role: Role, *, by: str = "") -> str:
    """Return the token of a link to a role, given out by `by`; it is the same while it works, and lasts 14 days."""
    with app.store.read() as work:
        members = work.exercises.list_members(work.exercises.get(exercise_id).exercise_id)
    member = next((member for member in members if member.role is role), None)
    if member is None:
        raise AccessError("this team exercise has no such role", todo="ask for a new link")
    return show_link(
        app, LinkKind.TEAM_EXERCISE, member.person_id, attempt_id=member.attempt_id, by=by, lasts=timedelta(days=14)
    )


def read_invitation(app: App, token: str) -> Invitation:
    link = read_link(app, token, LinkKind.TEAM_EXERCISE)
    with app.store.read() as work:
        member = work.find_row(MemberRow, MemberRow.attempt_id == link.attempt_id)
    if member is None:
        raise AccessError("this team exercise is gone", todo="ask your trainer for a new one")
    return Invitation(exercise_id=member.exercise_id, role=member.role, expires=int(link.expires_at.timestamp()))


PEOPLE = "people/"
FRONT = "front/"
_SALT = b"sightline-name-1"


def name_opaquely(secret: bytes, *parts: str) -> str:
    """Return 20 letters that stand for some texts, and can be told from chance only with the secret."""
    text = b"\0".join((_SALT, *(part.encode() for part in parts)))
    return urlsafe_b64encode(hmac.digest(secret, text, hashlib.sha256)[:15]).decode("ascii")


def name_recording(secret: bytes, recording_id: str) -> str:
    return name_opaquely(secret, recording_id)


def name_file(secret: bytes, recording_id: str, path: str) -> str:
    """Return what stands for a file of a recording: "main/CAM-01.mp4" becomes "main/", 20 letters, ".mp4"."""
    place = PurePosixPath(path)
    return (place.parent / f"{name_opaquely(secret, recording_id, path)}{place.suffix}").as_posix()


def find_recording_id(app: App, name: str) -> str | None:
    known = {known.recording_id for known in app.catalog.list_forms()}
    return next((each for each in known if name_recording(app.access.secret, each) == name), None)


def find_path(app: App, recording_id: str, name: str) -> str | None:
    return app.catalog.keep(("opaque names", recording_id), lambda: _list_paths(app, recording_id)).get(name)


def _list_paths(app: App, recording_id: str) -> Mapping[str, str]:
    files = tuple(app.catalog.get_recording(recording_id).manifest.files)
    photos = tuple(path.replace(PEOPLE, PEOPLE + FRONT, 1) for path in files if path.startswith(PEOPLE))
    return {name_file(app.access.secret, recording_id, path): path for path in (*files, *photos)}
