"""Whether the server can do its work."""

from sim.services.wiring import App


def check(app: App) -> None:
    """Ask the database for an answer. Raises StoreError."""
    with app.store.read() as work:
        work.teams.list_teams()
