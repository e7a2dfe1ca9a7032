"""Old attempts scored again by the rules of today, from their stored log: what changes, and what was before is kept."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.drill.attempt import UNSCORED
from sim.errors import SimError
from sim.services.app.wiring import App
from sim.services.attempt.scores import compute_score, write_score
from sim.services.ledger.writing import note_rescored

EARLIER = "earlier"
"""Key of a stored score under which those before it are kept, the oldest first."""
_NOT_MEASURES = frozenset({"passed", "criteria", "versions", "warnings", "schema_version", EARLIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """One attempt whose stored score is not what the rules of today give.

    Attributes:
        attempt_id, form_id: which.
        changes: value before and after by measure, "-" for none, those that differ only.
        passed: before and after.
        problem: why it cannot be scored again, "" when it can.
    """

    attempt_id: str
    form_id: str
    changes: Mapping[str, tuple[str, str]]
    passed: tuple[bool | None, bool | None]
    problem: str = ""


def rescore_all(app: App, *, apply: bool) -> Iterator[Rescored]:
    """Score every scored attempt again and yield those that change, or that cannot be scored, in the order made.

    With `apply` the new score replaces the stored one, which is kept in it under "earlier"; the record of an assessment
    gets an entry beside the one it had. Without, nothing is written. A second time nothing changes.

    Raises:
        StoreError: the database cannot be read or written.
    """
    with app.store.read() as work:
        waiting = work.attempts.list_scored()
    for attempt_id in waiting:
        found = _rescore(app, attempt_id, apply=apply)
        if found is not None:
            yield found


def _rescore(app: App, attempt_id: str, *, apply: bool) -> Rescored | None:
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    if row.score_json is None or row.mode in UNSCORED:
        return None
    before: dict[str, Any] = json.loads(row.score_json)
    try:
        score = compute_score(app, row)
    except SimError as error:
        passed = before.get("passed")
        return Rescored(
            attempt_id=attempt_id, form_id=row.form_id, changes={}, passed=(passed, passed), problem=str(error)
        )
    after: dict[str, Any] = json.loads(write_score(score.card))
    earlier = before.pop(EARLIER, [])
    if before == after:
        return None
    if apply:
        kept = {**after, EARLIER: [*earlier, before]}
        fresh = replace(
            row,
            score_json=json.dumps(kept, sort_keys=True, allow_nan=False),
            metric_versions=json.dumps(dict(score.card.versions), sort_keys=True),
        )
        with app.store.write() as work:
            if work.attempts.get(attempt_id) == row:
                work.attempts.save(fresh)
                note_rescored(work, fresh, before=before, at=app.clock.read().wall)
    return Rescored(
        attempt_id=attempt_id,
        form_id=row.form_id,
        changes=_compare(before, after),
        passed=(before.get("passed"), after.get("passed")),
    )


def _compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    keys = sorted((before.keys() | after.keys()) - _NOT_MEASURES)
    told = {key: (_write(before, key), _write(after, key)) for key in keys}
    return {key: values for key, values in told.items() if before.get(key) != after.get(key)}


def _write(score: Mapping[str, Any], key: str) -> str:
    value = score.get(key)
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
