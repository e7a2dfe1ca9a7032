"""Re-drills: which drill one is, whose gaps it is for, and what the training record says of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, Mode
from sim.canonical import Json
from sim.db.attempts import AttemptRow
from sim.db.ledger import Gap, LedgerKind, Subjects
from sim.db.programs import PlaceRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import TaskError
from sim.features.team.choosing_forms import counts_as_done, list_measuring_forms, list_spent
from sim.forms.form_order import assign_redrill_form
from sim.forms.forms import Form
from sim.ledger.pass_parts import name_skill
from sim.text.times import write_date

SEEN = "{name} was given every drill of this kind before; more are made under Drills, New drill"
KEPT = "what {name} has not seen is kept for the steps of the program; more drills are made under Drills, New drill"
LEFT = "{name} is no longer on the team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The drills that a re-drill may be, all of one recording; without any, `why_not` says why."""

    forms: tuple[Form, ...] = ()
    why_not: str = ""


def list_choice(app: App, work: Transaction, person: PersonRow, first: AttemptRow) -> Choice:
    """Return what a person may be given again after a drill: of that recording, or else of another one.

    What their team's open programs still need for them is left alone, and nobody who was measured on a private
    recording is measured again on one that anybody can know. Raises TaskError, RecordingError: a form file
    or its recording is wrong or missing.
    """
    if person.left_at is not None:
        return Choice(why_not=LEFT.format(name=person.name))
    task_type = find_type(app, first)
    if task_type is None:
        return Choice(why_not="the drill that showed it is no longer on this computer")
    spent = list_spent(app, work.exposures.list_seen(person.person_id))
    unseen: dict[str, list[Form]] = {first.recording_id: []}
    for form in list_measuring_forms(app):
        # one that measures as well as the drill before it: what can be known only after what could be
        if (
            form.type == task_type
            and form.form_id not in spent
            and (app.catalog.is_private(form.recording_id) or not app.catalog.is_private(first.recording_id))
        ):
            unseen.setdefault(form.recording_id, []).append(form)
    kept = _count_kept(work, person)
    for recording_id, forms in unseen.items():
        if len(forms) > kept[recording_id]:
            return Choice(forms=tuple(forms))
    words = KEPT if any(unseen.values()) else SEEN
    return Choice(why_not=words.format(name=person.name))


def choose_redrill_form(app: App, work: Transaction, person: PersonRow, first: AttemptRow) -> Form:
    """Return the form of a person's re-drill. Raises TaskError: there is none; the message says why."""
    choice = list_choice(app, work, person, first)
    recording_id = choice.forms[0].recording_id if choice.forms else ""
    alike = [form for form in list_measuring_forms(app) if form.recording_id == recording_id]
    offered = {form.form_id for form in choice.forms}
    form = assign_redrill_form(
        alike, seen={each.form_id for each in alike} - offered, row=_find_row(work, person, recording_id)
    )
    if form is None:
        raise TaskError(
            f"no re-drill can be given: {choice.why_not}", expected="a drill of this kind that they have not seen"
        )
    return form


def find_type(app: App, row: AttemptRow) -> str | None:
    return next((each.form.type for each in app.catalog.list_forms() if each.form.form_id == row.form_id), None)


def _count_kept(work: Transaction, person: PersonRow) -> Counter[str]:
    own = work.attempts.list_all(person_id=person.person_id)
    has_form = {row.step_id for row in own if row.timing.state not in ENDED or counts_as_done(row)}
    kept: Counter[str] = Counter()
    for program in work.programs.list_all(team_id=person.team_id):
        if program.closed_at is None:
            steps = work.programs.list_steps([program.program_id])
            needed = sum(
                step.kind.phase is not None and step.dropped_at is None and step.step_id not in has_form
                for step in steps
            )
            kept.update(dict.fromkeys(program.recordings, needed))
    return kept


