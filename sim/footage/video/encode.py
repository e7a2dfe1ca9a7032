"""Writing H.264 clips that every browser can seek in exactly, and trying whether this machine can.

Closed groups of thirty pictures and no B-frames: a seek decodes at most three seconds, and frames are stored in the
order they are shown. The index stands at the front of the file, so that playing starts with the first bytes.
"""

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import cv2
import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from sim.errors import MachineError
from sim.footage.machine import require_opencv, require_pyav
from sim.footage.recording.recording import GROUP_FRAMES, Picture

Box = tuple[float, float, float, float]
_MARGIN_PX = 4
_BELOW_SHARE = 0.1

_STRUCTURE = "scenecut=0:bframes=0:open-gop=0"
# What stands still is skipped between key frames, so their quality is what is seen of floors and walls for that long:
# finer key frames (ipratio) and bits for smooth parts (aq) halve the size at which a wall has no patches. Regions of
# interest keep people as they would be without; the look of sensor noise (psy) is worth no bits.
_BALANCE = "ipratio=2.0:aq-mode=2:aq-strength=0.8:mbtree=0:no-psy=1"
_LARGE_PX, _SMALL_PX = 100.0, 40.0
_LARGE_OFFSET, _SMALL_OFFSET = -0.19, -0.25
_BT709 = 1
_BT601_MATRIX = 6
_LIMITED_RANGE = 1

Planes = NDArray[np.uint8]


class ClipWriter:
    """One MP4 file. Close it, or use it in a `with` block."""

    def __init__(self, path: Path, *, size_wh: tuple[int, int], fps: float, crf: float, preset: str) -> None:
        self._rate = Fraction(fps).limit_denominator(1000)
        self._size_wh = size_wh
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._stream = self._container.add_stream("libx264", rate=self._rate)
        self._stream.width, self._stream.height = size_wh
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {
            "crf": f"{crf:g}",
            "preset": preset,
            "profile": "high",
            "threads": "1",
            "x264-params": f"keyint={GROUP_FRAMES}:min-keyint={GROUP_FRAMES}:{_STRUCTURE}:{_BALANCE}",
        }
        context = self._stream.codec_context
        context.color_primaries = _BT709
        context.color_trc = _BT709
        context.colorspace = _BT601_MATRIX
        context.color_range = _LIMITED_RANGE
        self._frames = 0

    def write_planes(self, planes: Planes, *, people: Sequence[Box] = ()) -> None:
        """Append a picture as `compute_planes` returns it; boxes of people, x1, y1, x2, y2, get more bits."""
        frame = VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.time_base = 1 / self._rate
        self._write(mark_regions(frame, people) if people else frame)

    def close(self) -> None:
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._container.close()

    def _write(self, frame: VideoFrame) -> None:
        frame.pts = self._frames
        frame.time_base = 1 / self._rate
        self._frames += 1
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


def compute_planes(bgr: Picture) -> Planes:
    """Return a picture as yuv420p, limited range, BT.601 matrix, which is what `ClipWriter` declares.

    Luma and the two quarter-size chroma planes follow each other in one [height * 3 / 2, width] uint8 array; width and
    height are even.
    """
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2YUV_I420), dtype=np.uint8)


def split_planes(planes: Planes, size_wh: tuple[int, int]) -> tuple[Planes, Planes, Planes]:
    """Return views of luma [h, w] and both chroma planes [h / 2, w / 2] of a picture."""
    width, height = size_wh
    flat = planes.reshape(-1)
    luma, chroma = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma :].reshape(half),
    )


