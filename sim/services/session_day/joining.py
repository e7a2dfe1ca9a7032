"""Joining: by link or spoken code, picking one's own name, coming back on another device."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from sim.drill.attempt import AttemptState
from sim.drill.session_day import DOORS, Attendance, check_doors, get_phase, is_over
from sim.errors import AccessError, SessionError
from sim.records.session_rows import InvitedRow, SessionRow
from sim.records.store import Work
from sim.services.accounts.roster_accounts import take_back_pin
from sim.services.app.codes import (
    RETURN_DIGITS,
    RETURNS_A_MINUTE,
    SESSION_DIGITS,
    TRIES_A_MINUTE,
    draw_code,
    read_code,
)
from sim.services.app.session_links import mint_join, mint_seat, read_join, read_seat
from sim.services.app.wiring import App
from sim.services.ledger.writing import note_attendance, note_correction
from sim.services.programme.words import write_time
from sim.services.session_day.attendance import settle_make_up, undo_make_up
from sim.services.team.counting import foresee_device
from sim.text.short_names import shorten_names

JOINED = "joined the session"
NOT_ME = "said that this was not them"
FREED = "the name was freed by the trainer"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinView:
    """What a person who opens a join link sees, and no more.

    Attributes:
        team, place: which session it is.
        names: person and short name of those who have not joined, by name.
        is_over: the session has ended; nobody can join.
        somebody_joined: there is somebody who may come back.
        device: what its drills have to be done on to be compared, "" where nothing is measured.
    """

    team: str
    place: str
    names: tuple[tuple[str, str], ...]
    is_over: bool
    somebody_joined: bool
    device: str = ""


def find_session(app: App, typed: str, *, zone: tzinfo = UTC) -> str:
    """Return the join token of the session with a spoken code.

    Raises:
        AccessError: no code, no session has it, or its session opens later; says when, in the time of `zone`.
        RateLimitError: codes were tried too often on this server.
    """
    now = app.clock.read()
    app.rate_limit.note("session-code", now_s=now.steady_s, most=TRIES_A_MINUTE)
    code = read_code(typed, digits=SESSION_DIGITS)
    with app.store.read() as work:
        row = work.sessions.find_by_code(code, now=now.wall)
        ahead = work.sessions.find_ahead(code, now=now.wall) if row is None else None
    if ahead is not None and ahead.day.planned_at is not None:
        opens = (ahead.day.planned_at - DOORS).astimezone(zone)
        when = f"{opens:%b} {opens.day}, {opens.year} at {write_time(opens.time())}"
        raise AccessError(f"this session opens on {when}", todo="come back then with the same code")
    if row is None:
        raise AccessError("no session has this code now", todo="type it again, or ask the trainer for the code")
    return mint_join(app.access.secret, row)


def get_join(app: App, token: str) -> JoinView:
    """Return what a join link shows.

    Raises:
        AccessError: forged, expired, or replaced by a newer link.
        SessionError: the session does not exist any more.
    """
    with app.store.read() as work:
        row = _read(app, work, token)
        invited = work.sessions.list_invited(row.session_id)
        team = work.teams.get_team(row.team_id)
        shown = shorten_names(work.teams.name_people([each.person_id for each in invited]))
    free = [(each.person_id, shown[each.person_id]) for each in invited if each.joined_at is None]
    return JoinView(
        team=team.name,
        place=row.place,
        names=tuple(sorted(free, key=lambda each: each[1].casefold())),
        is_over=is_over(row.day, app.clock.read().wall),
        somebody_joined=len(free) < len(invited),
        device=find_device_of(app, row),
    )


def find_device_of(app: App, row: SessionRow) -> str:
    """Return what the drills of a session have to be done on to be compared, "" where nothing is measured."""
    return "" if get_phase(row.day.kind) is None else foresee_device(app, row.team_id)


def take_name(app: App, token: str, person_id: str) -> str:
    """Join as somebody invited who has not joined; return the token of the seat. Of two at once one gets it.

    Raises:
        AccessError: the link is not valid.
        SessionError: the session has ended or is planned for later, the person is not invited, or the name is taken.
    """
    now = app.clock.read().wall
    with app.store.write() as work:
        row = _read(app, work, token)
        check_doors(row.day, now)
        invited = work.sessions.get_invited(row.session_id, person_id)
        code = _draw_free_return_code(work, row.session_id)
        if not work.sessions.take_name(row.session_id, person_id, at=now, return_code=code):
            raise SessionError(
                "someone has just taken this name",
                todo="if it is yours, tell the trainer, who can free it; else choose your own",
            )
        if invited.attendance is not Attendance.PRESENT:
            if invited.attendance is not Attendance.INVITED:
                work.sessions.note_change(invited, became=Attendance.PRESENT, reason=JOINED, at=now)
                note_correction(work, invited, Attendance.PRESENT, reason=JOINED, at=now)
            else:
                note_attendance(work, row, person_id, Attendance.PRESENT, at=now)
            joined = work.sessions.get_invited(row.session_id, person_id)
            work.sessions.save_invited(replace(joined, attendance=Attendance.PRESENT))
        settle_make_up(work, row, person_id, at=now)
        return mint_seat(app.access.secret, work.sessions.get_invited(row.session_id, person_id))


def come_back(app: App, token: str, typed: str) -> str:
    """Return the seat of somebody who has joined on another device, by their own return code.

    Raises:
        AccessError: the link is not valid, or nobody who has joined has this code.
        RateLimitError: codes were tried too often for this session.
    """
    now = app.clock.read()
    with app.store.read() as work:
        row = _read(app, work, token)
        app.rate_limit.note(f"return-code {row.session_id}", now_s=now.steady_s, most=RETURNS_A_MINUTE)
        code = read_code(typed, digits=RETURN_DIGITS)
        found = work.sessions.find_by_return_code(row.session_id, code)
    if found is None:
        raise AccessError("nobody here has this code", todo="type it again, or ask the trainer for your own link")
    return mint_seat(app.access.secret, found)


def free_name(app: App, session_id: str, person_id: str, *, by: str = "") -> None:
    """Make a name free to be picked again; anyone who holds it loses their seat, and the PIN that they chose with it.

    A drill they were given stays theirs. While it has not begun they are not present by that name any more; the record
    names `by`.

    Raises:
        SessionError: unknown session, or the person is not invited.
    """
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.joined_at is None:
            return
        _give_back(work, invited, reason=FREED, at=app.clock.read().wall, by=by)


def leave_seat(app: App, token: str) -> None:
    """Give back a name taken by mistake: it is free again, and its person is as they were before it was taken.

    Raises:
        AccessError: forged, or the name was freed since.
        SessionError: their drill has begun: only the trainer can free the name then.
    """
    grant = read_seat(app.access.secret, token)
    with app.store.read() as work:
        invited = work.sessions.get_invited(grant.session_id, grant.person_id)
    if invited.seat == grant.seat:
        _leave(app, invited)


def find_joined_name(app: App, attempt_id: str) -> str:
    """Return whose name was taken in a session for a drill that has not begun; "" for one opened otherwise."""
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
        if invited is None or invited.joined_at is None or not _is_before_start(work, invited):
            return ""
        return work.teams.get_person(invited.person_id).name


def leave_drill(app: App, attempt_id: str) -> bool:
    """Give back the name by which a drill was opened, as `leave_seat`; return whether it was one of a session."""
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
    if invited is None or invited.joined_at is None:
        return False
    _leave(app, invited)
    return True


def _leave(app: App, invited: InvitedRow) -> None:
    with app.store.write() as work:
        if not _is_before_start(work, invited):
            raise SessionError("this drill has begun", todo="tell your trainer, who can free the name")
        newest = work.sessions.get_invited(invited.session_id, invited.person_id)
        if newest.seat == invited.seat:
            _give_back(work, newest, reason=NOT_ME, at=app.clock.read().wall)


def _give_back(work: Work, invited: InvitedRow, *, reason: str, at: datetime, by: str = "") -> None:
    """Make a taken name free; while its drill has not begun, nobody has come by it."""
    if invited.joined_at is not None:
        take_back_pin(work, invited.person_id, since=invited.joined_at, now=at)
    session = work.sessions.get(invited.session_id)
    became = invited.attendance
    if became is Attendance.PRESENT and _is_before_start(work, invited):
        became = _find_before_joining(work, session, invited, at=at)
    work.sessions.save_invited(
        replace(invited, attendance=became, joined_at=None, seen_at=None, seat=invited.seat + 1, return_code="")
    )
    if became is not invited.attendance:
        work.sessions.note_change(invited, became=became, reason=reason, at=at)
        note_correction(work, invited, became, reason=reason, at=at, by=by)
        undo_make_up(work, session, invited.person_id, at=at)


def _find_before_joining(work: Work, session: SessionRow, invited: InvitedRow, *, at: datetime) -> Attendance:
    """Return the attendance of somebody who is present as it was before they joined; what a trainer entered stays."""
    own = [each for each in work.sessions.list_changes(session.session_id) if each.person_id == invited.person_id]
    if own and own[-1].became is Attendance.PRESENT:
        return own[-1].was if own[-1].reason == JOINED else Attendance.PRESENT
    return Attendance.ABSENT if is_over(session.day, at) else Attendance.INVITED


def _is_before_start(work: Work, invited: InvitedRow) -> bool:
    if invited.attempt_id is None:
        return True
    return work.attempts.get_state(invited.attempt_id) in (AttemptState.ASSIGNED, AttemptState.BRIEFED)


def make_join_token(app: App, session_id: str) -> str:
    """Return the token of a session's join link. Raises SessionError: unknown session."""
    with app.store.read() as work:
        return mint_join(app.access.secret, work.sessions.get(session_id))


def make_seat_token(app: App, session_id: str, person_id: str) -> str | None:
    """Return somebody's own seat, for the trainer to hand over; None while they have not joined.

    Raises:
        SessionError: the person is not invited to this session.
    """
    with app.store.read() as work:
        invited: InvitedRow = work.sessions.get_invited(session_id, person_id)
    return None if invited.joined_at is None else mint_seat(app.access.secret, invited)


def _read(app: App, work: Work, token: str) -> SessionRow:
    grant = read_join(app.access.secret, token, now=app.clock.read().wall)
    row = work.sessions.get(grant.session_id)
    if grant.link_number != row.link_number:
        raise AccessError("this link was replaced by a newer one", todo="scan the code on the trainer's screen again")
    return row


def _draw_free_return_code(work: Work, session_id: str) -> str:
    taken = {each.return_code for each in work.sessions.list_invited(session_id)}
    while (code := draw_code(RETURN_DIGITS)) in taken:
        pass
    return code
