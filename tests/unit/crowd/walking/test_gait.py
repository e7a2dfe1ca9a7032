import math

import numpy as np
import pytest

from sim.crowd.people.track import Pose
from sim.crowd.walking.gait import (
    choose_poses,
    compute_gait_phases,
    compute_headings_rad,
    compute_speeds_m_s,
    find_start_heading,
    smooth_positions,
)
from sim.crowd.walking.walker import Footprints

STEP_S = 0.05


def make_prints(at, pose=Pose.WALK, facing=math.nan):
    count = len(at)
    return Footprints(
        first_step=0,
        at=[(float(x), float(y)) for x, y in at],
        facing_rad=[facing] * count,
        pose=[pose] * count,
        floor=["1"] * count,
    )


def make_straight(speed, count=80, angle=0.0):
    along = np.arange(count) * speed * STEP_S
    return np.stack([along * math.cos(angle), along * math.sin(angle)], axis=1)


def test_phase_advances_by_distance_over_stride():
    phases = compute_gait_phases(make_straight(1.0, 41), stride_m=1.25, start=0.5)
    assert phases[0] == 0.5
    assert phases[-1] == pytest.approx((0.5 + 2.0 / 1.25) % 1.0)


def test_phase_stands_still_with_the_person():
    phases = compute_gait_phases(np.zeros((20, 2)), stride_m=1.25, start=0.3)
    assert (phases == 0.3).all()


def test_smoothing_keeps_a_straight_walk_and_both_ends():
    at = make_straight(1.3)
    smooth = smooth_positions(make_prints(at))
    assert smooth == pytest.approx(at, abs=1e-9)
    assert len(smooth_positions(make_prints(at[:2]))) == 2


def test_smoothing_takes_the_jerk_out_of_a_start():
    at = np.concatenate([np.zeros((20, 2)), make_straight(1.3)])
    rough = np.diff(at, n=2, axis=0)
    assert np.abs(np.diff(smooth_positions(make_prints(at)), n=2, axis=0)).max() < 0.5 * np.abs(rough).max()


def test_speed_of_an_even_walk():
    assert compute_speeds_m_s(make_straight(1.2), step_s=STEP_S) == pytest.approx(1.2)


def test_heading_follows_the_walk_within_the_turn_rate():
    corner = np.array([60 * 1.2 * STEP_S, 0.0])
    at = np.concatenate([make_straight(1.2, 60), corner + make_straight(1.2, 60, math.pi / 2)])
    speed = compute_speeds_m_s(at, step_s=STEP_S)
    heading = compute_headings_rad(make_prints(at), at, speed, start_rad=0.0, step_s=STEP_S)
    assert heading[30] == pytest.approx(0.0, abs=0.02)
    assert heading[-1] == pytest.approx(math.pi / 2, abs=0.05)
    assert np.abs(np.diff(heading)).max() <= 3.2 * STEP_S + 1e-9


def test_a_standing_person_turns_to_where_they_want_to_face_and_rests_there():
    at = np.zeros((100, 2))
    heading = compute_headings_rad(make_prints(at, Pose.STAND, 2.0), at, np.zeros(100), start_rad=0.0, step_s=STEP_S)
    assert heading[-1] == pytest.approx(2.0, abs=0.01)
    assert np.abs(np.diff(heading)).max() <= 1.9 * STEP_S + 1e-9
    assert np.abs(np.diff(heading[-20:])).max() < 1e-3


def test_poses_follow_what_the_legs_do():
    at = np.concatenate([make_straight(1.2, 40), np.tile(make_straight(1.2, 40)[-1:], (40, 1))])
    poses = choose_poses(make_prints(at), compute_speeds_m_s(at, step_s=STEP_S), step_s=STEP_S)
    assert (poses[:38] == Pose.WALK).all()
    assert (poses[-20:] == Pose.STAND).all()
    assert (np.diff(poses) != 0).sum() == 1, "one change, no flicker"


def test_a_person_at_the_locker_who_is_pushed_along_walks():
    at = make_straight(0.5)
    poses = choose_poses(make_prints(at, Pose.LOCKER), compute_speeds_m_s(at, step_s=STEP_S), step_s=STEP_S)
    assert (poses[5:-5] == Pose.WALK).all()


def test_a_newcomer_faces_along_the_first_steps():
    at = make_straight(1.0, angle=2.5)
    assert find_start_heading(make_prints(at), at) == pytest.approx(2.5)
    assert find_start_heading(make_prints(at, Pose.STAND, 0.7), at) == 0.7
    assert find_start_heading(make_prints(np.zeros((5, 2))), np.zeros((5, 2))) == 0.0
