"""Whether a stored score was made by the rules of today."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from sim.records.rows import AttemptRow
from sim.scoring.hint import HINTS
from sim.scoring.interruption import INTERRUPTION_METRICS
from sim.scoring.score_card import PASS_RULE_VERSION
from sim.tasks import TASK_TYPES

EARLIER_RULES = "scored by an earlier version of the rules"

_METRICS = (*(metric for each in TASK_TYPES.values() for metric in each.metrics), *INTERRUPTION_METRICS, HINTS)
VERSIONS: Mapping[str, int] = MappingProxyType(
    {metric.key: metric.version for metric in _METRICS} | {"pass_rule": PASS_RULE_VERSION}
)
"""The version of every measure, and of the pass rule."""


def is_by_earlier_rules(metric_versions: str | None) -> bool:
    """Return whether some measure, or the pass rule, of a stored score has another version today; None: no score."""
    return are_earlier(json.loads(metric_versions) if metric_versions else {})


def write_earlier_score(row: AttemptRow) -> str:
    """Return what an attempt's stored score said where earlier rules made it, in a sentence; "" where today's did."""
    if row.score_json is None or not is_by_earlier_rules(row.metric_versions):
        return ""
    said = {True: "passed", False: "did not pass", None: "not judged"}[json.loads(row.score_json).get("passed")]
    return (
        f"This drill was {EARLIER_RULES}, and that score stays on record: {said}. This page follows the rules of today."
    )


def are_earlier(versions: Mapping[str, int]) -> bool:
    """Return the same of the versions as a mapping; {}: no score."""
    return any(VERSIONS.get(key) != version for key, version in versions.items())
