"""What a trainee sees after the end: built from truth and the stored log, never before."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sim.app.catalog import write_right_names
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, find_told_s, seal, tick
from sim.attempt.options import DrillOption, describe_options
from sim.console.console_data import ConsoleView, list_calls
from sim.console.console_profiles import ProfileCard, get_card
from sim.console.footage_access import is_shut
from sim.console.scores import SCORED, compute_score, get_replay, settle
from sim.db.attempts import AttemptRow
from sim.errors import AttemptError
from sim.features.debrief.console_use import (
    CallView,
    FaultView,
    list_call_parts,
    load_fault_views,
    load_search_use,
    make_call_views,
)
from sim.features.debrief.facts import EndedAttempt, MomentsView, load_facts, make_moments_view
from sim.features.debrief.map import (
    CamerasView,
    MapMark,
    MapView,
    TimeBudgetView,
    make_cameras_view,
    make_map_view,
    make_time_budget_view,
)
from sim.features.debrief.practice import (
    LastTryView,
    PracticeView,
    find_last_try,
    make_practice_views,
    write_expert_time,
)
from sim.ledger.record import find_doubts
from sim.rules.held import TELLS_NOTHING, list_held, list_remarks, say_time, sees_answers
from sim.rules.viewer import AT_THIS_MACHINE, Duty, Viewer, may
from sim.scoring.case import LegOutcome, TraceCase, describe_legs
from sim.scoring.plan_points import make_true_path
from sim.scoring.score_card import PartView
from sim.scoring.trace_moments import LossMoment
from sim.tasks import get_task_type
from sim.tasks.common.task_words import LossView, describe_loss
from sim.text.times import write_clock, write_day


@dataclass(frozen=True, slots=True, kw_only=True)
class LegView:
    camera_id: str
    camera_name: str
    from_clock: str
    to_clock: str
    outcome: str
    is_glimpse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefView:
    """What a trainee sees after the attempt has ended.

    `hints` is how many hints were taken, None for a drill given without.
    `rule` is the one thing to do next time, `again` the same drill, `following` the next one of its kind, after another
    student; None where it may not be tried. `practice` is what else to practice.
    `person` and `school` stand on paper, `person` "" for anyone without an account; `ended_at` is UTC.
    `calls` holds the calls that came in, for a drill given with interruptions.
    `has_trace`: every appearance of someone was to be marked. `map` is None where nobody was sought.
    `options` says in words what the drill was given with, "" for nothing; `options_chosen` holds the same by name.
    `search_use`: sentences on the use of the appearance search, () for a drill without it.
    `real_footage`: what is to be said of real clips, in which truth knows one person; "" for drawn people.
    `is_shut`: the search cannot be watched again yet, as others are still measured on its footage.
    `expert`: what an expert found in the same drill; None where there is no such search, or it may not be watched.
    """

    attempt_id: str
    state: str
    title: str
    has_trace: bool
    verdict: str
    passed: bool
    parts: tuple[PartView, ...]
    legs: tuple[LegView, ...]
    faults: tuple[FaultView, ...]
    search_use: tuple[str, ...]
    calls: tuple[CallView, ...]
    hints: int | None
    map: MapView | None
    time: TimeBudgetView
    cameras: CamerasView
    moments: MomentsView
    losses: tuple[LossView, ...]
    rule: str
    again: PracticeView | None
    following: PracticeView | None
    last_try: LastTryView | None
    practice: tuple[PracticeView, ...]
    person: str
    school: str
    ended_at: datetime | None
    profile: ProfileCard
    options: str
    options_chosen: tuple[DrillOption, ...]
    remarks: tuple[str, ...]  # what makes it doubtful, a sentence each
    is_demo: bool
    is_shut: bool = False
    real_footage: str = ""
    expert: str | None = None


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
    ended = EndedAttempt(row=row, form=form, recording=recording, score=score, names=names)
    facts = load_facts(app, ended)
    trace = case if facts.traces else None
    moments = task_type.find_moments(form.task, score.answer, facts.index, log=score.replay.log)
    parts = task_type.write_parts(score, form.task)
    advice = task_type.write_advice(score, form.task)
    again, following, practice = make_practice_views(app, row, advice)
    person, school = _find_person(app, row)
    return DebriefView(
        attempt_id=attempt_id,
        state=row.timing.state.value,
        title=form.title,
        has_trace=trace is not None,
        verdict=task_type.write_verdict(score, form.task),
        passed=card.passed is True,
        parts=(*parts, *list_call_parts(card)),
        hints=None if card.values.get("hints") is None else int(card.values["hints"] or 0),
        calls=make_call_views(list_calls(app, row), score.calls),
        legs=()
        if trace is None
        else tuple(
            LegView(
                camera_id=leg.camera_id,
                camera_name=names.get(leg.camera_id, leg.camera_id),
                from_clock=write_clock(start, leg.from_s),
                to_clock=write_clock(start, leg.to_s),
                outcome=leg.outcome.value,
                is_glimpse=leg.outcome in (LegOutcome.GLIMPSE, LegOutcome.BONUS),
            )
            for leg in describe_legs(trace)
        ),
        faults=load_fault_views(app, ended),
        search_use=load_search_use(app, ended),
        map=make_map_view(ended, app.catalog.get_plan(row.recording_id, form.cameras)),
        time=make_time_budget_view(ended),
        cameras=make_cameras_view(ended, facts.index),
        moments=make_moments_view(facts, moments, recording_id=row.recording_id),
        losses=tuple(describe_loss(facts, each) for each in moments if isinstance(each, LossMoment)),
        rule=advice[0].sentence if advice else "",
        again=again,
        following=following,
        last_try=find_last_try(app, ended, parts),
        practice=practice,
        person=person,
        school=school or recording.site.name,
        ended_at=row.timing.ended_at,
        profile=get_card(row.profile),
        options=describe_options(row.options),
        options_chosen=tuple(sorted(row.options)),
        remarks=list_remarks(find_doubts(row)),
        is_demo=row.is_demo,
        is_shut=_is_shut(app, row),
        real_footage="" if recording.manifest.staged is None else recording.manifest.notice,
        expert=None if row.is_demo or _is_shut(app, row) else write_expert_time(app, form),
    )


def _find_person(app: App, row: AttemptRow) -> tuple[str, str]:
    if row.person_id is None:
        return "", ""
    with app.store.read() as work:
        person = work.people.get(row.person_id)
        team = work.teams.get(person.team_id)
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
            work.save_row(row)
    return row


EVERY_S = 0.2
"""How far apart boxes are at least: an outline that goes along with a walk."""


def get_own_replay(app: App, attempt_id: str) -> ConsoleView:
    """Return the replay of one's own search, in `ghost` the student's path and boxes; nothing counts afterwards."""
    view = get_replay(app, attempt_id)
    case = compute_score(app, close_attempt(app, attempt_id)).case
    ghost = None if case is None else _make_ghost(case)
    return replace(view, data={**view.data, "replay": {**view.data["replay"], "ghost": ghost}})


def _make_ghost(case: TraceCase) -> dict[str, Any]:
    table = case.index.table
    low_s, high_s = case.window.window_s
    rows = table.rows[(table.rows["person_id"] == case.target) & table.rows["t_s"].between(low_s, high_s)]
    rows = rows[rows["frame"] % max(1, round(EVERY_S * table.fps)) == 0]
    boxes = {}
    for camera_id, own in rows.groupby("camera_id", observed=True, sort=True):
        width, height = table.picture_wh[str(camera_id)]
        sides = zip(*(own[side].tolist() for side in ("t_s", "x1", "y1", "x2", "y2")), strict=True)
        boxes[str(camera_id)] = [
            [round(t_s, 2), *(round(value, 4) for value in (x1 / width, y1 / height, x2 / width, y2 / height))]
            for t_s, x1, y1, x2, y2 in sides
        ]
    path = [[round(p.t_s, 2), round(p.x_m, 2), round(p.y_m, 2), p.floor] for p in make_true_path(case)]
    return {"path": path, "boxes": boxes}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortDebrief:
    title: str
    person_id: str
    passed: bool | None
    ending: str


def find_short_debrief(app: App, viewer: Viewer, attempt_id: str) -> ShortDebrief | None:
    """Return what a viewer sees of an ended drill instead of its debrief and its replay; None where they see these."""
    if may(viewer, Duty.TRAIN) or not may(viewer, Duty.SEE_TEAMS):
        return None
    row = settle(app, attempt_id)
    is_own = row.person_id is None or row.person_id == viewer.person_id
    if is_own or row.timing.state not in SCORED or find_told_s(row.timing, row.extra_time) is not None:
        return None
    return ShortDebrief(
        title=app.catalog.get_form(row.form_id).form.title,
        person_id=row.person_id or "",
        passed=None if row.score_json is None else bool(json.loads(row.score_json)["passed"]),
        ending=say_time(row.timing.state, None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDebriefView:
    title: str
    passed: bool
    verdict: str
    until: str  # when the rest is shown, in a sentence
    parts: tuple[PartView, ...]  # the measures without their sentences, which may say what would have been right
    marks: tuple[MapMark, ...]  # the trainee's own, which say no more than what the trainee did
    rest: DebriefView  # of the whole debrief, for how the drill was done
    can_ask: bool  # nobody signs in here: the trainer may be the one who looks


def find_held_debrief(app: App, viewer: Viewer, attempt_id: str, *, is_asked: bool = False) -> HeldDebriefView | None:
    """Return what of a debrief a viewer may see now; None when that is all of it. `is_asked` as `sees_answers`."""
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    is_shown = sees_answers(app, viewer, row.person_id, is_asked=is_asked)
    until = None if is_shown else list_held(app, [row]).get(attempt_id)
    if until is None:
        return None
    view = get_debrief(app, attempt_id)
    return HeldDebriefView(
        title=view.title,
        passed=view.passed,
        verdict="You passed this drill." if view.passed else "You have not passed this drill yet.",
        until=(
            "The student's route, the moments you missed and the pictures are shown here once everyone on your team "
            f"has done their drills on this footage, or on {write_day(until.date())} at the latest."
        ),
        parts=tuple(
            PartView(key=part.key, label=part.label, value=part.value, sentence="", good=part.good)
            for part in view.parts
            if part.key in TELLS_NOTHING
        ),
        marks=() if view.map is None else view.map.marks_listed,
        rest=view,
        can_ask=viewer == AT_THIS_MACHINE,
    )
