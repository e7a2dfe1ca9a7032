import numpy as np
import pytest

from sim.crowd.places.routes import RouteMap
from sim.crowd.places.segments import compute_crossings, compute_distances, compute_least_distances, find_crossing
from tests.support.walking_hall import make_hall_site


@pytest.fixture(scope="module")
def routes():
    return RouteMap(make_hall_site())


@pytest.fixture(scope="module")
def points():
    return np.round(np.random.default_rng(5).uniform((-2.0, -2.0), (26.0, 9.0), size=(300, 2)), 6)


@pytest.mark.parametrize("margin_m", [0.0, 0.05, 0.28, 0.5])
def test_many_paths_are_judged_as_each_by_itself(routes, points, margin_m):
    ground = routes.grounds["1"]
    paths = np.concatenate([points, points[::-1]], axis=1)
    alone = [ground.is_clear((x1, y1), (x2, y2), margin_m=margin_m) for x1, y1, x2, y2 in paths.tolist()]
    assert ground.are_clear(paths, margin_m=margin_m).tolist() == alone
    assert 0 < sum(alone) < len(alone)


def test_many_points_are_judged_as_each_by_itself(routes, points):
    at_nodes = np.asarray([node.at for node in routes.nodes.values()])
    everywhere = np.concatenate([points, at_nodes])
    alone = [routes.entries.can_reach("1", (x, y)) for x, y in everywhere.tolist()]
    assert routes.entries.find_reachable("1", everywhere).tolist() == alone
    assert not all(alone)
    assert all(alone[len(points) :])


def test_entries_come_nearest_first_and_can_be_walked_to(routes):
    entries = routes.entries.list_nearest("1", (3.0, 1.0))
    gaps = [distance for _, distance in entries]
    assert gaps == sorted(gaps)
    assert len(entries) > 1
    for node_id, _ in entries:
        assert routes.grounds["1"].is_clear((3.0, 1.0), routes.nodes[node_id].at, margin_m=0.05)
    assert routes.entries.list_nearest("1", routes.nodes["mid-2"].at) == [("mid-2", 0.0)]


def test_parts_put_together_are_the_whole(monkeypatch, points):
    segments = np.random.default_rng(6).uniform(0.0, 20.0, size=(23, 4))
    paths = np.concatenate([points, points[::-1]], axis=1)
    monkeypatch.setattr("sim.crowd.places.segments._PAIRS_TOGETHER", 100)
    assert (find_crossing(paths, segments) == compute_crossings(paths, segments).any(axis=1)).all()
    assert (compute_least_distances(points, segments) == compute_distances(points, segments).min(axis=1)).all()
