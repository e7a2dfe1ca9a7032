"""What the pages of Our footage draw in the browser, as plain JSON, and what they send: answers say what is so now."""

import json
from collections.abc import Callable
from typing import Annotated, Any, BinaryIO, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.app.wiring import App
from sim.checked import describe_first
from sim.clips.model import FPS, Share, Sight
from sim.console.footage_access import make_timeline_file
from sim.db.builds import BuildState
from sim.errors import StoreError, TruthError
from sim.features.own_clips import importing
from sim.features.own_clips.annotating import (
    SiteTrack,
    get_track,
    list_boxes,
    propose_box,
    remove_keyframe,
    set_keyframe,
    undo,
)
from sim.features.own_clips.clip_jobs import accept_clip, get_clip_path
from sim.features.own_clips.clocks import find_align, find_media, is_aligned, list_gaps, open_working
from sim.features.own_clips.folder import get_folder, load_walk, read_walk
from sim.features.own_clips.importing import get_progress
from sim.features.own_clips.removing import (
    Doubtful,
    MoreBlur,
    blur_more,
    confirm_camera,
    list_doubtful,
    list_unconfirmed,
)
from sim.footage.clips.retimed import read_one
from sim.footage.recording.open import Recording
from sim.footage.video.clip_index import make_clip_index
from sim.footage.video.still import draw_boxes

Sent = TypeVar("Sent", bound=BaseModel)
STATES = {BuildState.DONE: "done", BuildState.FAILED: "failed"}
Frame = Annotated[int, Field(ge=0, le=1_000_000)]
Xyxy = tuple[Share, Share, Share, Share]


def describe_imports(app: App, walk_id: str) -> dict[str, Any]:
    clips = get_progress(app, walk_id)
    cameras = [camera.name for camera in load_walk(app, walk_id).cameras]
    return {
        "cameras": cameras,
        "clips": [
            {
                "clip_id": each.clip_id,
                "camera": each.camera,
                "file_name": each.file_name,
                "state": each.state.value,
                "share": round(each.share, 3),
                "left_s": each.left_s,
                "problem": each.problem,
                "can_resume": each.can_resume,
                "notes": list(each.notes),
                "look_at": list(each.look_at),
                "looked": None if each.looked is None else each.looked.model_dump(mode="json"),
            }
            for each in clips
        ],
    }


def describe_align(app: App, walk_id: str) -> dict[str, Any]:
    found = find_align(app, walk_id)
    if found is None:
        return {"state": "none", "what": "", "share": 0.0, "problem": ""}
    state = "running" if found.is_open else STATES.get(found.row.state, "stopped")
    what = found.row.step.removeprefix("Working on ")
    return {"state": state, "what": what, "share": round(found.row.share, 3), "problem": found.row.error}


def describe_working(app: App, walk_id: str) -> dict[str, Any]:
    working, walk = open_working(app, walk_id), load_walk(app, walk_id)
    open_cameras = list_unconfirmed(walk)
    is_current = is_aligned(app, walk_id)
    return {
        "is_current": is_current,
        "gaps": list_gaps(app, walk_id) if is_current else {},
        "recording": _describe_recording(working, walk_id),
        "track": describe_track(get_track(app, walk_id)),
        "confirmed": [c.camera_id for c in walk.cameras if c.camera_id not in open_cameras],
        "doubtful": {
            c.camera_id: [_describe_doubtful(each) for each in list_doubtful(app, walk_id, c.camera_id)]
            for c in walk.cameras
        },
    }


def _describe_recording(working: Recording, walk_id: str) -> dict[str, Any]:
    manifest = working.manifest
    base = f"api/walks/{walk_id}"

    def link(kind: str, name: str) -> str:
        return f"{base}/{kind}/{name}?of={manifest.files[name][:12]}"

    return {
        "title": manifest.title,
        "fps": manifest.fps,
        "frame_count": manifest.frame_count,
        "duration_s": manifest.duration_s,
        "start_time": manifest.start_time.isoformat(),
        "timeline_url": f"{base}/timeline",
        "walls": [],
        "cameras": [
            {
                "camera_id": camera.camera_id,
                "number": number,
                "name": camera.name,
                "size_wh": list(camera.size_wh),
                "main_url": link("media", camera.main),
                "main_index_url": link("index", camera.main),
                "thumbs_url": link("media", camera.thumbs),
            }
            for number, camera in enumerate(manifest.cameras, start=1)
        ],
        "thumbs": {
            "tile_wh": list(manifest.thumbs.tile_wh),
            "every_s": manifest.thumbs.every_s,
            "columns": manifest.thumbs.columns,
        },
    }


def describe_track(track: SiteTrack) -> dict[str, Any]:
    return {
        "revision": track.revision,
        "keyframes": [
            {
                "camera_id": key.camera_id,
                "frame": key.frame,
                "sight": key.sight.value,
                "box": None if key.box is None else list(key.box),
            }
            for key in track.keyframes
        ],
    }


