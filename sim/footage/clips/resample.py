"""A clip that was sent: opened under limits, and its pictures at ten a second, upright, whatever its own rate.

The file is read through Python, never by name, so that nothing in it can make FFmpeg open another file or an address.
Only a few containers and codecs are opened at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sim.errors import RecordingError
from sim.footage.recording.recording import Picture
from sim.footage.video.still import TurnReader, read_tag

MOST_BYTES = 6_000_000_000
MOST_WH = (4096, 3072)
LEAST_WH = (160, 120)
MOST_PICTURES_S = 125.0
MOST_S = 3600.0
LEAST_S = 1.0
CODECS = {"h264": "H.264", "hevc": "H.265", "mpeg4": "MPEG-4", "mjpeg": "MJPEG", "msmpeg4": "MPEG-4 of before 1999"}
EXPORT = "export it again as MP4 with H.264"
_FORMATS = {"MP4": "mov", "MKV": "matroska", "AVI": "avi"}
_ENDINGS = {"mp4": "MP4", "m4v": "MP4", "mov": "MP4", "mkv": "MKV", "webm": "MKV", "avi": "AVI"}
_STAMP = re.compile(r"(20\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)[-_.T ]{0,3}(\d\d)[-_.:h ]?(\d\d)[-_.:m ]?(\d\d)")
_HEAD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipSource:
    codec: str  # in words, "H.264"
    pictures_s: float  # pictures a second on average
    duration_s: float | None  # by the header; None where it says nothing
    recorded_at: datetime | None  # by its name, else by its header; without a zone
    notes: tuple[str, ...]  # what is doubtful, sentences


def find_kind(head: bytes, *, name: str, size: int) -> str:
    """Return "MP4", "MKV" or "AVI" by a file's first bytes. Raises RecordingError: it is none of them, in words."""
    if size == 0:
        raise RecordingError(f"{name} is empty (0 bytes)", todo="export the clip again")
    if size > MOST_BYTES:
        raise RecordingError(f"{name} has {size / 1e9:.1f} GB", expected="at most 6 GB", todo="export a shorter clip")
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return "MP4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "MKV"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "AVI"
    for start, what in ((b"PK\x03\x04", "a ZIP file"), (b"%PDF", "a PDF"), (b"\xff\xd8\xff", "a photo")):
        if head.startswith(start):
            todo = "unpack it and add the clips in it" if what == "a ZIP file" else EXPORT
            raise RecordingError(f"{name} is {what}, whatever its name says", todo=todo)
    raise RecordingError(f"{name} is no MP4, MKV or AVI video, or its beginning is damaged", todo=EXPORT)


def open_source(file: BinaryIO, *, name: str) -> tuple[InputContainer, VideoStream, ClipSource]:
    """Open a clip and check what its header says; `file` stands at its start and can be searched."""
    size = file.seek(0, 2)
    file.seek(0)
    kind = find_kind(file.read(_HEAD), name=name, size=size)
    file.seek(0)
    try:
        container = av.open(file, "r", format=_FORMATS[kind])
    except (av.error.FFmpegError, ValueError, OSError) as error:
        what = "its index is missing" if kind == "MP4" else "its beginning is damaged"
        raise RecordingError(f"{name} is cut short or damaged: {what}", todo="export the clip again") from error
    stream = next((s for s in container.streams.video if s.codec_context is not None), None)
    if stream is None:
        container.close()
        raise RecordingError(f"{name} has sound but no picture", todo="export the video of the camera")
    try:
        return container, stream, _describe(container, stream, kind, name)
    except BaseException:
        container.close()
        raise


