"""How large a picture or clip may be before it is decoded: a small file can hold a picture that fills the memory."""

from pathlib import Path

from sim.errors import RecordingError

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
