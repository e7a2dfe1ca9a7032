"""Stories that contradict themselves, their days or the wardrobe."""

import numpy as np
import pytest

from sim.crowd.scenario.casting import cast_people
from sim.crowd.scenario.scenario import check_scenario
from sim.crowd.scenario.story import check_story, find_first_looks, order_beats
from sim.errors import ScenarioError
from tests.support.story_hall import BODIES, cast_story, make_story, make_story_site

A, B, C = ({"day": name, "after": 1} for name in "abc")
HALL = {"zone": "hall"}


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
        (
            [{"beat_id": "x", "kind": "bag-left", "who": A, "where": HALL, "finder": B}],
            "b is no staff",
        ),
    ],
)
def test_what_contradicts_is_refused_by_name(beats, message):
    with pytest.raises(ScenarioError, match=message):
        check_story(make_story(*beats))


def test_people_of_a_group_stay_together():
    with pytest.raises(ScenarioError, match="day 'b' comes in groups"):
        check_story(make_story(meet("one", A, B), days={"b": {"people": 2, "group": 2}}))


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


def test_clothes_that_the_wardrobe_has_not_are_named():
    for wear, message in (
        ({"top": {"kind": "toga", "colour": "white"}}, "top 'toga' is not in the wardrobe"),
        ({"bag": {"kind": "backpack", "colour": "see-through"}}, "colour 'see-through' of bag 'backpack'"),
    ):
        with pytest.raises(ScenarioError, match=message):
            cast_story(make_story(days={"b": {"wear": wear}}))


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
        (
            {"beat_id": "x", "kind": "jacket-swap", "who": [A], "where": HALL},
            "one person who changes needs `to`",
        ),
        (
            {
                "beat_id": "x",
                "kind": "screening-alarm",
                "student": A,
                "officer": B,
                "detector": "mid-1",
                "table": "cafe",
                "at_s": [9, 10],
            },
            "leave out at_s",
        ),
        (
            {
                "beat_id": "x",
                "kind": "screening-alarm",
                "student": A,
                "officer": B,
                "detector": "mid-1",
                "table": "cafe",
                "compartments": 2,
                "searched": 3,
            },
            "searched 3 is more than the 2 compartments",
        ),
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
    alarm = {"beat_id": "alarm", "kind": "screening-alarm", "student": {"day": "a"}, "detector": "mid-1"}
    alarm |= {"officer": {"day": "post", "during": 1}, "table": "cafe"}
    scenario = make_story(hand_over("bag"), alarm)
    looks = find_first_looks(scenario)
    assert looks["alarm"] == {("a", 1): 1}
    assert looks["bag"] == {("a", 1): 3, ("b", 1): 1}
    people = cast_story(scenario)
    assert sorted(len(p.outfits) for p in people) == [1, 1, 1, 2, 4]


def test_look_alikes_of_somebody_whose_clothes_the_story_changes_are_dressed_again():
    scenario = make_story(days={"a": {"target": True, "wear": {"top": {"kind": "hoodie", "colour": "orange"}}}})
    scenario = scenario.model_copy(update={"look_alikes": 1})
    people = cast_people(scenario=scenario, bodies=BODIES, rng=np.random.default_rng(4))
    (twin,) = [p for p in people if p.look_alike_of is not None]
    assert (twin.outfit.top.kind, twin.outfit.top.colour) == ("hoodie", "orange")
