"""The search is as good as it is set to be, on the footage that comes with the program."""

from collections.abc import Callable, Mapping

import pytest

from sim.drill.similar_people import DRILL_QUALITY, SearchQuality
from sim.footage.recording.open import open_recording
from sim.truth.window import TruthWindow
from tools.bench.search import SAMPLE, TOLERANCE, measure_quality, open_distances, open_window

Opened = tuple[TruthWindow, Callable[[str], Mapping[str, float]]]


@pytest.fixture(scope="module")
def opened() -> Opened:
    recording = open_recording(SAMPLE)
    return open_window(recording), open_distances(recording)


@pytest.mark.slow
@pytest.mark.parametrize(
    "quality", [DRILL_QUALITY, SearchQuality(precision=0.3, recall=0.6)], ids=["as in drills", "poor"]
)
def test_a_thousand_queries_are_right_as_often_as_set(opened: Opened, quality: SearchQuality) -> None:
    measured = measure_quality(*opened, quality)
    assert measured.queries + measured.nobody == 1000
    assert measured.queries >= 990
    assert measured.precision == pytest.approx(quality.precision, abs=TOLERANCE)
    assert measured.recall == pytest.approx(quality.recall, abs=TOLERANCE)
    assert measured.right_first_share is not None
    assert quality.precision < measured.right_first_share < 1.0
