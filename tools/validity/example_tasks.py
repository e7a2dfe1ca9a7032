"""Task files of a recording with their right answers, to try the scoring with."""

from pathlib import Path

from sim.errors import SimError, TaskError
from sim.footage.recording.open import open_recording
from sim.services.app.score import load_truth_index
from sim.tasks import TASK_TYPES, get_task_type
from sim.tasks.common.answer_file import format_answer_file
from sim.tasks.common.base import format_task_file


def write_examples(recording_folder: Path, out: Path, *, only: str | None = None) -> tuple[tuple[Path, Path], ...]:
    """Write the first task of each type that the recording supports, and its right answer; return the paths.

    Args:
        recording_folder: folder with `recording.json`.
        out: folder to write to, made when it is missing; files of the same name are replaced.
        only: one task type; None for all.

    Raises:
        RecordingError: the recording cannot be read.
        TaskError: the type asked for does not exist, or the recording has nothing to ask of this kind.
        SimError: the folder cannot be written to.
    """
    chosen = TASK_TYPES.values() if only is None else (get_task_type(only),)
    index = load_truth_index(open_recording(recording_folder))
    window_s = (0.0, index.table.duration_s)
    written: list[tuple[Path, Path]] = []
    for task_type in chosen:
        tasks = task_type.make_tasks(index, window_s)
        if not tasks:
            continue
        paths = (out / f"{task_type.name}-task.json", out / f"{task_type.name}-answer.json")
        texts = (format_task_file(tasks[0]), format_answer_file(task_type.answer_perfectly(tasks[0], index)))
        try:
            out.mkdir(parents=True, exist_ok=True)
            for path, text in zip(paths, texts, strict=True):
                path.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            raise SimError(
                f"{out} cannot be written to: {error.strerror}", todo="name a folder that you may write to"
            ) from error
        written.append(paths)
    if not written:
        raise TaskError(
            f"the recording {recording_folder.name} has nothing to ask for {only or 'any task type'}",
            todo="use another recording",
        )
    return tuple(written)
