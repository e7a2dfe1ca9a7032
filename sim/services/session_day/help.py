"""Asking for help during a drill of a session, and answering."""

from typing import Any

from sim.drill.attempt import AttemptState, compute_elapsed_s, tick
from sim.errors import AttemptError, SessionError
from sim.services.wiring import App

HELP_A_MINUTE = 6


def describe_help(app: App, attempt_id: str) -> dict[str, Any] | None:
    """Return how an attempt's latest call for help stands; None for an attempt that no session has."""
    with app.store.read() as work:
        if work.sessions.find_by_attempt(attempt_id) is None:
            return None
        calls = work.help.list_of((attempt_id,))
    return {"asked": len(calls), "answered": sum(call.answered_at is not None for call in calls)}


def ask_help(app: App, attempt_id: str) -> dict[str, Any]:
    """Note that help is asked for; return how it stands. A call that waits already is not repeated.

    Raises:
        AttemptError: unknown attempt, its clock does not run, or no trainer is there.
        PaceError: asked too often.
    """
    now = app.clock.read()
    app.pace.note(f"help {attempt_id}", now_s=now.steady_s, most=HELP_A_MINUTE)
    with app.store.write() as work:
        row = work.attempts.get(attempt_id)
        if work.sessions.find_by_attempt(attempt_id) is None:
            raise AttemptError("no trainer watches this drill", todo="go on without help")
        timing = tick(row.timing, now)
        if timing.state is not AttemptState.RUNNING:
            raise AttemptError("the drill does not run", expected="a running drill", todo="reload the page")
        work.help.ask(attempt_id, at=now.wall, elapsed_s=compute_elapsed_s(timing, now))
        calls = work.help.list_of((attempt_id,))
    return {"asked": len(calls), "answered": sum(call.answered_at is not None for call in calls)}


def answer_help(app: App, session_id: str, person_id: str) -> None:
    """Mark somebody's call for help as answered. Raises SessionError: they are not invited, or have no drill."""
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.attempt_id is None:
            raise SessionError("this person has no drill yet", todo="reload the page")
        work.help.answer(invited.attempt_id, at=app.clock.read().wall)
