"""Whether this machine can read a clip as browsers get it, and write one as builds do: tried, not asked."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from sim.errors import MachineError
from sim.footage.machine import require_opencv, require_pyav
from sim.footage.video.encode import ClipWriter, Planes

FRAMES = 20
LEAST_DB = 32.0
_TODO = "install the wheel again: `pip install --force-reinstall --only-binary :all: av`"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodecReport:
    """What came of it: frames read and written again, and how like they are (PSNR of the brightness, decibels)."""

    frames: int
    likeness_db: float


def try_codecs(clip: Path) -> CodecReport:
    """Decode the first frames of a clip, encode them, and decode them again."""
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
    return CodecReport(frames=len(shown), likeness_db=likeness_db)


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
