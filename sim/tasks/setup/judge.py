"""A view of the wall set up along a way, and a faulty camera found."""

from dataclasses import dataclass

from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, SearchLog
from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.scoring.sequence import compute_edit_distance

FAULT = "faulty-camera"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCase:
    """An answer beside what was to be set up."""

    chain: tuple[str, ...]  # cameras along the way, in order
    faulty: str | None  # the camera with the fault asked about, or None where none is asked about
    answer: Answer  # what was handed in
    log: SearchLog | None  # how it went, or None


def compute_view_similarity(case: SetupCase) -> float:
    """Return 1 - Levenshtein(cameras of the view, cameras along the way) / longer length.

    View A, B, D for a way A, B, C: 1 - 1/3 = 0.667. No view: 0.
    """
    longer = max(len(case.answer.view), len(case.chain))
    return 1.0 - compute_edit_distance(case.answer.view, case.chain) / longer


def judge_fault(case: SetupCase) -> bool | None:
    """Return whether the camera named has the fault; None where none is asked about."""
    return None if case.faulty is None else case.answer.choices.get(FAULT) == case.faulty


VIEW_SIMILARITY = Metric(
    key="view_similarity",
    version=2,
    unit="ratio",
    better=Better.HIGHER,
    needs_log=False,
    compute=compute_view_similarity,
)
FAULT_RIGHT = Metric(key="fault_right", version=1, unit="", better=Better.HIGHER, needs_log=False, compute=judge_fault)
SETUP_METRICS: tuple[Metric[SetupCase], ...] = (VIEW_SIMILARITY, FAULT_RIGHT, COMPLETION, FINISHED)


def make_setup_card(case: SetupCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: the very view, and the faulty camera where it is asked for."""
    criteria = [Criterion(key="view_right", met=case.answer.view == case.chain)]
    if case.faulty is not None:
        criteria.append(Criterion(key="fault_right", met=judge_fault(case)))
    return make_score_card(case, SETUP_METRICS, criteria=criteria)
