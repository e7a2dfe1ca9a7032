"""The compiled loops of dressing against shapes whose answer is known, and sums in double precision."""

import numpy as np
import pytest

from sim.footage.people.meshes import compute_normals, find_farthest, find_laid, make_rounded_box

BALL, FACES = make_rounded_box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), power=1.0, rings=41, columns=64)


def test_normals_of_a_ball_point_away_from_its_middle_in_every_pose() -> None:
    poses = np.stack([BALL, 2 * BALL + np.float32(3)])
    normals = compute_normals(poses, FACES)
    assert normals.dtype == np.float32
    for row in normals:
        assert np.linalg.norm(row, axis=1) == pytest.approx(1, abs=1e-5)
        assert (row * BALL).sum(axis=1)[64:-64].min() > 0.998


def test_normals_are_the_sums_of_face_normals_by_area() -> None:
    rng = np.random.default_rng(4)
    points = rng.normal(size=(1, 30, 3)).astype(np.float32)
    faces = np.stack([rng.permutation(30)[:3] for _ in range(60)]).astype(np.int32)
    corners = points[0].astype(np.float64)[faces]
    wanted = np.zeros((30, 3))
    for corner in range(3):
        np.add.at(wanted, faces[:, corner], np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert compute_normals(points, faces)[0] == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("sign", [1, -1])
def test_points_are_laid_on_the_side_that_is_looked_at(sign: int) -> None:
    points = np.array([[0.1, 0.2], [-0.4, 0.5], [3.0, 0.0]], dtype=np.float32)
    face, met = np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.bool_)
    place = np.zeros((3, 2), dtype=np.float32)
    find_laid(points, BALL[FACES], (1, 2), 0, np.float32(sign), face, place, met)
    assert met.tolist() == [True, True, False]
    corners = BALL[FACES[face[:2]]]
    shares = np.column_stack([1 - place[:2].sum(axis=1), place[:2]])
    at = (shares[..., None] * corners).sum(axis=1)
    assert at[:, 1:] == pytest.approx(points[:2], abs=1e-5)
    assert at[:, 0] == pytest.approx(sign * np.sqrt(1 - (points[:2] ** 2).sum(axis=1)), abs=0.01)


def test_rays_from_within_end_at_the_skin() -> None:
    rng = np.random.default_rng(5)
    aims = rng.normal(size=(50, 3)).astype(np.float32)
    aims /= np.linalg.norm(aims, axis=1, keepdims=True)
    start = np.array([0.2, -0.1, 0.1], dtype=np.float32)
    triangles = BALL[FACES]
    edge1, edge2 = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
    step = start - triangles[:, 0]
    q = np.cross(step, edge1)
    farthest = np.empty(50, dtype=np.float32)
    find_farthest(aims, edge1, edge2, step, aims @ q.T, (q * edge2).sum(axis=1), farthest)
    half = aims @ start
    assert farthest == pytest.approx(-half + np.sqrt(half**2 + 1 - start @ start), abs=0.02)
