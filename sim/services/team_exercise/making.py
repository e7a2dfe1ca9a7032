"""Making a team exercise: who does what on which form."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sim.db.exercises import ExerciseRow, MemberRow
from sim.drill.attempt import Mode
from sim.drill.forms import Origin
from sim.drill.options import NO_OPTIONS, DrillOption
from sim.drill.profile import ProfileName
from sim.drill.team_exercise import Duty, Role, list_duties, list_roles
from sim.errors import StoreError, TaskError
from sim.services.app.form_files import KnownForm
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.tasks import get_task_type
from sim.tasks.common.answer_form import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseForm:
    """A form that a team can do. `uses_up`: it seeks the student of a measuring drill, which is then spent for all."""

    form_id: str
    title: str
    place: str
    uses_up: bool


def list_forms(app: App) -> tuple[ExerciseForm, ...]:
    """Return the forms on which somebody is to be traced or found, those for practice first; none of what measures."""
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
    """Make a team exercise; return its id, which cannot be guessed."""
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
        has_calls = interruptions and Duty.CALLS in list_duties(role, members=len(roles))
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
        exercise_id=exercise_id,
        team_id=team_id,
        form_id=form_id,
        leading=Role.LEAD,
        created_at=app.clock.read().wall,
    )
    with app.store.write() as work:
        work.exercises.add(exercise)
        for (role, row), person_id in zip(rows.items(), person_ids, strict=True):
            attempts.add_row(work, row)
            work.exercises.add_member(
                MemberRow(exercise_id=exercise_id, role=role, person_id=person_id, attempt_id=row.timing.attempt_id)
            )
    return exercise_id


def _check_people(app: App, team_id: str, person_ids: Sequence[str]) -> bool:
    """Refuse people who cannot be an exercise; return whether the team is a demo."""
    if len(set(person_ids)) != len(person_ids):
        raise StoreError("someone has two roles", expected="another person for each role", todo="choose someone else")
    with app.store.read() as work:
        team = work.teams.get_team(team_id)
        people = {person.person_id: person for person in work.teams.list_people(team_id)}
    for person_id in person_ids:
        person = people.get(person_id)
        if person is None or person.left_at is not None:
            raise StoreError("someone chosen is not on this team", todo="choose people of the team")
    return team.is_demo


def _is_for_exercises(known: KnownForm) -> bool:
    task = known.form.task
    return task.target is not None and get_task_type(task.type).make_answer_form(task).marks is Marks.PERSON
