"""The shared folder of footage: whether it is there, what it holds, and how fast it is."""

import time
from pathlib import Path

from sim.services.operations.doctor.finding import Finding, ok, warn, wrong
from sim.text.words import write_count

NAME = "shared footage"
PART_BYTES = 262_144
SLOW_S = 2.0


def check_shared_folder(folder: Path) -> list[Finding]:
    """Return whether the folder that SIGHTLINE_FOOTAGE names is there; what lies in it is looked at as all footage."""
    place = folder / "recordings"
    if not folder.is_dir():
        return [wrong(NAME, f"{folder} is not there", todo="mount the shared folder, or correct SIGHTLINE_FOOTAGE")]
    try:
        count = sum(1 for _ in place.glob("*/recording.json")) if place.exists() else 0
        clip = next(iter(sorted(place.glob("*/main/*.mp4"))), None)
        if clip is None:
            return [warn(NAME, f"{folder} holds no recording", todo="copy recordings and forms there")]
        began = time.monotonic()
        with clip.open("rb") as file:
            file.seek(_find_middle(clip.stat().st_size))
            file.read(PART_BYTES)
    except OSError as error:
        return [wrong(NAME, f"{folder} cannot be read: {error.strerror}", todo="correct the rights of the folder")]
    return [_judge_speed(f"{folder}, {write_count(count, 'recording')}", time.monotonic() - began)]


def _find_middle(size: int) -> int:
    return max(0, size // 2 - PART_BYTES // 2)


def _judge_speed(text: str, took_s: float) -> Finding:
    said = f"{text}; {PART_BYTES // 1024} kB out of a clip took {took_s * 1000:.0f} ms"
    if took_s > SLOW_S:
        return warn(NAME, said, todo="find out what slows the line or the disk down; a first look at a camera waits")
    return ok(NAME, said)
