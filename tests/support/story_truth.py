"""The truth of the shipped recording, which has something for every task type, and truth that has nothing."""

from functools import cache
from pathlib import Path

from sim.footage.recording.open import open_recording
from sim.services.app.score import load_truth_index
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.trace_tables import make_table

SHIPPED = Path(__file__).parents[2] / "sample_footage" / "maple-ridge-morning"


@cache
def load_story_index() -> TruthIndex:
    """Return the shipped recording's truth with its events and its site."""
    return load_truth_index(open_recording(SHIPPED))


def make_empty_index() -> TruthIndex:
    """Return the truth of a minute in which nobody is seen and nothing happens."""
    return make_truth_index(make_table([]))