def _find_row(work: Transaction, person: PersonRow, recording_id: str) -> int:
    for program in work.programs.list_all(team_id=person.team_id):
        found = work.by_key(PlaceRow, program.program_id, person.person_id)
        if found is not None and recording_id in program.recordings:
            return found.place // 2
    return number_person(work.people.list_all(team_id=person.team_id), person.person_id)


def number_person(people: Sequence[PersonRow], person_id: str) -> int:
    """Return how many joined the team before somebody: 0, 1, 2 ..."""
    ordered = sorted(people, key=lambda each: (each.created_at, each.person_id))
    return [each.person_id for each in ordered].index(person_id)


def note_redrill(app: App, work: Transaction, row: AttemptRow, first: AttemptRow, *, by: str) -> None:
    """Record that a re-drill was given after an attempt, in the transaction that stores it."""
    person = work.people.get(row.person_id or "")
    keys = [gap.key for gap in list_alike(app, work, first)]
    of_them = (Gap.person_id == person.person_id, Gap.key.in_(keys), Gap.closed_at.is_(None))
    work.change(Gap, *of_them, redrill=row.timing.attempt_id, redrill_at=row.timing.created_at)
    work.ledger.note(
        LedgerKind.REDRILL_GIVEN,
        at=row.timing.created_at,
        by=by,
        subjects=Subjects(team_id=person.team_id, person_id=person.person_id, attempt_id=row.timing.attempt_id),
        data={
            "name": person.name,
            "gaps": list[Json](keys),
            "after": first.timing.attempt_id,
            "form": row.form_id,
            "form_title": app.catalog.get_form(row.form_id).form.title,
            "form_version": row.form_version,
        },
    )


def list_alike(app: App, work: Transaction, first: AttemptRow) -> tuple[Gap, ...]:
    """Return the open gaps that a re-drill after an attempt is for: those that drills of its task type showed."""
    task_type = find_type(app, first)
    open_gaps = work.gaps.list_all(person_id=first.person_id or "", closed_at=None)
    shown_by = work.attempts.find_all([gap.opened_by for gap in open_gaps])
    return tuple(
        gap for gap in open_gaps if gap.opened_by in shown_by and find_type(app, shown_by[gap.opened_by]) == task_type
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A re-drill that was given and has not ended: its attempt, and the day it was given on."""

    attempt_id: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCard:
    person_id: str
    name: str
    lines: tuple[str, ...]  # a sentence a gap, the oldest first
    after: str  # the attempt that showed the oldest of them
    waiting: Waiting | None  # the re-drill that they were given and have not done; None when there is none
    why_not: str  # why no re-drill can be given now; "" where one can be, or waits


def list_gap_cards(app: App, gaps: Iterable[Gap], *, zone: tzinfo) -> tuple[GapCard, ...]:
    open_gaps: dict[str, list[Gap]] = {}
    for gap in gaps:
        if gap.closed_at is None:
            open_gaps.setdefault(gap.person_id, []).append(gap)
    with app.store.read() as work:
        cards = [_make_card(app, work, own, zone) for own in open_gaps.values()]
    return tuple(sorted(cards, key=lambda card: (card.name.casefold(), card.person_id)))


def find_waiting(work: Transaction, person_id: str, *, zone: tzinfo) -> Waiting | None:
    row = next(
        (
            row
            for row in work.attempts.list_all(person_id=person_id)
            if row.mode is Mode.ASSESSMENT and row.phase is None and row.timing.state not in ENDED
        ),
        None,
    )
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
    return list_choice(app, work, work.people.get(gap.person_id), shown_by).why_not


def _write_line(gap: Gap, tried: Mapping[str, AttemptRow], zone: tzinfo) -> str:
    skill = name_skill(gap.key)
    line = f"{skill[:1].upper() + skill[1:]}: open since {write_date(gap.opened_at, zone)}."
    row = tried.get(gap.redrill or "")
    if row is not None and row.timing.state in ENDED and row.timing.used_s and gap.redrill_at is not None:
        line += f" Not met in the re-drill of {write_date(gap.redrill_at, zone)}."
    return line
