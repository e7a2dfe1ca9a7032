"""Every kind of beat, played on a small site: it comes about, with the looks, poses and things it should have."""

import math

import numpy as np
import pytest

from sim.crowd.people.track import Pose
from sim.crowd.scenario.beats import BEAT_KINDS
from sim.crowd.scenario.story_events import cut_events, list_story_events
from sim.errors import ScenarioError
from tests.support.story_hall import cast_story, make_day, make_story, make_story_site, play_story

ONE = {"day": "a", "after": 1}
TWO = {"day": "b", "after": 1}
POST = {"day": "post", "during": 1}
ALARM = {"kind": "screening-alarm", "student": {"day": "a"}, "officer": POST, "detector": "mid-1", "table": "cafe"}
BEATS = {
    "hand-over": {"giver": ONE, "taker": TWO, "where": {"zone": "hall"}},
    "jacket-swap": {"who": [ONE], "where": {"door": "room-2"}, "to": {"kind": "hoodie", "colour": "maroon"}},
    "look-alike": {"who": {"day": "b"}, "of": {"day": "a"}, "where": {"zone": "hall", "near": "mid-2"}},
    "propped-door": {"who": ONE, "door": "street"},
    "blind-detour": {"who": ONE, "nodes": ["cafe", "cafe-north"], "for_s": [4, 5]},
    "meeting": {"who": [ONE, TWO, {"day": "c", "after": 1}], "where": {"zone": "cafeteria"}, "at_s": [60, 62]},
    "bag-left": {"who": ONE, "where": {"zone": "cafeteria"}, "finder": POST, "found_after_s": [3, 5]},
    "screening-alarm": ALARM | {"searched": 2},
    "collapse": {
        "who": ONE,
        "helper": TWO,
        "gather": [{"day": "c", "after": 1}],
        "staff_member": POST,
        "where": {"zone": "cafeteria"},
        "for_s": [20, 22],
    },
}


def play(kind, **changes):
    scenario = make_story({"beat_id": "x", "kind": kind} | BEATS[kind] | changes)
    crowd = play_story(scenario)
    return scenario, crowd, list_story_events(scenario, crowd)


def join_looks(crowd, person):
    mine = sorted((t for t in crowd.tracks if t.person_id == person), key=lambda t: t.first_frame)
    frames = np.concatenate([np.arange(t.first_frame, t.first_frame + len(t.look)) for t in mine])
    return dict(zip(frames.tolist(), np.concatenate([t.look for t in mine]).tolist(), strict=True))


def get_pose(crowd, person, frame):
    for track in crowd.tracks:
        if track.person_id == person and 0 <= frame - track.first_frame < len(track.pose):
            return Pose(track.pose[frame - track.first_frame])
    raise AssertionError(f"{person} is nowhere at {frame}")


def test_every_kind_is_played_here():
    assert set(BEATS) == set(BEAT_KINDS)


def test_a_bag_changes_hands():
    _, crowd, (event,) = play("hand-over")
    giver, taker = event.person_ids
    outfits = {p.person_id: p.outfits for p in crowd.people}
    assert outfits[giver][0].bag == outfits[taker][1].bag
    assert outfits[giver][1].bag.kind == outfits[taker][0].bag.kind == "none"
    for person in (giver, taker):
        looks = join_looks(crowd, person)
        assert looks[event.first_frame] == 0 and looks[event.last_frame] == 1
        assert looks[max(looks)] == 1
    changes = {p: min(f for f, look in join_looks(crowd, p).items() if look) for p in (giver, taker)}
    assert abs(changes[giver] - changes[taker]) <= 1
    assert get_pose(crowd, giver, changes[giver]) == get_pose(crowd, taker, changes[giver]) == Pose.HAND_OVER


def test_a_top_is_changed_behind_a_door():
    _, crowd, (event,) = play("jacket-swap")
    (person,) = event.person_ids
    looks = join_looks(crowd, person)
    before = [look for frame, look in looks.items() if frame <= event.first_frame]
    after = [look for frame, look in looks.items() if frame >= event.last_frame]
    assert set(before) == {0} and set(after) == {1}
    assert next(p for p in crowd.people if p.person_id == person).outfits[1].top.colour == "maroon"


def test_two_people_swap_tops():
    wear = {
        "a": {"wear": {"top": {"kind": "hoodie", "colour": "maroon"}}},
        "b": {"wear": {"top": {"kind": "jacket", "colour": "teal"}}},
    }
    swap = {"beat_id": "x", "kind": "jacket-swap", "who": [ONE, TWO], "where": {"zone": "cafeteria"}}
    scenario = make_story(swap, days=wear)
    crowd = play_story(scenario)
    (event,) = list_story_events(scenario, crowd)
    first, second = (next(p for p in crowd.people if p.person_id == name) for name in event.person_ids)
    assert first.outfits[1].top == second.outfits[0].top
    assert second.outfits[1].top == first.outfits[0].top
    assert join_looks(crowd, first.person_id)[event.last_frame] == 1


def test_a_look_alike_is_dressed_like_the_target_and_waits():
    _, crowd, (event,) = play("look-alike")
    (double,) = event.person_ids
    person = next(p for p in crowd.people if p.person_id == double)
    model = next(p for p in crowd.people if p.person_id == event.detail["of"])
    assert person.look_alike_of == model.person_id
    assert person.outfit.top.kind == model.outfit.top.kind and person.body_id == model.body_id
    assert get_pose(crowd, double, event.first_frame + 20) is Pose.PHONE


def test_somebody_props_the_door_and_is_gone():
    _, crowd, (event,) = play("propped-door")
    (person,) = event.person_ids
    last = max(t.first_frame + len(t.look) - 1 for t in crowd.tracks if t.person_id == person)
    assert abs(last - event.last_frame) <= 2
    assert event.last_frame - event.first_frame >= 40
    assert event.detail == {"door": "street"}


