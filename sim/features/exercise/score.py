"""The score of a team exercise: the merged case under the metrics of one person, and the measures of the exercise."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sim.app.score import AttemptScore, score_replay
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, seal, tick
from sim.attempt.exercise_replay import ExerciseReplay, replay_exercise
from sim.attempt.options import DrillOption
from sim.attempt.replay import sum_stalls_s
from sim.attempt.team_exercise import Role
from sim.console.console_data import list_right_replies
from sim.console.intake import clamp_events
from sim.console.scores import SCORED, check_truth
from sim.db.attempts import AttemptRow, ExerciseRow, MemberRow
from sim.errors import AttemptError
from sim.features.exercise.room import load_exercise
from sim.scoring.exercise_metrics import ExerciseCase, compute_exercise_measures
from sim.scoring.metric import MetricValue, list_metrics

SCORE_SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedExercise:
    exercise: ExerciseRow  # as stored
    members: tuple[MemberRow, ...]  # by role
    row: AttemptRow  # the part of the lead; its timing is the exercise's
    people: Mapping[str, str]  # names by person_id
    replay: ExerciseReplay  # all logs, folded
    score: AttemptScore  # of the merged case, as for one person
    case: ExerciseCase | None  # what the measures of the exercise are computed from; None where nobody is sought
    measures: Mapping[str, MetricValue]  # by key


def close_exercise(app: App, exercise_id: str) -> EndedExercise:
    """Score a team exercise that has ended; from now on nothing that still arrives counts, as the answer is shown."""
    exercise, members, rows = _seal_all(app, exercise_id)
    row = rows[exercise.leading]
    check_truth(app, row)
    with app.store.read() as work:
        parts = {member.role: clamp_events(work.events.list_all(member.attempt_id)) for member in members}
        people = work.people.list_names([member.person_id for member in members])
    replay = replay_exercise(
        parts,
        leading=exercise.leading,
        used_s=row.timing.used_s or 0.0,
        finished=row.timing.state is AttemptState.SUBMITTED,
        limit_s=row.timing.limit_s,
    )
    called = next((role for role, each in rows.items() if DrillOption.INTERRUPTIONS in each.options), None)
    merged = replay.merged if called is None else replace(replay.merged, calls=replay.parts[called].calls)
    form = app.catalog.get_form(row.form_id).form
    score = score_replay(
        form.task,
        app.catalog.get_truth(row.recording_id, form.cameras),
        merged,
        stall_s=0.0 if called is None else sum_stalls_s(parts[called]),
        right_replies=None if called is None else list_right_replies(app, rows[called]),
    )
    case = None
    if score.case is not None:
        case = ExerciseCase(trace=score.case, members=replay.members, requests=replay.requests)
    measures = {} if case is None else compute_exercise_measures(case)
    ended = EndedExercise(
        exercise=exercise,
        members=members,
        row=row,
        people=people,
        replay=replay,
        score=score,
        case=case,
        measures=measures,
    )
    _keep(app, ended)
    return ended


def write_exercise_score(ended: EndedExercise) -> str:
    """Return the score as it is stored: the card, the measures, and the rules they were computed by."""
    data = {
        "schema_version": SCORE_SCHEMA,
        "card": ended.score.card.as_data(),
        "measures": dict(ended.measures),
        "versions": {metric.key: metric.version for metric in list_metrics("exercise")},
        "members": len(ended.members),
    }
    return json.dumps(data, sort_keys=True, allow_nan=False)


def _seal_all(app: App, exercise_id: str) -> tuple[ExerciseRow, tuple[MemberRow, ...], dict[Role, AttemptRow]]:
    now = app.clock.read()
    rows: dict[Role, AttemptRow] = {}
    with app.store.write() as work:
        exercise, members = load_exercise(work, exercise_id)
        for member in members:
            before = work.attempts.get(member.attempt_id)
            row = replace(before, timing=tick(before.timing, now))
            if row.timing.state in ENDED:
                row = replace(row, timing=seal(row.timing))
            rows[member.role] = row
            if row != before:
                work.save_row(row)
    if rows[exercise.leading].timing.state not in SCORED:
        raise AttemptError(
            "the debrief is closed: the drill has not ended",
            expected="a drill that was submitted or ran out of time",
            todo="finish the drill first",
        )
    return exercise, members, rows


def _keep(app: App, ended: EndedExercise) -> None:
    text = write_exercise_score(ended)
    if ended.exercise.score_json == text:
        return
    with app.store.write() as work:
        work.save_row(replace(work.exercises.get(ended.exercise.exercise_id), score_json=text))
