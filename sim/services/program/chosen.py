"""Drills that a trainer chose by hand, out of their turn, and why."""

from dataclasses import dataclass
from datetime import tzinfo

from sim.db.programs import CHOSEN
from sim.drill.attempt import Phase
from sim.services.app.wiring import App
from sim.services.program.words import name_step, write_day
from sim.services.program.zones import get_zone
from sim.text.tables import TextTable

PHASE_WORDS = {Phase.BEFORE: "Before", Phase.AFTER: "After", Phase.RETENTION: "Later"}
GIVEN, PERSON, STEP, DRILL, WHY = "Given", "Person", "Step", "Drill", "Why this one"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One drill chosen by hand; `step_id` is None where it was for no step of a program."""

    person_id: str
    step_id: str | None
    day: str
    name: str
    step: str
    drill: str
    why: str


def list_chosen_of_program(app: App, program_id: str) -> TextTable:
    """Return the drills of a program that were chosen by hand, the latest first; no rows where none was.

    Columns: day at the school, person, step, drill, the trainer's reason.
    """
    with app.store.read() as work:
        program = work.programs.get(program_id)
        own = {step.step_id for step in work.programs.list_steps([program_id])}
    lines = _list_lines(app, program.team_id, zone=get_zone(program.time_zone))
    return TextTable(
        name="chosen",
        header=(GIVEN, PERSON, STEP, DRILL, WHY),
        rows=tuple((line.day, line.name, line.step, line.drill, line.why) for line in lines if line.step_id in own),
    )


def list_chosen_of_person(app: App, person_id: str, *, zone: tzinfo) -> TextTable:
    """Return the drills of one person that were chosen by hand, as `list_chosen_of_program` but without a name."""
    with app.store.read() as work:
        team_id = work.teams.get_person(person_id).team_id
    return TextTable(
        name="chosen",
        header=(GIVEN, STEP, DRILL, WHY),
        rows=tuple(
            (line.day, line.step, line.drill, line.why)
            for line in _list_lines(app, team_id, zone=zone)
            if line.person_id == person_id
        ),
    )


def _list_lines(app: App, team_id: str, *, zone: tzinfo) -> tuple[_Line, ...]:
    """Return a team's, the latest first."""
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    with app.store.read() as work:
        given = [row for row in work.exposures.list_of_team(team_id) if row.how == CHOSEN]
        names = {person.person_id: person.name for person in work.teams.list_people(team_id)}
        attempts = {row.timing.attempt_id: row for row in work.attempts.list_of_team(team_id)} if given else {}
        programs = [row.program_id for row in work.programs.list_of_team(team_id)]
        steps = {step.step_id: name_step(step.kind, step.number) for step in work.programs.list_steps(programs)}
    found = []
    for row in reversed(given):
        attempt = attempts.get(row.attempt_id or "")
        phase = PHASE_WORDS[attempt.phase] if attempt and attempt.phase else ""
        step_id = attempt.step_id if attempt else None
        found.append(
            _Line(
                person_id=row.person_id,
                step_id=step_id,
                day=write_day(row.given_at.astimezone(zone).date()),
                name=names.get(row.person_id, ""),
                step=steps.get(step_id or "", phase),
                drill=titles.get(row.form_id, row.form_id),
                why=row.reason,
            )
        )
    return tuple(found)