def describe_boxes(app: App, walk_id: str, *, camera_id: str) -> dict[str, Any]:
    found = list_boxes(app, walk_id, camera_id=camera_id, first=0, last=1_000_000)
    return {"boxes": [[frame, int(is_hidden), *(round(side, 4) for side in box)] for frame, box, is_hidden in found]}


def write_timeline(app: App, walk_id: str) -> bytes:
    return make_timeline_file(open_working(app, walk_id)).body


def write_index(app: App, walk_id: str, name: str) -> bytes:
    return json.dumps(make_clip_index(find_media(app, walk_id, name)).to_json(), allow_nan=False).encode()


def _describe_doubtful(span: Doubtful) -> dict[str, Any]:
    spots = [{"first": first, "last": last, "box": list(box)} for first, last, box in span.spots]
    return {"first": span.first, "last": span.last, "box": list(span.box), "why": span.why, "spots": spots}


def read_frame(app: App, walk_id: str, clip_id: str, clip_s: float) -> bytes:
    """Return the picture of a clip at a clip time as JPEG. Raises StoreError: the clip is not imported."""
    folder = get_folder(app, walk_id)
    clip, path = read_walk(folder).get_clip(clip_id), get_clip_path(folder, clip_id)
    if clip is None or not path.is_file():
        raise StoreError("this clip is not imported yet", todo="wait until it is")
    number = min(max(int(clip_s * FPS + 1e-6), 0), round(clip.duration_s * FPS) - 1)
    return draw_boxes(np.ascontiguousarray(read_one(path, number)[..., ::-1]), ())


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SentKeyframe(_Sent):
    """A keyframe, made on revision `base`; `sight` None removes it. `next` asks what is proposed in that frame then."""

    camera_id: str
    frame: Frame
    sight: Sight | None
    box: Xyxy | None = None
    base: int
    next: Frame | None = None


class SentSpan(_Sent):
    camera_id: str
    first: Frame
    last: Frame
    box: Xyxy


class SentSpans(_Sent):
    spans: Annotated[tuple[SentSpan, ...], Field(min_length=1, max_length=200)]


def send_clip(app: App, walk_id: str, file: BinaryIO, *, file_name: str, camera: str) -> dict[str, Any]:
    importing.add_clip(app, walk_id, file, file_name=file_name, camera=camera)
    return describe_imports(app, walk_id)


def step_import(app: App, walk_id: str, step: str, *, clip_id: str, by: str) -> dict[str, Any]:
    steps: dict[str, Callable[[], None]] = {
        "resume": lambda: importing.resume(app, walk_id),
        "cancel": lambda: importing.remove_clip(app, walk_id, clip_id),
        "remove": lambda: importing.remove_clip(app, walk_id, clip_id),
        "accept": lambda: accept_clip(app, walk_id, clip_id, by=by),
    }
    if step not in steps:
        raise StoreError("there is no such step", todo="reload the page")
    steps[step]()
    return describe_imports(app, walk_id)


def find_proposal(app: App, walk_id: str, *, camera_id: str, frame: int) -> dict[str, Any]:
    found = propose_box(app, walk_id, camera_id=camera_id, frame=frame)
    return {
        "frame": found.frame,
        "sight": found.sight.value,
        "box": None if found.box is None else list(found.box),
        "source": found.source.value,
        "is_crossing": found.is_crossing,
        "choices": [list(box) for box in found.choices],
    }


def put_keyframe(app: App, walk_id: str, body: bytes) -> dict[str, Any]:
    sent = _parse(SentKeyframe, body)
    camera_id, frame, base = sent.camera_id, sent.frame, sent.base
    if sent.sight is None:
        return describe_track(remove_keyframe(app, walk_id, camera_id=camera_id, frame=frame, base=base))
    track = set_keyframe(app, walk_id, camera_id=camera_id, frame=frame, sight=sent.sight, box=sent.box, base=base)
    if sent.next is None:
        return describe_track(track)
    return describe_track(track) | {"proposal": find_proposal(app, walk_id, camera_id=camera_id, frame=sent.next)}


def take_back(app: App, walk_id: str, *, base: int) -> dict[str, Any]:
    return describe_track(undo(app, walk_id, base=base))


def take_spans(app: App, walk_id: str, body: bytes, *, by: str) -> dict[str, Any]:
    spans = _parse(SentSpans, body).spans
    more = [MoreBlur(camera_id=s.camera_id, first=s.first, last=max(s.first, s.last), box=s.box) for s in spans]
    blur_more(app, walk_id, more, by=by)
    return describe_align(app, walk_id)


def confirm(app: App, walk_id: str, *, camera_id: str, by: str) -> dict[str, Any]:
    confirm_camera(app, walk_id, camera_id, by=by)
    return describe_working(app, walk_id)


def _parse(model: type[Sent], body: bytes) -> Sent:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise TruthError(describe_first(error, source="this step"), todo="reload the page") from error
