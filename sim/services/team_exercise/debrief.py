"""What an exercise sees together after the end. Built from truth and the logs, never before."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from sim.drill.team_exercise import Role
from sim.scoring.part import PartView
from sim.scoring.team_exercise.hand_off import find_delay_s
from sim.services.app.camera_names import write_right_names
from sim.services.app.wiring import App
from sim.services.attempt.exercise_words import ROLE_NAMES
from sim.services.team_exercise.lanes import (
    SHORTEST_S,
    TICKS,
    Lane,
    LaneBlock,
    join_screens,
    list_student_spans,
    share_spans,
    sum_spans_s,
)
from sim.services.team_exercise.measure_words import write_measures, write_practice
from sim.services.team_exercise.score import EndedExercise, close_exercise, write_exercise_score
from sim.tasks import get_task_type
from sim.text.times import write_clock, write_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseDebrief:
    """The debrief of a team exercise."""

    title: str
    members: tuple[tuple[str, str], ...]  # role and person
    time: str  # how long it took, in words
    # verdict, passed, parts: of the merged case, as for one person
    verdict: str
    passed: bool
    parts: tuple[PartView, ...]
    measures: tuple[PartView, ...]
    practice: str  # one thing to practice next
    lanes: tuple[Lane, ...]  # who watched what when, by role
    ticks: tuple[tuple[float, str], ...]  # where on a lane, 0..1, and the drill time there
    # who asked, for which camera at what time, when, and what came of it
    hand_offs: tuple[tuple[str, str, str, str], ...]
    marks: tuple[tuple[str, str, str, str], ...]  # who marked what, and whether it counts
    lines: tuple[tuple[str, str, str], ...]  # the log: when, who, what
    score_json: str  # the score with schema and versions, to be downloaded


def get_exercise_debrief(app: App, exercise_id: str) -> ExerciseDebrief:
    """Return the debrief of a team exercise that has ended. Raises as `close_exercise`."""
    ended = close_exercise(app, exercise_id)
    form = app.catalog.get_form(ended.row.form_id).form
    recording = app.catalog.get_recording(ended.row.recording_id)
    names = write_right_names(recording)
    words = get_task_type(form.type).words
    used_s = ended.row.timing.used_s or 0.0

    def name(camera_id: str) -> str:
        return f"{camera_id} {names.get(camera_id, '')}".strip()

    def clock(site_s: float) -> str:
        return write_clock(recording.manifest.start_time, site_s)

    parts = words.write_parts(ended.score, form.task, names)
    return ExerciseDebrief(
        title=form.title,
        members=tuple((ROLE_NAMES[each.role], ended.people.get(each.person_id, "")) for each in ended.members),
        time=write_minutes(used_s),
        verdict=words.write_verdict(ended.score, form.task, names),
        passed=ended.score.card.passed is True,
        parts=tuple(part for part in parts if part.good is not None),
        measures=write_measures(ended),
        practice=write_practice(ended, names=names),
        lanes=_make_lanes(ended, name=name, used_s=used_s),
        ticks=tuple((n / TICKS, write_elapsed(used_s * n / TICKS)) for n in range(TICKS + 1)),
        hand_offs=_list_hand_offs(ended, name=name, clock=clock),
        marks=tuple(
            (
                name(mark.timed.mark.camera_id),
                clock(mark.timed.mark.t_s),
                ROLE_NAMES[mark.role],
                "left out by the lead" if mark.struck else "counts" if mark.timed.kept else "taken back",
            )
            for mark in sorted(ended.replay.marks, key=lambda each: each.timed.mark.t_s)
        ),
        lines=tuple((write_elapsed(line.at_s), ROLE_NAMES[line.role], line.text) for line in ended.replay.lines),
        score_json=write_exercise_score(ended),
    )


def write_elapsed(seconds: float) -> str:
    """Return drill time as a stopwatch shows it: 75 gives "1:15"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _make_lanes(ended: EndedExercise, *, name: Callable[[str], str], used_s: float) -> tuple[Lane, ...]:
    whole = max(used_s, 1e-9)
    lanes = []
    for member, own in zip(ended.replay.members, ended.members, strict=True):
        spans = [] if ended.case is None else list_student_spans(ended.case, member)
        lanes.append(
            Lane(
                role_name=ROLE_NAMES[own.role],
                person=ended.people.get(own.person_id, ""),
                blocks=tuple(
                    LaneBlock(
                        from_share=from_s / whole,
                        to_share=to_s / whole,
                        camera_id=camera_id,
                        words=f"{name(camera_id)}, {write_elapsed(from_s)} to {write_elapsed(to_s)}",
                    )
                    for camera_id, from_s, to_s in join_screens(member.screens)
                    if to_s - from_s >= SHORTEST_S
                ),
                student=share_spans(spans, used_s=used_s),
                viewed=write_minutes(sum(screen.to_s - screen.from_s for screen in member.screens)),
                student_viewed=write_minutes(sum_spans_s(spans)),
            )
        )
    return tuple(lanes)


def _list_hand_offs(
    ended: EndedExercise, *, name: Callable[[str], str], clock: Callable[[float], str]
) -> tuple[tuple[str, str, str, str], ...]:
    if ended.case is None:
        return ()
    rows = []
    for request in ended.case.requests:
        delay_s = find_delay_s(ended.case, request)
        rows.append(
            (
                ROLE_NAMES[Role(request.asker)],
                f"{name(request.camera_id)}, {clock(request.site_s)}",
                write_elapsed(request.asked_s),
                f"after {write_minutes(delay_s)}" if math.isfinite(delay_s) else "nobody took it over",
            )
        )
    return tuple(rows)
