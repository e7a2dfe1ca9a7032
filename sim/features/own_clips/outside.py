"""Clips made into a recording outside of the data folder, for the command, by a work folder that goes when done."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.builds.queue import count_processes
from sim.checked import describe_first
from sim.clips.model import BlurMode, ClockNotes, DrillWish, Keyframe, Neighbor, Rights, Walk
from sim.errors import RecordingError, StoreError
from sim.features.own_clips.aligning import FINGERPRINT, align_folder
from sim.features.own_clips.clip_jobs import FEW_HEADS, ClipState, get_clip_path, let_go, list_unlooked, store_looked
from sim.features.own_clips.clocks import store_clocks, view_clocks
from sim.features.own_clips.folder import (
    WALK_FILE,
    WORKING,
    change_track,
    change_walk,
    check_rights,
    create,
    read_track,
    read_walk,
)
from sim.features.own_clips.importing import ClipProgress, list_progress, resume_clips, start_clip
from sim.features.own_clips.making import make_recording, say_too_fast
from sim.footage.build.workfolder import check_target, move_into_place, remove_tree
from sim.forms.forms import FormSet
from sim.text.times import write_date


class ImportNotes(BaseModel):
    """What a person knows of some clips, as a file. Clips are `clip-01`, `clip-02` ... in the order they are given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(default="Staged walk", min_length=1, max_length=60)
    cameras: tuple[str, ...] = ()  # a name for each clip; those of the same name are of one camera
    neighbors: tuple[Neighbor, ...] = ()  # cameras (`CAM-01` is the first name) that one walks between
    clocks: ClockNotes = ClockNotes()  # readings and shared moments
    keyframes: tuple[Keyframe, ...] = ()  # where the walker is
    drill: DrillWish | None = None  # the drill to make; None for a recording without anybody in its truth


def read_notes(path: Path | None) -> ImportNotes:
    if path is None:
        return ImportNotes()
    try:
        return ImportNotes.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RecordingError(describe_first(error, source=str(path)), todo="correct the file") from error
    except OSError as error:
        raise RecordingError(f"{path} cannot be read: {error.strerror}", todo="check the path") from error


def import_outside(
    clips: Sequence[Path],
    out: Path,
    notes: ImportNotes,
    *,
    rights: Rights,
    blur: BlurMode,
    model: Path | None,
    looked_at: Sequence[str],
    by: str,
    at: datetime,
    on_progress: Callable[[tuple[ClipProgress, ...]], None],
    on_step: Callable[[str, float], None],
) -> tuple[FormSet | None, tuple[str, ...]]:
    check_target(out, replace=False)
    check_rights(rights, blur)
    if notes.cameras and len(notes.cameras) != len(clips):
        raise RecordingError(f"{len(notes.cameras)} camera names are given for {len(clips)} clips")
    folder = out.parent / f".{out.name}.walk"
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in out.name).strip("-_") or "walk"
    if not (folder / WALK_FILE).is_file():
        remove_tree(folder)
        create(folder, Walk(walk_id=name[:40], name=notes.title, rights=rights, blur=blur))
    for place, path in enumerate(clips):
        _start_once(folder, path, notes.cameras[place] if notes.cameras else path.stem, model)
    resume_clips(folder)
    _wait(folder, on_progress)
    for clip in list_unlooked(read_walk(folder)):
        if clip.file_name not in looked_at:
            raise RecordingError(
                FEW_HEADS.format(name=clip.file_name),
                todo=f"look at {get_clip_path(folder, clip.clip_id)}, and run the command again with "
                f"--looked-at {clip.file_name} if it can be used",
            )
        store_looked(folder, clip.clip_id, by=by, at=at)
    change_walk(folder, lambda walk: walk.model_copy(update={"neighbors": notes.neighbors}))
    store_clocks(folder, notes.clocks)
    track = read_track(folder)
    old = [(each.clip_id, each.clip_s) for each in track.keyframes]
    change_track(folder, base=track.revision, put=notes.keyframes, drop=old)
    walk = read_walk(folder)
    view = view_clocks(folder, walk, None)
    problems = (*view.problems, *say_too_fast(walk, view.speeds))
    if problems:
        raise RecordingError(problems[0])
    align_folder(folder, None, processes=count_processes(), on_step=on_step)
    forms = None
    if notes.drill is not None:
        forms = make_recording(folder, walk, notes.drill, out, recording_id=walk.walk_id)
    else:
        (folder / FINGERPRINT).unlink(missing_ok=True)
        move_into_place(folder / WORKING, out)
    said = tuple(f"{clip.file_name}: {note}" for clip in walk.clips for note in clip.notes)
    said += tuple(
        f"{FEW_HEADS.format(name=clip.file_name)} Looked at by {clip.looked.by}, {write_date(clip.looked.at, UTC)}."
        for clip in walk.clips
        if clip.looked is not None
    )
    remove_tree(folder)
    return forms, (*said, *(view.fit.notes if view.fit is not None else ()))


def _start_once(folder: Path, path: Path, camera: str, model: Path | None) -> None:
    if not path.is_file():
        raise RecordingError(f"{path} is not there", todo="check the path")
    try:
        start_clip(folder, path, file_name=path.name, camera=camera, model=model)
    except StoreError:
        known = {clip.file_name for clip in read_walk(folder).clips}
        states = {each.file_name: each.state for each in list_progress(folder)}
        if path.name not in known or states[path.name] is ClipState.FAILED:
            raise


def _wait(folder: Path, on_progress: Callable[[tuple[ClipProgress, ...]], None]) -> None:
    while True:
        let_go(folder)
        found = list_progress(folder)
        on_progress(found)
        if all(each.state is not ClipState.IMPORTING for each in found):
            break
        time.sleep(0.5)
    for each in found:
        if each.state is not ClipState.DONE:
            raise RecordingError(each.problem or f"the import of {each.file_name} was stopped", todo="run it again")
