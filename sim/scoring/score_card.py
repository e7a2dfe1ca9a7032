"""Metrics, named and versioned where they are defined, and the score card: all of one answer, with the pass rule.

There is no composite number.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from sim.scoring.case import TraceCase
from sim.scoring.evidence import Answer, Timed

SLACK = 1e-9
"""Shares are compared with this slack, because frame / fps is not exact in binary: half of an appearance is 0.5."""
MetricValue = float | int | bool | None
Compute = TypeVar("Compute", bound=Callable[[Any], MetricValue])


class Better(StrEnum):
    """Which way is better, for words and charts; `NEITHER` for counts that need context."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One measure of an answer; its case is the answer looked up in truth, of its task type."""

    key: str  # name in results, files and tables
    group: str  # which metrics it is shown with: a task type names its groups, a type's own group has its name
    label: str  # what it is called where people read it, "" for one that is not told
    version: int  # raised whenever the same case would get another value
    unit: str  # "s", "rows", "ratio" or "" for yes/no
    better: Better  # which way is better
    needs_log: bool  # cannot be computed from the answer alone
    compute: Callable[[Any], MetricValue]  # case -> value; None where the definition's denominator is empty


METRICS: dict[str, Metric] = {}
"""Every metric by its key."""


def metric(
    group: str,
    key: str,
    label: str = "",
    *,
    version: int,
    unit: str = "",
    better: Better = Better.HIGHER,
    needs_log: bool = False,
) -> Callable[[Compute], Compute]:
    """Register the function below as a metric. Raises ValueError: another one has its key."""

    def register(compute: Compute) -> Compute:
        if key in METRICS:
            raise ValueError(f"two metrics are called {key}")
        METRICS[key] = Metric(
            key=key,
            group=group,
            label=label,
            version=version,
            unit=unit,
            better=better,
            needs_log=needs_log,
            compute=compute,
        )
        return compute

    return register


def list_metrics(*groups: str) -> tuple[Metric, ...]:
    """Return the metrics of some groups: group by group, by the name of their module, in the order of definition."""
    # whichever module was imported first
    by_module = sorted(METRICS.values(), key=lambda each: each.compute.__module__)
    return tuple(each for group in groups for each in by_module if each.group == group)


def divide(numerator: float, denominator: float) -> float | None:
    """Return the quotient, or None when there is nothing to divide by."""
    return None if denominator == 0 else numerator / denominator


def is_full(metric: Metric, value: MetricValue) -> bool:
    """Return whether a value is the best there is: yes, all of a share, none of what should be none.

    What has no best, as d', is always full, and so is what has no value.
    """
    if value is None or metric.better is Better.NEITHER:
        return True
    if metric.better is Better.LOWER:
        return value < SLACK
    if metric.unit == "":
        return value is True
    return metric.unit != "ratio" or math.isclose(value, 1.0, abs_tol=SLACK)


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
