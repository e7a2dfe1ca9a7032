"""The drill of a walk: its recording with the walker in the truth, and forms for practice that measure nobody.

Also of clips outside of the data folder, for the command, by a work folder that goes when done.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from PIL import Image, ImageOps
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from shapely.geometry import Point, Polygon

from sim.app.catalog import write_form_set
from sim.app.score import load_truth_index
from sim.app.wiring import App
from sim.builds.queue import count_processes
from sim.checked import describe_first
from sim.clips.keyframes import WALKER, SiteKeyframe, Speed, compute_rows
from sim.clips.model import PICTURE_WH, BlurMode, ClockNotes, Clothes, DrillWish, Keyframe, Neighbor, Rights, Walk
from sim.clips.no_plan import find_place, name_zone
from sim.columns import PEOPLE
from sim.errors import RecordingError, StoreError, TaskError
from sim.features.library.forms import DEFAULT_MARGIN
from sim.features.own_clips.annotating import load_site_track
from sim.features.own_clips.clip_jobs import FEW_HEADS, ClipState, get_clip_path, let_go, list_unlooked, store_looked
from sim.features.own_clips.clocks import (
    FINGERPRINT,
    align_folder,
    fit_walk,
    is_aligned_folder,
    store_clocks,
    view_clocks,
)
from sim.features.own_clips.folder import (
    PHOTO_FILE,
    WALK_FILE,
    WORKING,
    change_track,
    change_walk,
    check_rights,
    create,
    draw_letters,
    exclusive,
    get_folder,
    read_track,
    read_walk,
)
from sim.features.own_clips.importing import ClipProgress, find_site, list_progress, resume_clips, start_clip
from sim.features.own_clips.removing import list_unconfirmed
from sim.footage.build.workfolder import check_target, move_into_place, remove_tree
from sim.footage.clips.recording import write_with_truth
from sim.footage.recording.open import TRUTH_FILE, Recording, open_recording
from sim.footage.recording.recording import FORMS, RECORDINGS
from sim.footage.video.sizes import check_size
from sim.forms.difficulty import DIFFICULTY_VERSION, Reference
from sim.forms.forms import FORM_SCHEMA, Form, FormSet, Origin
from sim.site.camera import find_ground
from sim.site.model import CameraSpec, Site
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.tasks.trace import TRACE
from sim.text.times import write_date

CHEST_SHARE = 0.35
"""How far down a box the chest is, which `find_ground` asks for."""
TASKS = ("trace", "locate", "origin", "export")
TRACE_LIMIT_S, OTHER_LIMIT_S = 480.0, 240.0


def list_rows(keys: Sequence[SiteKeyframe], site: Site, *, has_plan: bool) -> pd.DataFrame:
    frame_count = max((key.frame for key in keys), default=0) + 1
    places = {camera.camera_id: _find_own_place(site, camera, has_plan=has_plan) for camera in site.cameras}
    rows = compute_rows(keys, places=places, frame_count=frame_count)
    if not has_plan or rows.empty:
        return rows
    cameras = {camera.camera_id: camera for camera in site.cameras}
    floors_m = {floor.floor_id: floor.elevation_m for floor in site.floors}
    found = []
    for camera_id, x1, y1, x2, y2 in rows[["camera_id", "x1", "y1", "x2", "y2"]].itertuples(index=False):
        camera = cameras[camera_id]
        at = find_ground(
            camera,
            x=(x1 + x2) / 2 / PICTURE_WH[0],
            y=(y1 + CHEST_SHARE * (y2 - y1)) / PICTURE_WH[1],
            floor_z_m=floors_m[camera.floor],
        )
        found.append((*at, _find_zone(site, camera, at) or places[camera_id][3]))
    x_m, y_m, zones = zip(*found, strict=True)
    return rows.assign(
        floor_x_m=pd.Series(x_m, dtype="float32"),
        floor_y_m=pd.Series(y_m, dtype="float32"),
        zone=pd.array(zones, "str"),
    )


def _find_own_place(site: Site, camera: CameraSpec, *, has_plan: bool) -> tuple[float, float, str, str]:
    if not has_plan:
        space = next(space for space in site.spaces if space.zone_id == name_zone(camera.camera_id))
        x, y = find_place(space.polygon[0])
        return x, y, camera.floor, space.zone_id
    at = (camera.position_m[0], camera.position_m[1])
    return *at, camera.floor, _find_zone(site, camera, at) or site.spaces[0].zone_id


def _find_zone(site: Site, camera: CameraSpec, at: tuple[float, float]) -> str | None:
    rooms = [
        (Polygon(space.polygon).distance(Point(at)), space.zone_id)
        for space in site.spaces
        if space.floor == camera.floor
    ]
    return min(rooms)[1] if rooms else None


def check_drill(app: App, walk_id: str) -> tuple[str, ...]:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    return list_missing(folder, walk, find_site(app, walk))


def list_missing(folder: Path, walk: Walk, site: Site | None) -> tuple[str, ...]:
    if not walk.clips:
        return ("Add the clips of the walk.",)
    unready = [each for each in list_progress(folder) if each.state is not ClipState.DONE]
    if unready:
        return tuple(f"{each.file_name} is not imported yet." for each in unready)
    unlooked = list_unlooked(read_walk(folder))
    if unlooked:
        return tuple(f"{FEW_HEADS.format(name=each.file_name)} Look at it under Clips first." for each in unlooked)
    view = view_clocks(folder, walk, site)
    if view.problems:
        return view.problems
    said = list(say_too_fast(walk, view.speeds))
    if not is_aligned_folder(folder, site):
        said.append("Put the clips on one clock first.")
    said += [f"Look through {_name(walk, camera_id)} and confirm its blurring." for camera_id in list_unconfirmed(walk)]
    if not any(key.box for key in load_site_track(folder, walk, fit_walk(folder, walk)).keyframes):
        said.append("Mark the walker on at least one camera.")
    return tuple(said)


def say_too_fast(walk: Walk, speeds: Sequence[Speed]) -> tuple[str, ...]:
    return tuple(
        f"From {_name(walk, speed.camera_a)} to {_name(walk, speed.camera_b)} the walker would go {speed.m_s:.1f} m/s, "
        "faster than anyone walks. A clock is wrong: enter a moment that both cameras show. If both show the same "
        "place, set their distance to 0."
        for speed in speeds
        if speed.is_too_fast and speed.m_s is not None
    )


def _name(walk: Walk, camera_id: str) -> str:
    return next((camera.name for camera in walk.cameras if camera.camera_id == camera_id), camera_id)


def set_photo(app: App, walk_id: str, sent: Path | None) -> Walk:
    folder = get_folder(app, walk_id)
    if sent is None:
        (folder / PHOTO_FILE).unlink(missing_ok=True)
    else:
        store_photo(folder, sent)
    return change_walk(folder, lambda walk: walk.model_copy(update={"has_photo": sent is not None}))


def store_photo(folder: Path, sent: Path) -> None:
    """Write a photo, upright and made small, without anything that its file says besides. Raises RecordingError."""
    try:
        if sent.stat().st_size > 20_000_000:
            raise RecordingError("this photo has more than 20 MB", todo="send a smaller one")
        with Image.open(sent, formats=("PNG", "JPEG", "WEBP")) as opened:
            check_size(sent, *opened.size)
            small = ImageOps.exif_transpose(opened).convert("RGB")
            small.thumbnail((720, 960))
            small.save(folder / PHOTO_FILE, "WEBP", quality=85)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RecordingError("this is no photo that can be read", todo="send a JPG or PNG") from error


def make_drill(app: App, walk_id: str, wish: DrillWish, *, by: str) -> tuple[str, ...]:
    folder = get_folder(app, walk_id)
    walk = read_walk(folder)
    site = find_site(app, walk)
    missing = list_missing(folder, walk, site)
    if missing:
        raise StoreError(missing[0])
    with exclusive():
        recordings = app.settings.data / RECORDINGS
        recording_id = f"{walk_id}-{draw_letters()}"
        recordings.mkdir(parents=True, exist_ok=True)
        forms = make_recording(folder, walk, wish, recordings / recording_id, recording_id=recording_id)
        write_form_set(forms, app.settings.data / FORMS / f"{recording_id}.yaml")
        change_walk(folder, lambda each: each.model_copy(update={"recording_id": recording_id}))
    return tuple(form.form_id for form in forms.forms)


def make_recording(folder: Path, walk: Walk, wish: DrillWish, target: Path, *, recording_id: str) -> FormSet:
    photo = folder / PHOTO_FILE if walk.has_photo else None
    working = open_recording(folder / WORKING)
    fit = fit_walk(folder, walk)
    rows = list_rows(load_site_track(folder, walk, fit).keyframes, working.site, has_plan=walk.site_id is not None)
    write_with_truth(
        working.folder,
        target,
        recording_id=recording_id,
        title=wish.title,
        truth=rows,
        people=make_people(wish.clothes),
        photo=photo,
    )
    try:
        return make_forms(open_recording(target), wish, reference=Reference.ONE_PHOTO if photo else Reference.TEXT)
    except BaseException:
        remove_tree(target)
        raise


def make_forms(recording: Recording, wish: DrillWish, *, reference: Reference) -> FormSet:
    manifest = recording.manifest
    index = load_truth_index(recording)
    window_s = (0.0, manifest.duration_s)
    forms = []
    for name in dict.fromkeys(wish.tasks):
        if name not in TASKS:
            raise TaskError(f"a walk cannot be asked for as {name!r}", expected=", ".join(TASKS))
        kind = get_task_type(name)
        found = next((task for task in kind.make_tasks(index, window_s) if task.target == WALKER), None)
        task = found or Task(type=name, target=WALKER, window_s=window_s)
        kind.check_task(task, index)
        limit_s = wish.limit_s or (TRACE_LIMIT_S if name == TRACE else OTHER_LIMIT_S)
        forms.append(
            Form(
                form_id=f"{manifest.recording_id}-{name}",
                recording_id=manifest.recording_id,
                title=f"{wish.title}: {kind.title.lower()}"[:60],
                use="practice",
                type=name,
                target=WALKER,
                params=dict(task.params),
                window_s=task.window_s,
                limit_s=limit_s,
                reference=reference,
            )
        )
    return FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=manifest.recording_id,
        truth_sha256=manifest.files[TRUTH_FILE],
        difficulty_version=DIFFICULTY_VERSION,
        margin=DEFAULT_MARGIN,
        spread=0.0,
        origin=Origin.STAGED,
        forms=tuple(forms),
    )


def make_people(clothes: Clothes) -> pd.DataFrame:
    bag = "" if clothes.bag_kind == "none" else f"{clothes.bag_color} {clothes.bag_kind}"
    words = (
        "staff",
        f"{clothes.top_color} {clothes.top_kind}",
        f"{clothes.bottom_color} {clothes.bottom_kind}",
        f"{clothes.shoe_color} shoes",
        bag,
        f"{clothes.hair_color} hair",
    )
    row = {
        "person_id": WALKER,
        "role": "staff",
        "descriptor": ", ".join(word for word in words if word),
        "top_kind": clothes.top_kind,
        "top_colour": clothes.top_color,
        "bottom_kind": clothes.bottom_kind,
        "bottom_colour": clothes.bottom_color,
        "shoe_colour": clothes.shoe_color,
        "hair_colour": clothes.hair_color,
        "bag_kind": clothes.bag_kind,
        "bag_colour": clothes.bag_color if bag else "none",
        "look_alike_of": "",
        "nearest_person": "",
        "nearest_distance": float("nan"),
    }
    return pd.DataFrame([row]).astype({c.name: c.dtype for c in PEOPLE})


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
