import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from sim.crowd.crowd import make_crowd
from sim.crowd.people.body_index import BodyFacts
from sim.crowd.people.people import Crowd, Person, Pose
from sim.crowd.scenario.beats import BEAT_KINDS
from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.scenario import Scenario, check_scenario
from sim.crowd.scenario.story import check_story, find_first_looks, order_beats
from sim.crowd.scenario.story_events import cut_events, list_story_events
from sim.errors import ScenarioError
from sim.site.model import Furnishing, Site
from tests.support.walking_hall import make_hall_site, make_scenario

BODIES = {name: BodyFacts(body_id=name, height_m=1.7, stride_m=1.3) for name in ("boy_a", "girl_a", "man_a", "woman_a")}
_STEPS = ({"do": "locker", "zone": "hall", "for_s": [4, 5]}, {"do": "leave", "doors": ["room-1"]})
_POST = ({"do": "stand", "floor": "1", "at": [18, 4.5], "for_s": [900, 900]},)


def make_story_site() -> Site:
    table = Furnishing(kind="screening-table", floor="1", at=(18.4, -1.3), facing_deg=90, size_m=(2.0, 0.7, 0.75))
    site = make_hall_site()
    return site.model_copy(update={"furnishings": (*site.furnishings, table)})


def make_day(day_id: str, **changes: Any) -> dict[str, Any]:
    day = {"day_id": day_id, "people": 1, "arrive": [{"doors": ["street"], "at_s": [1, 6]}], "steps": list(_STEPS)}
    if day_id == "post":
        day |= {"role": "staff", "arrive": [{}], "steps": list(_POST)}
    return day | changes


def make_story(*beats: Mapping[str, Any], days: Mapping[str, Mapping[str, Any]] | None = None) -> Scenario:
    changes = {"a": {"target": True}, **(days or {})}
    made = [make_day(name, **changes.get(name, {})) for name in ("a", "b", "c", "d", "post")]
    return make_scenario(made, beats=list(beats), duration_s=110)


def cast_story(scenario: Scenario) -> tuple[Person, ...]:
    return cast_people(scenario=scenario, bodies=BODIES, rng=np.random.default_rng(1))


def play_story(scenario: Scenario) -> Crowd:
    return make_crowd(
        site=make_story_site(),
        scenario=scenario,
        people=cast_story(scenario),
        stride_m={name: facts.stride_m for name, facts in BODIES.items()},
        rng=np.random.default_rng(2),
    )


A, B, C = ({"day": name, "after": 1} for name in "abc")
HALL = {"zone": "hall"}
POST = {"day": "post", "during": 1}
ALARM = {"beat_id": "x", "kind": "screening-alarm", "student": {"day": "a"}, "officer": POST}
ALARM |= {"detector": "mid-1", "table": "cafe"}


def meet(name, *who, **keys):
    return {"beat_id": name, "kind": "meeting", "who": list(who), "where": HALL} | keys


def hand_over(name, giver=A, taker=B):
    return {"beat_id": name, "kind": "hand-over", "giver": giver, "taker": taker, "where": HALL}


def leave(name, who=A):
    return {"beat_id": name, "kind": "propped-door", "who": who, "door": "street"}


@pytest.mark.parametrize(
    ("beats", "message"),
    [
        ([meet("one", A, B), meet("one", A, C)], "beat_id 'one' is used twice"),
        ([meet("one", A, {"day": "nobody"})], r"beats.0 \(one\): there is no day 'nobody'"),
        ([meet("one", A, {"day": "b", "person": 2})], "day 'b' has no person 2"),
        ([meet("one", A, {"day": "b", "after": 2})], r"beats.0 \(one\): b has left with step 2"),
        ([meet("one", A, {"day": "b", "after": 9})], "after: 9, but day 'b' has 2 steps"),
        ([meet("one", A, {"day": "post"})], "post begins inside at the first step"),
        ([meet("one", A, {"day": "b", "during": 2})], "step 2 of day 'b' is no stop to be called away from"),
        ([meet("one", A, B, at_s=[200, 210])], "200 is after the recording's end"),
        ([meet("one", A, B, at_s=[0, 0.5])], "at 0.5 s a has not come yet"),
        (
            [meet("one", A, B, at_s=[60, 70]), meet("two", A, C, at_s=[50, 65])],
            "'one' and 'two' contradict: a is in 'one' from 60 s for at least 10 s, and in 'two' by 65 s",
        ),
        ([leave("gone"), meet("later", A, B)], "'gone' and 'later' contradict: a has left with 'gone'"),
        (
            [
                meet("one", {"day": "a", "after": 0}, {"day": "b", "after": 1}),
                meet("two", {"day": "a", "after": 1}, {"day": "b", "after": 0}),
            ],
            "'one' and 'two' contradict: each would have to come before the other",
        ),
        (
            [{"beat_id": "x", "kind": "look-alike", "who": A, "of": {"day": "b"}, "where": HALL}],
            r"beats.0.of \(x\): b is no target",
        ),
        (
            [{"beat_id": "x", "kind": "look-alike", "who": {"day": "post", "after": 1}, "of": A, "where": HALL}],
            "post is staff or a target",
        ),
        ([{"beat_id": "x", "kind": "bag-left", "who": A, "where": HALL, "finder": B}], "b is no staff"),
    ],
)
def test_what_contradicts_is_refused_by_name(beats, message):
    with pytest.raises(ScenarioError, match=message):
        check_story(make_story(*beats))


