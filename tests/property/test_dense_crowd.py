"""A dense crowd on two floors: over 10,000 places where somebody was, and none of them inside anything."""

import numpy as np
import pytest

from sim.crowd.people.track import Crowd
from sim.crowd.places.routes import RouteMap
from tests.support.two_floors import make_two_floor_site
from tests.support.walking_hall import make_hall_crowd, make_scenario

SITE = make_two_floor_site()
WAYS = (("street", "class-2"), ("class-2", "class-1"), ("class-1", "street"))
LEAST_PLACES = 10_000


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    days = [
        {
            "day_id": f"d{number}",
            "people": 14,
            "arrive": [{"doors": [enter], "at_s": [0, 40]}],
            "steps": [{"do": "leave", "doors": [leave]}],
        }
        for number, (enter, leave) in enumerate(WAYS)
    ]
    return make_hall_crowd(make_scenario(days, duration_s=100), seed=7, site=SITE)


def test_nobody_is_inside_a_wall_a_rail_or_a_person(crowd):
    routes = RouteMap(SITE)
    places = 0
    at = np.full((crowd.frame_count, len(crowd.people), 3), np.nan)
    for number, track in enumerate(crowd.tracks):
        at[track.first_frame : track.first_frame + len(track.xyz_m), number] = track.xyz_m
        places += len(track.xyz_m)
        clear = [ground.compute_clearance_m(track.xyz_m[:, :2]) for ground in routes.grounds.values()]
        on = [
            np.asarray([ground.plan.is_walkable((float(x), float(y))) for x, y in track.xyz_m[:, :2]])
            for ground in routes.grounds.values()
        ]
        free = [(c > 0.1) & o for c, o in zip(clear, on, strict=True)]
        floors = np.asarray(track.floor)
        in_stair = np.asarray(track.zone) == "stair"
        assert (free[0] | (in_stair & free[1]))[floors == "1"].all(), track.person_id
        assert free[1][floors == "2"].all(), track.person_id
    assert places > LEAST_PLACES
    gaps = np.linalg.norm(at[:, :, None] - at[:, None], axis=-1)
    gaps[:, np.arange(len(crowd.people)), np.arange(len(crowd.people))] = np.nan
    assert np.nanmin(gaps) > 0.3
