"""What a trainee sees after the end: built from truth and the stored log, never before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sim.db.rows import AttemptRow
from sim.drill.attempt import ENDED, seal, tick
from sim.drill.options import describe_options
from sim.drill.stalls import is_clean
from sim.errors import AttemptError
from sim.scoring.legs import Leg, LegOutcome, describe_legs
from sim.services.app.camera_names import write_right_names
from sim.services.app.wiring import App
from sim.services.attempt.arrival_words import write_arrivals
from sim.services.attempt.console_profiles import get_card
from sim.services.attempt.drill_calls import list_calls
from sim.services.attempt.kept_apart import is_shut
from sim.services.attempt.scores import compute_score, settle
from sim.services.debrief.calls import list_call_parts, make_call_views
from sim.services.debrief.cameras import make_cameras_view
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.services.debrief.expert import make_expert_view
from sim.services.debrief.facts import load_facts
from sim.services.debrief.faults import load_fault_views
from sim.services.debrief.last_try import find_last_try
from sim.services.debrief.map import make_map_view
from sim.services.debrief.moments import make_moments_view
from sim.services.debrief.practice import make_practice_views
from sim.services.debrief.search import load_search_use
from sim.services.debrief.time import make_time_budget_view
from sim.services.debrief.view import DebriefView, LegView
from sim.tasks import get_task_type
from sim.tasks.common.moment_words import list_losses
from sim.text.times import write_clock

"""Task types in which every appearance is to be marked."""


def get_debrief(app: App, attempt_id: str) -> DebriefView:
    """Return the debrief; from this moment nothing that still arrives counts, because the answer has been shown."""
    row = close_attempt(app, attempt_id)
    score = compute_score(app, row)
    row = settle(app, attempt_id, score=score)
    form = app.catalog.get_form(row.form_id).form
    recording = app.catalog.get_recording(row.recording_id)
    names = write_right_names(recording, form)
    start = recording.manifest.start_time
    case, card = score.case, score.card
    task_type = get_task_type(form.type)
    words = task_type.words
    ended = EndedAttempt(row=row, form=form, recording=recording, score=score, names=names)
    facts = load_facts(app, ended)
    trace = case if facts.traces else None
    moments = task_type.find_moments(form.task, score.answer, facts.index, log=score.replay.log)
    parts = words.write_parts(score, form.task, names)
    advice = words.write_advice(score, form.task, names)
    again, practice = make_practice_views(app, row, advice)
    person, school = _find_person(app, row)
    return DebriefView(
        attempt_id=attempt_id,
        state=row.timing.state.value,
        title=form.title,
        has_trace=trace is not None,
        verdict=words.write_verdict(score, form.task, names),
        passed=card.passed is True,
        parts=(*parts, *list_call_parts(card)),
        hints=None if card.values.get("hints") is None else int(card.values["hints"] or 0),
        calls=make_call_views(list_calls(app, row), score.calls),
        legs=() if trace is None else _describe_legs(describe_legs(trace), names, start),
        faults=load_fault_views(app, ended),
        search_use=load_search_use(app, ended),
        map=make_map_view(ended, app.catalog.get_plan(row.recording_id, form.cameras)),
        time=make_time_budget_view(ended),
        cameras=make_cameras_view(ended, facts.index),
        moments=make_moments_view(facts, moments, recording_id=row.recording_id),
        losses=list_losses(facts, moments),
        rule=advice[0].sentence if advice else "",
        again=again,
        last_try=find_last_try(app, ended, parts),
        practice=practice,
        person=person,
        school=school or recording.site.name,
        ended_at=row.timing.ended_at,
        profile=get_card(row.profile),
        options=describe_options(row.options),
        options_chosen=tuple(sorted(row.options)),
        stall_s=None if is_clean(row.stall_s) else row.stall_s,
        arrivals=write_arrivals(row.unheard_s, row.late_events, row.mark_tabs, row.paused_actions),
        is_demo=row.is_demo,
        is_shut=_is_shut(app, row),
        real_footage="" if recording.manifest.staged is None else recording.manifest.notice,
        expert=None if row.is_demo or _is_shut(app, row) else make_expert_view(app, form, score),
    )


def _find_person(app: App, row: AttemptRow) -> tuple[str, str]:
    """Return whose attempt it is and of which school; "" where that is not known."""
    if row.person_id is None:
        return "", ""
    with app.store.read() as work:
        person = work.teams.get_person(row.person_id)
        team = work.teams.get_team(person.team_id)
    return person.name, team.school or team.name


def _is_shut(app: App, row: AttemptRow) -> bool:
    with app.store.read() as work:
        return is_shut(app, work, row.recording_id)


def close_attempt(app: App, attempt_id: str) -> AttemptRow:
    """Return an ended attempt to which nothing that still arrives counts. Raises AttemptError: it has not ended."""
    now = app.clock.read()
    with app.store.write() as work:
        before = work.attempts.get(attempt_id)
        timing = tick(before.timing, now)
        if timing.state not in ENDED:
            raise AttemptError(
                "the debrief is closed: the drill has not ended",
                expected="an attempt that was submitted or ran out of time",
                todo="finish the drill first",
            )
        row = replace(before, timing=seal(timing))
        if row != before:
            work.attempts.save(row)
    return row


def _describe_legs(legs: Sequence[Leg], names: dict[str, str], start: datetime) -> tuple[LegView, ...]:
    return tuple(
        LegView(
            camera_id=leg.camera_id,
            camera_name=names.get(leg.camera_id, leg.camera_id),
            from_clock=write_clock(start, leg.from_s),
            to_clock=write_clock(start, leg.to_s),
            outcome=leg.outcome.value,
            is_glimpse=leg.outcome is LegOutcome.GLIMPSE,
        )
        for leg in legs
    )
