"""The search is as good as it is set to be, over many queries on the footage that comes with the program."""

from functools import cache

import numpy as np
import pytest

from sim.drill.difficulty import compute_outfit_distances
from sim.drill.similar_people import DRILL_QUALITY, SearchQuality
from sim.footage.recording.open import load_people, open_recording
from sim.truth.window import TruthWindow, cut_window
from tests.support.measured_search import measure_search
from tests.support.story_truth import SHIPPED, load_story_index

TOLERANCE = 0.03


@pytest.fixture(scope="module")
def window() -> TruthWindow:
    index = load_story_index()
    return cut_window(index, (0.0, index.table.duration_s))


@pytest.mark.slow
@pytest.mark.parametrize(
    "quality", [DRILL_QUALITY, SearchQuality(precision=0.3, recall=0.6)], ids=["as in drills", "poor"]
)
def test_a_thousand_queries_are_right_as_often_as_set(window: TruthWindow, quality: SearchQuality) -> None:
    people = load_people(open_recording(SHIPPED))
    get_distances = cache(lambda person_id: compute_outfit_distances(people, person_id))
    measured = measure_search(window, get_distances, quality=quality, count=1000, rng=np.random.default_rng(1))
    assert measured.queries + measured.nobody == 1000
    assert measured.queries >= 990
    assert measured.precision == pytest.approx(quality.precision, abs=TOLERANCE)
    assert measured.recall == pytest.approx(quality.recall, abs=TOLERANCE)
    assert measured.right_first_share is not None
    assert quality.precision < measured.right_first_share < 1.0
