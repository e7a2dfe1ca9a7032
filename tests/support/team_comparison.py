"""The comparison of a team as its page makes it."""

from sim.services.app.wiring import App
from sim.services.comparison.handover import Compared, compare_table
from sim.services.team.attempts_table import export_team


def compare_team(app: App, team_id: str) -> Compared:
    with app.store.read() as work:
        title = work.teams.get_team(team_id).name
    return compare_table(export_team(app, team_id, by_name=False), title=title, by_name=False, conditions=None)
