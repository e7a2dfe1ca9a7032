"""The score card: every metric of one answer, and the pass rule. There is no composite number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Timed
from sim.scoring.final_place import ABSENCE_RIGHT, FINAL_PLACE
from sim.scoring.identity import APPEARANCE_RECALL
from sim.scoring.metric import Metric, MetricValue
from sim.scoring.registry import TRACE_METRICS

SCORE_SCHEMA = 1
PASS_RULE_VERSION = 2
PASS_LEG_RECALL = 0.8

Case = TypeVar("Case", bound=Timed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One part of the pass rule. `met` is None when it cannot be told, as the limit without a log."""

    key: str
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """All metrics of one answer."""

    # by metric key; None where the definition's denominator is empty. Metrics that need a log are missing when there is
    # none.
    values: Mapping[str, MetricValue]
    versions: Mapping[str, int]  # version of each metric in `values`, and of "pass_rule"
    criteria: tuple[Criterion, ...]  # the parts of the pass rule, for a target that appears or for one that does not
    warnings: tuple[str, ...] = ()  # doubtful things in the answer, each a plain sentence

    @property
    def passed(self) -> bool | None:
        """All criteria met; False when one is not; None when none fails but one cannot be told."""
        met = [criterion.met for criterion in self.criteria]
        if False in met:
            return False
        return None if None in met else True

    def as_data(self) -> dict[str, Any]:
        """Return plain JSON data: metrics by key, `passed`, `criteria`, `versions`, `warnings`, `schema_version`."""
        return {
            **self.values,
            "passed": self.passed,
            "criteria": {criterion.key: criterion.met for criterion in self.criteria},
            "versions": dict(self.versions),
            "warnings": list(self.warnings),
            "schema_version": SCORE_SCHEMA,
        }


def make_score_card(
    case: Case,
    metrics: Sequence[Metric[Case]],
    *,
    criteria: Sequence[Criterion],
    warnings: Sequence[str] = (),
) -> ScoreCard:
    """Compute every metric that the case allows; the pass rule is the criteria of the type, and the limit."""
    allowed = [metric for metric in metrics if case.log is not None or not metric.needs_log]
    return ScoreCard(
        values={metric.key: metric.compute(case) for metric in allowed},
        versions={metric.key: metric.version for metric in allowed} | {"pass_rule": PASS_RULE_VERSION},
        criteria=(*criteria, Criterion(key="inside_limit", met=None if case.log is None else case.log.finished)),
        warnings=tuple(warnings),
    )


def compute_score_card(case: TraceCase) -> ScoreCard:
    """Compute every metric of a trace that the case allows, and judge the pass rule."""
    return make_score_card(
        case,
        TRACE_METRICS,
        criteria=judge_pass_rule(case),
        warnings=find_warnings(case),
    )


def judge_pass_rule(case: TraceCase) -> tuple[Criterion, ...]:
    """Judge leg recall >= 0.8, no wrong-person claim, final place right, and no contradiction.

    For a target that never appears the first three are replaced by: the answer says so and claims nothing.
    """
    if not case.legs:
        return (Criterion(key="absence_right", met=bool(ABSENCE_RIGHT.compute(case))), judge_contradiction(case))
    recall = APPEARANCE_RECALL.compute(case)
    return (
        Criterion(key="appearance_recall", met=recall is not None and recall >= PASS_LEG_RECALL),
        Criterion(key="no_wrong_person", met=not case.claims.others),
        Criterion(key="final_place", met=bool(FINAL_PLACE.compute(case))),
        judge_contradiction(case),
    )


def judge_contradiction(case: TraceCase) -> Criterion:
    """Judge that the answer does not both mark somebody, rightly or not, and say that the person never appears."""
    return Criterion(key="no_contradiction", met=not (case.answer.not_on_camera and case.answer.marks))


def find_warnings(case: TraceCase) -> tuple[str, ...]:
    """Return what is doubtful in an answer that can still be scored."""
    warnings: list[str] = []
    zones = case.index.table.floor_zones
    zone = case.answer.final_zone
    if zone is not None and zones and zone not in zones:
        warnings.append(f"final_zone {zone!r} is no zone of this site, so it cannot be right")
    if case.answer.not_on_camera and case.answer.marks:
        warnings.append("the answer says that the person never appears, and marks the person")
    return tuple(warnings)
