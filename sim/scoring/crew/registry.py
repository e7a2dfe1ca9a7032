"""All measures of a crew, in the order they are shown. A new one is a file and a line here."""

from sim.scoring.crew.coverage import CREW_COVERAGE, CREW_LEGS_SEEN
from sim.scoring.crew.duplicated import CREW_DUPLICATED
from sim.scoring.crew.evidence import CrewCase
from sim.scoring.crew.hand_off import CREW_HAND_OFF_DELAY, CREW_HAND_OFFS_MET
from sim.scoring.metric import Metric, MetricValue

CREW_METRICS: tuple[Metric[CrewCase], ...] = (
    CREW_COVERAGE,
    CREW_LEGS_SEEN,
    CREW_DUPLICATED,
    CREW_HAND_OFF_DELAY,
    CREW_HAND_OFFS_MET,
)


def compute_crew_measures(case: CrewCase) -> dict[str, MetricValue]:
    """Return every measure of a crew by its key."""
    return {metric.key: metric.compute(case) for metric in CREW_METRICS}
