"""A pause for everybody, as for a fire alarm: all clocks of a session stand still, and logs and record say so."""

from dataclasses import replace

from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.drill import attempt as clocks
from sim.drill.event import EventKind
from sim.drill.instant import Instant
from sim.drill.session_day import pause as pause_day
from sim.drill.session_day import resume as resume_day
from sim.errors import SessionError
from sim.services.app.wiring import App
from sim.services.attempt.intake import append_own
from sim.services.ledger.writing import note_session_paused, note_session_resumed
from sim.text.typed import clean_typed

MOST_REASON = 200


def pause(app: App, session_id: str, *, reason: str = "", by: str = "") -> int:
    """Stop the clocks of all whose drill runs, at one moment, and let nobody begin; return how many. `by` does it.

    A second call changes nothing.
    """
    words = clean_typed(reason, what="reason", fault=SessionError)
    if len(words) > MOST_REASON:
        raise SessionError(f"the reason has {len(words)} letters", expected=f"at most {MOST_REASON}", todo="shorten it")
    stopped = 0
    with app.store.write() as work:
        now = app.clock.read()
        row = work.sessions.get(session_id)
        day = pause_day(row.day, now.wall)
        if day is row.day:
            return 0
        work.sessions.save(replace(row, day=day))
        note_session_paused(work, row, reason=words, at=now.wall, by=by)
        for attempt_id in _list_given(work, row):
            attempt = work.attempts.get(attempt_id)
            timing = clocks.pause(attempt.timing, now)
            if timing.paused_at is not None and attempt.timing.paused_at is None:
                work.attempts.save(replace(attempt, timing=timing))
                append_own(work, replace(attempt, timing=timing), now, kind=EventKind.HELD, payload={"is_on": True})
                stopped += 1
    return stopped


def resume(app: App, session_id: str, *, by: str = "") -> None:
    """Let everybody's clock run on from where it stood. A second call changes nothing. Raises SessionError: unknown."""
    with app.store.write() as work:
        resume_row(work, work.sessions.get(session_id), now=app.clock.read(), by=by)


def resume_row(work: Transaction, row: SessionRow, *, now: Instant, by: str = "") -> SessionRow:
    """Let everybody's clock of a session run on; return the session as it is then."""
    if row.day.paused_at is None:
        return row
    resumed = replace(row, day=resume_day(row.day, now.wall))
    work.sessions.save(resumed)
    note_session_resumed(work, resumed, seconds=resumed.day.paused_s - row.day.paused_s, at=now.wall, by=by)
    for attempt_id in _list_given(work, row):
        attempt = work.attempts.get(attempt_id)
        timing = clocks.resume(attempt.timing, now)
        if timing is not attempt.timing:
            stood_s = round(timing.paused_s - attempt.timing.paused_s, 1)
            work.attempts.save(replace(attempt, timing=timing))
            append_own(
                work,
                replace(attempt, timing=timing),
                now,
                kind=EventKind.HELD,
                payload={"is_on": False, "stood_s": stood_s},
            )
    return resumed


def _list_given(work: Transaction, row: SessionRow) -> list[str]:
    return [invited.attempt_id for invited in work.sessions.list_invited(row.session_id) if invited.attempt_id]