def _describe(container: InputContainer, stream: VideoStream, kind: str, name: str) -> ClipSource:
    codec = stream.codec_context.name
    if codec not in CODECS:
        raise RecordingError(f"{name} is coded as {codec}", expected=", ".join(CODECS.values()), todo=EXPORT)
    width, height = stream.codec_context.width, stream.codec_context.height
    if is_too_large(width, height):
        raise RecordingError(
            f"{name} has {width} x {height} pixels",
            expected=f"at most {MOST_WH[0]} x {MOST_WH[1]}",
            todo="export it smaller, such as 1920 x 1080",
        )
    if width < LEAST_WH[0] or height < LEAST_WH[1]:
        raise RecordingError(
            f"{name} has {width} x {height} pixels", expected=f"at least {LEAST_WH[0]} x {LEAST_WH[1]}"
        )
    pictures_s = float(stream.average_rate or stream.guessed_rate or 0)
    if pictures_s > MOST_PICTURES_S:
        raise RecordingError(
            f"{name} has {pictures_s:.0f} pictures a second",
            expected=f"at most {MOST_PICTURES_S:.0f}",
            todo="export it at normal speed, 30 or fewer",
        )
    length_s = _read_length_s(container, stream)
    if length_s is not None and length_s > MOST_S + 1:
        raise RecordingError(
            f"{name} lasts {length_s / 60:,.0f} minutes", expected="at most 60", todo="export only the walk"
        )
    notes = []
    ending = name.rpartition(".")[2].lower()
    if _ENDINGS.get(ending) != kind:
        notes.append(f"The file is {kind}, whatever its name says.")
    return ClipSource(
        codec=CODECS[codec],
        pictures_s=round(pictures_s, 3),
        duration_s=length_s,
        recorded_at=find_recorded_at(name) or _read_created(container),
        notes=tuple(notes),
    )


def is_too_large(width: int, height: int) -> bool:
    return max(width, height) > MOST_WH[0] or min(width, height) > MOST_WH[1]


def _read_length_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else None


