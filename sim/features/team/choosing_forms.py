"""Which form somebody gets for a step of a program, what was seen of forms already, and which footage is waited for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, Phase
from sim.attempt.options import Options, ProfileName
from sim.db.attempts import AttemptRow
from sim.db.programs import LOOKED, ExposureRow, PlaceRow, ProgramRow, StepRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow, TeamRow
from sim.errors import PlanError, TaskError
from sim.forms.form_order import PhaseSizes, assign_crossed_form, assign_planned_form
from sim.forms.forms import Form
from sim.program.plan import StepKind
from sim.rules.counts import list_open_programs
from sim.rules.readiness import Readiness, find_readiness, write_wait
from sim.rules.viewer import Viewer
from sim.text.words import clean_typed

MOST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDrill:
    step_id: str
    program: ProgramRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Footage:
    """A recording with drills that measure: its title, its school, whether nobody can know it, and those drills."""

    recording_id: str
    title: str
    school: str
    is_private: bool
    forms: tuple[tuple[str, str], ...]


def list_footage(app: App) -> tuple[Footage, ...]:
    of_recording: dict[str, list[Form]] = {}
    for form in list_measuring_forms(app):
        of_recording.setdefault(form.recording_id, []).append(form)
    found = []
    for recording_id, forms in of_recording.items():
        recording = app.catalog.get_recording(recording_id)
        found.append(
            Footage(
                recording_id=recording_id,
                title=recording.manifest.title,
                school=recording.site.name,
                is_private=app.catalog.is_private(recording_id),
                forms=tuple((form.form_id, form.title) for form in forms),
            )
        )
    return tuple(sorted(found, key=lambda each: (not each.is_private, each.school.casefold(), each.title.casefold())))


def list_every_measuring_form(app: App) -> list[Form]:
    """Return all parallel forms, those of one recording that differ in what is known at the start too."""
    return [known.form for known in app.catalog.list_forms() if known.form.use == "parallel"]


def list_measuring_forms(app: App) -> list[Form]:
    """Return the parallel forms of every recording, those of one recording together. Forms of two are not parallel.

    Of a recording whose forms are there both with and without a last sighting, only those like its first form: these
    are given in turn. The others a trainer may choose by hand outside a program.
    """
    forms = list_every_measuring_form(app)
    first: dict[tuple[str, str], Form] = {}
    for form in forms:
        first.setdefault((form.recording_id, form.type), form)
    return [form for form in forms if form.start == first[form.recording_id, form.type].start]


def list_parallel_forms(forms: Sequence[Form], *, recording_id: str | None = None) -> list[Form]:
    """Return the forms that are parallel to each other: of one recording, the first that has any unless named."""
    chosen = recording_id or next((form.recording_id for form in forms), "")
    return [form for form in forms if form.recording_id == chosen]


def choose_recording(app: App, work: Transaction, team: TeamRow) -> str:
    """Return the recording of a team's measured drills outside a program: the one that they have drills of.

    Forms of two recordings are not parallel. Without any it is the first there is, "" for none. Where there is footage
    that nobody can know, and for no demo, only that is chosen from: drills on other footage do not count.
    """
    forms = list_measuring_forms(app)
    private = [form for form in forms if app.catalog.is_private(form.recording_id)]
    forms = forms if team.is_demo else private or forms
    known = {form.recording_id for form in forms}
    given = [row for row in work.attempts.list_of_team(team.team_id) if row.phase is not None]
    return next(
        (row.recording_id for row in reversed(given) if row.recording_id in known),
        forms[0].recording_id if forms else "",
    )


def find_usual_recording(app: App, team_id: str) -> str:
    with app.store.read() as work:
        return choose_recording(app, work, work.teams.get(team_id))


def list_spent(app: App, seen: Collection[str]) -> frozenset[str]:
    """Return the forms that are not new to anyone who has seen some: those, and others that seek the same student."""
    known = app.catalog.list_forms()
    sought = {(each.recording_id, each.form.target) for each in known if each.form.form_id in seen and each.form.target}
    return frozenset(seen) | {each.form.form_id for each in known if (each.recording_id, each.form.target) in sought}


def list_free_forms(app: App, step_id: str, person_id: str) -> tuple[Form, ...]:
    """Return the forms that a trainer may choose by hand for somebody's step: those never given to them."""
    with app.store.read() as work:
        step = work.steps.get(step_id)
        program = work.programs.get(step.program_id)
        spent = list_spent(app, work.exposures.list_seen(person_id))
    forms = [form for form in list_measuring_forms(app) if form.recording_id in program.recordings]
    return tuple(form for form in forms if form.form_id not in spent) if step.kind.phase is not None else ()


def find_planned(
    work: Transaction,
    person: PersonRow,
    phase: Phase,
    *,
    step_id: str | None,
    profile: ProfileName,
    options: Options,
    given: Sequence[AttemptRow],
) -> PlannedDrill | None:
    """Return the step that a drill counts for: the one asked for, or else the next one that it fits, or None."""
    ended = {row.step_id for row in given if counts_as_done(row)}
    if step_id is not None:
        step = work.steps.get(step_id)
        program = work.programs.get(step.program_id)
        _check_step(step, program, person, phase, is_done=step_id in ended)
        return PlannedDrill(step_id=step_id, program=program)
    for program, steps in list_open_programs(work, person.team_id, phase, given_with=(profile, options)):
        free = [step.step_id for step in steps if step.step_id not in ended]
        if free:
            return PlannedDrill(step_id=free[0], program=program)
    return None


