"""The links that work now, for the trainer of a team."""

from dataclasses import dataclass
from datetime import datetime

from sim.db.links import LinkKind, LinkRow
from sim.services.accounts.drill_access import LINK_SHOWS_RESULT
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App

WHAT = {LinkKind.RECORD: "Training record", LinkKind.DRILL: "Drill", LinkKind.TEAM_EXERCISE: "Team exercise"}
JOIN = "Joining a session"
SEAT = "Place in a session"
EVERYONE = "Everyone invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link that works now."""

    link_id: str | None  # of one that can be ended alone; None for those of a session, which end on its page
    person_id: str | None  # whom it is for; None for everyone invited to a session
    # who, what: in words
    who: str
    what: str
    issued_by: str  # who gave it out, "" where that is not known
    # issued_at, expires_at: UTC
    issued_at: datetime
    expires_at: datetime


def list_links(app: App, viewer: Viewer, team_id: str) -> tuple[LinkLine, ...]:
    """Return the links of a team's people and sessions that work now, the newest first."""
    require(viewer, Duty.TRAIN)
    now = app.clock.read().wall
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    lines = []
    with app.store.read() as work:
        work.teams.get_team(team_id)
        names = {person.person_id: person.name for person in work.teams.list_people(team_id)}
        rows = work.links.list_open(names.keys(), now=now)
        drills = work.attempts.find_all([row.attempt_id for row in rows if row.attempt_id is not None])
        for row in rows:
            form_id = drills[row.attempt_id].form_id if row.attempt_id in drills else ""
            lines.append(_make_line(row, names[row.person_id], titles.get(form_id, form_id)))
        for session in work.sessions.list_of_team(team_id):
            ends_at = session.day.expires_at + LINK_SHOWS_RESULT
            if now >= ends_at:
                continue
            if session.day.ended_at is None and now < session.day.expires_at:
                lines.append(
                    LinkLine(
                        link_id=None,
                        person_id=None,
                        who=EVERYONE,
                        what=JOIN,
                        issued_by="",
                        issued_at=session.created_at,
                        expires_at=session.day.expires_at,
                    )
                )
            invited = work.sessions.list_invited(session.session_id)
            called = work.teams.name_people([each.person_id for each in invited])
            lines += [
                LinkLine(
                    link_id=None,
                    person_id=each.person_id,
                    who=called[each.person_id],
                    what=SEAT,
                    issued_by="",
                    issued_at=each.joined_at,
                    expires_at=ends_at,
                )
                for each in invited
                if each.joined_at is not None
            ]
    return tuple(sorted(lines, key=lambda line: line.issued_at, reverse=True))


def _make_line(row: LinkRow, who: str, title: str) -> LinkLine:
    what = WHAT[row.kind]
    return LinkLine(
        link_id=row.link_id,
        person_id=row.person_id,
        who=who,
        what=f"{what}: {title}" if title else what,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )
