"""Tasks and answers as the text of files, as people write them for `sim score`."""

import json
from dataclasses import asdict

from sim.scoring.evidence import Answer
from sim.tasks.common.task import Task


def format_task_file(task: Task) -> str:
    person = {} if task.target is None else {"target": task.target}
    known = {} if task.known is None else {"known": task.known.model_dump(mode="json", exclude_none=True)}
    cameras = {} if task.cameras is None else {"cameras": list(task.cameras)}
    data = {"type": task.type, **person, "window_s": list(task.window_s), **task.params, **known, **cameras}
    return json.dumps(data, indent=2)


def format_answer_file(answer: Answer) -> str:
    return json.dumps(asdict(answer), indent=2)
