"""The busiest camera: right or wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card

CAMERA = "camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusiestCase:
    """An answer beside the cameras that show the most people."""

    right: Sequence[str]
    answer: Answer
    log: SearchLog | None


def judge_camera(case: BusiestCase) -> bool:
    """Return whether the camera named shows the most people."""
    return case.answer.choices.get(CAMERA) in case.right


BUSIEST = Metric(
    key="right_busiest", version=1, unit="flag", better=Better.HIGHER, needs_log=False, compute=judge_camera
)
BUSIEST_METRICS: tuple[Metric[BusiestCase], ...] = (BUSIEST, COMPLETION, FINISHED)


def make_busiest_card(case: BusiestCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: the right camera."""
    return make_score_card(case, BUSIEST_METRICS, criteria=(Criterion(key="right_busiest", met=judge_camera(case)),))
