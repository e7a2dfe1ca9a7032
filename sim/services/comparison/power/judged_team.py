"""What a comparison says of a simulated team."""

from sim.compare.content.both_together import Change
from sim.compare.report.judge_arrays import Judged, judge_arrays, judge_time_arrays
from sim.services.comparison.power.team_model import Team


def judge_team(team: Team) -> Judged:
    """Return the word for a simulated team, as `compare_attempts` gives it for the same attempts."""
    return judge_arrays(
        team.before,
        team.after,
        accuracy_before=(team.idf1_before,),
        accuracy_after=(team.idf1_after,),
        higher_is_better=(True,),
        limit_s=1.0,
    )


def judge_team_time(team: Team) -> Change:
    """Return how a simulated team's times changed, as `judge_team` says it too: in less time, without accuracy."""
    return judge_time_arrays(team.before, team.after, limit_s=1.0)
