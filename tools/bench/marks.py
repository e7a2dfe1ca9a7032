"""How long it takes to tell whom a mark is on, and what the silhouettes of the shipped recording take."""

from collections.abc import Callable

import numpy as np

from sim.footage.recording.open import load_silhouettes, load_truth, open_recording
from sim.footage.recording.silhouettes import SILHOUETTES_FILE
from sim.scoring.mark import resolve_marks
from sim.services.app.score import load_truth_index
from sim.tasks.common.aim import aim_at
from tools.bench.rig.figures import Figure, time_ms
from tools.bench.search import SAMPLE

MARK_TARGET_MS = 5.0
DISK_TARGET_MB = 6.0
MEMORY_TARGET_MB = 60.0
MARKS = 200
A_DRILL = 20


def measure_marks(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Mark people of the shipped recording, one mark at a time and twenty as a drill has them."""
    on_step("silhouettes of the shipped recording")
    recording = open_recording(SAMPLE)
    truth = load_truth(recording)
    read_ms = time_ms(lambda: load_silhouettes(recording, truth), repeats=3)
    index = load_truth_index(recording)
    silhouettes = index.silhouettes
    if silhouettes is None:
        return ()
    rows = np.random.default_rng(1).integers(0, len(truth.rows), MARKS)
    marks = [aim_at(index, int(row)) for row in rows]
    on_step(f"{MARKS} marks")
    one_ms = time_ms(lambda: [resolve_marks(index, [mark]) for mark in marks], repeats=3) / MARKS
    drills = [marks[first : first + A_DRILL] for first in range(0, MARKS, A_DRILL)]
    many_ms = time_ms(lambda: [resolve_marks(index, own) for own in drills], repeats=3) / len(drills)
    disk_mb = recording.manifest.sizes[SILHOUETTES_FILE] / 1e6
    arrays = (silhouettes.start, silhouettes.runs, silhouettes.shared_start, silhouettes.shared)
    memory_mb = sum(array.nbytes for array in arrays) / 1e6
    return (
        Figure(name="reading the silhouettes, once a recording", value=read_ms, unit="ms"),
        _hold("silhouettes on disk", disk_mb, "MB", DISK_TARGET_MB),
        _hold("silhouettes in memory", memory_mb, "MB", MEMORY_TARGET_MB),
        _hold("whom one mark is on", one_ms, "ms", MARK_TARGET_MS),
        _hold(f"whom the {A_DRILL} marks of a drill are on", many_ms, "ms", MARK_TARGET_MS),
    )


def _hold(name: str, value: float, unit: str, most: float) -> Figure:
    return Figure(name=name, value=value, unit=unit, target=f"at most {most:g} {unit}", met=value <= most)
