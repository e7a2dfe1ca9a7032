from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.crowd.people.body_index import NEWEST_SET, TRAITS, choose_by_age, draw_manner, load_body_index
from sim.crowd.people.people import Person, Pose, Role
from sim.crowd.people.wardrobe import NONE
from sim.crowd.walking.gait import CYCLE_M, CYCLE_SHARE
from sim.errors import NewerSchemaError, RecordingError, ScenarioError
from sim.features.library.footage_build import find_bodies_folder
from sim.footage.people import meshes
from sim.footage.people.bodies import Body, load_body
from sim.footage.people.cloth import Piece, dress_surface
from sim.footage.people.dressing import dress_person, walk_as
from sim.footage.people.extra import Material, attach
from sim.site.model import load_site
from tests.support.painted_hall import BODIES, SCENARIOS, get_body, make_hall_people, make_hall_view


@pytest.fixture(params=sorted(load_body_index(BODIES)))
def body(request: pytest.FixtureRequest) -> Body:
    return get_body(request.param)


def test_the_index_says_what_the_tables_hold_and_strides_are_in_proportion_to_height(body: Body) -> None:
    facts = FACTS[body.body_id]
    # People walk at 0.7 to 0.95 body heights a stride at ease (Winter 2009, table 1.1: 1.5 m at 1.75 m).
    assert 0.7 < body.stride_m / float(body.rest_m[:, 2].max()) < 0.95
    assert facts.strides_m == pytest.approx(dict(body.strides_m), abs=1e-3)
    assert facts.stride_m == pytest.approx(body.stride_m, abs=1e-3)
    assert facts.height_m == pytest.approx(float(np.ptp(body.rest_m[:, 2])), abs=2e-3)


def test_every_pose_stands_on_the_ground(body: Body) -> None:
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
    assert measure_slides(body, "crutches")[0] < 0.03, "the standing foot of a crutch user"


def test_crowd_and_bodies_agree_how_far_a_cycle_carries(body: Body) -> None:
    walk = body.strides_m["walk"]
    for pose, gait in ((Pose.RUN, "run"), (Pose.STAIRS_UP, "up"), (Pose.WHEEL, "wheel"), (Pose.CRUTCHES, "crutches")):
        crowd_m = CYCLE_M[pose] if pose in CYCLE_M else CYCLE_SHARE[pose] * walk
        assert body.strides_m[gait] == pytest.approx(crowd_m, rel=0.025)


def test_limbs_keep_their_length_frames_carry_the_head_and_the_left_heel_strikes_at_phase_zero(body: Body) -> None:
    for part in ("forearm", "calf", "thigh"):
        inner = (body.get_part(part) > 0.97) & (body.rest_m[:, 1] > 0)
        rest = body.rest_m[inner]
        far = int(np.linalg.norm(rest - rest[0], axis=1).argmax())
        length = np.linalg.norm(body.vertices_m[:, inner][:, far] - body.vertices_m[:, inner][:, 0], axis=1)
        assert np.abs(length / length[0] - 1).max() < 0.12
    head = body.get_part("head") > 0.99
    motion = body.frames[:, body.frame_names.index("head")]
    moved = np.einsum("pij,vj->pvi", motion[:, :, :3], body.rest_m[head]) + motion[:, None, :, 3]
    assert np.abs(moved - body.vertices_m[:, head]).max() < 2e-3
    foot = body.get_part("foot") > 0.5
    left, right = foot & (body.rest_m[:, 1] > 0), foot & (body.rest_m[:, 1] < 0)
    strike = body.vertices_m[body.find_cycle("walk")[0]]
    assert strike[left, 0].max() > strike[right, 0].max() + 0.25
    assert strike[left, 2].min() < 0.03


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


FACTS = load_body_index(BODIES)
MEDIANS_M = {
    # Kuczmarski and others 2002 (CDC growth charts), stature for age, 50th percentile: (age, boys, girls).
    5.5: (1.121, 1.115), 6.0: (1.153, 1.150), 7.0: (1.218, 1.217), 8.0: (1.277, 1.275), 9.0: (1.333, 1.329),
    10.0: (1.384, 1.381), 10.5: (1.409, 1.410), 11.5: (1.461, 1.480), 13.0: (1.560, 1.570), 13.5: (1.602, 1.588),
    15.5: (1.716, 1.622), 16.0: (1.734, 1.625), 16.5: (1.747, 1.628), 17.0: (1.754, 1.630),
}  # fmt: skip


