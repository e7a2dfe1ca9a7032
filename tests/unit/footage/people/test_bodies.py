from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.crowd.people.body_index import BodyFacts, load_body_index
from sim.crowd.people.people import Role
from sim.crowd.people.track import Pose
from sim.crowd.walking.gait import CYCLE_M, CYCLE_SHARE
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.people.bodies import Body, load_body
from tests.support.painted_hall import BODIES


@pytest.fixture(params=sorted(load_body_index(BODIES)))
def body(request: pytest.FixtureRequest) -> Body:
    return _load(request.param)


@cache
def _load(body_id: str) -> Body:
    return load_body(BODIES, body_id)


def test_enough_bodies_of_both_ages_and_sexes() -> None:
    facts = load_body_index(BODIES)
    kinds = {name.split("_")[0] for name in facts}
    assert len(facts) >= 8
    assert kinds == {"boy", "girl", "man", "woman"}
    assert all(1.0 < f.height_m < 1.8 for f in facts.values() if f.role is Role.STUDENT)
    assert all(1.5 < f.height_m < 1.95 for f in facts.values() if f.role is Role.STAFF)


def test_the_index_says_what_the_tables_hold(body: Body) -> None:
    facts = load_body_index(BODIES)[body.body_id]
    assert facts.strides_m == pytest.approx(dict(body.strides_m), abs=1e-3)
    assert facts.stride_m == pytest.approx(body.stride_m, abs=1e-3)
    assert facts.height_m == pytest.approx(float(np.ptp(body.rest_m[:, 2])), abs=2e-3)


def test_every_pose_stands_on_the_ground(body: Body) -> None:
    """On stairs the ground is a slope, in a run both feet may be in the air, and wheelchairs have footrests."""
    lowest = dict(zip(body.pose_names, body.vertices_m[:, :, 2].min(axis=1), strict=True))
    for name, height in lowest.items():
        if name.startswith(("up", "down")):
            assert -0.06 < height < 0.14
        elif name.startswith("wheel"):
            assert height == pytest.approx(0.10, abs=2e-3)
        elif name.startswith("run"):
            assert -1e-3 < height < 0.06
        elif name.startswith("crutches"):
            assert -0.01 < height < 0.06
        else:
            assert abs(height) < 1e-3


def measure_slides(body: Body, gait: str, *, slope: float = 0.0) -> list[float]:
    """Return how far each foot's planted vertices move over the ground in a whole step, meters."""
    rows = body.find_cycle(gait)
    count, stride = len(rows), body.strides_m[gait]
    slides = []
    for sign in (1, -1):
        foot = (body.get_part("foot") > 0.9) & (body.rest_m[:, 1] * sign > 0)
        steps = []
        for i in range(count):
            now, after = body.vertices_m[rows[i]][foot], body.vertices_m[rows[(i + 1) % count]][foot].copy()
            after += np.array([stride / count, 0.0, slope * stride / count], dtype=np.float32)
            level = min(float(now[:, 2].min()), 0.012) if slope else 0.0
            planted = (now[:, 2] < level + 0.012) & (np.abs(after[:, 2] - now[:, 2]) < 0.006)
            steps.append(float(np.median(after[planted, 0] - now[planted, 0])) if planted.any() else 0.0)
        slides.append(abs(float(np.sum(steps))))
    return slides


@pytest.mark.parametrize(("gait", "slope"), [("walk", 0.0), ("run", 0.0), ("up", 0.55), ("down", -0.55)])
def test_no_planted_foot_slides_more_than_3_cm_a_step(body: Body, gait: str, slope: float) -> None:
    assert max(measure_slides(body, gait, slope=slope)) < 0.03


def test_the_standing_foot_of_a_crutch_user_does_not_slide(body: Body) -> None:
    assert measure_slides(body, "crutches")[0] < 0.03


