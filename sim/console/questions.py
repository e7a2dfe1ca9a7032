"""What a running drill asks for, and is refused where it does not run: a hint, help, whom a point is on."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sim.app.memory import LruCache
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState, Instant, Mode, compute_elapsed_s, require_running, tick
from sim.attempt.events import EventKind, Hint
from sim.attempt.options import DrillOption
from sim.attempt.posted import MAX_ON_SCREEN, Frame, Name, Seconds, Share, parse_posted
from sim.attempt.replay import list_given, replay
from sim.console.intake import append_own, clamp_events
from sim.db.attempts import AttemptRow, HelpRow
from sim.db.store import Transaction
from sim.errors import AccessError, AnswerError, AttemptError, PausedError, RecordingError, SessionError
from sim.footage.video.clip_index import ClipIndex, make_clip_index
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Mark
from sim.scoring.interruption import NextCamera, check_still_there, find_next_camera
from sim.scoring.mark import find_mark_fault, resolve_marks
from sim.tasks import get_task_type
from sim.tasks.common.task import Marks, Task
from sim.tasks.common.task_type import Direction
from sim.truth.index import TruthIndex


def find_running(app: App, attempt_id: str, *, closed: str) -> AttemptRow:
    """Return an attempt that runs; `closed`: what else is not done. Raises PausedError (noted), AttemptError."""
    now = app.clock.read()
    try:
        with app.store.read() as work:
            return get_running(work, attempt_id, now, closed=closed)
    except PausedError:
        with app.store.write() as work:
            work.attempts.change_one(attempt_id, paused_actions=AttemptRow.paused_actions + 1)
        raise


def get_running(work: Transaction, attempt_id: str, now: Instant, *, closed: str) -> AttemptRow:
    """As `find_running`, within a transaction, and without a note of a try."""
    row = work.attempts.get(attempt_id)
    require_running(row.timing, now, closed=closed)
    return replace(row, timing=tick(row.timing, now))


# Hints of a practice drill: computed here, logged here, and saying the least that helps.
MAX_HINT_BYTES = 8192
MOST_HINTS = 5
CLOSED = "no hint can be given"


class HintName(StrEnum):
    NEXT_CAMERA = "next-camera"
    STILL_THERE = "still-there"


class PostedHint(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hint: Annotated[HintName, Field(strict=False)]
    camera_id: Name | None
    t_s: Seconds
    on: Annotated[list[Name], Field(max_length=MAX_ON_SCREEN)]


def parse_hint(body: bytes) -> PostedHint:
    return parse_posted(
        PostedHint,
        body,
        expected='{"hint": "next-camera" or "still-there", "camera_id": "CAM-01", "t_s": 0.0, "on": []}',
    )


def give_hint(app: App, attempt_id: str, asked: PostedHint) -> dict[str, Any]:
    """Return a hint and `left`, how many there are still; a hint that helps is in the log from then on, and counts.

    `next-camera` has `found` (a `NextCamera`) and `camera_id`; `still-there` has `in_picture` and `mark_is_right`, None
    without a mark. One that says what the last of its name said, of the same moment, helps nobody: it does not count.
    Where the student may be on no camera, neither says anything of them before a mark is right, and that is free:
    `found` is "unsaid" and `in_picture` None, whether the student is there or not.

    Raises:
        AccessError: an assessment, or a practice drill without hints.
        PausedError: the trainer has stopped the clock.
        AttemptError: unknown attempt, its clock does not run, or all hints are taken.
        AnswerError: no such camera, or a time outside the recording.
    """
    with app.store.read() as work:
        before = work.attempts.get(attempt_id)
    form = app.catalog.get_form(before.form_id).form
    task = form.task
    if before.mode is not Mode.PRACTICE:
        raise AccessError("an assessment gives no hints", todo="continue without one")
    if DrillOption.HINTS not in before.options or get_task_type(task.type).follows is None:
        raise AccessError("this drill has no hints", todo="choose hints in the briefing of the next practice drill")
    find_running(app, attempt_id, closed=CLOSED)
    now = app.clock.read()
    with app.store.write() as work:
        row = get_running(work, attempt_id, now, closed=CLOSED)
        log = work.events.list_all(attempt_id)
        given = list_given(stored.event for stored in log)
        index = app.catalog.get_truth(row.recording_id, task.cameras)
        if asked.camera_id is not None and asked.camera_id not in index.camera_ids:
            raise AnswerError(f"camera_id: there is no camera {asked.camera_id[:20]!r}", todo="reload the page")
        if asked.t_s > index.table.duration_s:
            raise AnswerError(f"t_s: {asked.t_s:g} is after the recording", expected=f"0 to {index.table.duration_s:g}")
        folded = replay(clamp_events(log), used_s=row.timing.limit_s, finished=False, limit_s=row.timing.limit_s)
        marks = tuple(mark for mark in folded.answer.marks if find_mark_fault(index, mark, task.window_s) is None)
        answer = replace(folded.answer, marks=marks)
        case = make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer)
        said = _say(case, task, asked, may_be_absent=form.may_be_absent)
        payload = {
            "name": asked.hint.value,
            "at_s": asked.t_s,
            "camera_id": asked.camera_id,
            "said": said,
            "on": list(asked.on),
        }
        if said in (UNSAID, UNSEEN) or not _is_useful(payload, given):
            return {"hint": asked.hint.value, **said, "left": MOST_HINTS - len(given)}
        if len(given) >= MOST_HINTS:
            raise AttemptError(
                "all hints of this drill are taken", expected=f"at most {MOST_HINTS}", todo="continue without one"
            )
        append_own(work, row, now, kind=EventKind.HINT, payload=payload)
        work.save_row(row)
    return {"hint": asked.hint.value, **said, "left": MOST_HINTS - len(given) - 1}


def _is_useful(payload: Mapping[str, Any], given: Sequence[Hint]) -> bool:
    name, said = payload["name"], payload["said"]
    last = next((each for each in reversed(given) if each.name == name), None)
    if last is None or last.said != said:
        return True
    is_same_moment = (last.camera_id, last.at_s) == (payload["camera_id"], payload["at_s"])
    return name == HintName.STILL_THERE.value and not is_same_moment


UNSAID: Mapping[str, Any] = {"found": "unsaid", "camera_id": None}
UNSEEN: Mapping[str, Any] = {"in_picture": None, "mark_is_right": None}


def _say(case: TraceCase, task: Task, asked: PostedHint, *, may_be_absent: bool) -> Mapping[str, Any]:
    found, camera_id = find_next_camera(case, is_backwards=get_task_type(task.type).follows is Direction.BACKWARD)
    is_unsaid = may_be_absent and found in (NextCamera.FIRST, NextCamera.NOWHERE)
    if asked.hint is HintName.NEXT_CAMERA:
        return UNSAID if is_unsaid else {"found": found.value, "camera_id": camera_id}
    in_picture, is_right = check_still_there(case, camera_id=asked.camera_id, t_s=asked.t_s)
    return {"in_picture": None if is_unsaid else in_picture, "mark_is_right": is_right}


# Asking for help during a drill of a session, and answering.
HELP_A_MINUTE = 6


def describe_help(app: App, attempt_id: str) -> dict[str, Any] | None:
    with app.store.read() as work:
        return None if work.sessions.find_by_attempt(attempt_id) is None else _count(work, attempt_id)


def get_help(app: App, attempt_id: str) -> dict[str, Any]:
    found = describe_help(app, attempt_id)
    if found is None:
        raise AttemptError("no trainer watches this drill", todo="continue without help")
    return found


def ask_help(app: App, attempt_id: str) -> dict[str, Any]:
    """Note that help is asked for, once while it waits; return how calls stand. Raises AttemptError, RateLimitError."""
    get_help(app, attempt_id)
    now = app.clock.read()
    app.rate_limit.note(f"help {attempt_id}", now_s=now.steady_s, most=HELP_A_MINUTE)
    with app.store.write() as work:
        timing = tick(work.attempts.get(attempt_id).timing, now)
        if timing.state is not AttemptState.RUNNING:
            raise AttemptError("the drill does not run", expected="a running drill", todo="reload the page")
        asked = work.list_rows(HelpRow, HelpRow.attempt_id == attempt_id)
        if all(call.answered_at is not None for call in asked):
            elapsed_s = compute_elapsed_s(timing, now)
            work.insert(HelpRow(attempt_id=attempt_id, number=len(asked) + 1, asked_at=now.wall, elapsed_s=elapsed_s))
        return _count(work, attempt_id)


def answer_help(app: App, session_id: str, person_id: str) -> None:
    with app.store.write() as work:
        invited = work.sessions.get_invited(session_id, person_id)
        if invited.attempt_id is None:
            raise SessionError("this person has no drill yet", todo="reload the page")
        waits = (HelpRow.attempt_id == invited.attempt_id, HelpRow.answered_at.is_(None))
        work.change(HelpRow, *waits, answered_at=app.clock.read().wall)


def _count(work: Transaction, attempt_id: str) -> dict[str, Any]:
    calls = work.list_rows(HelpRow, HelpRow.attempt_id == attempt_id)
    return {"asked": len(calls), "answered": sum(call.answered_at is not None for call in calls)}


# Whom a point of the picture is on, as a running drill may know it: a box around what is seen of somebody, or nobody.
# A mark goes to the person under the pointer; anyone who marks sees at once who that is. What leaves the server is a
# box, and nothing of who is in it (docs/decisions/009).
MAX_OUTLINE_BYTES = 1024
OUTLINES_A_MINUTE = 60
"""More than anybody marks, who looks before each mark."""
Box = tuple[float, float, float, float]


class PostedSpot(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera_id: Name
    frame: Frame
    x: Share
    y: Share


def parse_spot(body: bytes) -> PostedSpot:
    return parse_posted(PostedSpot, body, expected='{"camera_id": "CAM-01", "frame": 0, "x": 0.5, "y": 0.5}')


def find_outline(app: App, attempt_id: str, asked: PostedSpot) -> dict[str, Any]:
    """Return `{"box": [x1, y1, x2, y2]}`, 0..1 of the picture, of the person whom a mark there is on; null for nobody.

    Of a frame that the attempt was not sent there is no box in it: it tells nothing that is not on screen.

    Raises:
        AccessError: the task has no marks on people.
        PausedError: the trainer has stopped the clock.
        AttemptError: unknown attempt, or its clock does not run.
        RateLimitError: too many questions within a minute.
        AnswerError: no such camera, or a frame outside the recording or the task's window.
    """
    app.rate_limit.note(f"outline {attempt_id}", now_s=app.clock.read().steady_s, most=OUTLINES_A_MINUTE)
    row = find_running(app, attempt_id, closed="no mark can be made")
    task = app.catalog.get_form(row.form_id).form.task
    if get_task_type(task.type).make_answer_form(task).marks is not Marks.PERSON:
        raise AccessError("this drill has no marks on people", todo="continue without an outline")
    index = app.catalog.get_truth(row.recording_id, task.cameras)
    mark = Mark(camera_id=asked.camera_id, t_s=asked.frame / index.table.fps, x=asked.x, y=asked.y)
    fault = find_mark_fault(index, mark, task.window_s)
    if fault is not None:
        raise fault
    is_seen = was_sent(app, row, camera_id=asked.camera_id, frame=asked.frame)
    return {"box": find_box(index, mark)} if is_seen else {}


def find_box(index: TruthIndex, mark: Mark) -> Box | None:
    """Return x1, y1, x2, y2, 0..1, of the person a mark that passed `find_mark_fault` resolves to; None for nobody."""
    row = int(resolve_marks(index, (mark,)).table_row[0])
    if row < 0:
        return None
    width, height = index.table.picture_wh[mark.camera_id]
    corners = index.table.rows.iloc[row][["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    x1, y1, x2, y2 = np.clip(corners / (width, height, width, height), 0.0, 1.0).round(4).tolist()
    return x1, y1, x2, y2


# Which footage each attempt was sent, so that a running drill is told nothing about frames that it cannot have seen.
# Kept in the process and not in the database: it is asked for within a second of being sent, by the browser that got
# it.
MOST_SPANS = 5000
"""Of one attempt's clip: stretches of bytes that do not touch. A console has a few dozen; who asks for single bytes
without end is not told more than from the first of them."""
Span = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class _Sent:
    """What one attempt was sent: of each clip, stretches of bytes, first and last, in order and apart."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def add(self, path: str, span: Span) -> None:
        with self.lock:
            joined = join_spans([*self.spans.get(path, ()), span])
            if len(joined) <= MOST_SPANS:
                self.spans[path] = joined

    def holds(self, path: str, span: Span) -> bool:
        with self.lock:
            return any(first <= span[0] and span[1] <= last for first, last in self.spans.get(path, ()))


