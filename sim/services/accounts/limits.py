"""The services as somebody may use them: of their schools, and only to look where their roles change nothing."""

from dataclasses import replace

from sim.db.teams import NO_LIMITS, Limits
from sim.services.accounts.viewer import Viewer, may_change
from sim.services.app.wiring import App


def limit_app(app: App, viewer: Viewer) -> App:
    """Return the services with a database that shows and changes what is the viewer's to see and change."""
    limits = Limits(schools=viewer.schools, may_write=may_change(viewer))
    return app if limits == NO_LIMITS else replace(app, store=replace(app.store, limits=limits))


def check_team(app: App, viewer: Viewer, team_id: str) -> None:
    """Go on only if a team is of a school that is open to the viewer. Raises AccessError, StoreError: unknown team."""
    with limit_app(app, viewer).store.read() as work:
        work.teams.get_team(team_id)
