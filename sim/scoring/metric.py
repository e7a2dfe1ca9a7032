"""What a metric is: a named, versioned function of a case, registered where it is defined."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

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
