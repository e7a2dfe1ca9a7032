"""Joining: by link or code, picking one's own name, coming back on another device, and the way into the drill."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo

from sim.app.signed import (
    JOIN,
    RETURN_DIGITS,
    RETURNS_A_MINUTE,
    SESSION_DIGITS,
    TRIES_A_MINUTE,
    Door,
    ScreenCode,
    draw_code,
    is_typed,
    mark_browser,
    mint_inside,
    mint_join,
    mint_seat,
    read_code,
    read_grant,
    read_seat,
    show_screen,
    write_code,
)
from sim.app.wiring import App
from sim.attempt.attempt import RELEASED, AttemptState
from sim.console import familiarization
from sim.db.ledger import Subjects
from sim.db.sessions import BY_LIST, InvitedRow, SessionRow, is_open
from sim.db.store import Transaction
from sim.errors import AccessError, PlanError, SessionError
from sim.features.accounts.manage import take_back_pin
from sim.features.session.attendance import list_corrections
from sim.features.session.opening import find_session_wait, start_due
from sim.features.team import given_drills
from sim.ledger.record import set_attendance
from sim.program.session_day import (
    DOORS,
    Attendance,
    Place,
    check_doors,
    count_left_s,
    find_place,
    get_phase,
    is_ahead,
    is_over,
)
from sim.rules.counts import foresee_device
from sim.rules.drill_access import LINK_SHOWS_RESULT, SignInFirst, judge_known, list_sign_ins
from sim.rules.readiness import Readiness
from sim.rules.viewer import Viewer
from sim.text.times import write_time_of_day
from sim.text.words import shorten_names

JOINED = "joined the session"
# So long after the end those who type what the screen showed last are told that the session has ended.
CODE_OUTLIVES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinView:
    # team, place: which session it is
    team: str
    place: str
    # person and short name of those who have not joined, by name; none before the screen's code was given
    names: tuple[tuple[str, str], ...]
    is_over: bool  # the session has ended; nobody can join
    somebody_joined: bool  # there is somebody who may come back
    # those of `names` who sign in to take theirs, and how
    sign_ins: Mapping[str, SignInFirst] = field(default_factory=dict)
    # person and name of the viewer, where they are signed in and invited; None otherwise
    own: tuple[str, str] | None = None
    from_here: tuple[str, ...] = ()  # the names that were taken in this browser
    needs_code: bool = False  # it was an invitation: the code on the trainer's screen lets in, or signing in
    opens_at: datetime | None = None  # when it lets people in, UTC, where that is later; None where it does already
    device: str = ""  # what its drills have to be done on to be compared, "" where nothing is measured


def find_session(app: App, typed: str, *, browser: str = "", zone: tzinfo = UTC) -> str:
    """Return the token that a typed code gives: that on the screen lets in, an invitation's leads to its page."""
    now = app.clock.read()
    app.rate_limit.note("session-code", now_s=now.steady_s, most=TRIES_A_MINUTE)
    code = read_code(typed, digits=SESSION_DIGITS)
    secret = app.access.secret
    with app.store.read() as work:
        row = work.sessions.find_by_code(code, now=now.wall)
        is_later = (SessionRow.code == code, SessionRow.ended_at.is_(None), SessionRow.planned_at > now.wall + DOORS)
        ahead = work.find_row(SessionRow, *is_later) if row is None else None
        rooms = work.sessions.list_all(*is_open(now.wall)) if row is None and ahead is None else ()
        is_over = (SessionRow.code == code) | (SessionRow.ended_at > now.wall - CODE_OUTLIVES)
        ended = work.list_rows(SessionRow, SessionRow.ended_at.is_not(None), is_over)
    if ahead is not None and ahead.day.planned_at is not None:
        opens = (ahead.day.planned_at - DOORS).astimezone(zone)
        when = f"{opens:%b} {opens.day}, {opens.year} at {write_time_of_day(opens)}"
        raise AccessError(f"this session opens on {when}", todo="come back then with the same code")
    if row is not None:
        return mint_join(secret, row)
    for room in rooms:
        if is_typed(secret, code, room.session_id, room.link_number, now=now.wall):
            return mint_inside(secret, room, browser=browser, now=now.wall)
    ends = ((each, each.day.ended_at or now.wall) for each in ended)
    was_shown = (is_typed(secret, code, each.session_id, each.link_number, now=at) for each, at in ends)
    if any(each.code == code for each in ended) or any(was_shown):
        raise AccessError("this session has ended", todo="ask the trainer when you can do the drill")
    raise AccessError("no session has this code now", todo="type it again, or ask the trainer for the code")


