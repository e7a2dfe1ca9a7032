"""The comparison of a team as its page makes it."""

from sim.compare.data.conditions import Conditions
from sim.services.app.wiring import App
from sim.services.comparison.handover import Compared, compare_table
from sim.services.team.attempts_table import export_team


def compare_team(app: App, team_id: str, *, by_name: bool = False, conditions: Conditions | None = None) -> Compared:
    """Return the comparison of a team, under one console and options: the usual ones if None."""
    with app.store.read() as work:
        title = work.teams.get_team(team_id).name
    table = export_team(app, team_id, by_name=by_name)
    return compare_table(table, title=title, by_name=by_name, conditions=conditions)
