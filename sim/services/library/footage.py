"""Use cases on finished recordings, and the check that this machine can render new ones. Needs no OpenCV."""

from pathlib import Path

from sim.footage.build.cluster import serve_worker
from sim.footage.checks.export_truth import export_coco, export_mot
from sim.footage.checks.sheet import draw_sheet, save_sheet
from sim.footage.checks.verify import Problem, verify_recording
from sim.footage.machine import require_opencv, require_pyav
from sim.footage.recording.open import open_recording

__all__ = [
    "Problem",
    "require_opencv",
    "require_pyav",
    "serve_worker",
    "verify",
    "write_coco",
    "write_mot",
    "write_sheet",
]


def verify(folder: Path) -> tuple[Problem, ...]:
    """Return everything wrong with a recording. Raises as `sim.footage.checks.verify.verify_recording`."""
    return verify_recording(folder)


def write_sheet(folder: Path, target: Path, *, at_s: float | None) -> None:
    """Draw the contact sheet of a recording into a PNG file; `at_s` None takes the busiest second."""
    save_sheet(draw_sheet(open_recording(folder), at_s=at_s), target)


def write_mot(folder: Path, target: Path) -> tuple[Path, ...]:
    """Write the ground truth of a recording as MOTChallenge text files; return their paths."""
    return export_mot(open_recording(folder), target)


def write_coco(folder: Path, target: Path, *, camera_id: str) -> Path:
    """Write the ground truth of one camera as COCO JSON; return its path."""
    return export_coco(open_recording(folder), camera_id, target)
