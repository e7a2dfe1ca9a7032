"""A crowd that cannot move is an error that says where."""

import pytest

from sim.errors import ScenarioError
from tests.support.walking_hall import make_hall_crowd, make_scenario


def make_rush(people: int) -> list[dict[str, object]]:
    return [
        {
            "day_id": "rush",
            "people": people,
            "arrive": [{"doors": ["room-1"], "at_s": [0, 2]}],
            "steps": [{"do": "leave", "doors": ["room-2"]}],
        }
    ]


def test_a_door_that_cannot_take_them_all_is_named_with_the_numbers():
    with pytest.raises(
        ScenarioError, match=r"too dense to move: after \d+ s, \d+ of 90 people .* \d+ of them at door room-1"
    ):
        make_hall_crowd(make_scenario(make_rush(90), duration_s=120))


def test_a_queue_that_moves_on_is_no_jam():
    crowd = make_hall_crowd(make_scenario(make_rush(12), duration_s=90))
    assert max(track.first_frame + len(track.pose) for track in crowd.tracks) < crowd.frame_count
