"""A session from opening to end: for whom, which drill; its link and code; the briefing, the start, who may begin."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sim.app.signed import SESSION_DIGITS, draw_code
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode, Phase, begin, tick
from sim.attempt.options import NO_OPTIONS, Options, ProfileName, check_options, write_options
from sim.canonical import Json
from sim.console import attempts
from sim.console.console_profiles import check_console
from sim.db.ledger import LedgerKind
from sim.db.sessions import InvitedRow, SessionRow
from sim.db.store import Transaction
from sim.errors import PlanError, SessionError, TaskError
from sim.features.program.school_days import load_school_days
from sim.features.session.attendance import check_not_voided, settle_end
from sim.features.team.choosing_forms import find_wait
from sim.features.team.given_drills import create_attempt, find_obstacle
from sim.ledger.record import keep_attendance, name_team
from sim.program import session_day
from sim.program.session_day import Attendance, Day, SessionKind, Starting, is_there
from sim.rules.readiness import Readiness, write_wait
from sim.text.words import clean_typed
from sim.version import VERSION

DAY = timedelta(hours=12)
FARTHEST = timedelta(days=400)
MAX_PLACE = 120
CONTENT_OF = {
    SessionKind.FAMILIARIZATION: "Getting to know the search console",
    SessionKind.BEFORE: "Camera search drill before training",
    SessionKind.AFTER: "Camera search drill after training",
    SessionKind.RETENTION: "Camera search drill later on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    team_id: str
    kind: SessionKind  # which drill everybody gets
    starting: Starting  # together or each alone
    # profile, options: the console, and what the drills are given with besides
    profile: ProfileName = ProfileName.CLASSIC
    options: Options = NO_OPTIONS
    place: str = ""  # where it is held; may be left empty
    person_ids: tuple[str, ...] = ()  # who is invited
    # factor on the limit, for those who have extended time
    extra_time: Mapping[str, float] = field(default_factory=dict)
    step_id: str | None = None  # the step of a program that it is for, or None
    makes_up: str | None = None  # the session whose absent people it is for, or None
    planned_at: datetime | None = None  # when it is to begin, with a time zone; None for at once
    recording_id: str | None = None  # the footage chosen for it outside a program, None for the team's usual one
    form_id: str | None = None  # the one drill that everybody gets, None for each another


def open_session(app: App, plan: Plan, *, by: str = "") -> str:
    """Open a session, or plan one; return its id. `by` is who does it; the training record names them."""
    check_options(plan.options, mode=Mode.ASSESSMENT)
    check_console(plan.profile, plan.options)
    place = _check_place(plan.place)
    if not plan.person_ids:
        raise SessionError("nobody is invited", todo="choose at least one person")
    now = app.clock.read().wall
    session_id = secrets.token_urlsafe(12)
    planned_at = None if plan.planned_at is None else _check_time(app, plan.planned_at, now)
    day = Day(kind=plan.kind, starting=plan.starting, expires_at=(planned_at or now) + DAY, planned_at=planned_at)
    with app.store.read() as work:
        team = work.teams.get(plan.team_id)
    row = SessionRow(
        session_id=session_id,
        team_id=plan.team_id,
        **name_team(team),
        step_id=plan.step_id,
        makes_up=plan.makes_up,
        day=day,
        profile=plan.profile,
        options=plan.options,
        place=place,
        code="",
        link_number=1,
        created_at=now,
        recording_id=plan.recording_id,
        form_id=plan.form_id,
        content=CONTENT_OF[plan.kind],
        content_version=f"Sightline {VERSION}",
    )
    _check_footage(app, row)
    _check_chosen(app, row, plan.person_ids)
    with app.store.write() as work:
        if work.teams.get(plan.team_id).is_demo:
            raise SessionError("a demo team holds no sessions", todo="make a team of your own")
        row = replace(row, code=_draw_free_code(app, work))
        given: dict[str, Json] = {"profile": row.profile.value, "options": write_options(row.options)}
        work.ledger.keep(row, LedgerKind.SESSION_OPENED, at=now, by=by, more=given)
        if planned_at is not None:
            work.ledger.keep(row, LedgerKind.SESSION_PLANNED, at=now, by=by)
        for person_id in dict.fromkeys(plan.person_ids):
            factor = session_day.check_extra_time(plan.extra_time.get(person_id, 1.0))
            _invite(work, row, person_id, extra_time=factor, at=now, by=by)
    _give_chosen(app, row, plan.person_ids, plan.extra_time)
    return session_id


def find_session_wait(app: App, row: SessionRow) -> Readiness | None:
    """Return how the footage stands that a session's drills wait for; None where they wait for none."""
    return find_wait(
        app,
        row.team_id,
        session_day.get_phase(row.day.kind),
        profile=row.profile,
        options=row.options,
        step_id=row.step_id,
        recording_id=row.recording_id,
    )


def is_ready_by(wait: Readiness, planned_at: datetime | None) -> bool:
    """Return whether footage that is not ready now can be expected to be so when a session is planned for."""
    return planned_at is not None and wait.is_under_way and (wait.until is None or wait.until <= planned_at)