def counts_as_done(row: AttemptRow) -> bool:
    """Return whether an attempt has ended with the clock having run: handed in or out of time, not given up unbegun."""
    return row.timing.state in ENDED and bool(row.timing.used_s)


def count_sizes(steps: Sequence[StepRow]) -> PhaseSizes:
    kinds = [step.kind for step in steps if step.dropped_at is None]
    return PhaseSizes(
        before=kinds.count(StepKind.BEFORE),
        after=kinds.count(StepKind.AFTER),
        retention=kinds.count(StepKind.RETENTION),
    )


def _take_place(work: Transaction, program_id: str, person_id: str) -> int:
    """Return a person's place in the order of forms, 0, 1, 2 ...: the next free one on their first call."""
    found = work.by_key(PlaceRow, program_id, person_id)
    if found is not None:
        return found.place
    latest = work.find_highest(PlaceRow.place, PlaceRow.program_id == program_id)
    place = 0 if latest is None else latest + 1
    work.insert(PlaceRow(program_id=program_id, person_id=person_id, place=place))
    return place


def choose_planned_form(
    app: App, work: Transaction, person: PersonRow, forms: Sequence[Form], *, planned: PlannedDrill, phase: Phase
) -> Form | None:
    """Return the form whose turn it is in a program, or None when this person was given every one."""
    program = planned.program
    steps = work.programs.list_steps([program.program_id])
    own = {step.step_id for step in steps}
    here = {row.form_id for row in work.attempts.list_all(person_id=person.person_id) if row.step_id in own}
    seen = list_spent(app, work.exposures.list_seen(person.person_id))
    place, sizes = _take_place(work, program.program_id, person.person_id), count_sizes(steps)
    first, *second = ([form for form in forms if form.recording_id == each] for each in program.recordings)
    if second:
        colleagues = {
            row.form_id
            for row in work.attempts.list_of_team(person.team_id)
            if row.step_id in own and row.person_id != person.person_id and row.phase is not phase
        }
        return assign_crossed_form(
            first, second[0], seen=seen, colleagues=colleagues, place=place, phase=phase, sizes=sizes
        )
    return assign_planned_form(
        first, seen=seen, seen_elsewhere=seen - list_spent(app, here), place=place, phase=phase, sizes=sizes
    )


def check_footage(app: App, program: ProgramRow) -> None:
    """Raise TaskError where the footage of a program is not there: it is still being made, or was taken away."""
    wait = write_wait(find_readiness(app, *program.recordings), ZoneInfo(program.time_zone))
    if wait:
        raise TaskError(wait)


def check_choice(forms: Sequence[Form], form_id: str, *, reason: str) -> Form:
    """Return the form that a trainer chose. Raises TaskError: it does not measure, or there is no usable reason."""
    form = next((each for each in forms if each.form_id == form_id), None)
    if form is None:
        raise TaskError("this drill does not measure", expected="one of the parallel drills", todo="choose another one")
    wanted = clean_typed(reason, what="reason", fault=TaskError)
    if not 1 <= len(wanted) <= MOST_REASON:
        raise TaskError(
            "a drill was chosen by hand without a usable reason",
            expected=f"1 to {MOST_REASON} characters",
            todo="say in a few words why this drill; it is kept with the result",
        )
    return form


def _check_step(step: StepRow, program: ProgramRow, person: PersonRow, phase: Phase, *, is_done: bool) -> None:
    if program.team_id != person.team_id:
        raise PlanError(f"{person.name} is not on the team of this program", todo="go back to the program's page")
    if step.kind.phase is not phase:
        raise PlanError(f"this step is {step.kind.value}", expected=f"a step of the drills {phase.value}")
    if step.dropped_at is not None or program.closed_at is not None:
        raise PlanError("this step was taken out of the program", todo="go back to the program's page")
    if is_done:
        raise PlanError(f"{person.name} has done this step", todo="look under Team, Plan for what is due")


def note_look(app: App, viewer: Viewer, attempt_id: str) -> None:
    """Note that somebody signed in has the page of a drill open that is not their own: briefing, console or debrief."""
    if viewer.person_id is None:
        return
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
        if row.person_id == viewer.person_id or (
            row.form_id in work.exposures.list_seen(viewer.person_id)
            and (viewer.person_id, row.recording_id) in work.exposures.list_looks([viewer.person_id])
        ):
            return
    with app.store.write() as work:
        work.exposures.note_look(
            ExposureRow(
                person_id=viewer.person_id,
                form_id=row.form_id,
                attempt_id=attempt_id,
                given_at=app.clock.read().wall,
                how=LOOKED,
                reason="",
            ),
            recording_id=row.recording_id,
        )


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
    if step_id is not None:
        return find_step_wait(app, step_id)
    with app.store.read() as work:
        programs = list_open_programs(work, team_id, phase, given_with=(profile, options))
        program, _ = next(programs, (None, ()))
    other = () if recording_id is None else (recording_id,)
    found = find_readiness(app, *(program.recordings if program else other))
    return None if found.is_ready else found


def find_step_wait(app: App, step_id: str) -> Readiness | None:
    """Return how the footage stands that a step waits for; None where it waits for none. Raises StoreError: unknown."""
    with app.store.read() as work:
        step = work.steps.get(step_id)
        program = work.programs.get(step.program_id)
    if step.kind.phase is None:
        return None
    found = find_readiness(app, *program.recordings)
    return None if found.is_ready else found
