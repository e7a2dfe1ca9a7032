import math
from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.crowd import play_out
from sim.crowd.people.people import Crowd, Garment, Pose, Track
from sim.crowd.places.errands import Act, Errand, Itinerary, Leave, Moment, PutDown
from sim.crowd.places.routes import Place, RouteMap
from sim.crowd.places.spots import Spot
from sim.crowd.walking.arriving import Clock
from sim.errors import ScenarioError
from tests.support.walking_hall import STRIDE_M, make_hall_site, make_plain_people, make_scenario

ROUTES = RouteMap(make_hall_site())
FPS = 10.0
BAG = Garment(kind="backpack", colour="red", rgb=(0.5, 0.1, 0.1))
THREE = {"day_id": "d", "people": 3, "arrive": [{"doors": ["street"]}], "steps": [{"do": "leave", "doors": ["street"]}]}
PEOPLE = tuple(
    replace(person, later_outfits=(replace(person.outfit, bag=BAG),))
    for person in make_plain_people(make_scenario([THREE]))
)


def make_spot(x: float, y: float, facing_deg: float = 0.0) -> Spot:
    return Spot(place=Place(floor="1", at=(x, y)), facing_rad=math.radians(facing_deg), pose=Pose.STAND)


def make_day(number: int, *errands: Errand, enter_s: float = 0.0, enter_door: str | None = "street") -> Itinerary:
    return Itinerary(
        person=PEOPLE[number],
        day_id=f"d{number}",
        enter_door=enter_door,
        enter_s=enter_s,
        errands=errands,
        party=number,
        pace_m_s=1.3,
        lane=0.3,
    )


def play(*days: Itinerary, seconds: float = 60.0) -> Crowd:
    return play_out(
        days,
        routes=ROUTES,
        stride_m={"plain": STRIDE_M},
        clock=Clock(fps=FPS, frame_count=round(seconds * FPS)),
        rngs=(np.random.default_rng(1), np.random.default_rng(2)),
    )


def get_rows(track: Track, start_frame: int, end_frame: int) -> slice:
    return slice(start_frame - track.first_frame, end_frame - track.first_frame)


def make_hand_over(**changes: object) -> tuple[Act, Act]:
    moments = (
        Moment(pose=Pose.TALK, seconds=3.0),
        Moment(pose=Pose.HAND_OVER, seconds=1.5),
        Moment(pose=Pose.HAND_OVER, seconds=1.5, look=1),
    )
    first = Act(event_id="bag", cast=2, spot=make_spot(7.0, 2.0, 0.0), moments=moments)
    second = replace(first, part=1, spot=make_spot(7.85, 2.0, 180.0))
    return replace(first, **changes), replace(second, **changes)


LEAVE = Leave(door_id="room-2")


def test_whoever_is_first_waits_and_both_act_together():
    giver, taker = make_hand_over()
    crowd = play(make_day(0, giver, LEAVE), make_day(1, taker, LEAVE, enter_s=12.0))
    (happening,) = crowd.happenings
    assert happening.event_id == "bag"
    assert happening.person_ids == ("P001", "P002")
    assert happening.start_frame > 15 * FPS, "the second one had 7 m to walk"
    assert happening.end_frame - happening.start_frame == pytest.approx(6.0 * FPS, abs=2)
    assert happening.zone == "hall"
    assert happening.xyz_m[:2] == pytest.approx((7.425, 2.0), abs=0.15)
    assert happening.is_over
    for track in crowd.tracks:
        rows = get_rows(track, happening.start_frame + 3, happening.start_frame + 28)
        assert (track.pose[rows] == Pose.TALK).all()
        rows = get_rows(track, happening.start_frame + 33, happening.end_frame - 2)
        assert (track.pose[rows] == Pose.HAND_OVER).all()
    first, second = (t.heading_rad[happening.start_frame + 40 - t.first_frame] for t in crowd.tracks)
    assert abs(first) < 0.05
    assert abs(abs(second) - math.pi) < 0.05


def test_an_act_does_not_begin_before_its_time_and_who_is_stood_up_goes_on():
    giver, taker = make_hand_over(not_before_s=30.0)
    crowd = play(make_day(0, giver, LEAVE), make_day(1, taker, LEAVE))
    assert crowd.happenings[0].start_frame == 300
    giver, taker = make_hand_over(patience_s=8.0)
    crowd = play(make_day(0, giver, LEAVE), make_day(1, taker, LEAVE, enter_s=30.0))
    assert (crowd.happenings, len(crowd.tracks)) == ((), 2)
    assert all(track.first_frame + len(track.pose) < crowd.frame_count for track in crowd.tracks), "both went on"
    assert not any((track.pose == Pose.HAND_OVER).any() for track in crowd.tracks)


def test_a_thing_left_for_good_stands_to_the_end_and_taking_what_is_not_there_is_an_error():
    thing = PutDown(prop_id="case", garment=BAG, at=(7.0, 2.5), heading_rad=1.0, height_m=0.7)
    leaves = Act(
        event_id="left", spot=make_spot(7.0, 2.0), moments=(Moment(pose=Pose.KNEEL, seconds=2.0, put_down=thing),)
    )
    crowd = play(make_day(0, leaves, LEAVE), seconds=30)
    assert (crowd.props[0].last_frame, crowd.props[0].xyz_m) == (299, (7.0, 2.5, 0.7))
    takes = Act(event_id="a", spot=make_spot(7, 2), moments=(Moment(pose=Pose.KNEEL, seconds=2.0, pick_up="case"),))
    with pytest.raises(ScenarioError, match="picks up 'case', which does not stand there"):
        play(make_day(0, takes))


def test_someone_late_runs():
    (track,) = play(make_day(0, replace(LEAVE, runs=True))).tracks
    assert (track.pose == Pose.RUN).mean() > 0.5
    assert np.median(track.speed_m_s) > 2.0
