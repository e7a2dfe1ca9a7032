"""The empty view of a camera from a clip with people in it: each pixel's median over the clip.

Five minutes of a busy hall leave 0.06 to 0.3 % of the pixels wrong: where somebody stood for over half of the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from sim.errors import RecordingError
from sim.footage.video.upright import TurnReader, read_tag

PICTURES = 61
LEAST_PICTURES = 9
STEADY = 24
LONGEST_S = 300.0
"""Of a longer clip the first minutes are enough."""
_BAND_ROWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyPicture:
    """A camera's view without people."""

    bgr: NDArray[np.uint8]
    # [h, w], where the clip was so different from time to time that the median may show nothing real: more than a
    # quarter of its pictures are over 24 levels off
    changing: NDArray[np.bool_]
    pictures: int  # how many pictures it is the median of


def compute_empty_picture(clip: Path, *, most: int = PICTURES) -> EmptyPicture:
    """Return the empty view of a clip, from at most `most` pictures spread over its length."""
    return make_empty_picture(read_spread(clip, most))


def make_empty_picture(pictures: Sequence[NDArray[np.uint8]]) -> EmptyPicture:
    """Return the empty view of pictures [h, w, 3] of one camera, all of one size."""
    height, width = pictures[0].shape[:2]
    bgr = np.empty((height, width, 3), dtype=np.uint8)
    changing = np.empty((height, width), dtype=np.bool_)
    for top in range(0, height, _BAND_ROWS):
        band = np.stack([picture[top : top + _BAND_ROWS] for picture in pictures])
        median = np.median(band, axis=0)
        bgr[top : top + _BAND_ROWS] = np.round(median)
        off = np.abs(band.astype(np.float32) - median).max(axis=3) > STEADY
        changing[top : top + _BAND_ROWS] = off.mean(axis=0) > 0.25
    return EmptyPicture(bgr=bgr, changing=changing, pictures=len(pictures))


def read_spread(clip: Path, most: int = PICTURES) -> list[NDArray[np.uint8]]:
    """Return pictures about evenly spread over the first five minutes of a clip."""
    found = _read_pictures(clip, most)
    if len(found) < LEAST_PICTURES:
        raise RecordingError(
            f"{clip.name} has {len(found)} pictures",
            expected=f"at least {LEAST_PICTURES}, better some minutes",
            todo="export a longer clip",
        )
    return found


def _read_pictures(clip: Path, most: int) -> list[NDArray[np.uint8]]:
    try:
        with av.open(str(clip)) as container:
            if not container.streams.video:
                raise RecordingError(f"{clip.name} has no picture", expected="a video", todo="choose another file")
            stream = container.streams.video[0]
            length_s = min(float((container.duration or 0) / av.time_base), LONGEST_S)
            step_s = max(length_s / most, 0.0)
            found: list[NDArray[np.uint8]] = []
            turns = TurnReader(tag=read_tag(container, stream), name="this clip")
            for frame in container.decode(stream):
                if len(found) == most:
                    break
                if (frame.time or 0.0) >= len(found) * step_s:
                    turn = turns.find(frame)
                    found.append(turn.apply(np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)))
            return found
    except (av.error.FFmpegError, OSError) as error:
        raise RecordingError(
            f"{clip.name} cannot be read as a video: {error}", todo="export it again, as MP4 with H.264"
        ) from error
