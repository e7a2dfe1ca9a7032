"""What footage weighs, how long it takes, and how large a picture may be. Loads neither OpenCV nor Numba."""

from dataclasses import dataclass
from pathlib import Path

from sim.errors import RecordingError

TILE_WH = (480, 270)
TILE_BYTES = 60_000
"""What one of them takes while a recording is made, on a busy hall."""
MAIN_BYTES_PER_PIXEL = 0.0035
WALL_BYTES_PER_PIXEL = 0.006
USUAL_PEOPLE = 90
_EMPTY_FRAME_S = 0.038
_PERSON_FRAME_S = 0.00003


def compute_frames_s(people: int = USUAL_PEOPLE) -> float:
    """Return how many pictures a second one process makes of a school day of so many people.

    Measured at 1280x720 on both shipped days, dressing and encoding included: 40 ms a picture with 77 people, 43 with
    176, of whom a camera sees 4 in 100.
    """
    return 1 / (_EMPTY_FRAME_S + _PERSON_FRAME_S * people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    work_bytes: int
    final_bytes: int
    seconds: float


def estimate_needs_of(*, frames: int, size_wh: tuple[int, int], processes: int, frames_s: float | None = None) -> Needs:
    """Return what a number of frames over all cameras takes, before there is a plan.

    `frames_s` is how many pictures a second one process makes; None: what is usual.
    """
    frames_s = compute_frames_s() if frames_s is None else frames_s
    final = int(
        frames * size_wh[0] * size_wh[1] * MAIN_BYTES_PER_PIXEL
        + frames * TILE_WH[0] * TILE_WH[1] * WALL_BYTES_PER_PIXEL
    )
    seconds = frames / (frames_s * max(1, processes))
    return Needs(work_bytes=final + frames * TILE_BYTES, final_bytes=final, seconds=seconds)


MOST_PX = 40_000_000
"""More than 8K (7680 x 4320)."""


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse a picture that would take too much memory. Raises RecordingError."""
    if width * height > MOST_PX:
        raise RecordingError(
            f"{path} says it is {width} x {height} px",
            expected=f"at most {MOST_PX // 1_000_000} million pixels",
            todo="restore the file or build the recording again",
        )
