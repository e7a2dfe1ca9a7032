"""Extended time, set for a person in a session before their clock runs."""

from dataclasses import replace

from sim.drill.attempt import AttemptState, Mode
from sim.drill.session_day import check_extra_time
from sim.errors import SessionError
from sim.services.app.wiring import App
from sim.services.attempt import familiarization


def set_extra_time(app: App, session_id: str, person_id: str, factor: float) -> float:
    """Set the factor on somebody's limit, taken over by a drill that they were given already; return it."""
    check_extra_time(factor)
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.attempt_id is not None:
            attempt = work.attempts.get(invited.attempt_id)
            if attempt.timing.state not in (AttemptState.ASSIGNED, AttemptState.BRIEFED):
                raise SessionError(
                    "the time of this drill cannot be changed: its clock has started",
                    todo="set it for the next session",
                )
            is_familiar = attempt.mode is Mode.FAMILIARIZATION
            limit_s = familiarization.LIMIT_S if is_familiar else app.catalog.get_form(attempt.form_id).form.limit_s
            timing = replace(attempt.timing, limit_s=limit_s * factor)
            work.attempts.save(replace(attempt, timing=timing, extra_time=factor))
        work.sessions.save_invited(replace(invited, extra_time=factor))
    return factor