def test_at_least_eighteen_bodies_of_all_ages() -> None:
    assert len(FACTS) >= 18
    assert {name.split("_")[0] for name in FACTS} == {"boy", "girl", "man", "woman"}
    assert BODIES.name == NEWEST_SET
    with pytest.raises(RecordingError, match="3 to 4 years"):
        choose_by_age(FACTS, (3, 4))
    assert sum(f.role is Role.STAFF for f in FACTS.values()) >= 10
    for age in range(5, 19):
        fitting = {
            n.split("_")[0] for n, f in FACTS.items() if f.role is Role.STUDENT and f.ages[0] <= age <= f.ages[1]
        }
        assert fitting, age


@pytest.mark.parametrize("body_id", [n for n, f in FACTS.items() if f.role is Role.STUDENT])
def test_children_are_as_tall_as_children_of_their_ages(body_id: str) -> None:
    facts = FACTS[body_id]
    middle = (facts.ages[0] + facts.ages[1] + 1) / 2
    ages = sorted(MEDIANS_M)
    girl = body_id.startswith("girl")
    median = float(np.interp(middle, ages, [MEDIANS_M[age][girl] for age in ages]))
    assert facts.height_m == pytest.approx(median, rel=0.06)


@pytest.mark.parametrize(
    ("site", "low", "high"), [("birch-elementary", 1.0, 1.5), ("maple-ridge", 1.3, 1.75), ("lincoln-high", 1.55, 1.8)]
)
def test_each_school_has_students_of_its_own_ages(site: str, low: float, high: float) -> None:
    ages = load_site(SCENARIOS / "sites" / site).ages
    students = [f for f in choose_by_age(FACTS, ages).values() if f.role is Role.STUDENT]
    assert len(students) >= 6
    assert all(low < f.height_m < high for f in students)


def test_a_missing_set_is_named_with_those_that_are_here(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"'bodies-9'.*one of bodies-2\..*update Sightline"):
        find_bodies_folder(tmp_path / "day.yaml", "bodies-9")
    (tmp_path / "bodies-9").mkdir()
    assert find_bodies_folder(tmp_path / "day.yaml", "bodies-9") == tmp_path / "bodies-9"
    assert find_bodies_folder(tmp_path / "day.yaml", NEWEST_SET).samefile(BODIES)


def _person(number: int, body_id: str) -> Person:
    return replace(make_hall_people()[0], person_id=f"P{number:03d}", body_id=body_id)


def test_a_walk_is_ones_own_and_stays_so() -> None:
    people = [_person(number, "girl_average") for number in range(300)]
    manners = [draw_manner(person, FACTS["girl_average"]) for person in people]
    assert manners == [draw_manner(person, FACTS["girl_average"]) for person in people]
    assert len({m.shares for m in manners}) == 300
    shares = {name: [dict(m.shares)[name] for m in manners] for name in TRAITS}
    assert all(np.std(values) > 0.2 for values in shares.values())
    strides = [m.stride_share for m in manners]
    assert 0.8 < min(strides) < 0.88
    assert 1.0 < max(strides) < 1.2
    assert 0 < sum("walk_limp" in dict(m.shares) for m in manners) < 25


def test_people_walk_the_halls_at_the_usual_cadence() -> None:
    """Winter 2009 (doi:10.1002/9780470549148): 101 to 122 steps a minute unhurried. The crowd's median is 1.23 m/s."""
    for body_id in ("man_average", "woman_average", "boy_17"):
        facts = FACTS[body_id]
        shares = [draw_manner(_person(number, body_id), facts).stride_share for number in range(300)]
        cadence = 120 * 1.23 / (float(np.median(shares)) * facts.stride_m)
        assert 101 < cadence < 122, body_id


@pytest.mark.parametrize("body_id", ["man_older", "girl_average"])
def test_what_hangs_on_bones_stays_on_the_body_in_a_walk_of_ones_own(body_id: str) -> None:
    body = get_body(body_id)
    skull = body.get_part("head") > 0.99
    for number in range(20):
        own = walk_as(body, draw_manner(_person(number, body_id), FACTS[body_id]))
        rows = list(own.find_cycle("walk"))
        carried = attach(own, own.rest_m[skull], {"head": 1.0})[rows]
        assert float(np.abs(carried - own.vertices_m[rows][:, skull]).max()) < 0.006


