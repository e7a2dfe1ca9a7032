import numpy as np
import pytest

from sim.scoring.evidence import Watch
from sim.scoring.watched_grid import compute_watched_s, list_seen, sum_overlap_s


def watch(camera: str, from_s: float, to_s: float) -> Watch:
    return Watch(cameras=(camera,), site_from_s=from_s, site_to_s=to_s, began_s=0.0, wall_s=1.0, speed=1.0)


def test_the_worked_number() -> None:
    watches = (watch("CAM-01", 5.0, 25.0), watch("CAM-01", 20.0, 25.0), watch("CAM-09", 0.0, 30.0))
    grid = compute_watched_s(watches, camera_ids=("CAM-01", "CAM-02"), edges_s=(0.0, 10.0, 20.0, 30.0))
    assert grid.tolist() == [[5.0, 10.0, 10.0], [0.0, 0.0, 0.0]]
    assert list_seen(watches, "CAM-01") == [(5.0, 25.0)]


def test_nothing_is_lost_inside_and_nothing_counted_outside() -> None:
    rng = np.random.default_rng(7)
    watches = [watch("CAM-01", *sorted(rng.uniform(-20.0, 120.0, size=2))) for _ in range(200)]
    grid = compute_watched_s(watches, camera_ids=("CAM-01",), edges_s=np.linspace(0.0, 100.0, 14).tolist())
    inside = sum(max(0.0, min(w.site_to_s, 100.0) - max(w.site_from_s, 0.0)) for w in watches)
    assert grid.sum() == pytest.approx(inside)


def test_overlap_of_spans() -> None:
    assert sum_overlap_s([(15.0, 32.0)], [(10.0, 20.0), (30.0, 35.0)]) == 7.0
    assert sum_overlap_s([], [(1.0, 2.0)]) == 0.0
