"""The word for both sides, and the phrases that may never be used."""

import itertools

import pytest

from sim.compare.content.comparison import Change, Deciding, Effects, Verdict, choose_word, judge_time
from sim.compare.wording import (
    HEADLINES,
    find_forbidden,
    say_groups,
    say_reserve,
    say_share_change,
    say_verdict,
)
from sim.compare.report.first_page import say_range, say_ratio, say_seconds
from sim.compare.result import Result


@pytest.mark.parametrize(
    ("time", "accuracy", "word"),
    [
        (Change.BETTER, Change.BETTER, Verdict.IMPROVED),
        (Change.BETTER, Change.UNCLEAR, Verdict.IMPROVED),
        (Change.UNCLEAR, Change.BETTER, Verdict.IMPROVED),
        (Change.BETTER, Change.WORSE, Verdict.TRADED_ACCURACY_FOR_SPEED),
        (Change.WORSE, Change.BETTER, Verdict.TRADED_SPEED_FOR_ACCURACY),
        (Change.BETTER, Change.UNKNOWN, Verdict.FASTER_ONLY),
        (Change.UNKNOWN, Change.BETTER, Verdict.MORE_ACCURATE_ONLY),
        (Change.WORSE, Change.WORSE, Verdict.WORSE),
        (Change.WORSE, Change.UNCLEAR, Verdict.WORSE),
        (Change.UNCLEAR, Change.WORSE, Verdict.WORSE),
        (Change.UNCLEAR, Change.UNCLEAR, Verdict.NO_CLEAR_CHANGE),
        (Change.UNKNOWN, Change.UNCLEAR, Verdict.NOT_JUDGED),
    ],
)
def test_word_of_each_pair(time, accuracy, word):
    assert choose_word(Effects(time=time, accuracy=accuracy)) is word


def test_improved_only_when_one_is_better_and_nothing_is_worse_or_leaning():
    for time, accuracy, slower, less in itertools.product(Change, Change, (False, True), (False, True)):
        sides = Effects(time=time, accuracy=accuracy, time_leans_slower=slower, accuracy_leans_worse=less)
        if choose_word(sides) is Verdict.IMPROVED:
            assert Change.BETTER in (time, accuracy)
            assert Change.WORSE not in (time, accuracy)
            assert Change.UNKNOWN not in (time, accuracy)
            assert not less
            assert time is Change.BETTER or not slower


def test_every_word_has_a_headline_and_only_one_says_improved():
    assert set(HEADLINES) == set(Verdict)
    assert [word for word, text in HEADLINES.items() if "improved" in text] == [Verdict.IMPROVED]


@pytest.mark.parametrize(
    "claim",
    [
        "Training caused the drop.",
        "Your school is 30% safer.",
        "The team is certified.",
        "Staff will find a student in 4 minutes.",
        "This proves it.",
        "A statistically significant gain.",
        "Dana ranked third.",
        "Two people failed.",
        "Faster because of the training.",
        "The training worked.",
        "the weakest searcher",
    ],
)
def test_forbidden_claims_are_found(claim):
    assert find_forbidden(claim)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [(0.72, "28% less"), (1.05, "5% more"), (1.0, "the same"), (0.998, "the same"), (2.5, "150% more")],
)
def test_ratio_in_words(ratio, words):
    assert say_share_change(ratio) == words


def test_ratio_sentence_always_carries_the_interval_or_says_there_is_none():
    with_interval = Result(estimate=0.7, interval=(0.5, 1.1), p=None, method="", n=4)
    assert say_ratio(with_interval, over="4 people") == (
        "Typical time after: 30% less than before (95% interval: from 50% less to 10% more), 4 people."
    )
    without = Result(estimate=1.0, interval=None, p=None, method="", n=1)
    assert say_ratio(without, over="1 person") == (
        "Typical time after: the same as before, 1 person. No interval can be given."
    )


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (-142.3, -30.4, "30 to 142 s less"),
        (7.0, 105.0, "7 to 105 s more"),
        (-40.0, 12.0, "from 40 s less to 12 s more"),
        (-40.0, -0.2, "from 40 s less to no change"),
    ],
)
def test_an_interval_names_its_smaller_end_first_where_both_lie_on_one_side(lower, upper, words):
    assert say_range(lower, upper, say=say_seconds) == words


def test_p_never_stands_alone_and_never_below_six_people():
    with pytest.raises(ValueError, match="never stands alone"):
        Result(estimate=0.7, interval=None, p=0.01, method="", n=9)
    with pytest.raises(ValueError, match="below 6"):
        Result(estimate=0.7, interval=(0.5, 0.9), p=0.01, method="", n=5)
    with pytest.raises(ValueError, match="outside its interval"):
        Result(estimate=0.7, interval=(0.8, 0.9), p=None, method="", n=9)


