"""Whatever the people and the seed: nobody goes through a wall, a table or a person, and all get where they go."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.crowd.people.track import Pose
from sim.crowd.places.ground import make_ground
from tests.support.walking_hall import make_hall_crowd, make_hall_site, make_scenario

SITE = make_hall_site()
GROUND = make_ground(SITE, "1")
DOORS = ("street", "room-1", "room-2")

steps = st.lists(
    st.sampled_from(
        [
            {"do": "locker", "zone": "hall", "for_s": [1, 6]},
            {"do": "phone", "zone": "cafeteria", "for_s": [1, 6]},
            {"do": "sit", "zone": "cafeteria", "for_s": [1, 6]},
            {"do": "walk", "nodes": ["mid-1", "arch"]},
            {"do": "away", "doors": ["room-1"], "for_s": [1, 4]},
        ]
    ),
    max_size=2,
)
days = st.builds(
    lambda people, enter, leave, middle: {
        "people": people,
        "arrive": [{"doors": [enter], "at_s": [0, 8]}],
        "steps": [*middle, {"do": "leave", "doors": [leave]}],
    },
    st.integers(1, 4),
    st.sampled_from(DOORS),
    st.sampled_from(DOORS),
    steps,
)


@settings(max_examples=12)
@given(plans=st.lists(days, min_size=1, max_size=2), seed=st.integers(0, 2**16))
def test_nobody_walks_through_anything(plans, seed):
    scenario = make_scenario([day | {"day_id": f"d{n}"} for n, day in enumerate(plans)], duration_s=90)
    crowd = make_hall_crowd(scenario, seed=seed, site=SITE)
    at = np.full((crowd.frame_count, len(crowd.people), 2), np.nan)
    for track in crowd.tracks:
        number = int(track.person_id[1:]) - 1
        xy = track.xyz_m[:, :2]
        at[track.first_frame : track.first_frame + len(xy), number] = xy
        if not (track.pose == Pose.SIT).any():
            assert GROUND.compute_clearance_m(xy).min() > 0.12
        assert len(xy) < 2 or np.hypot(*np.diff(xy, axis=0).T).max() < 0.19
        assert ((track.gait_phase >= 0) & (track.gait_phase < 1)).all()
    for number in range(len(crowd.people) - 1):
        gaps = np.hypot(*np.moveaxis(at[:, number + 1 :] - at[:, number : number + 1], -1, 0))
        assert not (gaps < 0.3).any()
    last = max((track.first_frame + len(track.xyz_m) for track in crowd.tracks), default=0)
    assert last < crowd.frame_count, "someone never got out"