def test_a_detour_goes_from_its_first_node_to_its_last():
    _, crowd, (event,) = play("blind-detour")
    site = make_story_site()
    nodes = {n.node_id: n.at for n in site.walk_nodes}
    for frame, node in ((event.first_frame, "cafe"), (event.last_frame, "cafe-north")):
        at = find_at(crowd, event.person_ids[0], frame)
        assert math.dist(at, nodes[node]) < 2.6


def find_at(crowd, person, frame):
    for track in crowd.tracks:
        if track.person_id == person and 0 <= frame - track.first_frame < len(track.pose):
            return tuple(track.xyz_m[frame - track.first_frame, :2])
    raise AssertionError(f"{person} is nowhere at {frame}")


def test_three_people_meet_and_not_too_early():
    _, crowd, (event,) = play("meeting")
    assert len(event.person_ids) == 3
    assert event.first_frame >= 600
    middle = np.mean([find_at(crowd, person, event.first_frame) for person in event.person_ids], axis=0)
    assert all(math.dist(find_at(crowd, person, event.first_frame), middle) < 1.2 for person in event.person_ids)


def test_a_bag_stays_behind_and_is_found():
    _, crowd, (left, found) = play("bag-left")
    (thing,) = crowd.props
    assert thing.prop_id == "x"
    assert left.first_frame < thing.first_frame <= left.last_frame
    assert found.first_frame <= thing.last_frame <= found.last_frame
    assert (left.kind, found.kind, found.detail) == ("bag-left", "bag-found", {"beat": "x"})
    assert join_looks(crowd, left.person_ids[0])[left.last_frame] == 1
    finder = next(p for p in crowd.people if p.person_id == found.person_ids[0])
    assert finder.role == "staff" and finder.outfits[1].bag == thing.garment
    assert math.dist(thing.xyz_m[:2], find_at(crowd, left.person_ids[0], thing.first_frame)) < 0.8


@pytest.mark.parametrize(
    ("keys", "complete"),
    [
        ({}, True),
        ({"searched": 2}, False),
        ({"wand": False}, False),
        ({"searched": 0}, False),
        ({"compartments": 1, "searched": 1}, True),
    ],
)
def test_a_check_is_complete_when_everything_was_checked(keys, complete):
    beat = make_story({"beat_id": "x"} | ALARM | keys).beats[0]
    assert beat.describe({})["complete"] is complete


def test_an_alarm_is_followed_by_the_check_that_the_file_says():
    _, crowd, (event,) = play("screening-alarm")
    student, officer = event.person_ids
    frames = range(event.first_frame, event.last_frame)
    poses = {p: [get_pose(crowd, p, f) for f in frames] for p in event.person_ids}
    assert Pose.ARMS_OUT in poses[student] and Pose.WAND in poses[officer] and Pose.SEARCH in poses[officer]
    searched_s = poses[officer].count(Pose.SEARCH) / crowd.fps
    assert 2 * 3.5 - 0.3 <= searched_s <= 2 * 5.0 + 0.3
    (bag,) = crowd.props
    assert bag.xyz_m[2] == pytest.approx(0.75)
    looks = join_looks(crowd, student)
    assert [looks[event.first_frame], looks[bag.first_frame + 5], looks[event.last_frame]] == [0, 1, 2]
    people = {p.person_id: p for p in crowd.people}
    assert people[student].outfits[1].bag.kind == "none"
    assert people[student].outfits[2] == people[student].outfits[0]
    assert get_pose(crowd, officer, event.last_frame + 80) in (Pose.STAND, Pose.WALK)


def test_somebody_falls_and_others_come():
    _, crowd, (event,) = play("collapse")
    fallen, helper, staff, watcher = event.person_ids
    frame = event.last_frame - 30
    poses = [get_pose(crowd, person, frame) for person in event.person_ids]
    assert poses[0] is Pose.LIE
    assert poses[1] is Pose.KNEEL or event.detail["helper_s"] > frame / crowd.fps
    near = [math.dist(find_at(crowd, person, frame), find_at(crowd, fallen, frame)) for person in (helper, staff)]
    assert max(near) < 2.0
    assert {"helper_s", "staff_s", "watcher-0_s"} <= set(event.detail)
    assert watcher in {p.person_id for p in crowd.people}


def test_a_beat_that_does_not_come_about_is_an_error_that_names_it():
    late = {"arrive": [{"doors": ["street"], "at_s": [104, 106]}]}
    scenario = make_story({"beat_id": "too-late", "kind": "hand-over"} | BEATS["hand-over"], days={"b": late})
    with pytest.raises(ScenarioError, match=r"too-late \(hand-over\) does not take place within 110 s"):
        list_story_events(scenario, play_story(scenario))


def test_a_trial_of_the_first_seconds_keeps_what_begins_in_them():
    _, _, events = play("bag-left")
    left = events[0]
    assert cut_events(events, frame_count=left.first_frame) == ()
    (short,) = cut_events(events, frame_count=left.first_frame + 10)
    assert short.last_frame == left.first_frame + 9
    assert cut_events(events, frame_count=2000) == events


def test_the_same_seed_plays_the_same_story():
    scenario = make_story({"beat_id": "x", "kind": "hand-over"} | BEATS["hand-over"])
    assert play_story(scenario).happenings == play_story(scenario).happenings
    assert cast_story(scenario) == cast_story(scenario) != cast_story(scenario, seed=2)


def test_somebody_on_crutches_is_one():
    scenario = make_story(days={"b": {"aid": "crutches"}})
    assert sorted(p.aid for p in cast_story(scenario)) == ["crutches", "none", "none", "none", "none"]
    assert make_day("b")["people"] == 1
