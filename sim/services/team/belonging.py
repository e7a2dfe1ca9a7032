"""Which team something belongs to that an address names."""

from sim.errors import SimError
from sim.services.app.wiring import App


def find_team_of(
    app: App, *, person_id: str | None = None, session_id: str | None = None, program_id: str | None = None
) -> str | None:
    """Return the team of a person, a session or a program, the first of them that is given and there; else None."""
    with app.store.read() as work:
        person = work.teams.find_person(person_id) if person_id else None
        if person is not None:
            return person.team_id
        program = work.programs.find(program_id) if program_id else None
        if program is not None:
            return program.team_id
        try:
            return work.sessions.get(session_id).team_id if session_id else None
        except SimError:
            return None