def shrink_planes(planes: Planes, size_wh: tuple[int, int], small_wh: tuple[int, int]) -> Planes:
    """Return a picture made smaller, plane by plane, each pixel the mean of those it covers.

    Where it fits it is halved first: OpenCV halves many times faster than it shrinks by any other factor.
    """
    width, height = small_wh
    small = np.empty((height * 3 // 2, width), dtype=np.uint8)
    for source, target in zip(split_planes(planes, size_wh), split_planes(small, small_wh), strict=True):
        np.copyto(target, _shrink(source, target.shape))
    return small


def _shrink(plane: Planes, shape: tuple[int, ...]) -> Planes:
    high, wide = plane.shape
    if (high, wide) == shape:
        return plane
    if high % (2 * shape[0]) == 0 and wide % (2 * shape[1]) == 0:
        halved = cv2.resize(plane, (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
        return _shrink(np.asarray(halved, dtype=np.uint8), shape)
    return np.asarray(cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def compute_quality_offset(height_px: float) -> float:
    """Return how much finer a person so tall in the picture is kept than the rest, -1 (best) to 1.

    It is a share of H.264's 51 steps of quantisation. Small people get more: it costs little and they need every cell.
    """
    return float(np.interp(height_px, [_SMALL_PX, _LARGE_PX], [_SMALL_OFFSET, _LARGE_OFFSET]))


def mark_regions(frame: VideoFrame, boxes: Sequence[Box]) -> VideoFrame:
    """Return the frame with regions of interest: boxes of pixels x1, y1, x2, y2, each grown by four pixels.

    Downward it grows by a tenth of its height: where the ground under feet is kept coarsely, a shadow lags behind.
    Where regions overlap the finer one counts. The picture is not copied; its time is kept.
    """
    graph = Graph()
    graph.threads = 1  # nothing is computed; a graph starts its threads anew for each picture
    end = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
    marked = False
    for box in sorted(boxes, key=lambda each: each[3] - each[1]):
        left, top = (max(int(v) - _MARGIN_PX, 0) for v in box[:2])
        below = max(_MARGIN_PX, round(_BELOW_SHARE * (box[3] - box[1])))
        right, bottom = min(int(box[2]) + _MARGIN_PX, frame.width), min(int(box[3]) + below, frame.height)
        if right <= left or bottom <= top:
            continue
        size = f"x={left}:y={top}:w={right - left}:h={bottom - top}"
        region = graph.add("addroi", f"{size}:qoffset={round(compute_quality_offset(box[3] - box[1]) * 100)}/100")
        end.link_to(region)
        end, marked = region, True
    if not marked:
        return frame
    end.link_to(graph.add("buffersink"))
    graph.configure()
    graph.push(frame)
    result = graph.pull()
    if not isinstance(result, VideoFrame):
        raise TypeError(f"the filter gave a {type(result).__name__}")
    result.pts, result.time_base = frame.pts, frame.time_base
    return result


FRAMES = 20
LEAST_DB = 32.0
_TODO = "install the wheel again: `pip install --force-reinstall --only-binary :all: av`"


def try_codecs(clip: Path) -> tuple[int, float]:
    """Decode the first frames of a clip, encode them, and decode them again.

    Return how many, and how like they are (PSNR of the brightness, decibels).
    """
    require_opencv()
    require_pyav()
    try:
        shown = _read(clip)
        with tempfile.TemporaryDirectory(prefix="sightline-doctor-") as folder:
            copy = Path(folder) / "copy.mp4"
            height, width = shown[0].shape[0] * 2 // 3, shown[0].shape[1]
            with ClipWriter(copy, size_wh=(width, height), fps=10.0, crf=23.0, preset="veryfast") as writer:
                for planes in shown:
                    writer.write_planes(planes)
            again = _read(copy)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise MachineError(f"a clip cannot be read and written ({type(error).__name__})", todo=_TODO) from error
    if len(again) != len(shown):
        raise MachineError(f"of {len(shown)} frames written {len(again)} came back", todo=_TODO)
    squares = float(np.mean([np.square(a.astype(float) - b) for a, b in zip(shown, again, strict=True)]))
    likeness_db = 99.0 if squares == 0 else float(10 * np.log10(255.0**2 / squares))
    if likeness_db < LEAST_DB:
        raise MachineError(f"a clip written here comes back changed ({likeness_db:.0f} dB)", todo=_TODO)
    return len(shown), likeness_db


def _read(clip: Path) -> list[Planes]:
    found: list[Planes] = []
    with av.open(str(clip)) as container:
        for frame in container.decode(container.streams.video[0]):
            assert isinstance(frame, VideoFrame)
            found.append(np.asarray(frame.to_ndarray(format="yuv420p"), dtype=np.uint8))
            if len(found) == FRAMES:
                break
    if not found:
        raise MachineError(f"{clip} holds no picture", todo="restore the recording")
    return found
