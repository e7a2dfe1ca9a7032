from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.crowd.crowd import make_crowd
from sim.crowd.people.body_index import BodyFacts, draw_manner
from sim.crowd.people.people import Crowd, Garment, Manner, Pose, Track
from sim.crowd.scenario.casting import make_people
from sim.footage.people.dressing import dress_person
from sim.footage.people.extra import Material
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stances, compute_pose_shares, plan_glances
from tests.support.painted_hall import get_body, make_figure, make_hall_people, stand
from tests.support.walking_hall import make_hall_site, make_hall_track, make_plain_people, make_scenario


def _track(poses: list[Pose], speeds: list[float]) -> Track:
    return make_hall_track("P001", np.zeros((len(poses), 3)), poses, speeds=speeds)


def test_poses_change_over_half_a_second_and_walking_fades_into_standing_as_the_speed_falls() -> None:
    shares = compute_pose_shares(_track([Pose.PHONE] * 10 + [Pose.LOCKER] * 10, [0.0] * 20), fps=10)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert shares[0, Pose.PHONE] == 1.0
    assert shares[-1, Pose.LOCKER] == 1.0
    mixed = np.flatnonzero((shares[:, Pose.LOCKER] > 0) & (shares[:, Pose.LOCKER] < 1))
    assert 3 <= len(mixed) <= 6
    assert np.abs(np.diff(shares[:, Pose.LOCKER])).max() < 0.35
    shares = compute_pose_shares(_track([Pose.WALK] * 30, [1.2] * 10 + [0.3] * 10 + [0.0] * 10), fps=10)
    assert shares[2, Pose.WALK] == 1.0
    assert 0 < shares[15, Pose.WALK] < 1
    assert shares[-1, Pose.STAND] == 1.0


def test_sitting_down_and_getting_up_take_a_second_from_when_they_are_asked_for() -> None:
    poses = [Pose.WALK] * 10 + [Pose.SIT] * 40 + [Pose.WALK] * 10
    shares = compute_pose_shares(_track(poses, [1.2] * 10 + [0.0] * 40 + [1.2] * 10), fps=10)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    sitting = shares[:, Pose.SIT]
    assert (sitting[:10] == 0).all()
    assert (sitting[22:50] > 0.999).all()
    assert (np.diff(sitting[49:61]) < 0).all()
    assert np.abs(np.diff(sitting)).max() < 0.12
    assert shares[12, Pose.STAND] > 0.3
    always = compute_pose_shares(_track([Pose.SIT] * 12, [0.0] * 12), fps=10)
    assert (always[:, Pose.SIT] > 0.999).all(), "who sits from the start to the end never gets up"


def test_nobody_shrinks_or_sinks_on_the_way_down() -> None:
    """Between standing and lying, a thigh keeps its length within 16 % and nothing goes below the floor."""
    person = make_hall_people()[0]
    figure = make_figure(person)
    body = figure.dressed.body
    thigh = np.flatnonzero((body.get_part("thigh") > 0.97) & (body.rest_m[:, 1] > 0))
    ends = thigh[[body.rest_m[thigh, 2].argmin(), body.rest_m[thigh, 2].argmax()]]
    rest_m = float(np.linalg.norm(body.rest_m[ends[0]] - body.rest_m[ends[1]]))
    for pose in (Pose.SIT, Pose.KNEEL, Pose.LIE):
        for share in np.linspace(0, 1, 21):
            shares = tuple(float(share if p is pose else (1 - share if p is Pose.STAND else 0.0)) for p in Pose)
            stance = replace(stand(person, 0.0, 0.0), shares=shares)
            mixed = sum(body.vertices_m[i] * part for i, part in figure.compute_mix(stance))
            length = float(np.linalg.norm(mixed[ends[0]] - mixed[ends[1]]))
            assert abs(length / rest_m - 1) < 0.16
            assert figure.place(stance)[0][:, 2].min() > -0.02


def test_a_figure_goes_smoothly_through_its_gait_and_faces_its_heading() -> None:
    person = make_hall_people()[0]
    figure = make_figure(person)
    steps = [figure.place(stand(person, 0.0, 0.0, phase=p))[0] for p in np.linspace(0, 1, 97)]
    assert max(np.abs(b - a).max() for a, b in pairwise(steps)) < 0.05
    assert np.allclose(steps[0], steps[-1], atol=1e-5)
    nose = steps[0][:, 0].argmax()
    turned = figure.place(stand(person, 3.0, 1.0, heading_rad=np.pi / 2))[0]
    assert turned[nose] == pytest.approx(
        [3.0 - steps[0][nose, 1], 1.0 + steps[0][nose, 0], steps[0][nose, 2]], abs=1e-4
    )