def let_in(app: App, token: str, *, browser: str = "") -> str:
    """Return the token to go on with: of a screen's code one that this browser has some minutes for, else the same."""
    with app.store.read() as work:
        row, door = _read(app, work, token, browser=browser)
    if door is not Door.SCREEN:
        return token
    return mint_inside(app.access.secret, row, browser=browser, now=app.clock.read().wall)


def get_join(app: App, viewer: Viewer, token: str, *, browser: str = "") -> JoinView:
    now = app.clock.read().wall
    with app.store.read() as work:
        row, door = _read(app, work, token, browser=browser)
        invited = work.sessions.list_invited(row.session_id)
        team = work.teams.get(row.team_id)
        names = work.people.list_names([each.person_id for each in invited])
        free = [each.person_id for each in invited if each.joined_at is None]
        needs_code = door is Door.INVITATION
        sign_ins = {} if needs_code else list_sign_ins(work, free)
        mark = mark_browser(app.access.secret, row.session_id, browser)
    shown = shorten_names(names)
    listed = [] if needs_code else [(person_id, shown[person_id]) for person_id in free]
    is_planned = is_ahead(row.day, now) and row.day.planned_at is not None
    return JoinView(
        team=team.name,
        place=row.place,
        names=tuple(sorted(listed, key=lambda each: each[1].casefold())),
        sign_ins=sign_ins,
        own=next(((key, name) for key, name in names.items() if key == viewer.person_id), None),
        from_here=tuple(sorted(each.name for each in invited if mark and each.device == mark)),
        needs_code=needs_code,
        opens_at=row.day.planned_at - DOORS if is_planned and row.day.planned_at is not None else None,
        is_over=is_over(row.day, now),
        somebody_joined=len(free) < len(invited),
        device=find_device_of(app, row),
    )


def find_device_of(app: App, row: SessionRow) -> str:
    """Return what the drills of a session have to be done on to be compared, "" where nothing is measured."""
    return "" if get_phase(row.day.kind) is None else foresee_device(app, row.team_id)


def take_name(app: App, viewer: Viewer, token: str, person_id: str, *, browser: str = "") -> str:
    """Join as somebody invited who has not joined; return the token of the seat. Of two at once one gets it.

    The record says how it was known who they are, and notes the mark of the browser. Anyone who is signed in and has
    joined gets the seat that they have.
    """
    now, secret = app.clock.read().wall, app.access.secret
    with app.store.write() as work:
        row, door = _read(app, work, token, browser=browser)
        check_doors(row.day, now)
        invited = work.sessions.get_invited(row.session_id, person_id)
        known_by = judge_known(work, viewer, person_id)
        if viewer.account_id is not None and invited.joined_at is not None:
            return mint_seat(secret, invited)
        if viewer.account_id is None and door is Door.INVITATION:
            raise AccessError("this is an invitation", todo="type the code on the trainer's screen to join")
        taken = {each.return_code for each in work.sessions.list_invited(row.session_id)}
        while (code := draw_code(RETURN_DIGITS)) in taken:
            pass
        free = (
            InvitedRow.session_id == row.session_id,
            InvitedRow.person_id == person_id,
            InvitedRow.joined_at.is_(None),
        )
        if not work.change(InvitedRow, *free, joined_at=now, seen_at=now, return_code=code):
            raise SessionError(
                "someone has just taken this name",
                todo="if it is yours, tell the trainer, who can free it; else choose your own",
            )
        # where a trainer entered that they came, that stands
        if invited.attendance is not Attendance.PRESENT or invited.known_by != BY_LIST:
            reason = "" if invited.attendance in (Attendance.INVITED, Attendance.PRESENT) else JOINED
            set_attendance(
                work,
                row,
                invited,
                Attendance.PRESENT,
                at=now,
                reason=reason,
                known_by=known_by.value,
                device=mark_browser(secret, row.session_id, browser),
            )
        return mint_seat(secret, work.sessions.get_invited(row.session_id, person_id))


def come_back(app: App, token: str, typed: str, *, browser: str = "") -> str:
    now = app.clock.read()
    with app.store.read() as work:
        row, _ = _read(app, work, token, browser=browser)
        app.rate_limit.note(f"return-code {row.session_id}", now_s=now.steady_s, most=RETURNS_A_MINUTE)
        code = read_code(typed, digits=RETURN_DIGITS)
        theirs = (InvitedRow.return_code == code, InvitedRow.joined_at.is_not(None))
        found = work.find_row(InvitedRow, InvitedRow.session_id == row.session_id, *theirs)
    if found is None:
        raise AccessError("nobody here has this code", todo="type it again, or ask the trainer for your own link")
    return mint_seat(app.access.secret, found)


