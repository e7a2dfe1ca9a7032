"""One exact picture of a clip, upright, whole or in part, and boxes drawn on it. Needs neither OpenCV nor a display."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import SEEK_END, BytesIO
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from sim.errors import RecordingError, TurnError
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import Picture
from sim.footage.video.sizes import check_size

RgbPicture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class StillBox:
    """A box to draw: pixels of the picture, its label, its colour as red, green, blue 0..255, and its line."""

    box_xyxy: tuple[float, float, float, float]
    label: str
    rgb: tuple[int, int, int]
    is_dashed: bool = False


def load_still(recording: Recording, camera_id: str, frame: int) -> RgbPicture:
    """Return one frame of a camera's main stream, [height, width, 3] uint8, red-green-blue.

    Decodes from the key frame before it, so at most thirty pictures.
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
    import av  # noqa: PLC0415 - loaded with the first picture

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


def read_last_tile(path: Path) -> RgbPicture | None:
    """Return the newest of the small pictures that a build has written to a file so far, None where it has none."""
    import av  # noqa: PLC0415 - loaded with the first picture

    with path.open("rb") as file:
        end = file.seek(0, SEEK_END)
        file.seek(0)
        start = size = at = 0
        while (at := at + 4) <= end and (at := at + int.from_bytes(file.read(4))) <= end:
            start, size = file.tell(), at - file.tell()
            file.seek(at)
        if not size:
            return None
        file.seek(start)
        planes = np.asarray(Image.open(BytesIO(file.read(size))), dtype=np.uint8)
    return np.asarray(av.VideoFrame.from_ndarray(planes, format="yuv420p").to_ndarray(format="rgb24"), dtype=np.uint8)


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
    picture = Image.fromarray(rgb)
    height_px = max(1, round(picture.height * width_px / picture.width))
    buffer = BytesIO()
    picture.resize((width_px, height_px), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=72)
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


MOST_WH = (240, 320)
LEAST_SIDE_PX = 4


def load_crop(
    recording: Recording, camera_id: str, frame: int, crop_px: tuple[int, int, int, int], *, quality: int = 84
) -> bytes:
    """Return x1..x2 by y1..y2 of a frame of a camera's main stream as JPEG, made smaller to fit 240x320."""
    width, height = recording.get_camera(camera_id).size_wh
    x1, y1, x2, y2 = crop_px
    is_inside = 0 <= x1 <= x2 - LEAST_SIDE_PX and 0 <= y1 <= y2 - LEAST_SIDE_PX and x2 <= width and y2 <= height
    if not is_inside:
        raise RecordingError(
            f"the part {x1}-{y1}-{x2}-{y2} of {camera_id} does not exist",
            expected=f"x1-y1-x2-y2 inside {width}x{height}, at least {LEAST_SIDE_PX} px wide and high",
        )
    picture = Image.fromarray(load_still(recording, camera_id, frame)).crop(crop_px)
    picture.thumbnail(MOST_WH, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


_SLACK = 0.02
"""A turn may be off by this much, about a degree: what was written as whole numbers is never exact."""
_TODO = "open it in a video program, turn it upright, and export it again as MP4 with H.264"


# A display matrix comes with the file (MP4, MOV, MKV) or with a picture (H.264, H.265, MJPEG), as phones and corridor
# cameras write it; other programs write a tag `rotate`, in degrees clockwise.
@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What makes a picture upright: rows and columns change places first, then it is mirrored across or down."""

    is_transposed: bool = False
    mirrors_x: bool = False
    mirrors_y: bool = False

    def find_size(self, width: int, height: int) -> tuple[int, int]:
        """Return the width and height of the upright picture; of an upright one, those of the picture as stored."""
        return (height, width) if self.is_transposed else (width, height)

    def apply(self, bgr: Picture) -> Picture:
        turned = bgr.swapaxes(0, 1) if self.is_transposed else bgr
        turned = turned[:: -1 if self.mirrors_y else 1, :: -1 if self.mirrors_x else 1]
        return np.ascontiguousarray(turned)


AS_STORED = Turn()
_BY_DEGREES: Mapping[int, Turn] = {
    0: AS_STORED,
    90: Turn(is_transposed=True, mirrors_x=True),
    180: Turn(mirrors_x=True, mirrors_y=True),
    270: Turn(is_transposed=True, mirrors_y=True),
}


def read_tag(container: InputContainer, stream: VideoStream) -> str:
    """Return what the tag `rotate` of a clip says, "" without one."""
    for tags in (stream.metadata, container.metadata):
        for key, value in tags.items():
            if key.lower() == "rotate" and value.strip():
                return value.strip()
    return ""


class TurnReader:
    """Reads off each decoded picture of a clip what makes it upright, by its display matrix, else by the clip's tag.

    The matrix is read once for each angle: PyAV keeps a picture whose side data was asked for until the garbage
    collector comes by, with its memory and the threads that scale it.
    """

    def __init__(self, *, tag: str, name: str) -> None:
        self._tag, self._name = tag, name
        self._known: dict[int, Turn] = {}

    def find(self, frame: VideoFrame) -> Turn:
        angle = frame.rotation
        if angle not in self._known:
            self._known[angle] = self._read(frame)
        return self._known[angle]

    def _read(self, frame: VideoFrame) -> Turn:
        try:
            matrix = frame.side_data.get("DISPLAYMATRIX")
        except ValueError:
            # PyAV lists nothing where a picture has a kind of side data that it does not know, such as EXIF in MJPEG
            return _find_by_degrees(-frame.rotation, self._name)
        if isinstance(matrix, SideData):
            return _read_matrix(np.frombuffer(bytes(matrix), dtype=np.int32).astype(np.float64), self._name)
        if not self._tag:
            return AS_STORED
        try:
            return _find_by_degrees(round(float(self._tag)), self._name)
        except (ValueError, OverflowError) as error:
            raise _refuse(self._name) from error


def _find_by_degrees(clockwise: int, name: str) -> Turn:
    turn = _BY_DEGREES.get(clockwise % 360)
    if turn is None:
        raise _refuse(name, clockwise)
    return turn


def _read_matrix(matrix: np.ndarray[tuple[int], np.dtype[np.float64]], name: str) -> Turn:
    if matrix.shape != (9,):
        raise _refuse(name)
    a, b, u, c, d, v = matrix[:6]
    straight, across = min(abs(a), abs(d)), min(abs(b), abs(c))
    if u == 0 == v and straight > 0 and max(abs(b), abs(c)) <= _SLACK * straight:
        return Turn(mirrors_x=bool(a < 0), mirrors_y=bool(d < 0))
    if u == 0 == v and across > 0 and max(abs(a), abs(d)) <= _SLACK * across:
        return Turn(is_transposed=True, mirrors_x=bool(c < 0), mirrors_y=bool(b < 0))
    is_turn = u == 0 == v and abs(a * d - b * c) > _SLACK * np.hypot(a, b) * np.hypot(c, d)
    raise _refuse(name, float(np.degrees(np.arctan2(b, a))) if is_turn else None)


def _refuse(name: str, degrees: float | None = None) -> TurnError:
    if degrees is None:
        return TurnError(f"{name} says in a way that makes no sense how its picture is to be turned", todo=_TODO)
    return TurnError(
        f"{name} says that its picture is to be turned by {degrees % 360:.0f} degrees",
        expected="0, 90, 180 or 270",
        todo=_TODO,
    )
