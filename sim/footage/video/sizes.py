"""What footage weighs on disk, and how long it takes to make. Loads neither OpenCV nor Numba."""

from dataclasses import dataclass

TILE_WH = (320, 180)
TILE_BYTES = TILE_WH[0] * TILE_WH[1] * 3 // 2
MAIN_BYTES_PER_PIXEL = 0.0024
WALL_BYTES_PER_PIXEL = 0.005
NOMINAL_FRAMES_S = 35.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a build will take: disk while it runs, disk afterwards, and time."""

    work_bytes: int
    final_bytes: int
    seconds: float


def estimate_needs_of(
    *, frames: int, size_wh: tuple[int, int], processes: int, frames_s: float = NOMINAL_FRAMES_S
) -> Needs:
    """Return what a number of frames over all cameras takes, before there is a plan."""
    final = int(
        frames * size_wh[0] * size_wh[1] * MAIN_BYTES_PER_PIXEL
        + frames * TILE_WH[0] * TILE_WH[1] * WALL_BYTES_PER_PIXEL
    )
    seconds = frames / (frames_s * max(1, processes))
    return Needs(work_bytes=final + frames * TILE_BYTES, final_bytes=final, seconds=seconds)