def test_people_of_a_group_stay_together_and_clothes_are_those_of_the_wardrobe():
    with pytest.raises(ScenarioError, match="day 'b' comes in groups"):
        check_story(make_story(meet("one", A, B), days={"b": {"people": 2, "group": 2}}))
    for wear, message in (
        ({"top": {"kind": "toga", "colour": "white"}}, "top 'toga' is not in the wardrobe"),
        ({"bag": {"kind": "backpack", "colour": "see-through"}}, "colour 'see-through' of bag 'backpack'"),
    ):
        with pytest.raises(ScenarioError, match=message):
            cast_story(make_story(days={"b": {"wear": wear}}))


@pytest.mark.parametrize(
    ("beats", "message"),
    [
        ([hand_over("one"), hand_over("two", A, C)], "two needs a bag of a, but the bag went away in beat one"),
        ([hand_over("one"), hand_over("two", C, B)], "two gives a bag to b, who got one in beat one"),
    ],
)
def test_a_bag_that_is_gone_or_too_many_names_both_beats(beats, message):
    with pytest.raises(ScenarioError, match=message):
        cast_story(make_story(*beats))


def test_a_swap_that_changes_nothing_is_refused():
    red = {"wear": {"top": {"kind": "hoodie", "colour": "red"}}}
    swap = {"beat_id": "swap", "kind": "jacket-swap", "who": [A, B], "where": HALL}
    with pytest.raises(ScenarioError, match="swap: a would wear the same as before, a red hoodie"):
        cast_story(make_story(swap, days={"a": red | {"target": True}, "b": red}))
    change = {"beat_id": "change", "kind": "jacket-swap", "who": [A], "where": {"door": "room-2"}}
    change["to"] = {"kind": "hoodie", "colour": "red"}
    with pytest.raises(ScenarioError, match="change: a would wear the same"):
        cast_story(make_story(change, days={"a": red | {"target": True}}))


@pytest.mark.parametrize(
    ("beat", "message"),
    [
        (meet("x", A, B, where={"zone": "attic"}), r"beats.0 \(x\).zone: 'attic' is not part of"),
        (meet("x", A, B, where={"zone": "hall", "near": "moon"}), r"beats.0 \(x\).near: 'moon'"),
        (meet("x", A, B, where={"node": "moon"}), r"beats.0 \(x\).node: 'moon'"),
        ({"beat_id": "x", "kind": "propped-door", "who": A, "door": "gate"}, r"beats.0 \(x\).door: 'gate'"),
        ({"beat_id": "x", "kind": "propped-door", "who": A, "door": "arch"}, "door 'arch' of .* cannot be used"),
        ({"beat_id": "x", "kind": "blind-detour", "who": A, "nodes": ["cafe", "moon"]}, r"beats.0 \(x\).node: 'moon'"),
    ],
)
def test_places_that_the_site_has_not_and_doors_nobody_can_use_are_named(beat, message):
    with pytest.raises(ScenarioError, match=message):
        check_scenario(make_story(beat), make_story_site())


