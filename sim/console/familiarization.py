"""The familiarization drill: a few guided minutes on footage for practice that touch every control, never scored."""

from dataclasses import dataclass

from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode
from sim.attempt.options import NO_OPTIONS, ProfileName
from sim.console import attempts
from sim.console.attempts import load_steps_done
from sim.console.footage_access import list_measuring
from sim.errors import AttemptError, TaskError
from sim.forms.forms import Form
from sim.program.plan import StepsDone
from sim.tasks.trace import TRACE

LIMIT_S = 600.0
"""Far more than it takes: nobody is to be hurried while they learn where things are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamiliarEnd:
    is_done: bool  # handed in; else the time ran out and it does not count as done
    steps: StepsDone | None  # how many steps were done, None where it was not handed in
    person_id: str | None  # whose it was, None without an account
    profile: ProfileName  # the console it was on
    next_attempt_id: str | None  # the drill that waits for this person; None for none


def create(
    app: App, *, person_id: str | None = None, profile: ProfileName = ProfileName.CLASSIC, address: str | None = None
) -> str:
    """Make a familiarization drill and start it; return its id. It is on footage that measures nobody of the team,
    where there is some. Raises TaskError: no practice form; StoreError; RateLimitError as `attempts.note_anonymous`.
    """
    if person_id is None:
        attempts.note_anonymous(app, address)
    attempt_id = give(app, person_id=person_id, profile=profile)
    start(app, attempt_id)
    return attempt_id


def give(
    app: App, *, person_id: str | None, profile: ProfileName = ProfileName.CLASSIC, step_id: str | None = None
) -> str:
    """Make a familiarization drill that starts once it is opened; return its id. Raises as `create`."""
    return attempts.create(
        app,
        form_id=_choose_form(app, person_id).form_id,
        mode=Mode.FAMILIARIZATION,
        person_id=person_id,
        profile=profile,
        options=NO_OPTIONS,
        limit_s=LIMIT_S,
        step_id=step_id,
    )


def start(app: App, attempt_id: str) -> None:
    """Start one that was given; one that runs or has ended stays as it is. Raises AttemptError: unknown."""
    attempts.get_briefing(app, attempt_id)
    attempts.begin(app, attempt_id)


def create_before(app: App, attempt_id: str) -> str:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    return create(app, person_id=row.person_id, profile=row.profile)


def is_familiarization(app: App, attempt_id: str) -> bool:
    with app.store.read() as work:
        return work.attempts.get(attempt_id).mode is Mode.FAMILIARIZATION


def get_end(app: App, attempt_id: str) -> FamiliarEnd:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        own = () if row.person_id is None else work.attempts.list_all(person_id=row.person_id)
        is_done = row.timing.state is AttemptState.SUBMITTED
        steps = load_steps_done(work, {attempt_id: row.profile})[attempt_id] if is_done else None
    if row.mode is not Mode.FAMILIARIZATION or row.timing.state not in (AttemptState.SUBMITTED, AttemptState.TIMED_OUT):
        raise AttemptError("this is no familiarization drill that has ended", todo="open the drill's page again")
    waiting = [
        each.timing.attempt_id
        for each in own
        if each.mode is Mode.ASSESSMENT and each.timing.state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    ]
    return FamiliarEnd(
        is_done=is_done,
        next_attempt_id=waiting[0] if waiting else None,
        steps=steps,
        person_id=row.person_id,
        profile=row.profile,
    )


def _choose_form(app: App, person_id: str | None) -> Form:
    practice = [known.form for known in app.catalog.list_practice_forms() if known.form.type == TRACE]
    if not practice:
        raise TaskError("there is no drill on this computer", todo="add a form file to scenarios/forms")
    with app.store.read() as work:
        measuring = list_measuring(app, work, team_id=None if person_id is None else work.people.get(person_id).team_id)
    # what comes with the program stays where everything else measures: it is told to be for practice
    first = next((form for form in practice if form.recording_id not in measuring), practice[0])
    same = [form for form in practice if form.recording_id == first.recording_id]
    return next((form for form in same if form.target != practice[0].target), first)
