"""Giving somebody the drill of a step."""

from collections.abc import Sequence

from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import ENDED, AttemptState, Mode
from sim.drill.steps import StepKind
from sim.errors import PlanError, StoreError
from sim.services.app.wiring import App
from sim.services.attempt import familiarization
from sim.services.attempt.familiar import load_steps_done
from sim.services.team import given_drills
from sim.services.team.counting import foresee_team


def give_step(
    app: App, step_id: str, person_id: str, *, form_id: str | None = None, reason: str = "", extra_time: float = 1.0
) -> str:
    """Give a person the drill of a step, on the console and with the options of its program; return the attempt's id.

    One that was given and has not ended is handed out again. `form_id` and `reason` are those of
    `given_drills.create_attempt`.
    """
    with app.store.read() as work:
        step = work.programs.get_step(step_id)
        program = work.programs.get(step.program_id)
        person = work.teams.get_person(person_id)
        own = work.attempts.list_of_person(person_id)
        whole = _list_whole(work, own)
    if step.kind.phase is not None:
        return given_drills.create_attempt(
            app,
            person_id,
            step.kind.phase,
            profile=program.profile,
            options=program.options,
            extra_time=extra_time,
            step_id=step_id,
            form_id=form_id,
            reason=reason,
        )
    if step.kind is StepKind.TRAINING:
        raise PlanError("the training is no drill", todo="open its session day")
    if program.team_id != person.team_id or step.dropped_at is not None or program.closed_at is not None:
        raise PlanError("this step was taken out of the program", todo="go back to the program's page")
    if person.left_at is not None:
        raise StoreError(f"{person.name} has left the team", todo="add them again under another name")
    for row in own:
        if row.timing.attempt_id in whole:
            raise PlanError(f"{person.name} has done this step", todo="look under Team, Plan for what is due")
        if row.mode is Mode.FAMILIARIZATION and row.step_id == step_id and row.timing.state not in ENDED:
            return row.timing.attempt_id
    return familiarization.give(app, person_id=person_id, profile=program.profile, step_id=step_id)


def foresee_step(app: App, step_id: str, person_id: str) -> str:
    """Return why the drill of a step would not count for a person, done now; "" where it would, or is no drill."""
    with app.store.read() as work:
        step = work.programs.get_step(step_id)
        program = work.programs.get(step.program_id)
    if step.kind.phase is None:
        return ""
    found = foresee_team(
        app,
        program.team_id,
        [person_id],
        step.kind.phase,
        profile=program.profile,
        options=program.options,
    )
    return found.get(person_id, "")


def _list_whole(work: Transaction, own: Sequence[AttemptRow]) -> frozenset[str]:
    """Return the familiarization drills of somebody that went through every step."""
    handed_in = {
        row.timing.attempt_id: row.profile
        for row in own
        if row.mode is Mode.FAMILIARIZATION and row.timing.state is AttemptState.SUBMITTED
    }
    return frozenset(key for key, steps in load_steps_done(work, handed_in).items() if steps.is_whole)
