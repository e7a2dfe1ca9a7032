"""A body set as it was before schema 3: read, and its people painted in today's clothes."""

from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.people.body_index import choose_by_age, load_body_index
from sim.crowd.people.manner import HURRY, draw_manner
from sim.crowd.people.people import PLAIN, Person
from sim.crowd.people.track import Pose
from sim.footage.paint.picture import ScenePainter
from sim.footage.people.bodies import load_body
from sim.footage.people.dressing import dress_person
from sim.footage.people.figure import Figure
from tests.support.painted_hall import SECOND_SCHEMA, make_hall_people, make_hall_plate, make_hall_view, stand

FACTS = load_body_index(SECOND_SCHEMA)
BODY = load_body(SECOND_SCHEMA, "girl_average")


@pytest.fixture(params=range(8))
def person(request: pytest.FixtureRequest) -> Person:
    """Return people who stand and talk each in their own way."""
    person = replace(make_hall_people()[request.param], body_id=BODY.body_id, height_scale=1.0)
    return replace(person, manner=draw_manner(person, FACTS[BODY.body_id]))


def test_it_tells_no_ages_and_so_fits_every_school() -> None:
    assert choose_by_age(FACTS, (5, 11)) == choose_by_age(FACTS, (14, 18)) == FACTS


def test_what_later_bodies_have_besides_is_lent_from_what_it_has() -> None:
    walk, hurried = BODY.find_cycle("walk"), BODY.find_cycle(HURRY)
    assert len(walk) == len(hurried) > 10
    assert np.array_equal(BODY.vertices_m[list(walk)], BODY.vertices_m[list(hurried)])
    assert {"stand_a", "stand_b", "stand_c", "stand_d", "talk_c", "talk_d"} <= set(BODY.pose_names)


def test_its_people_walk_as_all_of_their_kind(person: Person) -> None:
    assert person.manner == PLAIN


def test_its_people_are_dressed_and_painted_in_every_pose(person: Person) -> None:
    figure = Figure(dress_person(BODY, person))
    view = make_hall_view()
    painter = ScenePainter(view, make_hall_plate(view), {(person.person_id, 0): figure})
    for pose in Pose:
        stance = replace(stand(person, 7.0, 0.0, pose=pose, phase=0.3), hurry=0.6)
        vertices, _ = figure.place(stance)
        assert np.isfinite(vertices).all()
        assert vertices[:, 2].min() > -0.09, "a foot on its way down a stair is the lowest"
        _, sightings = painter.paint([stance])
        assert [sighting.person_id for sighting in sightings] == [person.person_id]
