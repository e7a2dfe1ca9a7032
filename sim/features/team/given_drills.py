"""The drills that a team's people were given; re-drills: which one it is, whose gaps it is for, what is recorded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, UNSCORED, AttemptState, Mode, Phase, abandon, compute_usual_limit_s, find_told_s
from sim.attempt.options import NO_OPTIONS, Options, ProfileName
from sim.canonical import Json
from sim.console import attempts
from sim.console.scores import settle_row
from sim.db.attempts import AttemptRow
from sim.db.ledger import Gap, LedgerKind, Subjects
from sim.db.programs import PlaceRow
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import StoreError, TaskError
from sim.features.team.choosing_forms import (
    PlannedDrill,
    check_choice,
    check_footage,
    choose_planned_form,
    choose_recording,
    counts_as_done,
    find_planned,
    list_every_measuring_form,
    list_measuring_forms,
    list_parallel_forms,
    list_spent,
)
from sim.forms.form_order import assign_form, assign_redrill_form
from sim.forms.forms import Form
from sim.ledger.pass_parts import name_skill
from sim.ledger.record import find_doubts
from sim.program.session_day import get_phase, is_over
from sim.rules.counts import list_not_counted, load_judged
from sim.rules.held import list_remarks
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
            needed = sum(
                step.kind.phase is not None and step.dropped_at is None and step.step_id not in has_form
                for step in work.programs.list_steps([program.program_id])
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


PASSED_WORDS = {True: "passed", False: "did not pass", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCard:
    row: AttemptRow
    person_name: str
    form_title: str
    used_s: float | None  # seconds from release to the end, None before it; at most the drill's usual limit
    passed: bool | None  # by the pass rule; None without a score
    # idf1, appearance_recall: of the score, None without one or where undefined
    idf1: float | None
    appearance_recall: float | None
    not_counted: str = ""  # why a measured drill takes no part in before and after, "" where it does
    remarks: tuple[str, ...] = ()  # what makes it doubtful, a sentence each
    told_s: float | None = None  # what may be told of it, see `sim.attempt.attempt.find_told_s`


def create_attempt(
    app: App,
    person_id: str,
    phase: Phase | None,
    *,
    profile: ProfileName = ProfileName.CLASSIC,
    options: Options = NO_OPTIONS,
    extra_time: float = 1.0,
    step_id: str | None = None,
    form_id: str | None = None,
    recording_id: str | None = None,
    reason: str = "",
    redrill_of: str | None = None,
    by: str = "",
) -> str:
    """Give a person their next drill; return the attempt's id.

    The form is the next one of the counterbalanced order that this person was never given. A drill of that phase that
    was given and has not ended is handed out again as it is, so that pressing twice uses up no form; only one left over
    from a session ends where another is chosen in its place. `extra_time` is a factor on the limit, for somebody
    entitled to extended time.
    """
    if (phase is None) == (redrill_of is None):
        raise TaskError("a drill belongs to a side of the training, or is a re-drill", todo="choose one of the two")
    _settle_all_of(app, person_id)
    forms = list_measuring_forms(app)
    for each in {form.recording_id for form in forms}:
        app.catalog.get_truth_sha256(each)
    with app.store.write() as work:
        now = app.clock.read()
        person = work.people.get(person_id)
        own = work.attempts.list_all(person_id=person_id)
        given = tuple(row for row in own if row.phase is phase and row.mode is Mode.ASSESSMENT)
        planned, first = None, None
        if phase is not None:
            still_due = load_judged(app, work, (), team_id=person.team_id).uncounted
            counted = [row for row in given if row.timing.attempt_id not in still_due]
            planned = find_planned(
                work, person, phase, step_id=step_id, profile=profile, options=options, given=counted
            )
        for row in given:
            is_asked = step_id is None or row.step_id == step_id
            if is_asked and row.timing.state not in ENDED:
                if not _is_left_over(work, row, now=now.wall, recording_id=recording_id, form_id=form_id):
                    return row.timing.attempt_id
                work.save_row(replace(row, timing=abandon(row.timing, now)))
        if person.left_at is not None:
            raise StoreError(f"{person.name} has left the team", todo="add them again under another name")
        if redrill_of is not None:
            first = next((row for row in own if row.timing.attempt_id == redrill_of), None)
            if first is None:
                raise TaskError("this drill was not theirs", todo="reload the page and choose again")
            profile, options, extra_time = first.profile, first.options, first.extra_time
            form = choose_redrill_form(app, work, person, first)
        elif form_id is None and phase is not None:
            form = _choose_form(app, work, person, forms, phase=phase, planned=planned, recording_id=recording_id)
        else:
            team = work.teams.get(person.team_id)
            usual = recording_id or choose_recording(app, work, team)
            wanted = planned.program.recordings if planned else (usual,)
            choosable = forms if planned else list_every_measuring_form(app)
            parallel = [each for each in choosable if each.recording_id in wanted]
            form = check_choice(parallel, form_id or "", reason=reason)
        made = attempts.make_row(
            app,
            form_id=form.form_id,
            person_id=person_id,
            mode=Mode.ASSESSMENT,
            phase=phase,
            profile=profile,
            options=options,
            extra_time=extra_time,
            is_demo=work.teams.get(person.team_id).is_demo,
            step_id=planned.step_id if planned else None,
        )
        attempts.add_row(work, made, reason=" ".join(reason.split()) if form_id is not None else "")
        if first is not None:
            note_redrill(app, work, made, first, by=by)
    return made.timing.attempt_id


def find_obstacle(
    app: App, person_id: str, phase: Phase, *, recording_id: str | None = None, form_id: str | None = None
) -> str:
    """Return why somebody cannot be given the drill chosen for them, with their name; "" where they can be."""
    rows = _settle_all_of(app, person_id)
    waiting = next(
        (r for r in rows if (r.mode, r.phase) == (Mode.ASSESSMENT, phase) and r.timing.state not in ENDED), None
    )
    with app.store.read() as work:
        name = work.people.get(person_id).name
        seen = work.exposures.list_seen(person_id)
        chosen = {"recording_id": recording_id, "form_id": form_id}
        is_free = waiting is None or _is_left_over(work, waiting, now=app.clock.read().wall, **chosen)
    if waiting is not None and not is_free:
        return "" if form_id in (None, waiting.form_id) else f"{name} has another drill waiting"
    if form_id is not None:
        return f"{name} was given it before" if form_id in seen else ""
    forms = list_parallel_forms(list_measuring_forms(app), recording_id=recording_id)
    is_spent = {form.form_id for form in forms} <= list_spent(app, seen)
    return f"{name} was given every drill on it before" if is_spent else ""


def _is_left_over(
    work: Transaction, row: AttemptRow, *, now: datetime, recording_id: str | None, form_id: str | None
) -> bool:
    """Return whether a drill that nobody opened waits for a session that is over, and another one is chosen now."""
    is_same = form_id in (None, row.form_id) and recording_id in (None, row.recording_id)
    if is_same or row.timing.state is not AttemptState.ASSIGNED:
        return False
    sessions = [work.sessions.get(each.session_id) for each in work.sessions.list_of_person(row.person_id or "")]
    waiting = [each for each in sessions if _is_chosen_for(each, row)]
    was_given_for_one = any(each.created_at <= row.timing.created_at for each in waiting)
    return was_given_for_one and all(is_over(each.day, now) for each in waiting)


def _is_chosen_for(session: SessionRow, row: AttemptRow) -> bool:
    if session.step_id is not None or get_phase(session.day.kind) is not row.phase:
        return False
    return session.recording_id == row.recording_id if session.form_id is None else session.form_id == row.form_id


def give_redrill(app: App, person_id: str, *, after: str, by: str = "") -> str:
    return create_attempt(app, person_id, None, redrill_of=after, by=by)


def _choose_form(
    app: App,
    work: Transaction,
    person: PersonRow,
    forms: Sequence[Form],
    *,
    phase: Phase,
    planned: PlannedDrill | None,
    recording_id: str | None,
) -> Form:
    if planned is not None:
        check_footage(app, planned.program)
        form = choose_planned_form(app, work, person, forms, planned=planned, phase=phase)
    else:
        number = number_person(work.people.list_all(team_id=person.team_id), person.person_id)
        seen = list_spent(app, work.exposures.list_seen(person.person_id))
        own = recording_id or choose_recording(app, work, work.teams.get(person.team_id))
        parallel = list_parallel_forms(forms, recording_id=own)
        form = assign_form(parallel, seen=seen, person_number=number, phase=phase)
    if form is None:
        raise TaskError(
            f"{person.name} has been given every drill there is",
            expected="a drill that this person has not seen",
            todo="have more footage to measure on made under Team, Plan",
        )
    return form


def list_attempts(app: App, team_id: str) -> tuple[AttemptCard, ...]:
    """Return a team's attempts in the order they were given, each brought up to now."""
    rows, names = _load_rows(app, team_id)
    titles = {known.form.form_id: known.form.title for known in app.catalog.list_forms()}
    with app.store.read() as work:
        uncounted = list_not_counted(app, work, team_id=team_id)
    cards = []
    for row in rows:
        if row.mode in UNSCORED:
            continue
        score, used_s = row.score, row.timing.used_s
        out = uncounted.get(row.timing.attempt_id)
        cards.append(
            AttemptCard(
                row=row,
                person_name=names[row.person_id or ""],
                form_title=titles.get(row.form_id, row.form_id),
                used_s=None if used_s is None else min(used_s, compute_usual_limit_s(row.timing, row.extra_time)),
                told_s=find_told_s(row.timing, row.extra_time),
                passed=score.get("passed"),
                idf1=score.get("idf1"),
                appearance_recall=score.get("appearance_recall"),
                remarks=list_remarks(find_doubts(row)),
                not_counted=out.words if out is not None and not out.reason.is_private else "",
            )
        )
    return tuple(cards)


def _load_rows(app: App, team_id: str) -> tuple[tuple[AttemptRow, ...], dict[str, str]]:
    with app.store.read() as work:
        work.teams.get(team_id)
        names = {person.person_id: person.name for person in work.people.list_all(team_id=team_id)}
        rows = work.attempts.list_of_team(team_id)
    return tuple(settle_row(app, row) for row in rows), names


def _settle_all_of(app: App, person_id: str) -> tuple[AttemptRow, ...]:
    with app.store.read() as work:
        rows = work.attempts.list_all(person_id=person_id)
    return tuple(settle_row(app, row) for row in rows)
