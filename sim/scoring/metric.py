"""What a metric is: a named, versioned function of a case."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

Case_contra = TypeVar("Case_contra", contravariant=True)
MetricValue = float | int | bool | None


class Better(StrEnum):
    """Which way is better, for words and charts; `NEITHER` for counts that need context."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(Generic[Case_contra]):
    """One measure of an answer; its case is the answer looked up in truth, of its task type."""

    key: str  # name in results, files and tables
    version: int  # raised whenever the same case would get another value
    unit: str = ""  # "s", "rows", "ratio" or "" for yes/no
    better: Better  # which way is better
    needs_log: bool = False  # cannot be computed from the answer alone
    compute: Callable[[Case_contra], MetricValue]  # case -> value; None where the definition's denominator is empty


def divide(numerator: float, denominator: float) -> float | None:
    """Return the quotient, or None when there is nothing to divide by."""
    return None if denominator == 0 else numerator / denominator


def is_full(metric: Metric[Any], value: MetricValue) -> bool:
    """Return whether a value is the best there is: yes, all of a share, none of what should be none.

    What has no best, as d', is always full, and so is what has no value.
    """
    if value is None or metric.better is Better.NEITHER:
        return True
    if metric.better is Better.LOWER:
        return value == 0
    if metric.unit == "":
        return value is True
    return metric.unit != "ratio" or math.isclose(value, 1.0, abs_tol=1e-9)