def deciding(time, accuracy, *, by="ratio", over="people"):
    return Deciding(over=over, time_by=by, time=time, accuracy=accuracy)


def test_an_improvement_says_what_the_unclear_side_may_still_hide():
    sure = Result(estimate=0.7, interval=(0.5, 0.9), p=None, method="", n=8)
    wide = Result(estimate=0.1, interval=(-0.26, 0.61), p=None, method="", n=8)
    narrow = Result(estimate=0.01, interval=(-0.04, 0.05), p=None, method="", n=8)
    sides = Effects(time=Change.BETTER, accuracy=Change.UNCLEAR)
    reserve = say_reserve(sides, deciding(sure, wide), mean_before_s=300.0)
    assert reserve == "With this few people, accuracy may still have fallen by up to 26 points."
    assert say_verdict(Verdict.IMPROVED, sides, people=8, reserve=reserve).endswith(reserve)
    assert say_reserve(sides, deciding(sure, narrow), mean_before_s=300.0) == ""
    slower = Result(estimate=1.0, interval=(0.7, 1.4), p=None, method="", n=8)
    other = Effects(time=Change.UNCLEAR, accuracy=Change.BETTER)
    unclear = say_reserve(other, deciding(slower, wide), mean_before_s=300.0)
    assert "up to 40% longer" in unclear
    assert find_forbidden(reserve + unclear) == ()


def test_what_is_reserved_is_told_by_the_number_that_decided():
    later = Result(estimate=-10.0, interval=(-80.0, 60.0), p=None, method="", n=8)
    clear = Result(estimate=0.2, interval=(0.1, 0.3), p=None, method="", n=8)
    sides = Effects(time=Change.UNCLEAR, accuracy=Change.BETTER)
    told = say_reserve(sides, deciding(later, clear, by="mean"), mean_before_s=300.0)
    assert told == "With this few people, mean times may still have been up to 60 s longer."
    assert say_reserve(sides, deciding(later, clear, by="mean"), mean_before_s=700.0) == ""
    wide = Result(estimate=0.1, interval=(-0.2, 0.4), p=None, method="", n=6)
    other = Effects(time=Change.BETTER, accuracy=Change.UNCLEAR)
    assert say_reserve(other, deciding(later, wide, over="schools"), mean_before_s=1.0).startswith("With this few sch")


RATIO_DOWN = Result(estimate=0.7, interval=(0.5, 0.9), p=None, method="", n=8)
RATIO_UNCLEAR = Result(estimate=0.9, interval=(0.7, 1.2), p=None, method="", n=8)
MEAN_DOWN = Result(estimate=-60.0, interval=(-90.0, -30.0), p=None, method="", n=8)
MEAN_UNCLEAR = Result(estimate=-20.0, interval=(-90.0, 50.0), p=None, method="", n=8)
MEAN_UP = Result(estimate=20.0, interval=(-50.0, 90.0), p=None, method="", n=8)
NO_RATIO = Result(estimate=None, interval=None, p=None, method="", n=0)
FEW = Result(estimate=0.7, interval=(0.5, 0.9), p=None, method="", n=5)


@pytest.mark.parametrize(
    ("ratio", "mean_change", "someone_timed_out", "change"),
    [
        (RATIO_DOWN, MEAN_UNCLEAR, False, Change.BETTER),
        (RATIO_DOWN, MEAN_UNCLEAR, True, Change.UNCLEAR),
        (RATIO_DOWN, MEAN_UP, False, Change.UNCLEAR),
        (RATIO_UNCLEAR, MEAN_DOWN, False, Change.UNCLEAR),
        (RATIO_UNCLEAR, MEAN_DOWN, True, Change.BETTER),
        (NO_RATIO, MEAN_DOWN, True, Change.BETTER),
        (FEW, MEAN_DOWN, False, Change.UNKNOWN),
        (NO_RATIO, MEAN_DOWN, False, Change.UNKNOWN),
    ],
)
def test_who_decides_on_time(ratio, mean_change, someone_timed_out, change):
    assert judge_time(ratio=ratio, mean_change=mean_change, someone_timed_out=someone_timed_out) is change


def test_each_groups_own_change_stands_with_its_interval():
    def seconds(estimate, lower, upper):
        return Result(estimate=estimate, interval=(lower, upper), p=0.02, method="", n=12, settings={})

    told = say_groups(seconds(-138.0, -201.0, -75.0), seconds(-20.0, -81.0, 41.0), seconds(-118.0, -210.0, -26.0))
    assert "the group that trained got 138 s faster (95% interval: 75 to 201 s faster)" in told
    assert "the group that waited 20 s faster (95% interval: 41 s slower to 81 s faster)" in told
    alone = Result(estimate=3.0, interval=None, p=None, method="", n=1, settings={})
    assert "the group that waited 3 s slower: " in say_groups(seconds(-9.0, -12.0, -6.0), alone, alone)
