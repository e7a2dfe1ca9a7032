import math
from dataclasses import replace

import numpy as np
import pytest

from sim.crowd.crowd import play_out
from sim.crowd.people.people import Crowd, Garment, Pose, Track
from sim.crowd.places.errands import Act, Away, Cue, CueEdge, Errand, Itinerary, Leave, Moment, Pass, PutDown, Stop
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


def test_a_cue_calls_helpers_and_an_end_lets_them_go():
    lies = Act(
        event_id="fall",
        spot=make_spot(8.0, 2.0),
        moments=(Moment(pose=Pose.LIE, seconds=30.0, until=Cue(event_id="help", edge=CueEdge.END)),),
    )
    helps = Act(
        event_id="help",
        spot=make_spot(8.0, 1.0, 90.0),
        departs=Cue(event_id="fall", delay_s=2.0),
        moments=(Moment(pose=Pose.KNEEL, seconds=6.0),),
    )
    crowd = play(make_day(0, lies, LEAVE), make_day(1, helps, LEAVE, enter_s=1.0))
    fall, help_ = crowd.happenings
    assert (fall.event_id, help_.event_id) == ("fall", "help")
    waiting = get_rows(crowd.tracks[1], crowd.tracks[1].first_frame + 5, fall.start_frame + 15)
    assert np.ptp(crowd.tracks[1].xyz_m[waiting], axis=0).max() < 0.01, "waits for the cue"
    assert help_.start_frame > fall.start_frame + 20
    assert fall.end_frame == pytest.approx(help_.end_frame, abs=1)
    assert (crowd.tracks[0].pose == Pose.LIE).sum() == pytest.approx(fall.end_frame - fall.start_frame, abs=3)


def test_a_stop_is_broken_off_by_a_cue():
    duty = Stop(spot=make_spot(12.0, 2.0), seconds=500.0, until=Cue(event_id="pass", delay_s=1.0))
    crowd = play(make_day(0, duty, LEAVE), make_day(1, Pass(nodes=("mid-1",), event_id="pass"), LEAVE, enter_s=20.0))
    (passing,) = crowd.happenings
    stands = crowd.tracks[0]
    last = stands.first_frame + int(np.flatnonzero(np.hypot(*(stands.xyz_m[:, :2] - (12.0, 2.0)).T) < 0.2)[-1])
    assert last == pytest.approx(passing.start_frame + 10, abs=5)


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


def test_ways_are_events_too():
    out = Leave(door_id="room-2", event_id="out")
    crowd = play(make_day(0, Pass(nodes=("mid-1", "mid-2"), event_id="by"), out))
    by, leaving = crowd.happenings
    track = crowd.tracks[0]
    assert track.xyz_m[by.start_frame - track.first_frame, 0] == pytest.approx(5 - 1.2, abs=0.3)
    assert track.xyz_m[by.end_frame - track.first_frame, 0] == pytest.approx(11 - 1.2, abs=0.4)
    assert leaving.end_frame == pytest.approx(track.first_frame + len(track.pose), abs=1)
    assert 15 < leaving.end_frame - leaving.start_frame < 60


def test_an_act_that_the_recording_ends_is_told_as_such():
    stays = Act(event_id="long", spot=make_spot(7, 2), moments=(Moment(pose=Pose.LIE, seconds=100.0),))
    (happening,) = play(make_day(0, stays), seconds=30).happenings
    assert (happening.is_over, happening.end_frame) == (False, 299)


def test_what_cannot_be_played_is_named():
    with pytest.raises(ScenarioError, match=r"P001 \(d0\) waits for 'nothing'"):
        play(make_day(0, Stop(spot=make_spot(7, 2), seconds=1.0, until=Cue(event_id="nothing"))))
    with pytest.raises(ScenarioError, match=r"P001 \(d0\) is to put on outfit 2"):
        play(make_day(0, Away(door_id="room-1", back_door_id="room-1", seconds=1.0, look=2)))

    with pytest.raises(ScenarioError, match=r"act bag is to have a cast of 2, but its parts are \[0\]"):
        play(make_day(0, make_hand_over()[0]))
    with pytest.raises(ScenarioError, match="a moment of 1 s in pose WALK"):
        Act(event_id="a", spot=make_spot(7, 2), moments=(Moment(pose=Pose.WALK, seconds=1),))
    with pytest.raises(ScenarioError, match="act 'a' has 0 moments"):
        Act(event_id="a", spot=make_spot(7, 2), moments=())


def test_someone_late_runs():
    (track,) = play(make_day(0, replace(LEAVE, runs=True))).tracks
    assert (track.pose == Pose.RUN).mean() > 0.5
    assert np.median(track.speed_m_s) > 2.0
