"""The pictures of a clip at ten a second, upright, whatever its own rate: the one on screen at each moment."""

from collections.abc import Iterator
from dataclasses import dataclass

import av
import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sim.errors import RecordingError
from sim.footage.clips.source import EXPORT, LEAST_S, MOST_S, is_too_large
from sim.footage.source import Picture
from sim.footage.video.upright import TurnReader, read_tag

GAP_S = 1.0
JUMP_S = 60.0
_SHORT_S = 1.5
_BAD_SHARE = 0.02


@dataclass(slots=True, kw_only=True)
class Heard:
    """What was met while decoding."""

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
    """Return what is doubtful about a clip that was decoded to its end."""
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
