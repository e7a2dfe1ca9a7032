"""Made-up truth with the row counts of a real recording, seeded, for the bench."""

import numpy as np
import pandas as pd

from sim.truth.table import TruthTable, make_truth_table

FPS = 10.0
STAY_FRAMES = (60, 200)
GAP_FRAMES = (40, 187)
"""A person is on some camera for 13 s and on none for 11 s, on average: 0.53 rows a person and frame, as the shipped
recording has (142,571 rows of 89 people in 3,000 frames), clear ones or not."""


def make_bench_truth(rng: np.random.Generator, *, cameras: int, people: int, duration_s: float) -> TruthTable:
    """Return people who walk from camera to camera."""
    frames = int(duration_s * FPS)
    most = frames // (STAY_FRAMES[0] + GAP_FRAMES[0]) + 1
    stays = rng.integers(*STAY_FRAMES, (people, most))
    gaps = rng.integers(*GAP_FRAMES, (people, most))
    first = rng.integers(0, 600, (people, 1)) + np.cumsum(stays + gaps, axis=1) - stays - gaps
    last = np.minimum(first + stays, frames)
    is_inside = first < frames
    person, _ = np.nonzero(is_inside)
    first, length = first[is_inside], (last - first)[is_inside]
    camera = rng.integers(1, cameras + 1, len(first))
    stay = np.repeat(np.arange(len(first)), length)
    step = np.arange(len(stay)) - np.repeat(np.cumsum(length) - length, length)
    frame = first[stay] + step
    left = 20.0 + 3.0 * step
    rows = pd.DataFrame(
        {
            "camera_id": _name("CAM-{:02}", cameras)[camera[stay]],
            "frame": frame,
            "t_s": frame / FPS,
            "person_id": _name("P{:03}", people)[person[stay] + 1],
            "x1": left,
            "y1": 200.0,
            "x2": left + 50.0,
            "y2": 340.0,
            "visible": rng.uniform(0.2, 1.0, len(stay)),
            "floor_x_m": frame / 10.0,
            "floor_y_m": 2.0,
            "floor": "1",
            "zone": "hall",
        }
    )
    return make_truth_table(
        rows,
        fps=FPS,
        duration_s=duration_s,
        picture_wh={f"CAM-{n:02}": (960, 540) for n in range(1, cameras + 1)},
    )


def _name(pattern: str, count: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array([pattern.format(n) for n in range(count + 1)], dtype=object)
