"""The score card: every metric of one answer, and the pass rule. There is no composite number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer, Timed
from sim.scoring.metric import Metric, MetricValue

SCORE_SCHEMA = 1
PASS_RULE_VERSION = 3
PASS_LEG_RECALL = 0.8
FEW_LEGS = range(2, 5)
"""Of so few appearances one may be missed."""
LEAST_SEEN = 0.5
"""So much of the footage has to be looked at before somebody can know that the student is nowhere."""
MOST_EMPTY_MARKS = 2
"""So many more marks may be on no one than appearances were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCard:
    """All metrics of one answer."""

    # by metric key; None where the definition's denominator is empty. Metrics that need a log are missing when there is
    # none.
    values: Mapping[str, MetricValue]
    versions: Mapping[str, int]  # version of each metric in `values`, and of "pass_rule"
    # the parts of the pass rule, for a target that appears or for one that does not: whether each is met; None when it
    # cannot be told, as the limit without a log
    criteria: Mapping[str, bool | None]
    warnings: tuple[str, ...] = ()  # doubtful things in the answer, each a plain sentence

    @property
    def passed(self) -> bool | None:
        """All criteria met; False when one is not; None when none fails but one cannot be told."""
        if False in self.criteria.values():
            return False
        return None if None in self.criteria.values() else True

    def add(self, metrics: Sequence[Metric], case: Any) -> "ScoreCard":
        """Return the card with some metrics of a case beside its own."""
        values = {metric.key: metric.compute(case) for metric in metrics}
        versions = {metric.key: metric.version for metric in metrics}
        return replace(self, values={**self.values, **values}, versions={**self.versions, **versions})

    def as_data(self) -> dict[str, Any]:
        """Return plain JSON data: metrics by key, `passed`, `criteria`, `versions`, `warnings`, `schema_version`."""
        return {
            **self.values,
            "passed": self.passed,
            "criteria": dict(self.criteria),
            "versions": dict(self.versions),
            "warnings": list(self.warnings),
            "schema_version": SCORE_SCHEMA,
        }


def make_score_card(case: Timed, metrics: Sequence[Metric], *, criteria: Mapping[str, bool | None]) -> ScoreCard:
    """Compute every metric that the case allows; the pass rule is the criteria of the type, and the limit."""
    allowed = [metric for metric in metrics if case.log is not None or not metric.needs_log]
    return ScoreCard(
        values={metric.key: metric.compute(case) for metric in allowed},
        versions={metric.key: metric.version for metric in allowed} | {"pass_rule": PASS_RULE_VERSION},
        criteria={**criteria, "inside_limit": None if case.log is None else case.log.finished},
        warnings=_find_warnings(case) if isinstance(case, TraceCase) else (),
    )


def _find_warnings(case: TraceCase) -> tuple[str, ...]:
    warnings: list[str] = []
    zones = case.index.table.floor_zones
    zone = case.answer.final_zone
    if zone is not None and zones and zone not in zones:
        warnings.append(f"final_zone {zone!r} is no zone of this site, so it cannot be right")
    if case.has_contradiction:
        warnings.append("the answer says that the person never appears, and marks the person")
    return tuple(warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer, judged."""

    card: ScoreCard  # its metrics
    # its marks looked up in truth as a trace of the person sought, for the debrief; None where nobody is sought or no
    # marks are asked for
    case: TraceCase | None
    answer: Answer  # what of the answer was scored


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One line of the score card: the measure's name, its value as text, and what it means in a sentence."""

    key: str
    label: str
    value: str
    sentence: str
    good: bool | None
