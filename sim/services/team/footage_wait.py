"""What a team's measured drills of a phase wait for: the footage of the program that they would count for."""

from sim.db.store import Transaction
from sim.drill.attempt import Phase
from sim.drill.options import Options
from sim.drill.profile import ProfileName
from sim.services.app.wiring import App
from sim.services.library.readiness import Readiness, find_readiness


def find_wait(
    app: App,
    team_id: str,
    phase: Phase | None,
    *,
    profile: ProfileName,
    options: Options,
    step_id: str | None = None,
    recording_id: str | None = None,
) -> Readiness | None:
    """Return how the footage stands that a team's drills wait for; None where they wait for none."""
    if phase is None:
        return None
    with app.store.read() as work:
        own = _find_program_recording(work, team_id, phase, step_id=step_id, profile=profile, options=options)
    wanted = own or recording_id
    found = None if wanted is None else find_readiness(app, wanted)
    return None if found is None or found.is_ready else found


def find_step_wait(app: App, step_id: str) -> Readiness | None:
    """Return how the footage stands that a step waits for; None where it waits for none. Raises StoreError: unknown."""
    with app.store.read() as work:
        step = work.programs.get_step(step_id)
        program = work.programs.get(step.program_id)
    if step.kind.phase is None:
        return None
    found = find_readiness(app, program.recording_id)
    return None if found.is_ready else found


def _find_program_recording(
    work: Transaction, team_id: str, phase: Phase, *, step_id: str | None, profile: ProfileName, options: Options
) -> str | None:
    """Return the recording of the step's program, or else of the newest open one that a drill given so counts for."""
    if step_id is not None:
        return work.programs.get(work.programs.get_step(step_id).program_id).recording_id
    for program in reversed(work.programs.list_of_team(team_id)):
        if program.closed_at is not None or (program.profile, program.options) != (profile, options):
            continue
        steps = work.programs.list_steps([program.program_id])
        if any(step.kind.phase is phase and step.dropped_at is None for step in steps):
            return program.recording_id
    return None