@pytest.mark.parametrize(
    ("beat", "message"),
    [
        (meet("x", A, B, where={"zone": "hall", "node": "cafe"}), "a place is one of zone, node or door"),
        (meet("x", A, A), "a takes part twice in beat x"),
        (meet("x", A, B, kind="parade"), "kind 'parade' is unknown, expected one of hand-over"),
        (meet("x", A, {"day": "b", "after": 1, "during": 1}), "give after or during"),
        ({"beat_id": "x", "kind": "jacket-swap", "who": [A], "where": HALL}, "one person who changes needs `to`"),
        (ALARM | {"at_s": [9, 10]}, "leave out at_s"),
        (ALARM | {"compartments": 2, "searched": 3}, "searched 3 is more than the 2 compartments"),
    ],
)
def test_a_malformed_beat_is_refused_with_its_key(beat, message):
    with pytest.raises(ScenarioError, match=f"beats.0.*{message}"):
        make_story(beat)


def test_beats_are_ordered_by_the_days_of_their_people():
    late = meet("late", {"day": "a", "after": 1}, {"day": "b", "after": 1})
    early = meet("early", {"day": "a", "after": 0}, {"day": "c", "after": 0})
    assert [beat.beat_id for beat in order_beats(make_story(late, early))] == ["early", "late"]


def test_outfits_are_counted_over_the_whole_story():
    scenario = make_story(hand_over("bag"), ALARM | {"beat_id": "alarm"})
    looks = find_first_looks(scenario)
    assert looks["alarm"] == {("a", 1): 1}
    assert looks["bag"] == {("a", 1): 3, ("b", 1): 1}
    people = cast_story(scenario)
    assert sorted(len(p.outfits) for p in people) == [1, 1, 1, 2, 4]


def test_look_alikes_of_somebody_whose_clothes_the_story_changes_are_dressed_again():
    dressed = {"target": True, "wear": {"top": {"kind": "hoodie", "colour": "orange"}}}
    scenario = make_story(days={"a": dressed, "b": {"aid": "crutches"}})
    scenario = scenario.model_copy(update={"look_alikes": 1})
    people = cast_people(scenario=scenario, bodies=BODIES, rng=np.random.default_rng(4))
    assert sorted(p.aid for p in people) == ["crutches", *["none"] * 5]
    (twin,) = [p for p in people if p.look_alike_of is not None]
    assert (twin.outfit.top.kind, twin.outfit.top.colour) == ("hoodie", "orange")


BEATS = {
    "hand-over": {"giver": A, "taker": B, "where": {"zone": "hall"}},
    "jacket-swap": {"who": [A], "where": {"door": "room-2"}, "to": {"kind": "hoodie", "colour": "maroon"}},
    "look-alike": {"who": {"day": "b"}, "of": {"day": "a"}, "where": {"zone": "hall", "near": "mid-2"}},
    "propped-door": {"who": A, "door": "street"},
    "blind-detour": {"who": A, "nodes": ["cafe", "cafe-north"], "for_s": [4, 5]},
    "meeting": {"who": [A, B, C], "where": {"zone": "cafeteria"}, "at_s": [60, 62]},
    "bag-left": {"who": A, "where": {"zone": "cafeteria"}, "finder": POST, "found_after_s": [3, 5]},
    "screening-alarm": ALARM | {"searched": 2},
    "collapse": {
        "who": A,
        "helper": B,
        "gather": [C],
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


def find_row(crowd, person, frame):
    for track in crowd.tracks:
        if track.person_id == person and 0 <= frame - track.first_frame < len(track.pose):
            return track, frame - track.first_frame
    raise AssertionError(f"{person} is nowhere at {frame}")


def get_pose(crowd, person, frame):
    track, row = find_row(crowd, person, frame)
    return Pose(track.pose[row])


def find_at(crowd, person, frame):
    track, row = find_row(crowd, person, frame)
    return tuple(track.xyz_m[row, :2])


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
    scenario = make_story({"beat_id": "x", "kind": "jacket-swap", "who": [A, B], "where": HALL}, days=wear)
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
    nodes = {n.node_id: n.at for n in make_story_site().walk_nodes}
    for frame, node in ((event.first_frame, "cafe"), (event.last_frame, "cafe-north")):
        at = find_at(crowd, event.person_ids[0], frame)
        assert math.dist(at, nodes[node]) < 2.6


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
    beat = make_story(ALARM | keys).beats[0]
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
    assert set(BEATS) == set(BEAT_KINDS), "every kind is played here"
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