def test_crowd_and_bodies_agree_how_far_a_cycle_carries(body: Body) -> None:
    walk = body.strides_m["walk"]
    for pose, gait in ((Pose.RUN, "run"), (Pose.STAIRS_UP, "up"), (Pose.WHEEL, "wheel"), (Pose.CRUTCHES, "crutches")):
        crowd_m = CYCLE_M[pose] if pose in CYCLE_M else CYCLE_SHARE[pose] * walk
        assert body.strides_m[gait] == pytest.approx(crowd_m, rel=0.025)


def test_limbs_keep_their_length_in_every_pose(body: Body) -> None:
    """Bones are rigid by construction; skin between two wrists' and elbows' rings must follow them."""
    for part in ("forearm", "calf", "thigh"):
        inner = (body.get_part(part) > 0.97) & (body.rest_m[:, 1] > 0)
        rest = body.rest_m[inner]
        far = int(np.linalg.norm(rest - rest[0], axis=1).argmax())
        length = np.linalg.norm(body.vertices_m[:, inner][:, far] - body.vertices_m[:, inner][:, 0], axis=1)
        assert np.abs(length / length[0] - 1).max() < 0.12


def test_stride_is_in_proportion_to_height(body: Body) -> None:
    # People walk at 0.7 to 0.95 body heights a stride at ease (Winter 2009, table 1.1: 1.5 m at 1.75 m).
    assert 0.7 < body.stride_m / float(body.rest_m[:, 2].max()) < 0.95


def test_soles_do_not_slide(body: Body) -> None:
    """Walked over the ground with the phase advanced by distance, what touches the floor stays within 2 cm a step."""
    walk = body.vertices_m[list(body.find_cycle("walk"))]
    step_m = body.stride_m / len(walk)
    for i in range(len(walk)):
        now, after = walk[i], walk[(i + 1) % len(walk)]
        touching = (now[:, 2] < 0.012) & (after[:, 2] < 0.012)
        moved = after[touching, 0] - now[touching, 0] + step_m
        assert touching.any()
        assert abs(float(np.median(moved))) < 0.02


def test_left_heel_strikes_at_phase_zero(body: Body) -> None:
    foot = body.get_part("foot") > 0.5
    left, right = foot & (body.rest_m[:, 1] > 0), foot & (body.rest_m[:, 1] < 0)
    strike = body.vertices_m[body.find_cycle("walk")[0]]
    assert strike[left, 0].max() > strike[right, 0].max() + 0.25
    assert strike[left, 2].min() < 0.03


def test_arms_hang_at_the_sides(body: Body) -> None:
    hands = body.get_part("hand") > 0.5
    standing = body.vertices_m[body.pose_names.index("stand_a")]
    widest = float(np.abs(standing[hands, 1]).max())
    assert widest < 0.19 * float(body.rest_m[:, 2].max())


def test_frames_carry_the_head_rigidly(body: Body) -> None:
    head = body.get_part("head") > 0.99
    motion = body.frames[:, body.frame_names.index("head")]
    moved = np.einsum("pij,vj->pvi", motion[:, :, :3], body.rest_m[head]) + motion[:, None, :, 3]
    assert np.abs(moved - body.vertices_m[:, head]).max() < 2e-3


def test_missing_newer_and_older_bodies_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="nobody"):
        load_body(tmp_path, "nobody")
    np.savez(tmp_path / "new.npz", schema_version=np.int32(99))
    with pytest.raises(NewerSchemaError, match="99"):
        load_body(tmp_path, "new")
    np.savez(tmp_path / "old.npz", schema_version=np.int32(2))
    with pytest.raises(RecordingError, match=r"old\.npz has schema_version 2.*3.*bake the bodies again"):
        load_body(tmp_path, "old")
    (tmp_path / "bodies.json").write_text("[]")
    with pytest.raises(RecordingError, match=r"bodies\.json"):
        load_body_index(tmp_path)
    (tmp_path / "bodies.json").write_text('{"schema_version": 99, "bodies": {}}')
    with pytest.raises(NewerSchemaError, match="99"):
        load_body_index(tmp_path)


def test_facts_know_adults_by_name() -> None:
    assert BodyFacts(body_id="woman_x", height_m=1.7, stride_m=1.4).role is Role.STAFF
