"""What a clip that was sent is, before it is decoded: only a few containers and codecs are opened at all.

The file is read through Python, never by name, so that nothing in it can make FFmpeg open another file or an address.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from sim.errors import RecordingError

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
    """A clip as its header describes it."""

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
    """Return whether a picture has more pixels than are decoded, upright or on its side."""
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