def _check_footage(app: App, row: SessionRow) -> None:
    wait = find_session_wait(app, row)
    if wait is not None and not is_ready_by(wait, row.day.planned_at):
        with app.store.read() as work:
            programs = work.programs.list_all(team_id=row.team_id)
        zone = ZoneInfo(programs[-1].time_zone) if programs else UTC
        raise TaskError(write_wait(wait, zone), todo="open the session then, or plan it for a later time")


def _find_chosen_phase(row: SessionRow) -> Phase | None:
    """Return the phase that a session's chosen drill or footage is for; None where nothing was chosen for it."""
    is_chosen = row.step_id is None and (row.recording_id is not None or row.form_id is not None)
    return session_day.get_phase(row.day.kind) if is_chosen else None


def _check_chosen(app: App, row: SessionRow, person_ids: Iterable[str]) -> None:
    phase = _find_chosen_phase(row)
    if phase is None:
        return
    found = (
        find_obstacle(app, person_id, phase, recording_id=row.recording_id, form_id=row.form_id)
        for person_id in dict.fromkeys(person_ids)
    )
    said = [each for each in found if each]
    if said:
        raise TaskError(
            f"the drill chosen cannot be given to everybody: {', '.join(said)}",
            todo="leave them out or choose another drill; nobody was invited",
        )


def _give_chosen(app: App, row: SessionRow, person_ids: Iterable[str], extra_time: Mapping[str, float]) -> None:
    """Give people the drill that was chosen, which waits for them; what nobody chose is given on entering."""
    phase = _find_chosen_phase(row)
    if phase is None:
        return
    for person_id in dict.fromkeys(person_ids):
        create_attempt(
            app,
            person_id,
            phase,
            profile=row.profile,
            options=row.options,
            extra_time=extra_time.get(person_id, 1.0),
            recording_id=row.recording_id,
            form_id=row.form_id,
            reason="Everyone in the session does the same drill" if row.form_id is not None else "",
        )


def move_session(app: App, session_id: str, *, planned_at: datetime, place: str, by: str = "") -> None:
    """Move a session that is planned for later to another time or place; the training record keeps both."""
    now = app.clock.read().wall
    where, moment = _check_place(place), _check_time(app, planned_at, now)
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        if not session_day.is_ahead(row.day, now):
            raise SessionError("this session has begun or ended", todo="offer another day to those who were absent")
        moved = replace(row, place=where, day=replace(row.day, planned_at=moment, expires_at=moment + DAY))
        if (moved.place, moved.day) != (row.place, row.day):
            work.ledger.keep(moved, LedgerKind.SESSION_PLANNED, at=now, by=by)


def invite(app: App, session_id: str, person_ids: Collection[str], *, by: str = "") -> None:
    """Invite more people to a session that is open, with the drill chosen for it; those invited already stay."""
    factors = {}
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        known = {invited.person_id for invited in work.sessions.list_invited(session_id)}
    _check_chosen(app, row, [person_id for person_id in person_ids if person_id not in known])
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        session_day.check_open(row.day, app.clock.read().wall)
        known = {invited.person_id for invited in work.sessions.list_invited(session_id)}
        for person_id in dict.fromkeys(person_ids):
            if person_id not in known:
                factors[person_id] = find_usual_extra_time(work, person_id)
                _invite(work, row, person_id, extra_time=factors[person_id], at=app.clock.read().wall, by=by)
    _give_chosen(app, row, factors, factors)


def renew_link(app: App, session_id: str) -> None:
    """Make the link and the code given out so far invalid, and give the session a new one of each, for another day."""
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        session_day.check_open(row.day, now)
        code = _draw_free_code(app, work)
        day = replace(row.day, expires_at=max(now, row.day.planned_at or now) + DAY)
        work.save_row(replace(row, code=code, link_number=row.link_number + 1, day=day))


def find_usual_extra_time(work: Transaction, person_id: str) -> float:
    """Return the factor that somebody had in their latest session; 1 when there was none."""
    before = work.sessions.list_of_person(person_id)
    return before[0].extra_time if before else 1.0


def find_code(app: App, work: Transaction, row: SessionRow) -> str:
    is_free = work.sessions.find_by_code(row.code, now=app.clock.read().wall) is None
    return row.code if is_free else _draw_free_code(app, work)


def _check_place(typed: str) -> str:
    return clean_typed(typed, what="place", fault=SessionError, most=MAX_PLACE)


def _check_time(app: App, planned_at: datetime, now: datetime) -> datetime:
    moment = planned_at.astimezone(UTC)
    if not now < moment <= now + FARTHEST:
        raise SessionError(
            "a session cannot be planned for that time",
            expected=f"a time from now on, within {FARTHEST.days} days",
            todo="choose another day or hour",
        )
    try:
        load_school_days(app).check(planned_at.date(), what="the session")
    except PlanError as error:
        raise SessionError(error.what, expected=error.expected, todo=error.todo) from error
    return moment


