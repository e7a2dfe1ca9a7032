"""d', criterion, edit distance and temporal IoU beside other programs and published examples.

Each number stands beside its source: the program with its version and command, or the page that prints it.
"""

import networkx as nx
import numpy as np
import pytest
from scipy.stats import norm
from shapely import box

from sim.scoring.clip_match import compute_iou
from sim.scoring.path_metrics import compute_edit_distance
from sim.tasks.common.checks import Verdict
from sim.tasks.screening import ScreeningCase, compute_criterion, compute_d_prime


def make_case(*, hits: int, signals: int, false_alarms: int, others: int) -> ScreeningCase:
    flagged, let_go = (Verdict.NOT_COMPLETE,), (Verdict.COMPLETE,)
    given = flagged * hits + let_go * (signals - hits) + flagged * false_alarms + let_go * (others - false_alarms)
    return ScreeningCase(right=flagged * signals + let_go * others, given=given, log=None)


def test_published_example_of_log_linear_d_prime_and_criterion() -> None:
    """statpsych 1.7.0 (R), https://dgbonett.github.io/statpsych/reference/signal.html: `signal(82, 46, 100, 100)`.

    Prints HR 0.8168317, FAR 0.460396, d-prime 1.002793, Bias -0.4019603 (threshold minus d'/2, which is c), after
    adding .5 to the "Yes" responses and 1 to the trials, as Hautus 1995, doi:10.3758/BF03203619, does.
    """
    case = make_case(hits=82, signals=100, false_alarms=46, others=100)
    assert compute_d_prime(case) == pytest.approx(1.002793, abs=5e-7)
    assert compute_criterion(case) == pytest.approx(-0.4019603, abs=5e-8)


def test_d_prime_and_criterion_equal_scipy_for_all_small_counts() -> None:
    """scipy 1.17.1: zh and zf are `norm.ppf((h + .5) / (n + 1))`; d' is zh - zf, the criterion -(zh + zf) / 2."""
    for signals, others in ((s, o) for s in range(1, 11) for o in range(1, 11)):
        for hits, false_alarms in ((h, f) for h in range(signals + 1) for f in range(others + 1)):
            z_hit = norm.ppf((hits + 0.5) / (signals + 1))
            z_false = norm.ppf((false_alarms + 0.5) / (others + 1))
            case = make_case(hits=hits, signals=signals, false_alarms=false_alarms, others=others)
            assert compute_d_prime(case) == pytest.approx(z_hit - z_false, abs=1e-9)
            assert compute_criterion(case) == pytest.approx(-(z_hit + z_false) / 2, abs=1e-9)


def test_worked_numbers_of_the_docstrings() -> None:
    case = make_case(hits=8, signals=10, false_alarms=3, others=10)
    assert compute_d_prime(case) == pytest.approx(1.2206, abs=5e-5)
    assert compute_criterion(case) == pytest.approx(-0.1375, abs=5e-5)
    assert compute_d_prime(make_case(hits=2, signals=2, false_alarms=0, others=2)) == pytest.approx(1.93, abs=5e-3)
    assert compute_d_prime(make_case(hits=1, signals=2, false_alarms=0, others=2)) == pytest.approx(0.97, abs=5e-3)


@pytest.mark.parametrize(("a", "b", "distance"), [("kitten", "sitting", 3), ("saturday", "sunday", 3), ("", "abc", 3)])
def test_published_edit_distances(a: str, b: str, distance: int) -> None:
    """Kitten and sitting, Saturday and Sunday: https://en.wikipedia.org/wiki/Levenshtein_distance, both 3."""
    assert compute_edit_distance(a, b) == compute_edit_distance(b, a) == distance


def test_edit_distance_is_the_shortest_path_that_networkx_finds() -> None:
    """networkx 3.6: `shortest_path_length(edits, (0, 0), (len(a), len(b)), weight="weight")`, 300 random pairs."""
    rng = np.random.default_rng(1966)
    for _ in range(300):
        a, b = ("".join(rng.choice(list("ABCD"), int(rng.integers(0, 9)))) for _ in range(2))
        edits = nx.DiGraph()
        edits.add_node((0, 0))
        for i in range(len(a) + 1):
            for j in range(len(b) + 1):
                if i < len(a):
                    edits.add_edge((i, j), (i + 1, j), weight=1)
                if j < len(b):
                    edits.add_edge((i, j), (i, j + 1), weight=1)
                if i < len(a) and j < len(b):
                    edits.add_edge((i, j), (i + 1, j + 1), weight=int(a[i] != b[j]))
        found = nx.shortest_path_length(edits, (0, 0), (len(a), len(b)), weight="weight")
        assert compute_edit_distance(a, b) == found, (a, b)


def test_temporal_iou_is_the_ratio_of_areas_that_shapely_finds() -> None:
    """shapely 2.2: spans as boxes one high, `y.difference(grown)` beside `x`, grown by 2 s, 1,000 random pairs."""
    rng = np.random.default_rng(1901)
    apart = 0
    for _ in range(1_000):
        low_a, low_b = rng.uniform(0, 20, 2)
        first, second = (low_a, low_a + rng.uniform(0.1, 20)), (low_b, low_b + rng.uniform(0.1, 20))
        x, y = (box(low, 0.0, high, 1.0) for low, high in (first, second))
        grown = box(first[0] - 2.0, 0.0, first[1] + 2.0, 1.0)
        expected = x.intersection(y).area / (x.area + y.difference(grown).area)
        apart += expected == 0
        assert compute_iou(first, second) == pytest.approx(expected, abs=1e-9)
    assert 50 < apart < 950
    assert compute_iou((10.0, 10.0), (10.0, 10.0)) == 0.0
