"""Links that work now, for the trainer of a team; ending them; the address on which a team picks its names."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sim.app.signed import RETURN_DIGITS, TEAM_SIGN_IN, draw_code
from sim.app.wiring import App
from sim.db.programs import LinkKind, LinkRow
from sim.db.store import Transaction
from sim.errors import AccessError
from sim.rules.drill_access import LINK_SHOWS_RESULT
from sim.rules.viewer import Duty, Viewer, require

WHAT = {LinkKind.RECORD: "Training record", LinkKind.DRILL: "Drill", LinkKind.TEAM_EXERCISE: "Team exercise"}
JOIN = "Joining a session"
SEAT = "Place in a session"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    link_id: str | None = None  # of one that can be ended alone; None for those of a session, which end on its page
    person_id: str | None = None  # whom it is for; None for everyone invited to a session
    # who, what: in words
    who: str
    what: str
    issued_by: str = ""  # who gave it out, "" where that is not known
    # issued_at, expires_at: UTC
    issued_at: datetime
    expires_at: datetime


def list_links(app: App, viewer: Viewer, team_id: str) -> tuple[LinkLine, ...]:
    require(viewer, Duty.TRAIN)
    now = app.clock.read().wall
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    lines = []
    with app.store.read() as work:
        work.teams.get(team_id)
        names = {person.person_id: person.name for person in work.people.list_all(team_id=team_id)}
        rows = work.links.list_all(LinkRow.expires_at > now, person_id=[*names], ended_at=None)
        drills = work.attempts.find_all([row.attempt_id for row in rows if row.attempt_id is not None])
        for row in rows:
            form_id = drills[row.attempt_id].form_id if row.attempt_id in drills else ""
            title = titles.get(form_id, form_id)
            what = WHAT[row.kind]
            lines.append(
                LinkLine(
                    link_id=row.link_id,
                    person_id=row.person_id,
                    who=names[row.person_id],
                    what=f"{what}: {title}" if title else what,
                    issued_by=row.issued_by,
                    issued_at=row.issued_at,
                    expires_at=row.expires_at,
                )
            )
        for session in work.sessions.list_all(team_id=team_id):
            ends_at = session.day.expires_at + LINK_SHOWS_RESULT
            if now >= ends_at:
                continue
            if session.day.ended_at is None and now < session.day.expires_at:
                lines.append(
                    LinkLine(
                        who="Everyone invited",
                        what=JOIN,
                        issued_at=session.created_at,
                        expires_at=session.day.expires_at,
                    )
                )
            invited = work.sessions.list_invited(session.session_id)
            called = work.people.list_names([each.person_id for each in invited])
            lines += [
                LinkLine(
                    person_id=each.person_id,
                    who=called[each.person_id],
                    what=SEAT,
                    issued_at=each.joined_at,
                    expires_at=ends_at,
                )
                for each in invited
                if each.joined_at is not None
            ]
    return tuple(sorted(lines, key=lambda line: line.issued_at, reverse=True))


def end_links(work: Transaction, person_id: str, *, at: datetime) -> int:
    """End every link of a person, their seats in sessions and the codes they come back with; return how many."""
    works = (LinkRow.person_id == person_id, LinkRow.ended_at.is_(None), LinkRow.expires_at > at)
    ended = work.change(LinkRow, *works, ended_at=at)
    for invited in work.sessions.list_of_person(person_id):
        if invited.joined_at is None or at >= work.sessions.get(invited.session_id).day.expires_at + LINK_SHOWS_RESULT:
            continue
        taken = {each.return_code for each in work.sessions.list_invited(invited.session_id)}
        while (code := draw_code(RETURN_DIGITS)) in taken:
            pass
        work.save_row(replace(invited, seat=invited.seat + 1, return_code=code))
        ended += 1
    return ended


def end_all_of(app: App, viewer: Viewer, person_id: str) -> int:
    require(viewer, Duty.TRAIN)
    with app.store.write() as work:
        work.people.get(person_id)
        return end_links(work, person_id, at=app.clock.read().wall)


def end_one(app: App, viewer: Viewer, link_id: str) -> None:
    require(viewer, Duty.TRAIN)
    with app.store.write() as work:
        if work.by_key(LinkRow, link_id) is None:
            raise AccessError("this link does not exist", todo="reload the page")
        work.links.change_one(link_id, LinkRow.ended_at.is_(None), ended_at=app.clock.read().wall)


def make_team_token(app: App, viewer: Viewer, team_id: str) -> str:
    """Return the token of a team's sign-in address; it lasts 30 days. Raises AccessError."""
    require(viewer, Duty.SET_PINS)
    with app.store.read() as work:
        work.teams.get(team_id)
    expires = int((app.clock.read().wall + timedelta(days=30)).timestamp())
    return TEAM_SIGN_IN.sign(app.access.secret, [team_id, expires])


def list_team_names(app: App, token: str) -> tuple[str, ...]:
    team_id = _read_team(app, token, now=app.clock.read().wall)
    with app.store.read() as work:
        people = {person.person_id for person in work.people.list_all(team_id=team_id) if person.left_at is None}
        return tuple(
            row.sign_in_name
            for row in work.accounts.list_all()
            if row.person_id in people and row.secret_hash is not None and row.disabled_at is None
        )


def _read_team(app: App, token: str, *, now: datetime) -> str:
    def parse(team_id: str, expires: int) -> tuple[str, int]:
        return str(team_id), int(expires)

    team_id, expires_s = TEAM_SIGN_IN.read(app.access.secret, token, parse)
    TEAM_SIGN_IN.check_time(expires_s, now)
    return team_id
