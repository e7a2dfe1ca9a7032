"""The keyframes of a walk: a log of steps, so that each can be taken back and a crash loses none."""

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from sim.errors import StoreError
from sim.services.app.step_log import append_line
from sim.services.own_clips.folder import TRACK_FILE, alone, tell_full
from sim.staged.model import FPS, Keyframe, Track

MOST_STEPS = 50_000


def read_track(folder: Path) -> Track:
    """Return the keyframes; a last line that a crash cut off is left out. Raises StoreError: they are damaged."""
    steps = _read_steps(folder)
    return Track(revision=len(steps), keyframes=_fold(steps)[-1])


def _read_steps(folder: Path) -> list[dict[str, object]]:
    path = folder / TRACK_FILE
    if not path.is_file():
        return []
    try:
        lines = path.read_bytes().split(b"\n")
        return [dict(json.loads(line)) for line in lines[:-1]]
    except (OSError, ValueError, TypeError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error


def _fold(steps: Sequence[dict[str, object]]) -> list[tuple[Keyframe, ...]]:
    """Return the states one after the other; an undo goes back to the one before."""
    states: list[tuple[Keyframe, ...]] = [()]
    try:
        for step in steps:
            if "undo" in step:
                del states[max(len(states) - 1, 1) :]
                continue
            found = {_key(each): each for each in states[-1]}
            for gone in step.get("drop", ()):  # type: ignore[attr-defined]
                found.pop((str(gone[0]), int(gone[1])), None)
            for each in step.get("set", ()):  # type: ignore[attr-defined]
                keyframe = Keyframe.model_validate(each)
                found[_key(keyframe)] = keyframe
            states.append(tuple(found[key] for key in sorted(found)))
    except (ValidationError, TypeError, ValueError, IndexError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error
    return states


def _key(keyframe: Keyframe) -> tuple[str, int]:
    return (keyframe.clip_id, int(keyframe.clip_s * FPS + 1e-6))


def change_track(
    folder: Path,
    *,
    base: int,
    put: Sequence[Keyframe] = (),
    drop: Sequence[tuple[str, float]] = (),
    is_undo: bool = False,
) -> Track:
    """Put keyframes, drop those at a clip's time, or take the last step back; return all of them.

    A keyframe in a frame that has one takes its place.

    Raises:
        StoreError: somebody else made a step since `base`, there is nothing to take back, or it cannot be stored.
    """
    with alone():
        steps = _read_steps(folder)
        if base != len(steps):
            raise StoreError("the marks were changed in another window meanwhile", todo="reload the page")
        if len(steps) >= MOST_STEPS:
            raise StoreError("this walk has too many steps", todo="make the drill, or import the walk again")
        if is_undo:
            if len(_fold(steps)) < 2:
                raise StoreError("there is no step to undo")
            step: dict[str, object] = {"undo": True}
        else:
            step = {
                "set": [each.model_dump(mode="json", exclude_none=True) for each in put],
                "drop": [[clip_id, int(clip_s * FPS + 1e-6)] for clip_id, clip_s in drop],
            }
        _fold([*steps, step])
        try:
            append_line(folder / TRACK_FILE, step)
        except OSError as error:
            raise tell_full(error) from error
        return read_track(folder)
