"""What the console shows of cameras and people: motion and gaps on a timeline, and one photo of a person.

Nothing here reads the truth or the list of faults: a span without a picture is found as an operator would find it, by
the recorder's own plain dark picture in the camera's thumbnails. Drills need all of it, so it does without OpenCV.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from sim.errors import RecordingError
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import RecordedCamera, ThumbLayout
from sim.footage.video.sizes import check_size

EVERY_S = 1.0
"""Each level stands for so many seconds, as the rows of `activity.parquet` do."""

LEVELS = 255
JUMP = 0.3
PLAIN_SHARE = 0.9
PLAIN_LEVELS = 4
DARK_LEVEL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTimeline:
    camera_id: str
    # one for each second, 0..255: 255 times the square root of the share of the picture that changed. 0 is stillness;
    # one cell of 576 gives 11. None when nothing was measured.
    levels: bytes | None
    gaps_s: tuple[tuple[float, float], ...]  # spans without a picture, seconds from the start, rising, to the second


def make_timelines(recording: Recording, activity: pd.DataFrame) -> tuple[CameraTimeline, ...]:
    seconds = int(np.ceil(recording.manifest.duration_s - 1e-9))
    found = []
    for camera in recording.manifest.cameras:
        rows = activity.loc[activity["camera_id"] == camera.camera_id]
        if rows.empty:
            found.append(CameraTimeline(camera_id=camera.camera_id, levels=None, gaps_s=()))
            continue
        motion = np.zeros(seconds, dtype=np.float64)
        inside = rows.loc[(rows["second"] >= 0) & (rows["second"] < seconds)]
        motion[inside["second"].to_numpy()] = inside["motion"].to_numpy()
        gaps = _find_gaps(recording, camera, motion)
        levels = encode_levels(hide_gap_edges(motion, gaps))
        found.append(CameraTimeline(camera_id=camera.camera_id, levels=levels, gaps_s=gaps))
    return tuple(found)


def encode_levels(motion: NDArray[np.float64]) -> bytes:
    """Return one byte for each share 0..1: 255 times its square root, rounded. 0.0225 gives 38."""
    return np.round(LEVELS * np.sqrt(np.clip(motion, 0.0, 1.0))).astype(np.uint8).tobytes()


def hide_gap_edges(motion: NDArray[np.float64], gaps: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    """Return the motion without what a picture does that goes away or comes back: that is nobody walking."""
    seen = motion.copy()
    for start_s, end_s in gaps:
        first, last = int(start_s), int(end_s)
        seen[first:last] = 0.0
        if last < len(seen) and seen[last] >= JUMP:
            seen[last] = 0.0
    return seen


def find_plain_thumbs(sheet: NDArray[np.uint8], layout: ThumbLayout, *, count: int) -> NDArray[np.bool_]:
    """Return which thumbnails are plain and dark, [count]: nine tenths within 4 levels of a middle under 64."""
    width, height = layout.tile_wh
    rows = sheet.shape[0] // height
    tiles = sheet[: rows * height, : layout.columns * width].reshape(rows, height, layout.columns, width)
    flat = tiles.swapaxes(1, 2).reshape(rows * layout.columns, height * width)[:count].astype(np.int16)
    middle = np.median(flat, axis=1, keepdims=True)
    share = (np.abs(flat - middle) <= PLAIN_LEVELS).mean(axis=1)
    plain: NDArray[np.bool_] = (share >= PLAIN_SHARE) & (middle[:, 0] < DARK_LEVEL)
    return plain


def find_spans(
    plain: NDArray[np.bool_], motion: NDArray[np.float64], *, every_s: float
) -> tuple[tuple[float, float], ...]:
    """Return the spans of plain thumbnails; each edge moves to the second near it in which the picture jumped."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], plain, [False])).astype(np.int8)))
    spans = []
    for first, behind in zip(edges[::2], edges[1::2], strict=True):
        start_s = _find_jump(motion, low_s=(first - 1) * every_s, high_s=first * every_s)
        end_s = _find_jump(motion, low_s=max((behind - 1) * every_s, start_s + 1), high_s=behind * every_s)
        spans.append((start_s, end_s))
    return tuple(spans)


def _find_gaps(
    recording: Recording, camera: RecordedCamera, motion: NDArray[np.float64]
) -> tuple[tuple[float, float], ...]:
    """Look at the thumbnails, unless the motion rules gaps out: nothing ever jumped, and something moved."""
    if motion.any() and motion.max() < JUMP:
        return ()
    layout, fps = recording.manifest.thumbs, recording.manifest.fps
    every = max(1, round(layout.every_s * fps))
    count = -(-recording.manifest.frame_count // every)
    path = recording.find_path(camera.thumbs)
    try:
        with Image.open(path) as picture:
            check_size(path, *picture.size)
            sheet = np.asarray(picture.convert("L"))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})", todo="restore the file or build the recording again"
        ) from error
    return find_spans(find_plain_thumbs(sheet, layout, count=count), motion, every_s=every / fps)


def _find_jump(motion: NDArray[np.float64], *, low_s: float, high_s: float) -> float:
    """Return the second from `low_s` to `high_s` that jumped most; without a jump `high_s`, inside the recording."""
    first, last = max(0, int(np.floor(low_s))), min(len(motion) - 1, int(np.floor(high_s)))
    near = motion[first : last + 1]
    if high_s <= 0 or not near.size or near.max() < JUMP:
        return float(min(max(high_s, 0.0), len(motion)))
    return float(first + int(np.argmax(near)))


SIDES = 3
QUALITY = 92


def cut_front_photo(strip: Path) -> bytes:
    """Return the front, the first of three sides, as WebP, 240 x 480 px. Raises RecordingError: no such picture."""
    photo = BytesIO()
    try:
        with Image.open(strip) as sides:
            width, height = sides.size
            check_size(strip, width, height)
            sides.convert("RGB").crop((0, 0, width // SIDES, height)).save(photo, "WEBP", quality=QUALITY)
    except (OSError, Image.DecompressionBombError) as error:
        raise RecordingError(f"{strip} is no picture", todo="restore the file or build the recording again") from error
    return photo.getvalue()
