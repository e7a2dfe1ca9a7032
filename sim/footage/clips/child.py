"""Starting the process that takes in a clip: the open file is its input, and it gets limits of memory and time."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any, BinaryIO

from sim.errors import RecordingError
from sim.footage.clips.retimed import Cover, write_covers
from sim.footage.machine import BUSY, WALL_S, read_answer

MODULE = "sim.footage.clips.worker"
PROJECT = Path(__file__).parents[3]
_UNKNOWN = "This clip could not be read. Export it again as MP4 with H.264."


def probe_clip(file: BinaryIO, *, name: str) -> dict[str, Any]:
    """Return what a clip is, as `sim.footage.clips.import_clip.probe`."""
    try:
        done = subprocess.run(
            _make_command("probe", name), stdin=file, capture_output=True, timeout=WALL_S, check=False, cwd=PROJECT
        )
    except subprocess.TimeoutExpired as error:
        raise RecordingError(f"{name} was not read: {BUSY}", todo="try again later") from error
    said = read_answer(done.stdout)
    if done.returncode != 0 or "error" in said or not said:
        raise RecordingError(str(said.get("error") or f"{name}: {_UNKNOWN}"))
    return said


def start_import(
    file: BinaryIO, *, name: str, mode: str, model: Path | None, folder: Path, answer: Path
) -> "subprocess.Popen[bytes]":
    """Start taking in a clip into a folder, once `GO_FILE` lies in it; what the process says last goes to `answer`.

    It goes on without us.
    """
    with answer.open("wb") as out, answer.with_suffix(".log").open("wb") as log:
        return subprocess.Popen(
            _make_command("take", name, mode, "" if model is None else str(model), str(folder)),
            stdin=file,
            stdout=out,
            stderr=log,
            cwd=PROJECT,
            start_new_session=True,
        )


def cover_in_child(path: Path, covers: Sequence[Cover], *, name: str, on_frame: Callable[[int], None]) -> None:
    """Pixelate boxes in a blurred clip, as `sim.footage.clips.retimed.cover_clip`, in a process with limits."""
    answer: dict[str, Any] = {}
    with subprocess.Popen(
        _make_command("cover", str(path.absolute())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
    ) as child:
        try:
            with suppress(BrokenPipeError), child.stdin or nullcontext() as told:
                if told is not None:
                    told.write(write_covers(covers).encode())
            for line in child.stdout or ():
                answer = read_answer(line)
                if "frame" in answer:
                    on_frame(int(answer["frame"]))
        except BaseException:
            child.kill()
            raise
    if child.returncode != 0:
        raise RecordingError(str(answer.get("error") or f"{name} could not be blurred. Try again."))


def _make_command(what: str, *more: str) -> list[str]:
    return [sys.executable, "-m", MODULE, what, *more]
