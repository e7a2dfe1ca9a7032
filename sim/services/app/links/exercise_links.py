"""Links by which the members of an exercise come in: each opens one role, can be ended, and runs out."""

from dataclasses import dataclass
from datetime import timedelta

from sim.db.links import LinkKind
from sim.drill.team_exercise import Role
from sim.errors import AccessError
from sim.services.app.links.tokens import read_link, show_link
from sim.services.app.wiring import App

LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a link opens: one role of one exercise."""

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
    return show_link(app, LinkKind.TEAM_EXERCISE, member.person_id, attempt_id=member.attempt_id, by=by, lasts=LASTS)


def read_invitation(app: App, token: str) -> Invitation:
    link = read_link(app, token, LinkKind.TEAM_EXERCISE)
    with app.store.read() as work:
        member = work.exercises.find_member(link.attempt_id or "")
    if member is None:
        raise AccessError("this team exercise is gone", todo="ask your trainer for a new one")
    return Invitation(exercise_id=member.exercise_id, role=member.role, expires=int(link.expires_at.timestamp()))