def test_a_t_shirt_leaves_the_neck_free_and_covers_the_belt() -> None:
    body = get_body("girl_average")
    person = _person(1, "girl_average")
    outfit = replace(person.outfit, top=replace(person.outfit.top, kind="T-shirt"), vest=None)
    surface = dress_surface(body, outfit, np.random.default_rng(1))
    at = surface.mesh.compute(body.rest_m)
    scale = float(body.rest_m[:, 2].max()) / 1.6
    middle = (np.abs(at[:, 1]) < 0.02 * scale) & (at[:, 0] > 0) & (surface.piece == Piece.TOP)
    assert float(body.get_joint("neck01")[2]) - float(at[middle, 2].max()) > 0.04 * scale
    assert float(body.get_joint("upperleg01.L")[2]) - float(at[surface.piece == Piece.TOP, 2].min()) > 0.05 * scale


def test_short_hair_has_more_than_one_outline() -> None:
    body = get_body("boy_17")
    rises = []
    for number in range(30):
        person = _person(number, "boy_17")
        outfit = replace(person.outfit, hair=replace(person.outfit.hair, kind="short"), headwear=NONE)
        dressed = dress_person(body, replace(person, outfit=outfit))
        hair = dressed.laid_m[dressed.material == Material.HAIR] / person.height_scale
        rises.append(float(hair[:, 2].max()) - float(body.rest_m[:, 2].max()))
    assert min(rises) > 0.01
    assert max(rises) < 0.08
    assert max(rises) - min(rises) > 0.015


def test_hanging_hands_are_beside_the_hips_and_not_before_them(body: Body) -> None:
    standing = body.vertices_m[body.pose_names.index("stand_a")]
    hips = standing[body.get_part("thigh") > 0.5]
    for side in (1, -1):
        hand = standing[(body.get_part("hand") > 0.5) & (body.rest_m[:, 1] * side > 0)]
        assert np.abs(hand[:, 1]).max() < 0.19 * float(body.rest_m[:, 2].max()), "arms hang at the sides"
        hand = hand.mean(axis=0)
        assert hand[0] < hips[:, 0].max() + 0.02, "no hand is held out in front without a cause"
        assert abs(hand[1]) > np.abs(hips[:, 1]).max() - 0.03, "nor inside a thigh"


def test_fingers_are_closed_where_something_is_carried() -> None:
    body = get_body("boy_average")

    def reach_m(pose: str) -> float:
        row = body.pose_names.index(pose)
        wrist = body.get_frames("wrist.L")[row]
        at = wrist[:, :3] @ body.get_joint("wrist.L") + wrist[:, 3]
        hand = (body.get_part("hand") > 0.9) & (body.rest_m[:, 1] > 0)
        return float(np.linalg.norm(body.vertices_m[row][hand] - at, axis=1).max())

    assert reach_m("carry") < reach_m("stand_a") - 0.015 < reach_m("rest") - 0.03


WALL_M = 8.0


def _make_chooser(*, k1: float = 0.0, wall_m: float = 1e6, looks_behind: bool = False) -> meshes.InView:
    view = replace(make_hall_view(), k1=k1)
    near = np.full((view.size_wh[1], view.size_wh[0]), 1 / wall_m, dtype=np.float32)
    return meshes.InView(view, near, samples=1, looks_behind=looks_behind)


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
    inside = ((high > 0) & (low < view.size_wh)).all(axis=1) & (depth.min(axis=1) < meshes.FARTHEST_M)
    ahead = depth.min(axis=1) >= meshes.NEAR_M
    chosen = _make_chooser(k1=k1).may_show(xyz_m, lying)
    assert 100 < inside[ahead].sum() < ahead.sum() - 100
    assert (chosen[ahead] == inside[ahead]).all()
    assert not chosen[depth.max(axis=1) <= meshes.NEAR_M].any()


def test_a_wall_hides_those_behind_it_unless_their_shadows_may_show() -> None:
    xyz_m = np.array([[WALL_M - 2, 0.0, 0.0], [WALL_M + 2, 0.0, 0.0]])
    standing = np.zeros(2, dtype=np.bool_)
    assert _make_chooser(wall_m=WALL_M).may_show(xyz_m, standing).tolist() == [True, False]
    assert _make_chooser(wall_m=WALL_M, looks_behind=True).may_show(xyz_m, standing).all()
