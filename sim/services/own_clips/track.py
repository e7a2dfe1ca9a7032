"""The keyframes of a walk: a log of steps, so that each can be taken back and a crash loses none."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from sim.clips.model import FPS, Keyframe, Track
from sim.errors import StoreError
from sim.services.app.step_log import append_line
from sim.services.own_clips.folder import TRACK_FILE, exclusive, tell_full

MOST_STEPS = 50_000
MOST_KEPT = 8

_Place = tuple[str, int]
"""A clip, and the frame of it at ten a second."""


@dataclass(slots=True)
class _Replay:
    """Steps taken one after the other: what is there now, and what each step that can be taken back replaced."""

    found: dict[_Place, Keyframe] = field(default_factory=dict)
    replaced: list[dict[_Place, Keyframe | None]] = field(default_factory=list)
    steps: int = 0

    def take(self, step: Mapping[str, object]) -> None:
        """Take a step; an undo takes the one before back."""
        self.steps += 1
        if "undo" in step:
            for key, before in (self.replaced.pop() if self.replaced else {}).items():
                self._set(key, before)
            return
        changes: dict[_Place, Keyframe | None] = {
            (str(gone[0]), int(gone[1])): None
            for gone in step.get("drop", ())  # type: ignore[attr-defined]
        }
        for each in step.get("set", ()):  # type: ignore[attr-defined]
            keyframe = Keyframe.model_validate(each)
            changes[_key(keyframe)] = keyframe
        self.replaced.append({key: self.found.get(key) for key in changes})
        for key, after in changes.items():
            self._set(key, after)

    def make_track(self) -> Track:
        """Return all keyframes in order."""
        return Track(revision=self.steps, keyframes=tuple(self.found[key] for key in sorted(self.found)))

    def _set(self, key: _Place, keyframe: Keyframe | None) -> None:
        if keyframe is None:
            self.found.pop(key, None)
        else:
            self.found[key] = keyframe


_kept: dict[Path, tuple[tuple[int, int, int] | None, _Replay]] = {}
"""Logs that were read, by path: what told of their state then, and the steps taken. Changed by one at a time alone."""


def read_track(folder: Path) -> Track:
    """Return the keyframes; a last line that a crash cut off is left out. Raises StoreError: they are damaged."""
    with exclusive():
        return _load(folder).make_track()


def _load(folder: Path) -> _Replay:
    """Return the steps taken; those of a log that has not changed since are not read again."""
    path = folder / TRACK_FILE
    state = _find_state(path)
    kept = _kept.get(path)
    if kept is not None and kept[0] == state:
        return kept[1]
    done = _replay(_read_steps(folder))
    _keep(path, state, done)
    return done


def _find_state(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with a file, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _keep(path: Path, state: tuple[int, int, int] | None, done: _Replay) -> None:
    _kept.pop(path, None)
    while len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    _kept[path] = (state, done)


def _read_steps(folder: Path) -> list[dict[str, object]]:
    path = folder / TRACK_FILE
    if not path.is_file():
        return []
    try:
        lines = path.read_bytes().split(b"\n")
        return [dict(json.loads(line)) for line in lines[:-1]]
    except (OSError, ValueError, TypeError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error


def _replay(steps: Sequence[Mapping[str, object]]) -> _Replay:
    done = _Replay()
    try:
        for step in steps:
            done.take(step)
    except (ValidationError, TypeError, ValueError, IndexError) as error:
        raise StoreError("the marks of this walk are damaged", todo="restore the walk from a backup") from error
    return done


def _key(keyframe: Keyframe) -> _Place:
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
    """
    with exclusive():
        path = folder / TRACK_FILE
        done = _load(folder)
        if base != done.steps:
            raise StoreError("the marks were changed in another window meanwhile", todo="reload the page")
        if done.steps >= MOST_STEPS:
            raise StoreError("this walk has too many steps", todo="make the drill, or import the walk again")
        if is_undo:
            if not done.replaced:
                raise StoreError("there is no step to undo")
            step: dict[str, object] = {"undo": True}
        else:
            step = {
                "set": [each.model_dump(mode="json", exclude_none=True) for each in put],
                "drop": [[clip_id, int(clip_s * FPS + 1e-6)] for clip_id, clip_s in drop],
            }
        _kept.pop(path, None)
        done.take(step)
        try:
            append_line(path, step)
        except OSError as error:
            raise tell_full(error) from error
        _keep(path, _find_state(path), done)
        return done.make_track()
