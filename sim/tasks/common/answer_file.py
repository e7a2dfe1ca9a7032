"""Answer files: the same JSON for every task type, each using what it asks for."""

import json
from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from sim.errors import AnswerError
from sim.scoring.evidence import Answer, Clip, Mark
from sim.tasks.common.base import TaskFile, parse_file


class MarkFile(TaskFile):
    camera_id: Annotated[str, Field(min_length=1)]
    t_s: float
    x: float
    y: float


class ClipFile(TaskFile):
    camera_id: Annotated[str, Field(min_length=1)]
    from_s: float
    to_s: float


class AnswerFile(TaskFile):
    """`{"marks": [{"camera_id", "t_s", "x", "y"}], "final_zone": null, "not_on_camera": false, ...}`."""

    marks: tuple[MarkFile, ...]
    final_zone: str | None = None
    not_on_camera: bool = False
    choices: dict[str, str] = Field(default_factory=dict)
    clips: tuple[ClipFile, ...] = ()
    view: tuple[str, ...] = ()


def parse_answer_file(text: str, *, source: str) -> Answer:
    """Read an answer. Raises AnswerError naming `source` and key."""
    file = parse_file(AnswerFile, text, source=source, error_type=AnswerError)
    return Answer(
        marks=tuple(Mark(camera_id=f.camera_id, t_s=f.t_s, x=f.x, y=f.y) for f in file.marks),
        final_zone=file.final_zone,
        not_on_camera=file.not_on_camera,
        choices=file.choices,
        clips=tuple(Clip(camera_id=c.camera_id, from_s=c.from_s, to_s=c.to_s) for c in file.clips),
        view=file.view,
    )


def format_answer_file(answer: Answer) -> str:
    """Return an answer as the text of an answer file, which `parse_answer_file` reads."""
    return json.dumps(asdict(answer), indent=2)
