"""A hint, asked for by the console of a practice drill: computed here, logged here, and saying the least that helps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.db.rows import AttemptRow
from sim.drill.attempt import Mode
from sim.drill.event import Event, EventKind
from sim.drill.hints import MOST_HINTS, HintName, list_given
from sim.drill.options import DrillOption
from sim.drill.replay import replay
from sim.errors import AccessError, AnswerError, AttemptError
from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.hint import check_still_there, find_next_camera
from sim.scoring.mark import find_mark_fault
from sim.services.app.wiring import App
from sim.services.attempt.event_payloads import MAX_ON_SCREEN, Name, Number
from sim.services.attempt.intake import append_own, clamp_events
from sim.services.attempt.running_attempt import find_running, get_running
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from sim.tasks.common.task_type import Direction
from sim.truth.index import TruthIndex

MAX_HINT_BYTES = 8192
CLOSED = "no hint can be given"


class PostedHint(BaseModel):
    """The body of a question: which hint, and what is on screen."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    hint: Annotated[HintName, Field(strict=False)]
    camera_id: Name | None
    t_s: Annotated[Number, Field(ge=0)]
    on: Annotated[list[Name], Field(max_length=MAX_ON_SCREEN)]


def parse_hint(body: bytes) -> PostedHint:
    """Return what is asked. Raises AnswerError naming the first fault."""
    try:
        return PostedHint.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise AnswerError(
            f"{where or 'the body'}: {first['msg']}",
            expected='{"hint": "next-camera" or "still-there", "camera_id": "CAM-01", "t_s": 0.0, "on": []}',
        ) from error


def give_hint(app: App, attempt_id: str, asked: PostedHint) -> dict[str, Any]:
    """Return a hint and `left`, how many there are still; a hint that helps is in the log from then on, and counts.

    `next-camera` has `found` (a `NextCamera`) and `camera_id`; `still-there` has `in_picture` and `mark_is_right`, None
    without a mark. One that says what the last of its name said, of the same moment, helps nobody: it does not count.
    That no camera has the student is the answer of some drills, and counts like any other hint.

    Raises:
        AccessError: an assessment, or a practice drill without hints.
        PausedError: the trainer has stopped the clock.
        AttemptError: unknown attempt, its clock does not run, or all hints are taken.
        AnswerError: no such camera, or a time outside the recording.
    """
    with app.store.read() as work:
        before = work.attempts.get(attempt_id)
    task = app.catalog.get_form(before.form_id).form.task
    _check_allowed(before, task)
    find_running(app, attempt_id, closed=CLOSED)
    now = app.clock.read()
    with app.store.write() as work:
        row = get_running(work, attempt_id, now, closed=CLOSED)
        log = work.events.list_all(attempt_id)
        given = list_given(stored.event for stored in log)
        index = app.catalog.get_truth(row.recording_id, task.cameras)
        _check_screen(index, asked)
        said = _say(_make_case(task, index, clamp_events(log), limit_s=row.timing.limit_s), task, asked)
        payload = {
            "name": asked.hint.value,
            "at_s": asked.t_s,
            "camera_id": asked.camera_id,
            "said": said,
            "on": list(asked.on),
        }
        if not _is_useful(payload, given):
            return {"hint": asked.hint.value, **said, "left": MOST_HINTS - len(given)}
        if len(given) >= MOST_HINTS:
            raise AttemptError(
                "all hints of this drill are taken", expected=f"at most {MOST_HINTS}", todo="continue without one"
            )
        append_own(work, row, now, kind=EventKind.HINT, payload=payload)
        work.attempts.save(row)
    return {"hint": asked.hint.value, **said, "left": MOST_HINTS - len(given) - 1}


def _is_useful(payload: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a hint says something else than the last one of its name did."""
    name, said = payload["name"], payload["said"]
    last = next((each for each in reversed(given) if each.get("name") == name), None)
    if last is None or last.get("said") != said:
        return True
    is_same_moment = last.get("camera_id") == payload["camera_id"] and last.get("at_s") == payload["at_s"]
    return name == HintName.STILL_THERE.value and not is_same_moment


def _check_allowed(row: AttemptRow, task: Task) -> None:
    if row.mode is not Mode.PRACTICE:
        raise AccessError("an assessment gives no hints", todo="continue without one")
    if DrillOption.HINTS not in row.options or get_task_type(task.type).follows is None:
        raise AccessError("this drill has no hints", todo="choose hints in the briefing of the next practice drill")


def _check_screen(index: TruthIndex, asked: PostedHint) -> None:
    if asked.camera_id is not None and asked.camera_id not in index.camera_ids:
        raise AnswerError(f"camera_id: there is no camera {asked.camera_id[:20]!r}", todo="reload the page")
    if asked.t_s > index.table.duration_s:
        raise AnswerError(f"t_s: {asked.t_s:g} is after the recording", expected=f"0 to {index.table.duration_s:g}")


def _make_case(task: Task, index: TruthIndex, events: tuple[Event, ...], *, limit_s: float) -> TraceCase:
    folded = replay(events, used_s=limit_s, finished=False, limit_s=limit_s)
    marks = tuple(mark for mark in folded.answer.marks if find_mark_fault(index, mark, task.window_s) is None)
    answer = replace(folded.answer, marks=marks)
    return make_trace_case(index, target=task.person, window_s=task.window_s, answer=answer)


def _say(case: TraceCase, task: Task, asked: PostedHint) -> dict[str, Any]:
    if asked.hint is HintName.NEXT_CAMERA:
        found = find_next_camera(case, is_backwards=get_task_type(task.type).follows is Direction.BACKWARD)
        return {"found": found.found.value, "camera_id": found.camera_id}
    there = check_still_there(case, camera_id=asked.camera_id, t_s=asked.t_s)
    return {"in_picture": there.in_picture, "mark_is_right": there.mark_is_right}
