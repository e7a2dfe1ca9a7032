"""A team exercise after its end: all logs folded into one answer, its score, and what the team sees together."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sim.app.catalog import write_right_names
from sim.app.score import AttemptScore, score_replay
from sim.app.wiring import App
from sim.attempt.attempt import ENDED, AttemptState, seal, tick
from sim.attempt.events import Ask, Entry, Event, Strike
from sim.attempt.options import DrillOption
from sim.attempt.replay import Replay, Replayed, order_events, replay_all, sum_stalls_s
from sim.attempt.replay import replay as replay_part
from sim.attempt.team_exercise import Role
from sim.console.console_data import list_right_replies
from sim.console.exercise import ROLE_NAMES
from sim.console.intake import clamp_events
from sim.console.scores import SCORED, check_truth
from sim.db.attempts import AttemptRow, ExerciseRow, MemberRow
from sim.errors import AttemptError
from sim.features.exercise.room import load_exercise
from sim.scoring.evidence import TimedMark
from sim.scoring.exercise_metrics import (
    ExerciseCase,
    MemberScreens,
    Request,
    Screen,
    compute_exercise_measures,
    find_delay_s,
    list_played,
)
from sim.scoring.score_card import MetricValue, PartView, list_metrics
from sim.scoring.use_metrics import Span, merge_spans
from sim.tasks import get_task_type
from sim.text.times import write_clock, write_minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMark:
    role: Role  # whose
    mark_id: str  # names it among that member's
    timed: TimedMark  # the mark; `kept` only if it is neither taken back nor left out by the lead
    struck: bool  # left out by the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of the exercise's log, written at drill time `at_s`."""

    role: Role
    text: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseReplay:
    merged: Replayed  # the exercise as if it were one person: what is scored
    parts: Mapping[Role, Replayed]  # each member's own
    marks: tuple[MemberMark, ...]  # every mark ever made, in the order they were made
    members: tuple[MemberScreens, ...]  # what each had on screen
    requests: tuple[Request, ...]  # in the order asked
    lines: tuple[LogLine, ...]


def replay_exercise(
    parts: Mapping[Role, Sequence[Event]], *, leading: Role, used_s: float, finished: bool, limit_s: float
) -> ExerciseReplay:
    """Fold the events that count of each member.

    All marks are kept side by side; those that the lead has left out, or their maker has taken back, are not
    scored. Place, answers to fields, clips and the wall are those of the lead. Openings and watches of all are put
    together by drill time; being away or waiting is nobody's but one member's and is left out.

    Args:
        parts: every member's events by role; late ones and what a role may not do left out by the caller.
        leading: who decides at the end.
        used_s: seconds from release to the hand-in, or the limit, by the server's clock.
        finished: handed in inside the limit.
        limit_s: the limit.
    """
    folded = {
        role: replay_part(events, used_s=used_s, finished=finished, limit_s=limit_s) for role, events in parts.items()
    }
    whole = {role: replay_all(events) for role, events in parts.items()}
    # all events by drill time, never against a tab's own order; at the same moment by role
    placed = [
        (event.t_client_ms, place, number, role, event)
        for place, (role, events) in enumerate(parts.items())
        for number, event in enumerate(order_events(events))
    ]
    merged = [(role, event) for *_, role, event in sorted(placed, key=lambda each: each[:3])]
    struck = {(each.act.role, each.act.mark_id): each.act.struck for _, each in merged if isinstance(each.act, Strike)}
    marks = _list_marks(whole, struck)
    decided = folded[leading]
    logs = [part.log for part in folded.values()]
    answer = replace(decided.answer, marks=tuple(mark.timed.mark for mark in marks if mark.timed.kept))
    log = replace(
        decided.log,
        marks=tuple(mark.timed for mark in marks),
        openings=tuple(sorted(chain.from_iterable(log.openings for log in logs), key=lambda each: each.at_s)),
        watches=tuple(sorted(chain.from_iterable(log.watches for log in logs), key=lambda each: each.began_s)),
        away=(),
        waits=(),
    )
    kept_ids = tuple(mark.mark_id for mark in marks if mark.timed.kept)
    return ExerciseReplay(
        merged=replace(decided, answer=answer, log=log, mark_ids=kept_ids),
        parts=folded,
        marks=marks,
        members=tuple(
            MemberScreens(role=role.value, screens=part.list_screens(used_s=used_s)) for role, part in whole.items()
        ),
        requests=tuple(
            Request(
                asker=role.value,
                camera_id=event.act.camera_id,
                site_s=event.act.at_site_s,
                asked_s=event.t_client_ms / 1000.0,
            )
            for role, event in merged
            if isinstance(event.act, Ask)
        ),
        lines=tuple(
            LogLine(role=role, text=event.act.text, at_s=event.t_client_ms / 1000.0)
            for role, event in merged
            if isinstance(event.act, Entry)
        ),
    )


