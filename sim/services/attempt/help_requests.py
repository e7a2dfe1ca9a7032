"""Asking for help during a drill of a session, and answering."""

from typing import Any

from sim.db.store import Transaction
from sim.drill.attempt import AttemptState, compute_elapsed_s, tick
from sim.errors import AttemptError, SessionError
from sim.services.app.wiring import App

HELP_A_MINUTE = 6


def describe_help(app: App, attempt_id: str) -> dict[str, Any] | None:
    """Return how an attempt's calls for help stand, `asked` and `answered`; None for one that no session has."""
    with app.store.read() as work:
        return None if work.sessions.find_by_attempt(attempt_id) is None else _count(work, attempt_id)


def get_help(app: App, attempt_id: str) -> dict[str, Any]:
    """Return how an attempt's calls for help stand. Raises AttemptError: no trainer watches it."""
    found = describe_help(app, attempt_id)
    if found is None:
        raise AttemptError("no trainer watches this drill", todo="continue without help")
    return found


def ask_help(app: App, attempt_id: str) -> dict[str, Any]:
    """Note that help is asked for; return how the calls stand. A call that waits already is not repeated.

    Raises:
        AttemptError: unknown attempt, its clock does not run, or no trainer watches it.
        RateLimitError: asked too often.
    """
    get_help(app, attempt_id)
    now = app.clock.read()
    app.rate_limit.note(f"help {attempt_id}", now_s=now.steady_s, most=HELP_A_MINUTE)
    with app.store.write() as work:
        timing = tick(work.attempts.get(attempt_id).timing, now)
        if timing.state is not AttemptState.RUNNING:
            raise AttemptError("the drill does not run", expected="a running drill", todo="reload the page")
        work.help.ask(attempt_id, at=now.wall, elapsed_s=compute_elapsed_s(timing, now))
        return _count(work, attempt_id)


def answer_help(app: App, session_id: str, person_id: str) -> None:
    """Mark somebody's call for help as answered. Raises SessionError: they are not invited, or have no drill."""
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.attempt_id is None:
            raise SessionError("this person has no drill yet", todo="reload the page")
        work.help.answer(invited.attempt_id, at=app.clock.read().wall)


def _count(work: Transaction, attempt_id: str) -> dict[str, Any]:
    calls = work.help.list_of((attempt_id,))
    return {"asked": len(calls), "answered": sum(call.answered_at is not None for call in calls)}
