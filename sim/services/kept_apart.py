"""Which recordings measure somebody, so that practice, and what is told after it, keep away from them."""

from sim.drill.forms import Origin
from sim.records.store import Work
from sim.services.wiring import App


def list_measuring(app: App, work: Work, *, team_id: str | None = None) -> frozenset[str]:
    """Return the recordings on which people are measured: private ones, and those of programmes and measured drills.

    Args:
        app: the services.
        work: the open unit of work.
        team_id: of this team's programmes and drills only; None for everybody's. Private ones are always among them.

    Raises:
        TaskError, RecordingError: a form file or its recording is wrong or missing.
    """
    private = {known.recording_id for known in app.catalogue.list_forms() if known.origin is Origin.PRIVATE}
    programmes = work.programmes.list_all() if team_id is None else work.programmes.list_of_team(team_id)
    planned = {programme.recording_id for programme in programmes}
    return frozenset(private | planned | work.attempts.list_measured(team_id=team_id))
