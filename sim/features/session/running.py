"""A session's course: the briefing shown, everybody started, ended, opened again; who may press start themselves."""

from dataclasses import dataclass, replace

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, begin, tick
from sim.console import attempts
from sim.db.ledger import LedgerKind
from sim.errors import SessionError
from sim.features.session.attendance import check_not_voided, settle_end
from sim.features.session.opening import DAY, find_code, find_session_wait
from sim.program.session_day import count_down as count_day_down
from sim.program.session_day import count_left_s, is_over, is_start_due, is_there
from sim.program.session_day import is_held as is_held_by
from sim.program.session_day import reopen as reopen_day
from sim.program.session_day import show_briefing as show_day_briefing
from sim.program.session_day import start as start_day


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
        work.save_row(replace(row, day=show_day_briefing(row.day, now)))


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
        day = start_day(row.day, now.wall)
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
        day = count_day_down(row.day, now)
        if day is not row.day:
            work.save_row(replace(row, day=day))


def start_due(app: App, session_id: str) -> None:
    """Release the clocks of a session whose countdown has ended: every page that waits for it asks. Raises as start."""
    with app.store.read() as work:
        is_due = is_start_due(work.sessions.get(session_id).day, app.clock.read().wall)
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
        if is_over(row.day, now.wall):
            row = settle_end(work, row, now=now)
        day = reopen_day(row.day, now.wall, lasts=DAY)
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
    if invited is None or day is None or not is_held_by(day, now):
        return None
    if is_start_due(day, now):
        start(app, invited.session_id)
        return None
    return Hold(is_paused=day.paused_at is not None, starts_in_s=count_left_s(day, now))


def begin_own(app: App, attempt_id: str) -> None:
    """Release the clock at the trainee's own press."""
    hold = find_hold(app, attempt_id)
    if hold is not None:
        why = "your trainer has paused the session" if hold.is_paused else "your trainer starts everybody together"
        raise SessionError(why, todo="wait for the start")
    attempts.begin(app, attempt_id)


def note_seen(app: App, attempt_id: str) -> None:
    with app.store.write() as work:
        work.sessions.note_seen([attempt_id], at=app.clock.read().wall)
