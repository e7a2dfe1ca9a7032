"""Which recordings measure somebody, so that practice, and what is told after it, keep away from them."""

from sim.db.store import Transaction
from sim.services.app.wiring import App


def list_measuring(app: App, work: Transaction, *, team_id: str | None = None) -> frozenset[str]:
    """Return the recordings on which people are measured: private ones, and those of programs and measured drills.

    Args:
        app: the services.
        work: the open unit of work.
        team_id: of this team's programs and drills only; None for everybody's. Private ones are always among them.
    """
    programs = work.programs.list_all() if team_id is None else work.programs.list_of_team(team_id)
    planned = {program.recording_id for program in programs}
    return frozenset(app.catalog.list_private() | planned | work.attempts.list_measured(team_id=team_id))


def list_kept_apart(app: App, person_id: str | None) -> frozenset[str]:
    """Return the recordings that a person's team is measured on: practice on them would spoil those drills.

    None for the practice of nobody on a team, of whom no recording is kept apart.
    """
    if person_id is None:
        return frozenset()
    with app.store.read() as work:
        return list_measuring(app, work, team_id=work.teams.get_person(person_id).team_id)


def is_shut(app: App, work: Transaction, recording_id: str) -> bool:
    """Return whether footage opens only while a clock runs: private, with a program on it or drills that wait.

    Otherwise anyone who has done one measured drill could study the halls in which the next one seeks someone else.
    """
    if not app.catalog.is_private(recording_id):
        return False
    is_planned = any(row.recording_id == recording_id and row.closed_at is None for row in work.programs.list_all())
    return is_planned or work.attempts.has_open_measured(recording_id)