def join_spans(spans: list[Span]) -> list[Span]:
    """Return stretches in order, those that touch joined: (0, 9), (20, 29), (10, 19) become (0, 29)."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def note_sent(app: App, attempt_id: str, path: str, span: Span) -> None:
    _find(app, attempt_id).add(path, span)


def was_sent(app: App, row: AttemptRow, *, camera_id: str, frame: int) -> bool:
    """Return whether an attempt was sent a frame, of clip or wall; one from before this process was. Raises
    RecordingError.
    """
    since = app.catalog.keep("footage sent since", lambda: app.clock.read().wall)
    if row.timing.released_at is not None and row.timing.released_at < since:
        return True
    manifest = app.catalog.get_recording(row.recording_id).manifest
    sent = _find(app, row.timing.attempt_id)
    main = next((camera.main for camera in manifest.cameras if camera.camera_id == camera_id), None)
    walls = (wall.file for wall in manifest.walls if camera_id in wall.cameras)
    clips = (path for path in (main, *walls) if path is not None)
    spans = ((path, _find_bytes(app, row.recording_id, path, frame)) for path in clips)
    return any(span is not None and sent.holds(path, span) for path, span in spans)


def count_unsent(app: App, row: AttemptRow, marks: Sequence[Mark]) -> int | None:
    """Return how many marks are on frames never sent, nor the frames beside; None where this process does not know."""
    sent = _find(app, row.timing.attempt_id)
    if not sent.spans or any(len(spans) == MOST_SPANS for spans in sent.spans.values()):
        return None
    fps = app.catalog.get_recording(row.recording_id).manifest.fps
    return sum(
        not any(was_sent(app, row, camera_id=camera_id, frame=max(0, frame + by)) for by in (0, -1, 1))
        for camera_id, frame in [(mark.camera_id, round(mark.t_s * fps)) for mark in marks]
    )


def begin_noting(app: App) -> None:
    app.catalog.keep("footage sent since", lambda: app.clock.read().wall)


def _find(app: App, attempt_id: str) -> _Sent:
    return app.catalog.keep("footage sent", partial(LruCache[_Sent], most=2000)).get(attempt_id, _Sent)


def _find_bytes(app: App, recording_id: str, path: str, frame: int) -> Span | None:
    """Return first and last byte of a frame of a clip; None where there is none to be had: nobody can have seen it."""
    try:
        found, _, sha256 = app.catalog.find_file(recording_id, path)
        index: ClipIndex = app.catalog.keep(("clip frames", sha256), lambda: make_clip_index(found))
    except RecordingError:
        return None
    if frame >= len(index.offsets):
        return None
    return index.offsets[frame], index.offsets[frame] + index.sizes[frame] - 1