def _list_marks(whole: Mapping[Role, Replay], struck: Mapping[tuple[Role, str], bool]) -> tuple[MemberMark, ...]:
    """Return the marks of all, `struck` saying which the lead has left out in the end; the last word counts."""
    found = []
    for role, part in whole.items():
        for logged in part.marks.values():
            is_struck = struck.get((role, logged.mark_id), False)
            timed = replace(logged.timed, kept=logged.timed.kept and not is_struck)
            found.append(MemberMark(role=role, mark_id=logged.mark_id, timed=timed, struck=is_struck))
    return tuple(sorted(found, key=lambda each: each.timed.at_s))


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
    used_s, finished = row.timing.used_s or 0.0, row.timing.state is AttemptState.SUBMITTED
    replay = replay_exercise(
        parts, leading=exercise.leading, used_s=used_s, finished=finished, limit_s=row.timing.limit_s
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
    ended = EndedExercise(
        exercise=exercise,
        members=members,
        row=row,
        people=people,
        replay=replay,
        score=score,
        case=case,
        measures={} if case is None else compute_exercise_measures(case),
    )
    text = write_exercise_score(ended)
    if exercise.score_json != text:
        with app.store.write() as work:
            work.save_row(replace(work.exercises.get(exercise_id), score_json=text))
    return ended


def write_exercise_score(ended: EndedExercise) -> str:
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


GOOD_COVERAGE = 0.8
GOOD_DUPLICATED = 0.2
GOOD_DELAY_S = 15.0
SHORTEST_S = 0.5
"""Shorter glances are not drawn."""
TICKS = 5
JOIN_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneBlock:
    """A camera that was the main picture: where on the lane, 0..1, and the camera."""

    from_share: float
    to_share: float
    camera_id: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One member: what they had on screen, and where on the lane, 0..1 each, the student was in that picture."""

    role_name: str
    blocks: tuple[LaneBlock, ...]
    student: tuple[Span, ...]
    viewed: str
    student_viewed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseDebrief:
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
    ended = close_exercise(app, exercise_id)
    form = app.catalog.get_form(ended.row.form_id).form
    recording = app.catalog.get_recording(ended.row.recording_id)
    names = write_right_names(recording)
    task_type = get_task_type(form.type)
    used_s = ended.row.timing.used_s or 0.0

    def name(camera_id: str) -> str:
        return f"{camera_id} {names.get(camera_id, '')}".strip()

    def clock(site_s: float) -> str:
        return write_clock(recording.manifest.start_time, site_s)

    parts = task_type.write_parts(ended.score, form.task)
    return ExerciseDebrief(
        title=form.title,
        members=tuple((ROLE_NAMES[each.role], ended.people.get(each.person_id, "")) for each in ended.members),
        time=write_minutes(used_s),
        verdict=task_type.write_verdict(ended.score, form.task),
        passed=ended.score.card.passed is True,
        parts=tuple(part for part in parts if part.good is not None),
        measures=()
        if ended.case is None
        else (_write_coverage(ended), _write_duplicated(ended), _write_hand_offs(ended)),
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


def write_practice(ended: EndedExercise, *, names: dict[str, str]) -> str:
    coverage = _number(ended.measures.get("exercise_coverage"), 1.0)
    duplicated = _number(ended.measures.get("exercise_duplicated"), 0.0)
    if duplicated > GOOD_DUPLICATED and coverage < GOOD_COVERAGE:
        return (
            "Say aloud who takes which camera before anybody presses play: you looked at the same picture while the "
            "student was on another."
        )
    if ended.replay.requests and _is_slow(ended):
        return (
            "When a request comes, take it over first and finish what you are looking at later. Say “mine” when you do."
        )
    if coverage < GOOD_COVERAGE:
        missed = _name_longest_missed(ended, names)
        return (
            f"Agree who opens the next camera as soon as the student leaves one. Longest on nobody's screen: {missed}."
        )
    if duplicated > GOOD_DUPLICATED:
        return "Split up sooner: one follows the student, the others go ahead to the next cameras."
    if not ended.replay.requests:
        return "Ask each other: when the student leaves your camera, hand the next one to someone else."
    return "Do it again with other roles: everybody should be able to stand in for everybody."


def _write_coverage(ended: EndedExercise) -> PartView:
    share = ended.measures.get("exercise_coverage")
    seen = ended.measures.get("exercise_appearances_seen")
    if share is None or seen is None or ended.case is None:
        return _make("exercise_coverage", "On someone's screen", "–", "The student was on no camera.", None)
    legs = len(ended.case.trace.legs)
    times = f"{round(_number(seen) * legs)} of {legs} times that a camera showed the student, someone had that picture."
    return _make(
        "exercise_coverage",
        "On someone's screen",
        _percent(share),
        f"of the student's time on camera was watched by at least one of you. {times}",
        _number(share) >= GOOD_COVERAGE,
    )


def _write_duplicated(ended: EndedExercise) -> PartView:
    share = ended.measures.get("exercise_duplicated")
    label = "Looked at twice"
    if share is None:
        return _make("exercise_duplicated", label, "–", "Nobody looked at a camera.", None)
    if not _number(ended.measures.get("exercise_coverage"), 1.0):
        return _make("exercise_duplicated", label, "–", "Nobody had a picture of the student.", None)
    sentence = (
        "of your viewing time, someone else had the same camera at about the same moment. "
        "Some of that is good, as for a second look."
    )
    return _make("exercise_duplicated", label, _percent(share), sentence, _number(share) <= GOOD_DUPLICATED)


def _write_hand_offs(ended: EndedExercise) -> PartView:
    label, count = "Handing over", len(ended.replay.requests)
    delay, met = ended.measures.get("exercise_hand_off_delay"), ended.measures.get("exercise_hand_offs_met")
    if not count:
        return _make("exercise_hand_off_delay", label, "–", "Nobody asked another to take over a camera.", None)
    taken = f"{round(_number(met) * count)} of {count} requests were taken over."
    if delay is None:
        return _make("exercise_hand_off_delay", label, "Not taken", f"Most requests got no answer. {taken}", False)
    sentence = f"passed, in the middle case, from the request until another had that picture. {taken}"
    return _make("exercise_hand_off_delay", label, write_minutes(_number(delay)), sentence, not _is_slow(ended))


def _is_slow(ended: EndedExercise) -> bool:
    delay, met = ended.measures.get("exercise_hand_off_delay"), ended.measures.get("exercise_hand_offs_met")
    return delay is None or _number(delay) > GOOD_DELAY_S or _number(met) < 1.0


def _name_longest_missed(ended: EndedExercise, names: dict[str, str]) -> str:
    if ended.case is None:
        return ""
    screens = [screen for member in ended.case.members for screen in member.screens]

    def missed_s(leg: tuple[str, float, float]) -> float:
        camera, first_s, last_s = leg
        played = list_played(screens, camera)
        return last_s - first_s - sum(max(0.0, min(high, last_s) - max(low, first_s)) for low, high in played)

    legs: Sequence[tuple[str, float, float]] = sorted(ended.case.list_legs(), key=missed_s)
    camera = legs[-1][0]
    return f"{camera} {names.get(camera, '')}".strip()


def _make(key: str, label: str, value: str, sentence: str, good: bool | None) -> PartView:
    return PartView(key=key, label=label, value=value, sentence=sentence, good=good)


def _number(value: MetricValue, default: float = 0.0) -> float:
    return default if value is None else float(value)


def _percent(value: MetricValue) -> str:
    return f"{round(100 * _number(value))}%"


def join_screens(screens: Iterable[Screen]) -> list[tuple[str, float, float]]:
    """Return camera, from and to in drill seconds: stretches of one camera that follow each other are one."""
    joined: list[tuple[str, float, float]] = []
    for screen in screens:
        last = joined[-1] if joined else None
        if last and last[0] == screen.camera_id and screen.from_s - last[2] <= JOIN_S:
            joined[-1] = (last[0], last[1], screen.to_s)
        else:
            joined.append((screen.camera_id, screen.from_s, screen.to_s))
    return joined


def list_student_spans(case: ExerciseCase, member: MemberScreens) -> list[Span]:
    """Return the drill time in which the student was in the member's picture, as disjoint spans."""
    legs = list(case.list_legs())
    spans = []
    for screen in member.screens:
        for camera, first_s, last_s in legs:
            if camera == screen.camera_id:
                near = screen.find_near((first_s + last_s) / 2, reach_s=(last_s - first_s) / 2)
                if near is not None:
                    spans.append(near)
    return merge_spans(spans)


def write_elapsed(seconds: float) -> str:
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
                student=tuple((low / whole, high / whole) for low, high in spans if high - low >= SHORTEST_S),
                viewed=write_minutes(sum(screen.to_s - screen.from_s for screen in member.screens)),
                student_viewed=write_minutes(sum(high - low for low, high in spans)),
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
