"""One exact picture of a clip, and boxes drawn on it. Needs neither OpenCV nor a display."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sim.errors import RecordingError
from sim.footage.picture_size import check_size
from sim.footage.recording.open import Recording

RgbPicture = NDArray[np.uint8]
SMALL_QUALITY = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBox:
    """A box to draw: pixels of the picture, its label, its colour as red, green, blue 0..255, and its line."""

    box_xyxy: tuple[float, float, float, float]
    label: str
    rgb: tuple[int, int, int]
    is_dashed: bool = False


def load_still(recording: Recording, camera_id: str, frame: int) -> RgbPicture:
    """Return one frame of a camera's main stream, [height, width, 3] uint8, red-green-blue.

    Decodes from the key frame before it, so at most twenty pictures.
    """
    manifest = recording.manifest
    camera = recording.get_camera(camera_id)
    if not 0 <= frame < manifest.frame_count:
        raise RecordingError(
            f"frame {frame} of {camera_id} does not exist", expected=f"0 to {manifest.frame_count - 1}"
        )
    return decode_frame(recording.find_path(camera.main), frame=frame, fps=manifest.fps)


def decode_frame(path: Path, *, frame: int, fps: float) -> RgbPicture:
    """Return frame number `frame` of a clip of constant rate, as `load_still` does."""
    return decode_frames(path, frames=range(frame, frame + 1), fps=fps)[frame]


def decode_frames(path: Path, *, frames: range, fps: float) -> dict[int, RgbPicture]:
    """Return frames that follow each other of a clip of constant rate, by their numbers."""
    found: dict[int, RgbPicture] = {}
    first_s = frames[0] / Fraction(fps).limit_denominator(1000)
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            check_size(path, stream.width, stream.height)
            if stream.time_base is None:
                raise RecordingError(f"{path} has no time base", todo="restore the clip or build it again")
            container.seek(int(first_s / stream.time_base), stream=stream, backward=True)
            for picture in container.decode(stream):
                if picture.pts is None:
                    continue
                number = round(picture.pts * stream.time_base * Fraction(fps).limit_denominator(1000))
                if number in frames:
                    found[number] = np.asarray(picture.to_ndarray(format="rgb24"), dtype=np.uint8)
                if number >= frames[-1]:
                    break
    except (av.FFmpegError, IndexError) as error:
        raise RecordingError(
            f"{path} cannot be decoded ({error.__class__.__name__})", todo="restore the clip or build it again"
        ) from error
    if missing := [number for number in frames if number not in found]:
        raise RecordingError(f"{path} has no frame {missing[0]}", todo="restore the clip or build it again")
    return found


def draw_boxes(rgb: RgbPicture, boxes: Sequence[StillBox], *, quality: int = 88) -> bytes:
    """Return the picture as JPEG with labeled boxes; labels stay inside the picture and carry their own ground."""
    image = Image.fromarray(rgb)
    draw = ImageDraw.Draw(image)
    line = max(2, image.height // 220)
    font = ImageFont.load_default(size=max(12, image.height // 32))
    for box in boxes:
        x1, y1, x2, y2 = box.box_xyxy
        draw.rectangle((x1 - 2 * line, y1 - 2 * line, x2 + 2 * line, y2 + 2 * line), outline=(0, 0, 0), width=line + 2)
        draw.rectangle((x1 - 2 * line, y1 - 2 * line, x2 + 2 * line, y2 + 2 * line), outline=box.rgb, width=line)
        if box.is_dashed:
            _draw_gaps(draw, box.box_xyxy, line=line)
    for box in boxes:
        _draw_label(draw, box, font=font, line=line, size_wh=image.size)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def write_small_jpeg(rgb: RgbPicture, *, width_px: int) -> bytes:
    """Return the picture as JPEG of a width, its height in proportion."""
    picture = Image.fromarray(rgb)
    height_px = max(1, round(picture.height * width_px / picture.width))
    buffer = BytesIO()
    picture.resize((width_px, height_px), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=SMALL_QUALITY)
    return buffer.getvalue()


def _draw_gaps(draw: ImageDraw.ImageDraw, box_xyxy: tuple[float, float, float, float], *, line: int) -> None:
    """Break the outline of a box into dashes, so that it is told from a whole one without its colour."""
    x1, y1, x2, y2 = (box_xyxy[0] - 2 * line, box_xyxy[1] - 2 * line, box_xyxy[2] + 2 * line, box_xyxy[3] + 2 * line)
    gap = 3 * line
    for at in np.arange(x1 + gap, x2 - gap, 2 * gap):
        for y in (y1, y2 - line):
            draw.rectangle((at, y, min(at + gap, x2), y + line), fill=(0, 0, 0))
    for at in np.arange(y1 + gap, y2 - gap, 2 * gap):
        for x in (x1, x2 - line):
            draw.rectangle((x, at, x + line, min(at + gap, y2)), fill=(0, 0, 0))


def _draw_label(
    draw: ImageDraw.ImageDraw,
    box: StillBox,
    *,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    line: int,
    size_wh: tuple[int, int],
) -> None:
    if not box.label:
        return
    left, top, right, bottom = draw.textbbox((0, 0), box.label, font=font)
    width, height = right - left + 4 * line, bottom - top + 4 * line
    x = min(max(0.0, box.box_xyxy[0] - 2 * line), max(0.0, size_wh[0] - width))
    above = box.box_xyxy[1] - 2 * line - height
    y = above if above >= 0 else min(box.box_xyxy[3] + 2 * line, size_wh[1] - height)
    draw.rectangle((x, y, x + width, y + height), fill=box.rgb, outline=(0, 0, 0))
    dark = sum(box.rgb) > 382
    draw.text(
        (x + 2 * line - left, y + 2 * line - top), box.label, font=font, fill=(0, 0, 0) if dark else (255, 255, 255)
    )
