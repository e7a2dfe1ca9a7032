"""The open gaps of a team, a card a person: what is to be practiced, and how far the re-drill is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from sim.db.rows import AttemptRow
from sim.db.store import Transaction
from sim.drill.attempt import ENDED, Mode
from sim.services.app.wiring import App
from sim.services.ledger.gaps import Gap
from sim.services.team.redrill_choice import LEFT, list_choice
from sim.text.days import write_date

OPEN = "{skill}: open since {day}."
NOT_MET = " Not met in the re-drill of {day}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A re-drill that was given and has not ended: its attempt, and the day it was given on."""

    attempt_id: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCard:
    """One person's open gaps."""

    person_id: str
    name: str
    lines: tuple[str, ...]  # a sentence a gap, the oldest first
    after: str  # the attempt that showed the oldest of them
    waiting: Waiting | None  # the re-drill that they were given and have not done; None when there is none
    why_not: str  # why no re-drill can be given now; "" where one can be, or waits


def list_gap_cards(app: App, gaps: Iterable[Gap], *, zone: tzinfo) -> tuple[GapCard, ...]:
    """Return a card a person that has gaps open, by name."""
    open_gaps: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.closed_at is None:
            open_gaps.setdefault(gap.person_id, []).append(gap)
    with app.store.read() as work:
        cards = [_make_card(app, work, own, zone) for own in open_gaps.values()]
    return tuple(sorted(cards, key=lambda card: (card.name.casefold(), card.person_id)))


def find_waiting(work: Transaction, person_id: str, *, zone: tzinfo) -> Waiting | None:
    """Return the re-drill that somebody was given and has not done; None when there is none."""
    row = next((row for row in work.attempts.list_of_person(person_id) if _is_waiting(row)), None)
    if row is None:
        return None
    return Waiting(attempt_id=row.timing.attempt_id, day=write_date(row.timing.created_at, zone))


def _make_card(app: App, work: Transaction, own: list[Gap], zone: tzinfo) -> GapCard:
    first = own[0]
    waiting = find_waiting(work, first.person_id, zone=zone)
    tried = work.attempts.find_all([gap.redrill for gap in own if gap.redrill is not None])
    return GapCard(
        person_id=first.person_id,
        name=first.name,
        lines=tuple(_write_line(gap, tried, zone) for gap in own),
        after=first.opened_by,
        waiting=waiting,
        why_not="" if waiting else _find_why_not(app, work, first),
    )


def _find_why_not(app: App, work: Transaction, gap: Gap) -> str:
    shown_by = work.attempts.find_all([gap.opened_by]).get(gap.opened_by)
    if shown_by is None:
        # the record outlives the person
        return LEFT.format(name=gap.name)
    return list_choice(app, work, work.teams.get_person(gap.person_id), shown_by).why_not


def _write_line(gap: Gap, tried: Mapping[str, AttemptRow], zone: tzinfo) -> str:
    line = OPEN.format(skill=gap.skill[:1].upper() + gap.skill[1:], day=write_date(gap.opened_at, zone))
    row = tried.get(gap.redrill or "")
    if row is not None and row.timing.state in ENDED and row.timing.used_s and gap.redrill_at is not None:
        line += NOT_MET.format(day=write_date(gap.redrill_at, zone))
    return line


def _is_waiting(row: AttemptRow) -> bool:
    return row.mode is Mode.ASSESSMENT and row.phase is None and row.timing.state not in ENDED
