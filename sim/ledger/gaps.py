"""The gap tracker: a part of the pass rule that was not met stays open until a later drill in the record meets it."""

from collections.abc import Mapping
from dataclasses import replace

from sim.db.gaps import Gap
from sim.db.ledger import Json, LedgerKind, Subjects
from sim.db.results import Result
from sim.db.store import Transaction


def note_gaps(work: Transaction, result: Result, criteria: Mapping[str, bool | None]) -> None:
    """Open a gap for each part not met that has none open, and close those that this drill met."""
    at, attempt_id = result.began_at, result.attempt_id
    subjects = Subjects(result.team_id, result.session_id, result.person_id, attempt_id)
    open_gaps = {gap.key: gap for gap in work.gaps.list_open(result.person_id)}
    given = Subjects(person_id=result.person_id, attempt_id=attempt_id)
    redrills = work.ledger.list_of(given, kinds=[LedgerKind.REDRILL_GIVEN])
    for key, is_met in criteria.items():
        gap = open_gaps.get(key)
        if is_met is False and gap is None:
            opened = Gap(
                person_id=result.person_id,
                key=key,
                opened_by=attempt_id,
                ordinal=work.count_on(Gap.ordinal),
                team_id=result.team_id,
                name=result.name,
                opened_at=at,
            )
            work.ledger.keep(opened, LedgerKind.GAP_OPENED, at=at, subjects=subjects, more={"skill": opened.skill})
        if is_met is True and gap is not None:
            closed = replace(gap, closed_at=at, closed_by=attempt_id)
            more: dict[str, Json] = {"skill": gap.skill, "redrill_entry": redrills[0].number if redrills else None}
            work.ledger.keep(closed, LedgerKind.GAP_CLOSED, at=at, subjects=subjects, more=more)
