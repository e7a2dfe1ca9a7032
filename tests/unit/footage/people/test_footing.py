"""Feet stay where they are put: over real people on a real walk, and in small."""

from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.crowd import make_crowd
from sim.crowd.people.body_index import BodyFacts
from sim.crowd.people.manner import draw_manner
from sim.crowd.people.track import Crowd, Pose
from sim.crowd.scenario.draw_people import make_people
from sim.footage.people.bodies import load_body
from sim.footage.people.dressing import dress_person
from sim.footage.people.figure import Figure
from sim.footage.people.motion import HOLD_M, Contact, Stances, compute_leg_shares, find_cuts, plan_feet
from tests.support.painted_hall import BODIES
from tests.support.walking_hall import make_hall_site, make_plain_people, make_scenario

ON_GROUND_M = 0.012
MOST_SLIDE_M = 0.03


@pytest.fixture(scope="module", params=["girl_average", "girl_9"])
def body(request):
    return load_body(BODIES, request.param)


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
    """Return how far each foot of a person slid while it was on the ground, one number a contact, from the vertices."""
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


def make_contact(slide_m: float, count: int = 60) -> Contact:
    slides = np.zeros((count, 2))
    slides[1:, 0] = slide_m
    return Contact(touches=np.ones(count, dtype=np.bool_), slide_m=slides)


def test_a_foot_that_stands_still_is_left_alone():
    assert not plan_feet((make_contact(0.0), make_contact(0.0)), fps=10).any()


def test_a_dragged_foot_is_held_and_then_lifted():
    feet = plan_feet((make_contact(0.02), make_contact(0.0)), fps=10)
    lifted = feet[:, 0, 2] > 0
    assert lifted.any()
    assert not feet[:, 1].any(), "the other foot stands"
    held = ~lifted[1:] & ~lifted[:-1]
    assert np.diff(feet[:, 0, 0])[held] == pytest.approx(-0.02)
    assert np.abs(feet[:, 0, 0]).max() < 1.7 * HOLD_M


def test_feet_are_lifted_one_after_the_other():
    feet = plan_feet((make_contact(0.02), make_contact(-0.02)), fps=10)
    assert (feet[:, :, 2] > 0).any(axis=0).all()
    assert not (feet[:, :, 2] > 0).all(axis=1).any()


def test_legs_bend_and_hands_do_not_follow():
    standing = np.array([[0, 0.1, 0.0], [0, -0.1, 0.0], [0, 0.1, 0.4], [0, 0.3, 0.75], [0, 0, 0.0]], dtype=np.float32)
    shares = compute_leg_shares(standing, hip_m=0.9)
    assert shares[0] == pytest.approx([1, 0])
    assert shares[1] == pytest.approx([0, 1])
    assert 0.1 < shares[2, 0] < 0.7
    assert shares[3] == pytest.approx([0, 0])
    assert shares[4] == pytest.approx([0.5, 0.5])


def test_a_track_is_cut_only_in_the_middle_of_a_walk():
    speed = np.concatenate([np.full(120, 1.2), np.zeros(200), np.full(100, 1.2)])
    cuts = find_cuts(speed, fps=10)
    assert cuts == [0, 80, 345, 420]
