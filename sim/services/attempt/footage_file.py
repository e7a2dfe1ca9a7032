"""A file of footage that may be sent."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FootageFile:
    """One file that may be sent, to an attempt, by its path in the recording."""

    path: Path
    size: int
    sha256: str
    attempt_id: str
    name: str
