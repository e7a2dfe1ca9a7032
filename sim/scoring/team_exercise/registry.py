"""All measures of an exercise, in the order they are shown. A new one is a file and a line here."""

from sim.scoring.metric import Metric, MetricValue
from sim.scoring.team_exercise.coverage import EXERCISE_COVERAGE, EXERCISE_LEGS_SEEN
from sim.scoring.team_exercise.duplicated import EXERCISE_DUPLICATED
from sim.scoring.team_exercise.evidence import ExerciseCase
from sim.scoring.team_exercise.hand_off import EXERCISE_HAND_OFF_DELAY, EXERCISE_HAND_OFFS_MET

EXERCISE_METRICS: tuple[Metric[ExerciseCase], ...] = (
    EXERCISE_COVERAGE,
    EXERCISE_LEGS_SEEN,
    EXERCISE_DUPLICATED,
    EXERCISE_HAND_OFF_DELAY,
    EXERCISE_HAND_OFFS_MET,
)


def compute_exercise_measures(case: ExerciseCase) -> dict[str, MetricValue]:
    """Return every measure of an exercise by its key."""
    return {metric.key: metric.compute(case) for metric in EXERCISE_METRICS}
