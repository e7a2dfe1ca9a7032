"""Taking clips in: each by a process of its own, that waits for its turn and goes on when the server stops.

A clip that is sent through a page is kept in a file without a name: when the process that reads it ends, it is gone. A
clip given by its path stays where it is and is only read.
"""

import hashlib
import re
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sim.app.wiring import App
from sim.builds import queue
from sim.builds.kinds import CLIPS as CLIPS_KIND
from sim.builds.processes import name_process
from sim.clips.model import MOST_CAMERAS, MOST_CLIPS, BlurMode, Clip, Looked, Walk, WalkCamera
from sim.errors import RecordingError, StoreError
from sim.features.library.sites import find_sites
from sim.features.own_clips.clip_jobs import (
    ClipJob,
    ClipState,
    find_state,
    get_job_path,
    get_part,
    has_file,
    read_share,
    remove_files,
    stop_import,
)
from sim.features.own_clips.folder import (
    change_walk,
    exclusive,
    get_detector,
    get_folder,
    read_model,
    read_walk,
    save_walk,
    tell_full,
    write_model,
)
from sim.footage.build.workfolder import remove_tree
from sim.footage.clips.child import probe_clip, start_import
from sim.site.model import Site, load_site

_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipProgress:
    clip_id: str
    camera: str
    file_name: str
    state: ClipState
    share: float
    left_s: float | None  # seconds to go, None while it cannot be told
    problem: str  # why it failed, in words
    can_resume: bool  # its import can go on from here; if not and it is not done, the clip has to be sent again
    notes: tuple[str, ...]  # what is doubtful about it
    look_at: tuple[int, ...]
    looked: Looked | None


def open_upload() -> BinaryIO:
    """Return a file without a name to write what is sent into: it is gone once nobody has it open."""
    return cast(BinaryIO, tempfile.TemporaryFile())


def add_clip(app: App, walk_id: str, source: Path | BinaryIO, *, file_name: str, camera: str) -> Clip:
    folder = get_folder(app, walk_id)
    site = find_site(app, read_walk(folder))
    clip = start_clip(folder, source, file_name=file_name, camera=camera, model=get_detector(), site=site)
    _ask(app, walk_id)
    return clip


def _ask(app: App, walk_id: str) -> None:
    queue.ask(app, CLIPS_KIND, owner=walk_id, asked={})


def find_site(app: App, walk: Walk) -> Site | None:
    if walk.site_id is None:
        return None
    folder = find_sites(app.settings.data).get(walk.site_id)
    if folder is None:
        raise StoreError("the school of this walk was deleted", todo="delete the walk, and import it again")
    return load_site(folder)


def start_clip(
    folder: Path, source: Path | BinaryIO, *, file_name: str, camera: str, model: Path | None, site: Site | None = None
) -> Clip:
    """Look into a clip, and start the process that takes it into a walk's folder, see `let_go`.

    A clip that failed before is taken again.
    """
    name = file_name.replace("\\", "/").rpartition("/")[2][:120] or "clip"
    camera = " ".join(camera.split())
    if not 1 <= len(camera) <= 60:
        raise StoreError("Enter a name for the camera (1 to 60 characters)")
    with ExitStack() as stack:
        file = cast(BinaryIO, stack.enter_context(source.open("rb"))) if isinstance(source, Path) else source
        file.seek(0)
        found = probe_clip(file, name=name)
        sha256 = _hash(file)
        with exclusive():
            walk = read_walk(folder)
            walk = _drop_failed_twin(folder, walk, sha256)
            for known in walk.clips:
                if known.sha256 == sha256:
                    raise StoreError(
                        f"{name} is the same clip as {known.file_name}, which is here already", todo="leave it out"
                    )
            if len(walk.clips) >= MOST_CLIPS:
                raise StoreError(
                    f"this walk has {MOST_CLIPS} clips", expected=f"at most {MOST_CLIPS}", todo="leave some out"
                )
            walk, camera_id = _find_camera(folder, walk, camera, site)
            said = found["recorded_at"]
            clip = Clip(
                clip_id=_draw_id(folder, "clip"),
                camera_id=camera_id,
                file_name=name,
                sha256=sha256,
                size_wh=tuple(found["size_wh"]),
                codec=found["codec"],
                pictures_s=max(float(found["pictures_s"]), 0.1),
                duration_s=max(float(found["duration_s"] or 1.0), 0.1),
                bars=tuple(found["bars"]),
                recorded_at=datetime.fromisoformat(said) if said else None,
                notes=tuple(found["notes"]),
            )
            path = str(source.absolute()) if isinstance(source, Path) else ""
            job = ClipJob(
                clip=clip,
                mode=walk.blur,
                model=str(model) if model is not None and walk.blur is BlurMode.HEADS else "",
                path=path,
            )
            _launch(folder, job, file)
            confirmed = tuple(each for each in walk.confirmed if each != camera_id)
            save_walk(folder, walk.model_copy(update={"clips": (*walk.clips, clip), "confirmed": confirmed}))
    return clip


def _hash(file: BinaryIO) -> str:
    file.seek(0)
    sha256 = hashlib.sha256()
    while chunk := file.read(1 << 20):
        sha256.update(chunk)
    return sha256.hexdigest()


def _drop_failed_twin(folder: Path, walk: Walk, sha256: str) -> Walk:
    """Leave out a clip of the same bytes whose import failed or stopped: it is being sent again."""
    twin = next((clip for clip in walk.clips if clip.sha256 == sha256), None)
    if twin is None or find_state(folder, twin.clip_id)[0] in (ClipState.DONE, ClipState.IMPORTING):
        return walk
    remove_files(folder, twin.clip_id)
    return walk.model_copy(update={"clips": tuple(clip for clip in walk.clips if clip is not twin)})


