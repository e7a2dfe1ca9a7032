"""Whom a point of the picture is on, as a running drill may know it: a box around what is seen of somebody, or nobody.

A mark goes to the person under the pointer; anyone who marks sees at once who that is. What leaves the server is a box,
and nothing of who is in it (docs/decisions/009).
"""

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from sim.errors import AccessError, AnswerError
from sim.scoring.evidence import Mark
from sim.scoring.mark import find_mark_fault, resolve_marks
from sim.services.app.wiring import App
from sim.services.attempt.event_payloads import Frame, Name, Share
from sim.services.attempt.footage_sent import was_sent
from sim.services.attempt.running_attempt import find_running
from sim.tasks import get_task_type
from sim.tasks.common.answer_form import Marks
from sim.truth.index import TruthIndex

MAX_OUTLINE_BYTES = 1024
OUTLINES_A_MINUTE = 60
"""More than anybody marks, who looks before each mark."""

Box = tuple[float, float, float, float]


class PostedSpot(BaseModel):
    """The body of a question: the camera and frame on screen, and a point of the picture, 0..1."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera_id: Name
    frame: Frame
    x: Share
    y: Share


def parse_spot(body: bytes) -> PostedSpot:
    """Return what is asked. Raises AnswerError naming the first fault."""
    try:
        return PostedSpot.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise AnswerError(
            f"{where or 'the body'}: {first['msg']}",
            expected='{"camera_id": "CAM-01", "frame": 0, "x": 0.5, "y": 0.5}',
        ) from error


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
    """Return x1, y1, x2, y2 of the person whom a mark resolves to, 0..1 of the picture, or None for nobody.

    The mark must have passed `find_mark_fault`.
    """
    row = int(resolve_marks(index, (mark,)).table_row[0])
    if row < 0:
        return None
    width, height = index.table.picture_wh[mark.camera_id]
    corners = index.table.rows.iloc[row][["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    x1, y1, x2, y2 = np.clip(corners / (width, height, width, height), 0.0, 1.0).round(4).tolist()
    return x1, y1, x2, y2
