"""The gap tracker: a part of the pass rule that was not met stays open until a later drill in the record meets it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, TypeGuard

from sim.db.ledger import Draft, Entry, Json, LedgerKind, Subjects, read_moment
from sim.db.store import Transaction

SKILLS: Mapping[str, str] = {
    "appearance_recall": "following the person from camera to camera",
    "no_wrong_person": "telling people apart",
    "right_person": "telling people apart",
    "no_contradiction": "giving one answer, marks or on no camera",
    "final_place": "naming the last place",
    "absence_right": "saying that someone is on no camera",
    "near_last_sighting": "finding the last picture of the person",
    "near_in_time": "finding the moment",
    "right_camera": "choosing the right camera",
    "right_point": "pointing out the place",
    "right_other": "finding the other person",
    "right_share": "answering every call",
    "door_right": "naming the door",
    "verdict_right": "judging an alarm",
    "fault_right": "naming a camera's fault",
    "hit_rate": "seeing what a screening missed",
    "false_alarm_rate": "leaving complete checks alone",
    "undecided": "deciding on every alarm",
    "view_right": "setting up the view",
    "cut_share": "cutting out every appearance",
    "mean_iou": "cutting from coming into view to leaving it",
    "outside_share": "cutting out nothing else",
    "surplus_clips": "cutting out nothing else",
    "custody_complete": "noting the custody of footage",
    "inside_limit": "finishing in time",
}
"""What each part of a pass rule shows that somebody can do; see docs/scoring.md."""

KINDS = (LedgerKind.GAP_OPENED, LedgerKind.GAP_CLOSED, LedgerKind.REDRILL_GIVEN)

_Place = tuple[str, str, int]
"""A gap's person, key, and number of the entry that opened it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    key: str  # part of the pass rule, see `SKILLS`
    # person_id, name: whose
    person_id: str
    name: str
    # opened_at, closed_at: by which drill; None while it is open
    opened_at: datetime
    # opened_by, closed_by: attempts
    opened_by: str
    closed_at: datetime | None = None
    closed_by: str | None = None
    # redrill, redrill_at: the latest re-drill that was given for it, and when; None without one
    redrill: str | None = None
    redrill_at: datetime | None = None

    @property
    def is_closed_by_redrill(self) -> bool:
        """Whether the drill that closed it was the re-drill given for it."""
        return self.closed_by is not None and self.closed_by == self.redrill

    @property
    def skill(self) -> str:
        return name_skill(self.key)


def name_skill(key: str) -> str:
    return SKILLS.get(key, key.replace("_", " "))


def note_gaps(
    work: Transaction, subjects: Subjects, *, name: str, criteria: Mapping[str, bool | None], at: datetime
) -> None:
    """Open a gap for each part not met that has none open, and close those that this drill met."""
    entries = work.ledger.list_of(Subjects(person_id=subjects.person_id), kinds=KINDS)
    open_keys = {gap.key: gap for gap in fold_gaps(entries) if not gap.closed_at}
    redrill = next(
        (
            entry
            for entry in entries
            if entry.kind == LedgerKind.REDRILL_GIVEN and entry.subjects.attempt_id == subjects.attempt_id
        ),
        None,
    )
    for key, is_met in criteria.items():
        if is_met is False and key not in open_keys:
            data: dict[str, Json] = {"gap": key, "skill": name_skill(key), "name": name}
            work.ledger.append(Draft(kind=LedgerKind.GAP_OPENED, at=at, subjects=subjects, data=data))
        if is_met is True and key in open_keys:
            closed: dict[str, Json] = {"gap": key, "skill": name_skill(key), "name": name}
            closed["opened_by"] = open_keys[key].opened_by
            closed["redrill_entry"] = redrill.number if redrill is not None else None
            work.ledger.append(Draft(kind=LedgerKind.GAP_CLOSED, at=at, subjects=subjects, data=closed))


def list_person_gaps(work: Transaction, person_id: str) -> tuple[Gap, ...]:
    return fold_gaps(work.ledger.list_of(Subjects(person_id=person_id), kinds=KINDS))


def fold_gaps(entries: tuple[Entry, ...]) -> tuple[Gap, ...]:
    """Return the gaps that entries tell of, in the order they were opened, closed ones too."""
    gaps: dict[_Place, Gap] = {}
    current: dict[tuple[str, str], _Place] = {}
    for entry in entries:
        if entry.body is None or entry.kind not in {kind.value for kind in KINDS}:
            continue
        data: dict[str, Any] = json.loads(entry.body)["data"]
        who = entry.subjects.person_id or ""
        if entry.kind == LedgerKind.REDRILL_GIVEN:
            _take_redrill(gaps, [current[who, key] for key in data["gaps"] if (who, key) in current], entry)
            continue
        key = str(data["gap"])
        if entry.kind == LedgerKind.GAP_OPENED:
            place = current[who, key] = (who, key, entry.number)
            gaps[place] = Gap(
                key=key,
                person_id=who,
                name=data["name"],
                opened_at=read_moment(entry.at),
                opened_by=entry.subjects.attempt_id or "",
            )
        elif (who, key) in current:
            place = current.pop((who, key))
            gaps[place] = replace(gaps[place], closed_at=read_moment(entry.at), closed_by=entry.subjects.attempt_id)
    return tuple(gaps.values())


def _take_redrill(gaps: dict[_Place, Gap], places: list[_Place], entry: Entry) -> None:
    for place in places:
        gaps[place] = replace(gaps[place], redrill=entry.subjects.attempt_id, redrill_at=read_moment(entry.at))


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