@pytest.mark.parametrize("body_id", ["girl_7", "girl_average", "boy_17", "man_average", "woman_heavy"])
def test_a_hand_at_the_strap_is_at_the_strap(body_id: str) -> None:
    """Through the whole walk some of the hand is within 4 cm of the right strap, and its middle within 10 cm."""
    red = (0.5, 0.01, 0.01)
    person = make_hall_people()[0]
    top = replace(person.outfit.top, kind="T-shirt", rgb=(0.1, 0.1, 0.1), accent=None)
    outfit = replace(person.outfit, top=top, bag=Garment(kind="backpack", colour="red", rgb=red))
    held = replace(person, body_id=body_id, outfit=outfit, manner=Manner(holds_strap=True), height_scale=1.0)
    dressed = dress_person(get_body(body_id), held)
    is_strap = (dressed.material == Material.CLOTH) & (dressed.albedo[:, 0] > 5 * dressed.albedo[:, 1])
    strap = is_strap & (dressed.laid_m[:, 1] < 0)
    along_arm, is_arm = dressed.limbs[:, 4], dressed.limbs[:, 0] > 0.9
    hand = is_arm & (along_arm > 1.1) & (dressed.laid_m[:, 1] < 0)
    assert strap.sum() > 10
    assert hand.sum() > 20
    for row, name in enumerate(dressed.pose_names):
        if name.startswith("walk") and name[4:].isdigit():
            at, fingers = dressed.vertices_m[row, strap], dressed.vertices_m[row, hand]
            gap = np.linalg.norm(fingers[:, None] - at[None], axis=2).min(axis=1)
            assert gap.min() < 0.04
            assert np.linalg.norm(fingers.mean(axis=0) - at, axis=1).min() < 0.10


FPS, COUNT = 10.0, 1800


def _walk(name: str, *, y_m: float, speed_m_s: float = 1.2, pose: Pose = Pose.WALK, z_m: float = 0.0) -> Track:
    x = np.arange(COUNT) / FPS * speed_m_s
    return replace(
        _track([pose] * COUNT, [abs(speed_m_s)] * COUNT),
        person_id=name,
        xyz_m=np.stack([x, np.full(COUNT, y_m), np.full(COUNT, z_m)], axis=1),
        heading_rad=np.full(COUNT, 0.0 if speed_m_s >= 0 else np.pi),
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


ON_GROUND_M = 0.012
MOST_SLIDE_M = 0.03


@pytest.fixture(scope="module", params=["girl_average", "girl_9"])
def body(request):
    return get_body(request.param)


@pytest.fixture(scope="module")
def facts(body):
    return BodyFacts(body_id=body.body_id, height_m=1.5, stride_m=body.stride_m, strides_m=body.strides_m)


@pytest.fixture(scope="module")
def crowd(body, facts) -> Crowd:
    steps = [
        {"do": "locker", "zone": "hall", "for_s": [4, 6]},
        {"do": "sit", "zone": "cafeteria", "for_s": [4, 6]},
        {"do": "talk", "zone": "hall", "for_s": [8, 9]},
        {"do": "leave", "doors": ["room-2"]},
    ]
    day = {"day_id": "d", "people": 3, "arrive": [{"doors": ["street"], "at_s": [0, 6]}], "steps": steps}
    scenario = make_scenario([day], duration_s=75)
    rng = np.random.default_rng(4)
    dressed = make_people(rng, count=3, bodies=(body.body_id,), staff_share=0.0, look_alikes=())
    plain = make_plain_people(scenario)
    people = [replace(p, body_id=body.body_id, outfit=q.outfit) for p, q in zip(plain, dressed, strict=True)]
    people = [replace(p, manner=draw_manner(p, facts)) for p in people]
    return make_crowd(
        site=make_hall_site(),
        scenario=scenario,
        people=people,
        stride_m={body.body_id: body.stride_m},
        rng=rng.spawn(1)[0],
    )


def measure_slides_m(figure: Figure, crowd: Crowd, person_id: str, *, held: bool) -> list[float]:
    standing = figure.dressed.vertices_m[figure.dressed.pose_names.index("stand_a")]
    low = standing[:, 2] < 0.05
    feet = [np.flatnonzero(low & (standing[:, 1] > 0)), np.flatnonzero(low & (standing[:, 1] <= 0))]
    stances = Stances(crowd)
    before, slid, slides = None, [np.zeros(2), np.zeros(2)], []
    for frame in range(crowd.frame_count):
        own = [s for s in stances.get(frame) if s.person_id == person_id]
        if not own:
            continue
        vertices, _ = figure.place(own[0] if held else replace(own[0], walk=None))
        for foot, rows in enumerate(feet):
            now = vertices[rows]
            if before is not None:
                both = (now[:, 2] < ON_GROUND_M) & (before[rows][:, 2] < ON_GROUND_M)
                if both.any():
                    slid[foot] = slid[foot] + (now[both, :2] - before[rows][both, :2]).mean(axis=0)
                elif slid[foot].any():
                    slides.append(float(np.hypot(*slid[foot])))
                    slid[foot] = np.zeros(2)
        before = vertices
    return slides


def test_no_foot_on_the_ground_slides_more_than_three_centimeters_a_step(body, crowd):
    slides, dragged = [], []
    for person in crowd.people:
        figure = Figure(dress_person(body, person))
        slides += measure_slides_m(figure, crowd, person.person_id, held=True)
    dragged = measure_slides_m(figure, crowd, crowd.people[-1].person_id, held=False)
    assert len(slides) > 150
    assert max(slides) < MOST_SLIDE_M
    assert max(dragged) > 5 * MOST_SLIDE_M, "what the poses alone would do"
    assert {Pose.SIT, Pose.LOCKER, Pose.WALK} <= {Pose(p) for track in crowd.tracks for p in track.pose}
