"""Single pictures of blurred clips, for the clock page, before there is a recording."""

import numpy as np

from sim.clips.model import FPS
from sim.errors import StoreError
from sim.footage.clips.retimed import read_one
from sim.footage.video.still import draw_boxes
from sim.services.app.wiring import App
from sim.services.own_clips.clip_jobs import get_clip_path
from sim.services.own_clips.folder import get_folder, read_walk


def read_frame(app: App, walk_id: str, clip_id: str, clip_s: float) -> bytes:
    """Return the picture of a clip at a clip time as JPEG. Raises StoreError: the clip is not imported."""
    folder = get_folder(app, walk_id)
    clip, path = read_walk(folder).get_clip(clip_id), get_clip_path(folder, clip_id)
    if clip is None or not path.is_file():
        raise StoreError("this clip is not imported yet", todo="wait until it is")
    number = min(max(int(clip_s * FPS + 1e-6), 0), round(clip.duration_s * FPS) - 1)
    return draw_boxes(np.ascontiguousarray(read_one(path, number)[..., ::-1]), ())
