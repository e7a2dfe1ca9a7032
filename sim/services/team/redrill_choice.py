"""Which drill a re-drill is: one of the same task type that this person was never given, or why there is none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sim.db.rows import AttemptRow, PersonRow
from sim.db.store import Transaction
from sim.drill.attempt import ENDED
from sim.drill.form_order import assign_redrill_form
from sim.drill.forms import Form
from sim.errors import TaskError
from sim.services.app.wiring import App
from sim.services.team.choosing_forms import counts_as_done, list_measuring_forms, list_spent

GONE = "the drill that showed it is no longer on this computer"
SEEN = "{name} was given every drill of this kind before; more are made under Drills, New drill"
KEPT = "what {name} has not seen is kept for the steps of the program; more drills are made under Drills, New drill"
LEFT = "{name} is no longer on the team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The drills that a re-drill may be, all of one recording; without any, `why_not` says why."""

    forms: tuple[Form, ...] = ()
    why_not: str = ""


def list_choice(app: App, work: Transaction, person: PersonRow, first: AttemptRow) -> Choice:
    """Return what a person may be given again after a drill: of that recording, or else of another one.

    What their team's open programs still need for them is left alone, and nobody who was measured on a private
    recording is measured again on one that anybody can know. Raises TaskError, RecordingError: a form file
    or its recording is wrong or missing.
    """
    if person.left_at is not None:
        return Choice(why_not=LEFT.format(name=person.name))
    task_type = find_type(app, first)
    if task_type is None:
        return Choice(why_not=GONE)
    spent = list_spent(app, work.exposures.list_seen(person.person_id))
    unseen: dict[str, list[Form]] = {first.recording_id: []}
    for form in list_measuring_forms(app):
        if form.type == task_type and form.form_id not in spent and may_stand_for(app, form, first):
            unseen.setdefault(form.recording_id, []).append(form)
    kept = _count_kept(work, person)
    for recording_id, forms in unseen.items():
        if len(forms) > kept[recording_id]:
            return Choice(forms=tuple(forms))
    words = KEPT if any(unseen.values()) else SEEN
    return Choice(why_not=words.format(name=person.name))


def may_stand_for(app: App, form: Form, first: AttemptRow) -> bool:
    """Return whether a form measures as well as the drill before it: what can be known only after what could be."""
    catalog = app.catalog
    return catalog.is_private(form.recording_id) or not catalog.is_private(first.recording_id)


def choose_redrill_form(app: App, work: Transaction, person: PersonRow, first: AttemptRow) -> Form:
    """Return the form of a person's re-drill. Raises TaskError: there is none; the message says why."""
    choice = list_choice(app, work, person, first)
    recording_id = choice.forms[0].recording_id if choice.forms else ""
    alike = [form for form in list_measuring_forms(app) if form.recording_id == recording_id]
    offered = {form.form_id for form in choice.forms}
    form = assign_redrill_form(
        alike,
        seen={each.form_id for each in alike} - offered,
        row=_find_row(work, person, recording_id),
    )
    if form is None:
        raise TaskError(
            f"no re-drill can be given: {choice.why_not}", expected="a drill of this kind that they have not seen"
        )
    return form


def find_type(app: App, row: AttemptRow) -> str | None:
    """Return the task type of an attempt; None where its form is no longer on this computer."""
    return next((each.form.type for each in app.catalog.list_forms() if each.form.form_id == row.form_id), None)


def _count_kept(work: Transaction, person: PersonRow) -> Counter[str]:
    """Return how many unseen forms of each recording the team's open programs still need for a person."""
    own = work.attempts.list_of_person(person.person_id)
    has_form = {row.step_id for row in own if row.timing.state not in ENDED or counts_as_done(row)}
    kept: Counter[str] = Counter()
    for program in work.programs.list_of_team(person.team_id):
        if program.closed_at is None:
            steps = work.programs.list_steps([program.program_id])
            kept[program.recording_id] += sum(
                step.kind.phase is not None and step.dropped_at is None and step.step_id not in has_form
                for step in steps
            )
    return kept


def _find_row(work: Transaction, person: PersonRow, recording_id: str) -> int:
    """Return the row of the design that a person's drills of a recording follow."""
    for program in work.programs.list_of_team(person.team_id):
        place = work.programs.find_place(program.program_id, person.person_id)
        if place is not None and program.recording_id == recording_id:
            return place // 2
    return number_person(work.teams.list_people(person.team_id), person.person_id)


def number_person(people: Sequence[PersonRow], person_id: str) -> int:
    """Return how many joined the team before somebody: 0, 1, 2 ..."""
    ordered = sorted(people, key=lambda each: (each.created_at, each.person_id))
    return [each.person_id for each in ordered].index(person_id)
