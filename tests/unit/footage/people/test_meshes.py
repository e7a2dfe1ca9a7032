"""The compiled loops of dressing against shapes whose answer is known, and sums in double precision."""

from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.people.track import Crowd, Pose, Track
from sim.footage.people.meshes import (
    FARTHEST_M,
    NEAR_M,
    InView,
    compute_normals,
    find_farthest,
    find_laid,
    make_rounded_box,
)
from sim.footage.people.motion import Stances
from tests.support.painted_hall import make_hall_view

BALL, FACES = make_rounded_box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0), power=1.0, rings=41, columns=64)


def test_normals_are_the_sums_of_face_normals_by_area() -> None:
    rng = np.random.default_rng(4)
    points = rng.normal(size=(2, 30, 3)).astype(np.float32)
    faces = np.stack([rng.permutation(30)[:3] for _ in range(60)]).astype(np.int32)
    corners = points[1].astype(np.float64)[faces]
    wanted = np.zeros((30, 3))
    for corner in range(3):
        np.add.at(wanted, faces[:, corner], np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert compute_normals(points, faces)[1] == pytest.approx(wanted, abs=1e-4), "in every pose"


WALL_M = 8.0


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


def _make_chooser(*, k1: float = 0.0, wall_m: float = 1e6, looks_behind: bool = False) -> InView:
    view = replace(make_hall_view(), k1=k1)
    near = np.full((view.size_wh[1], view.size_wh[0]), 1 / wall_m, dtype=np.float32)
    return InView(view, near, samples=1, looks_behind=looks_behind)


@pytest.mark.parametrize("k1", [0.0, -0.2])
def test_people_in_front_are_chosen_when_a_box_around_them_meets_the_picture(k1: float) -> None:
    view = replace(make_hall_view(), k1=k1)
    xyz_m = np.random.default_rng(3).uniform((-20, -40, -1), (120, 40, 1), (2000, 3))
    lying = np.arange(2000) % 5 == 0
    reach = np.where(lying, 1.3, 0.85)[:, None] * np.array([1, 1, 0]) + np.array([0, 0, 1])
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-0.1, 2.15)])
    corners = xyz_m[:, None] + signs * reach[:, None]
    pixels, depth = view.compute_pixels(corners.reshape(-1, 3))
    low, high = pixels.reshape(-1, 8, 2).min(axis=1), pixels.reshape(-1, 8, 2).max(axis=1)
    depth = depth.reshape(-1, 8)
    inside = ((high > 0) & (low < view.size_wh)).all(axis=1) & (depth.min(axis=1) < FARTHEST_M)
    ahead = depth.min(axis=1) >= NEAR_M
    chosen = _make_chooser(k1=k1).may_show(xyz_m, lying)
    assert 100 < inside[ahead].sum() < ahead.sum() - 100
    assert (chosen[ahead] == inside[ahead]).all()
    assert not chosen[depth.max(axis=1) <= NEAR_M].any()


def test_a_wall_hides_those_behind_it_unless_their_shadows_may_show() -> None:
    xyz_m = np.array([[WALL_M - 2, 0.0, 0.0], [WALL_M + 2, 0.0, 0.0]])
    standing = np.zeros(2, dtype=np.bool_)
    assert _make_chooser(wall_m=WALL_M).may_show(xyz_m, standing).tolist() == [True, False]
    assert _make_chooser(wall_m=WALL_M, looks_behind=True).may_show(xyz_m, standing).all()


def _track(person_id: str, first_frame: int, y_m: float) -> Track:
    count = 4
    return Track(
        person_id=person_id,
        first_frame=first_frame,
        xyz_m=np.column_stack([np.arange(count), np.full(count, y_m), np.zeros(count)]).astype(np.float64),
        heading_rad=np.zeros(count),
        gait_phase=np.zeros(count),
        speed_m_s=np.ones(count),
        pose=np.full(count, Pose.LIE if y_m > 5 else Pose.WALK, dtype=np.int8),
        floor=("1",) * count,
        zone=("hall",) * count,
        look=np.zeros(count, dtype=np.int8),
    )


def test_stances_of_a_frame_are_asked_for_by_place_and_only_those_chosen_are_made() -> None:
    crowd = Crowd(people=(), tracks=(_track("A", 0, 1.0), _track("B", 2, 9.0)), fps=10.0, frame_count=6)
    stances = Stances(crowd)
    asked = []

    def choose_second(xyz_m: np.ndarray, lying: np.ndarray) -> np.ndarray:
        asked.append((xyz_m.tolist(), lying.tolist()))
        return np.arange(len(xyz_m)) == 1

    assert [[s.person_id for s in stances.get(frame)] for frame in range(-1, 7)] == [
        [], ["A"], ["A"], ["A", "B"], ["A", "B"], ["B"], ["B"], []
    ]  # fmt: skip
    assert [(s.person_id, s.xyz_m, s.row) for s in stances.get(3, may_show=choose_second)] == [
        ("B", (1.0, 9.0, 0.0), 1)
    ]
    assert asked == [([[3.0, 1.0, 0.0], [1.0, 9.0, 0.0]], [False, True])]
    assert Stances(Crowd(people=(), tracks=(), fps=10.0, frame_count=6)).get(0) == []