def _read_created(container: InputContainer) -> datetime | None:
    said = container.metadata.get("creation_time", "")
    try:
        found = datetime.fromisoformat(said.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return None
    return found if found.year >= 2000 else None


def find_recorded_at(name: str) -> datetime | None:
    """Return the date and time in a file's name, as `Lobby_2026-10-14_08-00-05.mp4` has it; None without one."""
    found = _STAMP.search(name)
    if found is None:
        return None
    try:
        return datetime(*(int(part) for part in found.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None


GAP_S = 1.0
JUMP_S = 60.0
_SHORT_S = 1.5
_BAD_SHARE = 0.02


@dataclass(slots=True, kw_only=True)
class Heard:
    pictures: int = 0  # decoded
    bad: int = 0  # packets and pictures that were damaged
    longest_gap_s: float = 0.0  # between two pictures
    gaps: int = 0  # longer than `GAP_S`
    end_s: float = 0.0  # clip time of the end of the last picture
    size_wh: tuple[int, int] = (0, 0)  # pixels of the first picture, upright


def read_pictures(
    container: InputContainer, stream: VideoStream, *, name: str, fps: float, size_wh: tuple[int, int], heard: Heard
) -> Iterator[tuple[Picture, bool]]:
    """Yield the picture of each moment n / fps, [h, w, 3] BGR with black bars, and whether it is another than before.

    The picture on screen at a moment is the last one whose time has come by its middle, (n + 0.5) / fps. Where no
    picture comes for a while, the last one stays.
    """
    turns = TurnReader(tag=read_tag(container, stream), name=name)
    frames = _read_frames(container, stream, name=name, heard=heard)
    current, following = next(frames, None), next(frames, None)
    if current is None:
        raise RecordingError(f"no picture of {name} can be decoded", todo=EXPORT)
    turn = turns.find(current[1])
    heard.size_wh = turn.find_size(current[1].width, current[1].height)
    picture, shown = fit_picture(current[1], size_wh, turns, name=name), current
    number = 0
    while True:
        middle_s = (number + 0.5) / fps
        while following is not None and following[0] <= middle_s:
            current, following = following, next(frames, None)
        if following is None and middle_s >= heard.end_s:
            return
        is_new = number == 0 or current is not shown
        if current is not shown:
            picture, shown = fit_picture(current[1], size_wh, turns, name=name), current
        yield picture, is_new
        number += 1


def _read_frames(
    container: InputContainer, stream: VideoStream, *, name: str, heard: Heard
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield clip time and picture in the order of time; damaged packets are counted and left out."""
    stream.thread_count = 1
    usual_s = 1 / max(float(stream.average_rate or 25), 1.0)
    first_s: float | None = None
    last_s = -usual_s
    for frame in _decode(container, stream, heard):
        at_s = frame.time if frame.time is not None else (first_s or 0.0) + last_s + usual_s
        first_s = at_s if first_s is None else first_s
        clip_s = at_s - first_s
        heard.bad += frame.is_corrupt
        if clip_s < last_s:
            heard.bad += 1
            continue
        gap_s = clip_s - last_s
        if gap_s > JUMP_S:
            raise RecordingError(
                f"the time of {name} jumps by {gap_s:,.0f} seconds after {max(last_s, 0):,.0f} seconds",
                todo="export the parts before and after it as two clips",
            )
        if clip_s > MOST_S:
            raise RecordingError(f"{name} lasts over 60 minutes", todo="export only the walk")
        if heard.pictures and gap_s > GAP_S:
            heard.gaps += 1
            heard.longest_gap_s = max(heard.longest_gap_s, gap_s)
        heard.pictures += 1
        last_s, heard.end_s = clip_s, clip_s + usual_s
        yield clip_s, frame


def _decode(container: InputContainer, stream: VideoStream, heard: Heard) -> Iterator[VideoFrame]:
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            yield from packet.decode()
        except av.error.InvalidDataError:
            heard.bad += 1
        except (av.error.EOFError, StopIteration):
            return


def check_heard(heard: Heard, *, name: str, promised_s: float | None) -> tuple[str, ...]:
    if promised_s is not None and heard.end_s < promised_s - _SHORT_S:
        raise RecordingError(
            f"{name} is cut short: it ends after {heard.end_s:.0f} of {promised_s:.0f} seconds",
            todo="export the clip again",
        )
    if heard.end_s < LEAST_S:
        raise RecordingError(f"{name} lasts {heard.end_s:.1f} seconds", expected="at least 1 second")
    if heard.bad > max(1, _BAD_SHARE * heard.pictures):
        raise RecordingError(
            f"{name} is damaged: {heard.bad} of {heard.pictures + heard.bad} pictures cannot be decoded",
            todo="export the clip again",
        )
    notes = ["One or two pictures are damaged; the ones before them stay."] if heard.bad else []
    if heard.gaps:
        times = "once" if heard.gaps == 1 else f"{heard.gaps} times"
        notes.append(
            f"No picture comes for a while {times}, for up to {heard.longest_gap_s:.1f} seconds: the last one stays."
        )
    return tuple(notes)


def find_bars(width: int, height: int, size_wh: tuple[int, int]) -> tuple[float, float]:
    """Return the shares of width and height that are black on each side of a picture that is fitted into another."""
    scale = min(size_wh[0] / width, size_wh[1] / height)
    inner_wh = _even(width * scale), _even(height * scale)
    return ((size_wh[0] - inner_wh[0]) / 2 / size_wh[0], (size_wh[1] - inner_wh[1]) / 2 / size_wh[1])


def _even(value: float) -> int:
    return max(2, round(value / 2) * 2)


def fit_picture(frame: VideoFrame, size_wh: tuple[int, int], turns: TurnReader, *, name: str) -> Picture:
    """Return a picture of a clip upright and fitted into a size, black beside it."""
    if is_too_large(frame.width, frame.height):
        raise RecordingError(
            f"{name} grows to {frame.width} x {frame.height} pixels", expected="one size all along", todo=EXPORT
        )
    turn = turns.find(frame)
    upright_wh = turn.find_size(frame.width, frame.height)
    scale = min(size_wh[0] / upright_wh[0], size_wh[1] / upright_wh[1])
    width, height = min(_even(upright_wh[0] * scale), size_wh[0]), min(_even(upright_wh[1] * scale), size_wh[1])
    stored_wh = turn.find_size(width, height)
    small = frame.reformat(width=stored_wh[0], height=stored_wh[1], format="bgr24", interpolation="AREA").to_ndarray()
    small = turn.apply(np.asarray(small, dtype=np.uint8))
    if (width, height) == size_wh:
        return small
    left, top = (size_wh[0] - width) // 2, (size_wh[1] - height) // 2
    right, bottom = size_wh[0] - width - left, size_wh[1] - height - top
    return np.asarray(
        cv2.copyMakeBorder(small, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(0, 0, 0)), dtype=np.uint8
    )
