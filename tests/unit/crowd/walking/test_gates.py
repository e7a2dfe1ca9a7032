import numpy as np

from sim.crowd.places.errands import Itinerary, Leave
from sim.crowd.walking.gates import Gates
from sim.crowd.walking.walker import Walker
from tests.support.walking_hall import make_plain_people, make_scenario

ONE = make_scenario(
    [{"day_id": "d", "people": 1, "arrive": [{"doors": ["street"]}], "steps": [{"do": "leave", "doors": ["room-1"]}]}]
)


def make_walker(number: int) -> Walker:
    itinerary = Itinerary(
        person=make_plain_people(ONE)[0],
        day_id="d",
        enter_door="street",
        enter_s=0.0,
        errands=(Leave(door_id="room-1"),),
        party=number,
        pace_m_s=1.2,
        lane=0.5,
    )
    return Walker(number=number, itinerary=itinerary, rng=np.random.default_rng(number))


def test_one_passes_and_the_next_waits_for_the_release():
    gates, first, second = Gates(), make_walker(0), make_walker(1)
    assert gates.ask("door", first, 0.0)
    assert not gates.ask("door", second, 0.1)
    assert gates.ask("door", first, 0.2), "the holder may keep asking"
    gates.release(first)
    assert gates.ask("door", second, 0.3)


def test_who_asked_first_goes_first():
    gates, first, second, third = Gates(), make_walker(0), make_walker(1), make_walker(2)
    gates.ask("door", first, 0.0)
    gates.ask("door", second, 0.1)
    gates.ask("door", third, 0.1)
    gates.release(first)
    assert not gates.ask("door", third, 0.2)
    assert gates.ask("door", second, 0.2)


def test_who_stops_asking_loses_the_place():
    gates, first, second, third = Gates(), make_walker(0), make_walker(1), make_walker(2)
    gates.ask("door", first, 0.0)
    gates.ask("door", second, 0.1)
    gates.release(first)
    assert gates.ask("door", third, 5.0)


def test_a_door_is_not_held_for_ever():
    gates, first, second = Gates(), make_walker(0), make_walker(1)
    gates.ask("door", first, 0.0)
    assert not gates.ask("door", second, 11.9)
    assert gates.ask("door", second, 12.1)
    assert first.gate is None
