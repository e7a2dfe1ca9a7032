"""Heads that turn: to whom somebody walks or stands with, about, and never where hands need the eyes."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.people.track import Crowd, Pose, Track
from sim.footage.people.extra import Material
from sim.footage.people.motion import plan_glances
from tests.support.painted_hall import make_figure, make_hall_people, stand

FPS, COUNT = 10.0, 1800


def _walk(name: str, *, y_m: float, speed_m_s: float = 1.2, pose: Pose = Pose.WALK, z_m: float = 0.0) -> Track:
    """Return somebody who goes east along a line, or west with a negative speed."""
    x = np.arange(COUNT) / FPS * speed_m_s
    return Track(
        person_id=name,
        first_frame=0,
        xyz_m=np.stack([x, np.full(COUNT, y_m), np.full(COUNT, z_m)], axis=1),
        heading_rad=np.full(COUNT, 0.0 if speed_m_s >= 0 else np.pi),
        gait_phase=np.zeros(COUNT),
        speed_m_s=np.full(COUNT, abs(speed_m_s)),
        pose=np.full(COUNT, pose, dtype=np.int8),
        floor=("1",) * COUNT,
        zone=("hall",) * COUNT,
        look=np.zeros(COUNT, dtype=np.int8),
    )


def _plan(*tracks: Track) -> list[NDArray[np.float32]]:
    return plan_glances(Crowd(people=(), tracks=tracks, fps=FPS, frame_count=COUNT))


def test_who_walk_side_by_side_look_at_each_other_and_straight_on_by_turns() -> None:
    left, right = _plan(_walk("P001", y_m=0.8), _walk("P002", y_m=0.0))
    assert np.mean(left < -0.6) > 0.15
    assert np.mean(right > 0.6) > 0.15
    assert np.mean(np.abs(left) < 0.2) > 0.3
    assert np.mean(left < -0.6) > 3 * np.mean(left > 0.6)


@pytest.mark.parametrize(
    "other",
    [
        _walk("P002", y_m=4.0),
        _walk("P002", y_m=0.8, speed_m_s=-1.2),
        _walk("P002", y_m=0.8, z_m=4.0),
        _walk("P002", y_m=0.8, speed_m_s=0.0, pose=Pose.STAND),
    ],
    ids=["far off", "the other way", "a floor above", "standing"],
)
def test_passers_by_are_not_company(other: Track) -> None:
    """Somebody's glances are their own, and the same whoever else is there."""
    (alone,) = _plan(_walk("P001", y_m=0.0))
    beside, _ = _plan(_walk("P001", y_m=0.0), other)
    assert (alone == beside).all()


@pytest.mark.parametrize("pose", [Pose.WALK, Pose.STAND, Pose.TALK, Pose.SIT])
def test_people_look_about_within_what_a_neck_can_do(pose: Pose) -> None:
    """At most 70 degrees (a neck turns 70 to 80), and not faster than 300 degrees a second."""
    rows = _plan(*(_walk(f"P{n:03d}", y_m=10.0 * n, speed_m_s=0.0, pose=pose) for n in range(12)))
    angles = np.concatenate(rows)
    assert np.abs(angles).max() < np.deg2rad(70)
    assert np.abs(np.diff(np.stack(rows), axis=1)).max() * FPS < np.deg2rad(300)
    assert 0.05 < np.mean(np.abs(angles) > np.deg2rad(10)) < 0.5
    assert abs(angles.mean()) < np.deg2rad(4)


@pytest.mark.parametrize("pose", [Pose.LOCKER, Pose.KNEEL, Pose.SEARCH, Pose.LIE, Pose.HAND_OVER])
def test_who_needs_the_eyes_for_something_does_not_look_about(pose: Pose) -> None:
    rows = _plan(*(_walk(f"P{n:03d}", y_m=0.8 * n, speed_m_s=0.0, pose=pose) for n in range(6)))
    assert not np.concatenate(rows).any()


def test_an_empty_site_has_no_glances() -> None:
    assert _plan() == []


@pytest.mark.parametrize("angle_rad", [-0.7, 0.7])
@pytest.mark.parametrize("pose", [Pose.WALK, Pose.SIT, Pose.TALK])
def test_the_face_turns_and_the_shoulders_stay(angle_rad: float, pose: Pose) -> None:
    for person in make_hall_people()[:4]:
        figure = make_figure(person)
        stance = stand(person, 3.0, 1.0, heading_rad=0.4, pose=pose)
        ahead, ahead_normals = figure.place(stance)
        turned, turned_normals = figure.place(replace(stance, head_rad=angle_rad))
        moved = np.linalg.norm(turned - ahead, axis=1)
        dressed = figure.dressed
        at = dressed.laid_m / person.height_scale
        neck_m = float(dressed.body.get_joint("neck01")[2])
        eyes_m = float(dressed.body.get_joint("eye.L")[2])
        low, high = at[:, 2] < neck_m - 0.05, (at[:, 2] > eyes_m - 0.02) & (dressed.material != Material.BAG)
        assert moved[low].max() == 0.0
        pivot = ahead[high].mean(axis=0)[:2]
        before, after = ahead[high][:, :2] - pivot, turned[high][:, :2] - turned[high].mean(axis=0)[:2]
        cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        found = np.arctan2(cross.sum(), (before * after).sum())
        assert found == pytest.approx(angle_rad, abs=0.03)
        assert turned[high][:, 2] == pytest.approx(ahead[high][:, 2])
        assert np.linalg.norm(turned_normals, axis=1) == pytest.approx(np.linalg.norm(ahead_normals, axis=1), abs=1e-5)
