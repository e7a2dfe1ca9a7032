"""What the training record says of a re-drill that is given: for which open gaps, which drill, by whom."""

from sim.db.ledger import Draft, LedgerKind, Subjects
from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.services.app.wiring import App
from sim.services.ledger.gaps import Gap, list_person_gaps
from sim.services.team.redrill_choice import find_type


def note_redrill(app: App, work: Transaction, row: AttemptRow, first: AttemptRow, *, by: str) -> None:
    """Record that a re-drill was given after an attempt, in the transaction that stores it."""
    person = work.teams.get_person(row.person_id or "")
    work.ledger.append(
        Draft(
            kind=LedgerKind.REDRILL_GIVEN,
            at=row.timing.created_at,
            by=by,
            subjects=Subjects(team_id=person.team_id, person_id=person.person_id, attempt_id=row.timing.attempt_id),
            data={
                "name": person.name,
                "gaps": [gap.key for gap in list_alike(app, work, first)],
                "after": first.timing.attempt_id,
                "form": row.form_id,
                "form_title": app.catalog.get_form(row.form_id).form.title,
                "form_version": row.form_version,
            },
        )
    )


def list_alike(app: App, work: Transaction, first: AttemptRow) -> tuple[Gap, ...]:
    """Return the open gaps that a re-drill after an attempt is for: those that drills of its task type showed."""
    task_type = find_type(app, first)
    open_gaps = [gap for gap in list_person_gaps(work, first.person_id or "") if gap.closed_at is None]
    shown_by = work.attempts.find_all([gap.opened_by for gap in open_gaps])
    return tuple(
        gap for gap in open_gaps if gap.opened_by in shown_by and find_type(app, shown_by[gap.opened_by]) == task_type
    )
