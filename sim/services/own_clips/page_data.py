"""What the pages of Our clips draw in the browser, as plain JSON: how imports stand, and what is drawn on."""

import json
from typing import Any

from sim.clips.proposals import Proposal
from sim.footage.recording.open import Recording
from sim.footage.video.clip_index import make_clip_index
from sim.services.app.wiring import App
from sim.services.attempt.footage_access import make_timeline_file
from sim.services.own_clips.align_jobs import get_align
from sim.services.own_clips.aligning import find_media, is_aligned, list_gaps, open_working
from sim.services.own_clips.annotating import SiteTrack, get_track, list_boxes
from sim.services.own_clips.blurring import Doubtful, list_doubtful, list_unconfirmed
from sim.services.own_clips.folder import load_walk
from sim.services.own_clips.importing import ClipProgress, get_progress


def describe_imports(app: App, walk_id: str) -> dict[str, Any]:
    """Return how the clips of a walk stand, and the names of its cameras. Raises StoreError."""
    clips = get_progress(app, walk_id)
    cameras = [camera.name for camera in load_walk(app, walk_id).cameras]
    return {"cameras": cameras, "clips": [_describe_clip(each) for each in clips]}


def _describe_clip(clip: ClipProgress) -> dict[str, Any]:
    return {
        "clip_id": clip.clip_id,
        "camera": clip.camera,
        "file_name": clip.file_name,
        "state": clip.state.value,
        "share": round(clip.share, 3),
        "left_s": clip.left_s,
        "problem": clip.problem,
        "can_resume": clip.can_resume,
        "notes": list(clip.notes),
        "look_at": list(clip.look_at),
        "looked": None if clip.looked is None else clip.looked.model_dump(mode="json"),
    }


def describe_align(app: App, walk_id: str) -> dict[str, Any]:
    """Return how far the clips are that are blurred more and put on one clock. Raises StoreError."""
    found = get_align(app, walk_id)
    return {
        "state": found.state.value,
        "what": found.what,
        "share": round(found.share, 3),
        "problem": found.problem,
    }


def describe_working(app: App, walk_id: str) -> dict[str, Any]:
    """Return the recording that is drawn on, with its keyframes and what of its blurring is to be looked at."""
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


def describe_proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "frame": proposal.frame,
        "sight": proposal.sight.value,
        "box": None if proposal.box is None else list(proposal.box),
        "source": proposal.source.value,
        "is_crossing": proposal.is_crossing,
        "choices": [list(box) for box in proposal.choices],
    }


def describe_boxes(app: App, walk_id: str, *, camera_id: str) -> dict[str, Any]:
    """Return where truth will have the walker on a camera: frame, whether hidden, box. Raises as `list_boxes`."""
    found = list_boxes(app, walk_id, camera_id=camera_id, first=0, last=1_000_000)
    return {"boxes": [[each.frame, int(each.is_hidden), *(round(side, 4) for side in each.box)] for each in found]}


def write_timeline(app: App, walk_id: str) -> bytes:
    """Return motion and gaps of the recording that is drawn on, as JSON. Raises RecordingError."""
    return make_timeline_file(open_working(app, walk_id)).body


def write_index(app: App, walk_id: str, name: str) -> bytes:
    """Return where each frame lies in a clip of that recording, as JSON. Raises RecordingError."""
    return json.dumps(make_clip_index(find_media(app, walk_id, name)).to_json(), allow_nan=False).encode()


def _describe_doubtful(span: Doubtful) -> dict[str, Any]:
    spots = [{"first": first, "last": last, "box": list(box)} for first, last, box in span.spots]
    return {"first": span.first, "last": span.last, "box": list(span.box), "why": span.why, "spots": spots}
