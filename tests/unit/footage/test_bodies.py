from pathlib import Path

import numpy as np
import pytest

from sim.crowd.body_index import BodyFacts, load_body_index
from sim.crowd.people import Role
from sim.errors import NewerSchemaError, RecordingError
from sim.footage.bodies import Body, load_body
from tests.support.painted_hall import BODIES

BODY_IDS = sorted(load_body_index(BODIES))


@pytest.fixture(params=BODY_IDS)
def body(request: pytest.FixtureRequest) -> Body:
    return load_body(BODIES, request.param)


def test_enough_bodies_of_both_ages_and_sexes() -> None:
    kinds = {name.split("_")[0] for name in BODY_IDS}
    assert len(BODY_IDS) >= 8
    assert kinds == {"boy", "girl", "man", "woman"}
    facts = load_body_index(BODIES)
    assert all(1.35 < f.height_m < 1.75 for f in facts.values() if f.role is Role.STUDENT)
    assert all(1.5 < f.height_m < 1.95 for f in facts.values() if f.role is Role.STAFF)


def test_the_index_says_what_the_tables_hold(body: Body) -> None:
    facts = load_body_index(BODIES)[body.body_id]
    assert facts.stride_m == pytest.approx(body.stride_m, abs=1e-3)
    assert facts.height_m == pytest.approx(float(np.ptp(body.rest_m[:, 2])), abs=2e-3)


def test_every_pose_stands_on_the_ground(body: Body) -> None:
    lowest = body.vertices_m[:, :, 2].min(axis=1)
    assert np.abs(lowest).max() < 1e-3


def test_stride_is_in_proportion_to_height(body: Body) -> None:
    # People walk at 0.7 to 0.95 body heights a stride at ease (Winter 2009, table 1.1: 1.5 m at 1.75 m).
    assert 0.7 < body.stride_m / float(body.rest_m[:, 2].max()) < 0.95


def test_soles_do_not_slide(body: Body) -> None:
    """Walked over the ground with the phase advanced by distance, what touches the floor stays within 2 cm a step."""
    walk = body.vertices_m[list(body.walk_poses)]
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
    strike = body.vertices_m[body.walk_poses[0]]
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


def test_missing_and_newer_bodies_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="nobody"):
        load_body(tmp_path, "nobody")
    np.savez(tmp_path / "new.npz", schema_version=np.int32(99))
    with pytest.raises(NewerSchemaError, match="99"):
        load_body(tmp_path, "new")
    (tmp_path / "bodies.json").write_text("[]")
    with pytest.raises(RecordingError, match=r"bodies\.json"):
        load_body_index(tmp_path)
    (tmp_path / "bodies.json").write_text('{"schema_version": 99, "bodies": {}}')
    with pytest.raises(NewerSchemaError, match="99"):
        load_body_index(tmp_path)


def test_facts_know_adults_by_name() -> None:
    assert BodyFacts(body_id="woman_x", height_m=1.7, stride_m=1.4).role is Role.STAFF
