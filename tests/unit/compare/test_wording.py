import pytest

from sim.compare.result import Result
from sim.compare.verdict import Verdict
from sim.compare.wording import say_difference, say_headline, say_looks, say_ratio
from sim.text.tables import write_time
from tests.support.phrases import find_forbidden


def make(estimate: float, lower: float, upper: float) -> Result:
    return Result(estimate=estimate, interval=(lower, upper), method="m", n=8, settings={"level": 0.95})


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (make(0.72, 0.6, 0.9), "28% less (95% interval: 10 to 40% less)"),
        (make(1.3, 1.1, 1.5), "30% more (95% interval: 10 to 50% more)"),
        (make(0.98, 0.9, 1.07), "2% less (95% interval: from 10% less to 7% more)"),
        (make(0.9, 0.8, 0.999), "10% less (95% interval: from 20% less to the same)"),
        (Result(estimate=0.5, interval=None, method="m", n=1), "50% less (no interval can be given)"),
        (Result(estimate=None, interval=None, method="m", n=0), "not known"),
    ],
)
def test_ratio(result: Result, says: str) -> None:
    assert say_ratio(result) == says


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (make(-0.02, -0.09, 0.05), "2 points lower (95% interval: from 9 points lower to 5 points higher)"),
        (make(0.1, 0.01, 0.2), "10 points higher (95% interval: 1 to 20 points higher)"),
        (make(0.001, -0.1, 0.1), "no change (95% interval: from 10 points lower to 10 points higher)"),
    ],
)
def test_difference(result: Result, says: str) -> None:
    assert say_difference(result) == says


def test_a_time_is_minutes_and_seconds() -> None:
    assert [write_time(each) for each in (0.4, 59.6, 312.4)] == ["0:00", "1:00", "5:12"]


def test_every_word_has_a_headline_that_may_be_said() -> None:
    for word in Verdict:
        for has_waiting in (False, True):
            headline = say_headline(word, has_waiting=has_waiting, schools=3)
            assert find_forbidden(headline) == ()
            assert find_forbidden(say_headline(word, has_waiting=has_waiting, schools=1)) == ()
            assert "The team " not in headline


@pytest.mark.parametrize(
    "text",
    [
        "The training caused this.",
        "Thanks to training, times fell.",
        "Students are 20% safer.",
        "Staff are certified.",
        "They will find a student in 4 minutes.",
        "The change is significant.",
        "Ana is the best searcher.",
        "Three people did not pass.",
        "Results pooled over devices.",
        "Times fell, especially for teachers.",
        "No loss of accuracy.",
    ],
)
def test_what_is_never_said_is_found(text: str) -> None:
    assert find_forbidden(text)


def test_one_look_at_one_team_is_not_worth_a_sentence_and_more_raise_the_chance() -> None:
    assert say_looks(looks=1, teams=1) == ""
    chances = [int(say_looks(looks=each, teams=1).split("about ")[1].split(" ")[0]) for each in (2, 5, 20, 99)]
    assert chances == sorted(chances)
    assert "in 18 of 100" in say_looks(looks=1, teams=5) or "of 100 cases" in say_looks(looks=1, teams=5)
