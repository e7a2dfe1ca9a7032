"""A session's course: the briefing shown, everybody started, ended; and who may press start themselves."""

from dataclasses import replace

from sim.drill.attempt import AttemptState, begin, tick
from sim.drill.session_day import is_held as is_held_by
from sim.drill.session_day import is_there
from sim.drill.session_day import show_briefing as show_day_briefing
from sim.drill.session_day import start as start_day
from sim.errors import SessionError
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.session_day.attendance import settle_end


def show_briefing(app: App, session_id: str) -> None:
    """Send everybody who waits to the briefing. A second call changes nothing.

    Raises:
        SessionError: unknown session, or one that has ended or has no common briefing.
    """
    now = app.clock.read().wall
    with app.store.write() as work:
        row = work.sessions.get(session_id)
        work.sessions.save(replace(row, day=show_day_briefing(row.day, now)))


def start(app: App, session_id: str) -> int:
    """Release the clocks of all whose briefing is open on a page, at one moment; return how many.

    Anyone whose page is not open now, or who joins later, begins alone: nobody's clock runs while they see nothing. A
    second call changes nothing.

    Raises:
        SessionError: unknown session, one that has ended, or one whose briefing was not shown.
        RecordingError: as `attempts.read_truths`.
    """
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
        work.sessions.save(replace(row, day=day))
        for invited in work.sessions.list_invited(session_id):
            if invited.attempt_id is None or invited.joined_at is None or not is_there(invited.seen_at, now.wall):
                continue
            attempt = work.attempts.get(invited.attempt_id)
            timing = tick(attempt.timing, now)
            if timing.state is AttemptState.BRIEFED:
                work.attempts.save(replace(attempt, timing=begin(timing, now)))
                released += 1
    return released


def end(app: App, session_id: str, *, by: str = "") -> None:
    """End a session: nobody can join or begin through it any more. Drills that run go on to their own end.

    `by` is who ends it; the training record names them.

    Raises:
        SessionError: unknown session.
    """
    with app.store.write() as work:
        settle_end(work, work.sessions.get(session_id), now=app.clock.read().wall, by=by)


def is_held(app: App, attempt_id: str) -> bool:
    """Return whether an attempt waits for its trainer's start."""
    with app.store.read() as work:
        invited = work.sessions.find_by_attempt(attempt_id)
        return invited is not None and is_held_by(work.sessions.get(invited.session_id).day, app.clock.read().wall)


def begin_own(app: App, attempt_id: str) -> None:
    """Release the clock at the trainee's own press.

    Raises:
        SessionError: the trainer starts everybody together, and has not yet.
        AttemptError: unknown, or not briefed.
    """
    if is_held(app, attempt_id):
        raise SessionError("your trainer starts everybody together", todo="wait for the start")
    attempts.begin(app, attempt_id)


def note_seen(app: App, attempt_id: str) -> None:
    """Note that the page of an attempt is open."""
    with app.store.write() as work:
        work.sessions.note_seen(attempt_id=attempt_id, at=app.clock.read().wall)