def _invite(work: Transaction, row: SessionRow, person_id: str, *, extra_time: float, at: datetime, by: str) -> None:
    person = work.people.get(person_id)
    if person.team_id != row.team_id or person.left_at is not None:
        raise SessionError(f"{person.name} is not on this team", todo="reload the page and choose again")
    invited = InvitedRow(
        session_id=row.session_id,
        person_id=person_id,
        name=person.name,
        attendance=Attendance.INVITED,
        by=by,
        extra_time=extra_time,
        seat=1,
        return_code="",
    )
    keep_attendance(work, row, invited, at=at)


def _draw_free_code(app: App, work: Transaction) -> str:
    for _ in range(20):
        code = draw_code(SESSION_DIGITS)
        if work.sessions.find_by_code(code, now=app.clock.read().wall) is None:
            return code
    raise SessionError("no free code was found", todo="try again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Why an open briefing has no start button: a pause, or a start of all in `starts_in_s`; None without countdown."""

    is_paused: bool
    starts_in_s: float | None


def show_briefing(app: App, session_id: str) -> None:
    """Send everybody who waits to the briefing. A second call changes nothing."""
    now = app.clock.read().wall
    with app.store.read() as work:
        wait = find_session_wait(app, work.sessions.get(session_id))
    if wait is not None:
        raise SessionError("the footage of this session is not ready", todo="show the briefing when it is")
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        work.save_row(replace(row, day=session_day.show_briefing(row.day, now)))


def start(app: App, session_id: str) -> int:
    """Release the clocks of all whose briefing is open on a page, at one moment; return how many."""
    released = 0
    with app.store.read() as work:
        given = [invited.attempt_id for invited in work.sessions.list_invited(session_id) if invited.joined_at]
    attempts.read_truths(app, [attempt_id for attempt_id in given if attempt_id is not None])
    with app.store.write() as work:
        # read once it is our turn to write: waiting for other processes takes nobody's time
        now = app.clock.read()
        row = work.sessions.get(session_id)
        day = session_day.start(row.day, now.wall)
        if day is row.day:
            return 0
        work.save_row(replace(row, day=day))
        for invited in work.sessions.list_invited(session_id):
            if invited.attempt_id is None or invited.joined_at is None or not is_there(invited.seen_at, now.wall):
                continue
            attempt = work.attempts.get(invited.attempt_id)
            timing = tick(attempt.timing, now)
            if timing.state is AttemptState.BRIEFED:
                work.save_row(replace(attempt, timing=begin(timing, now)))
                released += 1
    return released


def count_down(app: App, session_id: str) -> None:
    """Start everybody in a few seconds; a second press changes nothing. `start_due` then releases the clocks."""
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        day = session_day.count_down(row.day, now)
        if day is not row.day:
            work.save_row(replace(row, day=day))


def start_due(app: App, session_id: str) -> None:
    """Release the clocks of a session whose countdown has ended: every page that waits for it asks. Raises as start."""
    with app.store.read() as work:
        is_due = session_day.is_start_due(work.sessions.get(session_id).day, app.clock.read().wall)
    if is_due:
        start(app, session_id)


def end(app: App, session_id: str, *, by: str = "") -> None:
    """End a session: nobody can join or begin through it any more. Drills that run go on to their own end."""
    with app.store.write() as work:
        settle_end(work, work.sessions.get(session_id), now=app.clock.read(), by=by)


def reopen(app: App, session_id: str, *, by: str = "") -> None:
    """Open a session again that has just ended: people can join, with a new code and link where those have run out."""
    now = app.clock.read()
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        check_not_voided(row)
        if session_day.is_over(row.day, now.wall):
            row = settle_end(work, row, now=now)
        day = session_day.reopen(row.day, now.wall, lasts=DAY)
        if day is row.day:
            return
        open_again = replace(row, day=day, measured_hours=None, code=find_code(app, work, row))
        work.ledger.keep(open_again, LedgerKind.SESSION_REOPENED, at=now.wall, by=by)


def is_held(app: App, attempt_id: str) -> bool:
    return find_hold(app, attempt_id) is not None


def find_hold(app: App, attempt_id: str) -> Hold | None:
    """Return what an attempt waits for that its person may not begin; None where they may."""
    now = app.clock.read().wall
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
        day = None if invited is None else work.sessions.get(invited.session_id).day
    if invited is None or day is None or not session_day.is_held(day, now):
        return None
    if session_day.is_start_due(day, now):
        start(app, invited.session_id)
        return None
    return Hold(is_paused=day.paused_at is not None, starts_in_s=session_day.count_left_s(day, now))


def begin_own(app: App, attempt_id: str) -> None:
    hold = find_hold(app, attempt_id)
    if hold is not None:
        why = "your trainer has paused the session" if hold.is_paused else "your trainer starts everybody together"
        raise SessionError(why, todo="wait for the start")
    attempts.begin(app, attempt_id)


def note_seen(app: App, attempt_id: str) -> None:
    with app.store.write() as work:
        work.sessions.note_seen([attempt_id], at=app.clock.read().wall)