def free_name(app: App, session_id: str, person_id: str, *, by: str = "") -> None:
    """Make a name free to be picked again; anyone who holds it loses their seat, and the PIN that they chose with it.

    A drill they were given stays theirs. While it has not begun they are not present by that name any more; the record
    names `by`.
    """
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.joined_at is None:
            return
        _give_back(work, invited, reason="the name was freed by the trainer", at=app.clock.read().wall, by=by)


def leave_seat(app: App, token: str, *, browser: str = "") -> str:
    """Give back a name taken by mistake: it is free again, and its person is as they were before it was taken."""
    grant = read_seat(app.access.secret, token)
    with app.store.read() as work:
        row = work.sessions.get(grant.session_id)
        invited = work.sessions.get_invited(grant.session_id, grant.person_id)
    if invited.joined_at is None or invited.seat != grant.seat:
        return mint_join(app.access.secret, row)
    _leave(app, invited)
    return mint_inside(app.access.secret, row, browser=browser, now=app.clock.read().wall)


def find_joined_name(app: App, attempt_id: str) -> str:
    """Return whose name was taken in a session for a drill that has not begun; "" for one opened otherwise."""
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
        if invited is None or invited.joined_at is None or not _is_before_start(work, invited):
            return ""
        return work.people.get(invited.person_id).name


def leave_drill(app: App, attempt_id: str, *, browser: str = "") -> str:
    """Give back the name by which a drill was opened, as `leave_seat`; return "" where it was none of a session."""
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
        if invited is None or invited.joined_at is None:
            return ""
        row = work.sessions.get(invited.session_id)
    _leave(app, invited)
    return mint_inside(app.access.secret, row, browser=browser, now=app.clock.read().wall)


def _leave(app: App, invited: InvitedRow) -> None:
    with app.store.write() as work:
        if not _is_before_start(work, invited):
            raise SessionError("this drill has begun", todo="tell your trainer, who can free the name")
        newest = work.sessions.get_invited(invited.session_id, invited.person_id)
        if newest.seat == invited.seat:
            _give_back(work, newest, reason="said that this was not them", at=app.clock.read().wall)


def _give_back(work: Transaction, invited: InvitedRow, *, reason: str, at: datetime, by: str = "") -> None:
    """Make a taken name free; while its drill has not begun, nobody has come by it."""
    if invited.joined_at is not None:
        take_back_pin(work, invited.person_id, since=invited.joined_at, now=at, by=by)
    session = work.sessions.get(invited.session_id)
    became = invited.attendance
    if became is Attendance.PRESENT and _is_before_start(work, invited):
        became = _find_before_joining(work, session, invited, at=at)
    work.save_row(replace(invited, joined_at=None, seen_at=None, seat=invited.seat + 1, return_code=""))
    if became is not invited.attendance:
        set_attendance(work, session, invited, became, at=at, by=by, reason=reason)


def _find_before_joining(work: Transaction, session: SessionRow, invited: InvitedRow, *, at: datetime) -> Attendance:
    """Return the attendance of somebody who is present as it was before they joined; what a trainer entered stays."""
    own = list_corrections(work, Subjects(session_id=session.session_id, person_id=invited.person_id))
    if own and own[-1].became is Attendance.PRESENT:
        return own[-1].was if own[-1].reason == JOINED else Attendance.PRESENT
    return Attendance.ABSENT if is_over(session.day, at) else Attendance.INVITED


def _is_before_start(work: Transaction, invited: InvitedRow) -> bool:
    if invited.attempt_id is None:
        return True
    return work.attempts.get(invited.attempt_id).timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)


def make_join_token(app: App, session_id: str) -> str:
    with app.store.read() as work:
        return mint_join(app.access.secret, work.sessions.get(session_id))


def make_screen_code(app: App, session_id: str) -> ScreenCode:
    with app.store.read() as work:
        row = work.sessions.get(session_id)
    return show_screen(JOIN, app.access.secret, session_id, row.link_number, now=app.clock.read().wall)


def make_seat_token(app: App, session_id: str, person_id: str) -> str | None:
    """Return somebody's own seat, for the trainer to hand over; None while they have not joined."""
    with app.store.read() as work:
        invited: InvitedRow = work.sessions.get_invited(session_id, person_id)
    return None if invited.joined_at is None else mint_seat(app.access.secret, invited)


def _read(app: App, work: Transaction, token: str, *, browser: str) -> tuple[SessionRow, Door]:
    grant = read_grant(JOIN, app.access.secret, token, browser=browser, now=app.clock.read().wall)
    row = work.sessions.get(grant.event_id)
    if grant.number != row.link_number:
        raise AccessError("this link was replaced by a newer one", todo="scan the code on the trainer's screen again")
    return row, grant.door


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """What somebody who has joined sees outside the drill: nothing of the task."""

    place: Place  # where they belong
    name: str
    # team, room: which session, and where it is held
    team: str
    room: str
    return_code: str  # what they come back with on another device
    is_paused: bool = False  # the trainer has paused the session
    starts_in_s: float | None = None  # seconds of a countdown that are left, None without one
    wait: Readiness | None = None  # how the footage stands that their drill waits for, None where it waits for none


