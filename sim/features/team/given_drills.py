"""The drills that a team's people were given, and the table that a comparison is made from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sim.app.wiring import App
from sim.attempt.attempt import ENDED, UNSCORED, AttemptState, Mode, Phase, abandon, compute_usual_limit_s, find_told_s
from sim.attempt.options import NO_OPTIONS, Options
from sim.attempt.profile import ProfileName
from sim.console import attempts
from sim.console.scores import SCORED, bring_up, settle
from sim.db.attempts import AttemptRow
from sim.db.sessions import SessionRow
from sim.db.store import Transaction
from sim.db.teams import PersonRow
from sim.errors import SimError, StoreError, TaskError
from sim.features.team.choosing_forms import (
    PlannedDrill,
    check_choice,
    check_footage,
    choose_planned_form,
    choose_recording,
    find_planned,
    list_every_measuring_form,
    list_measuring_forms,
    list_parallel_forms,
    list_spent,
)
from sim.features.team.redrill import choose_redrill_form, note_redrill, number_person
from sim.forms.form_order import assign_form
from sim.forms.forms import Form
from sim.ledger.writing import find_doubts
from sim.program.session_day import get_phase, is_over
from sim.rules.counts import list_not_counted, load_judged
from sim.rules.remarks import list_remarks


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
    """Give a person another drill of the kind that showed a gap; return the attempt's id."""
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
        score: dict[str, Any] = json.loads(row.score_json) if row.score_json else {}
        used_s = row.timing.used_s
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
    return tuple(_bring_up(app, row) for row in rows), names


def _settle_all_of(app: App, person_id: str) -> tuple[AttemptRow, ...]:
    with app.store.read() as work:
        rows = work.attempts.list_all(person_id=person_id)
    return tuple(_bring_up(app, row) for row in rows)


def _bring_up(app: App, row: AttemptRow) -> AttemptRow:
    is_done = row.timing.state in ENDED and row.timing.sealed
    is_unscored = row.mode in UNSCORED or row.timing.state not in SCORED
    if is_done and (row.score_json is not None or is_unscored):
        return row
    try:
        return settle(app, row.timing.attempt_id)
    except SimError:  # its form or recording is gone: it waits without a score, and nobody else waits for it
        return bring_up(app, row.timing.attempt_id)
