"""The exercise before, while and after it works: who does what, who is there, how it starts, and where it stands."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.app.catalog import KnownForm
from sim.app.links import Invitation
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Mode, begin, brief, tick
from sim.attempt.options import NO_OPTIONS, DrillOption, ProfileName
from sim.attempt.team_exercise import Duty as ExerciseDuty
from sim.attempt.team_exercise import Role, list_duties, list_roles
from sim.console import attempts
from sim.console.console_data import BriefingView
from sim.console.exercise import ROLE_NAMES, describe_role, get_duties, is_here, is_note_due
from sim.db.attempts import ExerciseRow, MemberRow
from sim.db.store import Transaction
from sim.errors import AccessError, StoreError, TaskError
from sim.forms.forms import Origin
from sim.rules.viewer import Duty, Viewer, limit_app, require
from sim.tasks import get_task_type
from sim.tasks.common.task import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    role: str  # stored value
    # role_name, person: in words
    role_name: str
    person: str
    tasks: tuple[str, ...]  # what the role does here, a sentence each
    is_here: bool  # their page is open


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    exercise_id: str
    state: AttemptState  # of the exercise: before the start "assigned", then as of an attempt
    attempt_id: str  # the member's own part
    role: str  # the member's own
    may_start: bool  # this member starts the drill
    members: tuple[MemberView, ...]  # all, by role
    briefing: BriefingView  # who is sought and what is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseLine:
    exercise_id: str
    title: str
    state: AttemptState
    is_over: bool
    members: tuple[tuple[Role, str], ...]
    here: int


def enter(app: App, invitation: Invitation) -> RoomView:
    now = app.clock.read()
    with app.store.write() as work:
        exercise, members = load_exercise(work, invitation.exercise_id)
        own = next((member for member in members if member.role is invitation.role), None)
        if own is None:
            raise AccessError("this team exercise has no such role", todo="ask for a new link")
        if is_note_due(own, now=now.wall):
            work.change(MemberRow, MemberRow.attempt_id == own.attempt_id, seen_at=now.wall)
        state = tick(work.attempts.get(own.attempt_id).timing, now).state
        names = work.people.list_names([member.person_id for member in members])
        shown = tuple(
            MemberView(
                role=member.role.value,
                role_name=ROLE_NAMES[member.role],
                person=names[member.person_id],
                tasks=describe_role(member.role, get_duties(exercise, members, member.role)),
                is_here=member is own or is_here(member, now=now.wall),
            )
            for member in members
        )
    is_open = state in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    return RoomView(
        exercise_id=exercise.exercise_id,
        state=AttemptState.ASSIGNED if is_open else state,
        attempt_id=own.attempt_id,
        role=own.role.value,
        may_start=own.role is Role.LEAD and is_open,
        members=shown,
        briefing=attempts.get_briefing(app, own.attempt_id),
    )


def start(app: App, invitation: Invitation) -> None:
    """Start the clock of every part at one moment, no matter who is there; a second call changes nothing."""
    if invitation.role is not Role.LEAD:
        raise AccessError("only the lead starts the drill", todo="wait for the lead")
    with app.store.read() as work:
        _, members = load_exercise(work, invitation.exercise_id)
    attempts.read_truths(app, [member.attempt_id for member in members])
    with app.store.write() as work:
        # read once it is our turn to write: waiting for other processes takes nobody's time
        now = app.clock.read()
        _, members = load_exercise(work, invitation.exercise_id)
        for member in members:
            row = work.attempts.get(member.attempt_id)
            timing = begin(brief(tick(row.timing, now), now), now)
            work.save_row(replace(row, timing=timing))


def check_exercise(app: App, viewer: Viewer, exercise_id: str) -> None:
    require(viewer, Duty.SEE_TEAMS)
    with limit_app(app, viewer).store.read() as work:
        work.exercises.get(exercise_id)


def list_exercises(app: App, team_id: str) -> tuple[ExerciseLine, ...]:
    now = app.clock.read()
    lines = []
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    with app.store.read() as work:
        work.teams.get(team_id)
        for exercise in work.exercises.list_all(team_id=team_id):
            members = work.exercises.list_members(exercise.exercise_id)
            names = work.people.list_names([member.person_id for member in members])
            state = tick(work.attempts.get(members[0].attempt_id).timing, now).state
            lines.append(
                ExerciseLine(
                    exercise_id=exercise.exercise_id,
                    title=titles.get(exercise.form_id, exercise.form_id),
                    state=state,
                    is_over=state in (AttemptState.SUBMITTED, AttemptState.TIMED_OUT),
                    members=tuple((member.role, names[member.person_id]) for member in members),
                    here=sum(is_here(member, now=now.wall) for member in members),
                )
            )
    return tuple(lines)


def load_exercise(work: Transaction, exercise_id: str) -> tuple[ExerciseRow, tuple[MemberRow, ...]]:
    return work.exercises.get(exercise_id), work.exercises.list_members(exercise_id)


def is_part(app: App, attempt_id: str) -> bool:
    with app.store.read() as work:
        return work.attempts.get(attempt_id).mode is Mode.TEAM_EXERCISE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseForm:
    """A form that a team can do. `uses_up`: it seeks the student of a measuring drill, which is then spent for all."""

    form_id: str
    title: str
    place: str
    uses_up: bool


def list_forms(app: App) -> tuple[ExerciseForm, ...]:
    known_forms = app.catalog.list_forms()
    measured = {(known.recording_id, known.form.target) for known in known_forms if known.form.use == "parallel"}
    forms = [known for known in known_forms if _is_for_exercises(known) and known.origin is Origin.PUBLIC]
    cards = [
        ExerciseForm(
            form_id=known.form.form_id,
            title=known.form.title,
            place=app.catalog.get_recording(known.recording_id).site.name,
            uses_up=(known.recording_id, known.form.target) in measured,
        )
        for known in forms
    ]
    return tuple(sorted(cards, key=lambda card: card.uses_up))


def create_exercise(
    app: App, team_id: str, *, form_id: str, person_ids: Sequence[str], interruptions: bool = False
) -> str:
    roles = list_roles(len(person_ids))
    known = app.catalog.get_form(form_id)
    if not _is_for_exercises(known):
        raise TaskError(
            f"{known.form.title} cannot be done as a team exercise",
            expected="a drill in which a student is traced",
            todo="choose another drill",
        )
    is_demo = _check_people(app, team_id, person_ids)
    exercise_id = secrets.token_urlsafe(18)
    rows = {}
    for role, person_id in zip(roles, person_ids, strict=True):
        has_calls = interruptions and ExerciseDuty.CALLS in list_duties(role, members=len(roles))
        rows[role] = attempts.make_row(
            app,
            form_id=form_id,
            mode=Mode.TEAM_EXERCISE,
            person_id=person_id,
            phase=None,
            profile=ProfileName.CLASSIC,
            options=frozenset({DrillOption.INTERRUPTIONS}) if has_calls else NO_OPTIONS,
            extra_time=1.0,
            is_demo=is_demo,
            step_id=None,
        )
    exercise = ExerciseRow(
        exercise_id=exercise_id, team_id=team_id, form_id=form_id, leading=Role.LEAD, created_at=app.clock.read().wall
    )
    with app.store.write() as work:
        work.insert(exercise)
        for (role, row), person_id in zip(rows.items(), person_ids, strict=True):
            attempts.add_row(work, row)
            work.insert(
                MemberRow(exercise_id=exercise_id, role=role, person_id=person_id, attempt_id=row.timing.attempt_id)
            )
    return exercise_id


def _check_people(app: App, team_id: str, person_ids: Sequence[str]) -> bool:
    """Refuse people who cannot be an exercise; return whether the team is a demo."""
    if len(set(person_ids)) != len(person_ids):
        raise StoreError("someone has two roles", expected="another person for each role", todo="choose someone else")
    with app.store.read() as work:
        team = work.teams.get(team_id)
        people = {person.person_id: person for person in work.people.list_all(team_id=team_id)}
    for person_id in person_ids:
        person = people.get(person_id)
        if person is None or person.left_at is not None:
            raise StoreError("someone chosen is not on this team", todo="choose people of the team")
    return team.is_demo


def _is_for_exercises(known: KnownForm) -> bool:
    task = known.form.task
    return task.target is not None and get_task_type(task.type).make_answer_form(task).marks is Marks.PERSON
