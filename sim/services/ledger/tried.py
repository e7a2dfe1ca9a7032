"""Whether a drill says anything of a part of its pass rule: what was met by doing nothing shows nothing."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeGuard

Criteria = Mapping[str, bool | None]
Measures = Mapping[str, Any]

_RIGHT: Final = (
    "absence_right",
    "custody_complete",
    "door_right",
    "fault_right",
    "final_place",
    "near_in_time",
    "near_last_sighting",
    "right_camera",
    "right_other",
    "right_person",
    "right_point",
    "verdict_right",
    "view_right",
)
_SHARES: Final = ("appearance_recall", "right_share", "hit_rate", "cut_share", "view_similarity")


def was_tried(key: str, *, criteria: Criteria, parts: Measures) -> bool:
    """Return whether a result says anything of a part.

    A part that was not met counts: it was asked, and not done. One that was met counts where something was done that
    could have failed it: marking no one else takes marking someone; finishing in time takes something right.
    """
    is_met = criteria.get(key)
    if is_met is not True or key not in _SHOWN_BY:
        return is_met is not None
    return _SHOWN_BY[key](criteria, parts)


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _has_right(criteria: Criteria, parts: Measures) -> bool:
    is_any = any(criteria.get(key) is True for key in _RIGHT)
    return is_any or any(_number(parts, name) > 0 for name in _SHARES)


def _has_answered(criteria: Criteria, parts: Measures) -> bool:
    measured = (parts.get("appearance_precision"), parts.get("sighting_error_s"))
    return any(value is not None for value in measured) or criteria.get("absence_right") is True


def _number(parts: Measures, name: str) -> float:
    value = parts.get(name)
    return float(value) if is_number(value) else 0.0


_SHOWN_BY: Final[Mapping[str, Callable[[Criteria, Measures], bool]]] = {
    "no_wrong_person": lambda _, parts: _number(parts, "appearance_recall") > 0,
    "no_contradiction": _has_answered,
    "false_alarm_rate": lambda criteria, parts: criteria.get("undecided") is True or _number(parts, "hit_rate") > 0,
    "surplus_clips": lambda _, parts: _number(parts, "cut_share") > 0,
    "inside_limit": _has_right,
}
"""Of each part that can be met by doing nothing: whether something was done."""