def _find_camera(folder: Path, walk: Walk, name: str, site: Site | None) -> tuple[Walk, str]:
    for known in walk.cameras:
        if known.name.casefold() == name.casefold():
            return walk, known.camera_id
    if site is not None:
        found = next((c for c in site.cameras if name.casefold() in (c.name.casefold(), c.camera_id.casefold())), None)
        if found is None:
            raise StoreError(
                f"{site.name} has no camera called {name}",
                expected=", ".join(c.name for c in site.cameras),
                todo="choose one of its cameras",
            )
        camera = WalkCamera(camera_id=found.camera_id, name=found.name)
        if any(known.camera_id == found.camera_id for known in walk.cameras):
            return walk, found.camera_id
    else:
        if len(walk.cameras) >= MOST_CAMERAS:
            raise StoreError(f"this walk has {MOST_CAMERAS} cameras", todo="leave some out")
        camera = WalkCamera(camera_id=_draw_id(folder, "CAM"), name=name)
    return walk.model_copy(update={"cameras": (*walk.cameras, camera)}), camera.camera_id


def _draw_id(folder: Path, kind: str) -> str:
    """Return an id that no file of the walk names: what was entered of a clip that is gone is of no other one."""
    files = [path.read_bytes() for kind_of in ("*.json", "*.jsonl") for path in folder.glob(kind_of)]
    named = {int(number) for file in files for number in re.findall(rb'"%b-(\d\d)"' % kind.encode(), file)}
    number = next((n for n in range(1, 100) if n not in named), None)
    if number is None:
        raise StoreError("clips were left out of this walk and added too often", todo="import it as a new walk")
    return f"{kind}-{number:02d}"


def _launch(folder: Path, job: ClipJob, file: BinaryIO) -> None:
    clip_id = job.clip.clip_id
    part = get_part(folder, clip_id)
    try:
        remove_tree(part)
        part.mkdir(mode=0o700)
        child = start_import(
            file,
            name=job.clip.file_name,
            mode=job.mode.value,
            model=Path(job.model) if job.model else None,
            folder=part,
            answer=part / "answer.json",
        )
    except OSError as error:
        raise tell_full(error) from error
    _children[child.pid] = child
    job = job.model_copy(update={"worker": name_process(child.pid)})
    try:
        write_model(job, get_job_path(folder, clip_id))
    except StoreError:
        child.kill()
        raise


def get_progress(app: App, walk_id: str) -> tuple[ClipProgress, ...]:
    folder = get_folder(app, walk_id)
    found = list_progress(folder)
    if any(each.state is ClipState.IMPORTING for each in found):
        _ask(app, walk_id)
    return found


def list_progress(folder: Path) -> tuple[ClipProgress, ...]:
    """Return how far each clip of a walk is, and put what is finished in its place. Raises StoreError."""
    for child in list(_children.values()):
        child.poll()
    walk = read_walk(folder)
    names = {camera.camera_id: camera.name for camera in walk.cameras}
    found = []
    for clip in walk.clips:
        state, problem = find_state(folder, clip.clip_id)
        share, left_s = (1.0, None) if state is ClipState.DONE else read_share(folder, clip.clip_id)
        settled = read_walk(folder).get_clip(clip.clip_id) or clip
        found.append(
            ClipProgress(
                clip_id=clip.clip_id,
                camera=names[clip.camera_id],
                file_name=clip.file_name,
                state=state,
                share=share,
                left_s=left_s if state is ClipState.IMPORTING else None,
                problem=problem,
                can_resume=state is ClipState.STOPPED and has_file(folder, clip.clip_id),
                notes=settled.notes,
                look_at=settled.look_at,
                looked=settled.looked,
            )
        )
    return tuple(found)


def resume(app: App, walk_id: str) -> None:
    resume_clips(get_folder(app, walk_id))
    _ask(app, walk_id)


def resume_clips(folder: Path) -> None:
    with exclusive():
        for clip in read_walk(folder).clips:
            if find_state(folder, clip.clip_id)[0] is not ClipState.STOPPED or not has_file(folder, clip.clip_id):
                continue
            job = read_model(ClipJob, get_job_path(folder, clip.clip_id))
            try:
                with Path(job.path).open("rb") as file:
                    if _hash(file) != clip.sha256:
                        raise RecordingError(f"{clip.file_name} was changed meanwhile", todo="import it again")
                    _launch(folder, job, file)
            except OSError as error:
                raise RecordingError(f"{job.path} cannot be read: {error.strerror}", todo="check the path") from error


def remove_clip(app: App, walk_id: str, clip_id: str) -> None:
    folder = get_folder(app, walk_id)

    def change(walk: Walk) -> Walk:
        clips = tuple(clip for clip in walk.clips if clip.clip_id != clip_id)
        used = {clip.camera_id for clip in clips}
        return walk.model_copy(
            update={
                "clips": clips,
                "cameras": tuple(c for c in walk.cameras if c.camera_id in used),
                "neighbors": tuple(n for n in walk.neighbors if {n.a, n.b} <= used),
                "confirmed": tuple(c for c in walk.confirmed if c in used),
            }
        )

    with exclusive():
        stop_import(folder, clip_id)
        change_walk(folder, change)
        remove_files(folder, clip_id)