def get_seat(app: App, token: str) -> SeatView:
    """Return where the holder of a seat belongs, and note that their page is open."""
    grant = read_seat(app.access.secret, token)
    start_due(app, grant.session_id)
    now = app.clock.read().wall
    with app.store.write() as work:
        row, invited = work.sessions.get(grant.session_id), work.sessions.get_invited(grant.session_id, grant.person_id)
        if invited.joined_at is None or invited.seat != grant.seat:
            raise AccessError(
                "your name was freed by the trainer", todo="open the link of the session and choose it again"
            )
        if now >= row.day.expires_at + LINK_SHOWS_RESULT:
            raise AccessError("this link has expired", todo="ask your trainer for your results, or sign in")
        if invited.is_seen_anew(now):
            work.save_row(replace(invited, seen_at=now))
        attempt = work.attempts.get(invited.attempt_id).timing.state if invited.attempt_id is not None else None
        person, team = work.people.get(grant.person_id), work.teams.get(row.team_id)
    place = find_place(row.day, now, attempt=attempt)
    wait = find_session_wait(app, row) if attempt is None and place is Place.DRILL else None
    if wait is not None:
        place = Place.WAITING
    return SeatView(
        place=place,
        name=person.name,
        team=team.name,
        room=row.place,
        return_code=write_code(invited.return_code),
        is_paused=row.day.paused_at is not None,
        starts_in_s=count_left_s(row.day, now),
        wait=wait,
    )


def find_wanted_device(app: App, token: str) -> str:
    grant = read_seat(app.access.secret, token)
    with app.store.read() as work:
        row = work.sessions.get(grant.session_id)
    return find_device_of(app, row)


def enter_drill(app: App, token: str) -> str:
    """Return the drill of the holder of a seat who belongs there; it is given to them the first time."""
    grant = read_seat(app.access.secret, token)
    with app.exclusive(f"give {grant.session_id} {grant.person_id}"):
        if get_seat(app, token).place is not Place.DRILL:
            raise SessionError("the drill is not open now", todo="wait for the trainer")
        with app.store.read() as work:
            row, invited = (
                work.sessions.get(grant.session_id),
                work.sessions.get_invited(grant.session_id, grant.person_id),
            )
        if invited.attempt_id is not None:
            return invited.attempt_id
        attempt_id = _give(app, row, invited)
        with app.store.write() as work:
            newest = work.sessions.get_invited(row.session_id, invited.person_id)
            if newest.attempt_id is not None:
                return newest.attempt_id
            work.save_row(replace(newest, attempt_id=attempt_id))
    return attempt_id


def _give(app: App, row: SessionRow, invited: InvitedRow) -> str:
    phase, factor = get_phase(row.day.kind), invited.extra_time
    with app.store.read() as work:
        is_moved = work.people.get(invited.person_id).team_id != row.team_id
    if phase is None:
        attempt_id = _give_familiarization(app, row, invited.person_id)
        _fit(app, attempt_id, row, extra_time=factor, usual_s=familiarization.LIMIT_S)
        familiarization.start(app, attempt_id)
        return attempt_id
    attempt_id = given_drills.create_attempt(
        app,
        invited.person_id,
        phase,
        profile=row.profile,
        options=row.options,
        extra_time=factor,
        step_id=None if is_moved else row.step_id,  # a program's steps are for its own team
    )
    _fit(app, attempt_id, row, extra_time=factor)
    return attempt_id


def _give_familiarization(app: App, row: SessionRow, person_id: str) -> str:
    """Give the one of the program's step; a person who has done that step goes through another with the others."""
    if row.step_id is not None:
        with suppress(PlanError):
            from sim.features.program.board import give_step  # noqa: PLC0415 - only for a session of a program

            return give_step(app, row.step_id, person_id)
    return familiarization.give(app, person_id=person_id, profile=row.profile)


def _fit(app: App, attempt_id: str, row: SessionRow, *, extra_time: float, usual_s: float | None = None) -> None:
    """A drill not begun is done here as this session has it, given before or now; its usual limit is its form's."""
    with app.store.write() as work:
        attempt = work.attempts.get(attempt_id)
        if attempt.timing.state in RELEASED:
            return
        limit_s = app.catalog.get_form(attempt.form_id).form.limit_s if usual_s is None else usual_s
        work.save_row(
            replace(
                attempt,
                profile=row.profile,
                options=row.options,
                extra_time=extra_time,
                timing=replace(attempt.timing, limit_s=limit_s * extra_time),
            )
        )
