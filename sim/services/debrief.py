"""What a trainee sees after the end: built from truth and the stored log, never before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sim.drill.attempt import ENDED, seal, tick
from sim.drill.options import describe_options
from sim.drill.stalls import is_clean
from sim.errors import AttemptError
from sim.footage.open import Recording
from sim.footage.still import StillBox, draw_boxes, load_still
from sim.records.rows import AttemptRow
from sim.scoring.case import TraceCase
from sim.scoring.first_wrong import FirstWrong, find_first_wrong
from sim.scoring.legs import Leg, describe_legs
from sim.services.camera_names import write_right_names
from sim.services.clock_words import write_clock
from sim.services.console_profiles import get_card
from sim.services.debrief_cameras import make_cameras_view
from sim.services.debrief_faults import load_fault_views
from sim.services.debrief_map import make_map_view
from sim.services.debrief_time import make_time_budget_view
from sim.services.ended_attempt import EndedAttempt
from sim.services.score_sentences import write_moment
from sim.services.scores import compute_score, settle
from sim.services.task_words import get_task_words
from sim.services.views import DebriefView, LegView, MomentView, StillView
from sim.services.wiring import App

TRACING = frozenset({"trace", "origin"})
"""Task types in which every stretch on camera is to be marked."""

TARGET_RGB = (46, 160, 67)
MARKED_RGB = (214, 93, 14)
"""Green for the student and orange for whoever was marked: told apart by label and place too, not by colour alone."""


def get_debrief(app: App, attempt_id: str) -> DebriefView:
    """Return the debrief; from this moment nothing that still arrives counts, because the answer has been shown.

    Raises:
        AttemptError: unknown, not ended, or given up.
        RecordingError, TaskError: the recording or the form is not to be had.
    """
    row = _close(app, attempt_id)
    score = compute_score(app, row)
    row = settle(app, attempt_id, score=score)
    form = app.catalogue.get_form(row.form_id).form
    recording = app.catalogue.get_recording(row.recording_id)
    names = write_right_names(recording)
    start = recording.manifest.start_time
    case, card = score.case, score.card
    words = get_task_words(form.type)
    trace = case if form.type in TRACING else None
    ended = EndedAttempt(row=row, form=form, recording=recording, score=score, names=names)
    return DebriefView(
        attempt_id=attempt_id,
        state=row.timing.state.value,
        title=form.title,
        has_trace=trace is not None,
        verdict=words.write_verdict(score, form.task, names),
        passed=card.passed is True,
        parts=words.write_parts(score, form.task, names),
        legs=() if trace is None else _describe_legs(describe_legs(trace), names, start),
        faults=load_fault_views(app, row, recording, window_s=form.window_s, names=names),
        map=make_map_view(ended, app.catalogue.get_plan(row.recording_id)),
        time=make_time_budget_view(ended),
        cameras=make_cameras_view(ended),
        moment=None if trace is None else _make_moment(trace, recording, names),
        advice=words.write_advice(score, form.task, names),
        next_form_id=_find_next_form(app, row),
        profile=get_card(row.profile),
        options=describe_options(row.options),
        options_chosen=tuple(sorted(row.options)),
        stall_s=None if is_clean(row.stall_s) else row.stall_s,
        is_demo=row.is_demo,
    )


def _close(app: App, attempt_id: str) -> AttemptRow:
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
        )
        for leg in legs
    )


def _find_next_form(app: App, row: AttemptRow) -> str | None:
    """Return a form of the same type to practise next; people on a team get practice forms only."""
    own_type = app.catalogue.get_form(row.form_id).form.type
    forms = [known for known in app.catalogue.list_forms() if known.form.type == own_type]
    ids = [known.form.form_id for known in forms if row.person_id is None or known.form.use == "practice"]
    if row.form_id in ids:
        place = ids.index(row.form_id)
        ids = ids[place + 1 :] + ids[:place]
    return next(iter(ids), None)


def _make_moment(case: TraceCase, recording: Recording, names: dict[str, str]) -> MomentView | None:
    wrong = find_first_wrong(case)
    if wrong is None:
        return None
    start = recording.manifest.start_time
    return MomentView(
        camera_id=wrong.camera_id,
        camera_name=names.get(wrong.camera_id, wrong.camera_id),
        clock=write_clock(start, wrong.t_s),
        sentence=write_moment(wrong, camera_names=names, start_time=start),
        stills=_draw_stills(wrong, recording, names),
    )


def _draw_stills(wrong: FirstWrong, recording: Recording, names: dict[str, str]) -> tuple[StillView, ...]:
    """Return the frame with its boxes and, where the student is not in it, the frame that shows the student."""
    boxes: list[StillBox] = []
    if wrong.marked is not None:
        boxes.append(StillBox(box_xyxy=wrong.marked.box_xyxy, label="You marked", rgb=MARKED_RGB))
    elif wrong.point_px is not None:
        x, y = wrong.point_px
        boxes.append(StillBox(box_xyxy=(x - 12, y - 12, x + 12, y + 12), label="You marked here", rgb=MARKED_RGB))
    if wrong.target is not None:
        boxes.append(StillBox(box_xyxy=wrong.target.box_xyxy, label="The student", rgb=TARGET_RGB))
    frames = [(wrong.camera_id, wrong.frame, boxes)]
    if wrong.elsewhere is not None:
        spot = wrong.elsewhere
        frames.append(
            (spot.camera_id, spot.frame, [StillBox(box_xyxy=spot.box_xyxy, label="The student", rgb=TARGET_RGB)])
        )
    manifest = recording.manifest
    return tuple(
        StillView(
            caption=f"{names.get(camera_id, camera_id)}, {write_clock(manifest.start_time, frame / manifest.fps)}",
            boxed=tuple(box.label for box in drawn),
            jpeg=draw_boxes(load_still(recording, camera_id, frame), drawn),
        )
        for camera_id, frame, drawn in frames
    )
