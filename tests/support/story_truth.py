"""The truth of the shipped recording, which has something for every task type, and truth that has nothing."""

from functools import cache
from pathlib import Path

import numpy as np

from sim.app.score import load_truth_index
from sim.footage.recording.open import open_recording
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.trace_tables import make_table

HALF_HIDDEN_S = 3.0
LEAST_VISIBLE, LEAST_PX = 0.25, 24.0
"""What a row must be at least to count, as docs/scoring.md says."""
SHIPPED = Path(__file__).parents[2] / "sample_footage" / "maple-ridge-eight-oclock"


@cache
def load_story_index() -> TruthIndex:
    return load_truth_index(open_recording(SHIPPED))


def make_empty_index() -> TruthIndex:
    return make_truth_index(make_table([]))


def find_half_hidden(index: TruthIndex) -> tuple[str, tuple[float, float]]:
    rows, step_s = index.table.rows, 1 / index.table.fps
    is_clear = ((rows["visible"] >= LEAST_VISIBLE) & (rows["y2"] - rows["y1"] >= LEAST_PX)).to_numpy()
    people, t_s = rows["person_id"].to_numpy(), rows["t_s"].to_numpy(dtype=np.float64)
    found: list[tuple[int, str, tuple[float, float]]] = []
    for person in sorted(set(people)):
        own = people == person
        clear_s = np.unique(t_s[own & is_clear])
        hidden_s = np.setdiff1d(t_s[own & ~is_clear], clear_s)
        between = np.bincount(np.searchsorted(clear_s, hidden_s), minlength=len(clear_s) + 1)
        place = int(np.argmax(between))
        ends_s = np.concatenate([[-step_s], clear_s, [index.table.duration_s + step_s]])
        window_s = (round(float(ends_s[place]) + step_s, 1), round(float(ends_s[place + 1]) - step_s, 1))
        found.append((int(between[place]), str(person), window_s))
    most, person, window_s = max(found)
    assert most * step_s >= HALF_HIDDEN_S, "nobody is half hidden for three seconds"
    return person, window_s
