"""Every worked number of a screening, on eight alarms: four checks not complete, four complete."""

from dataclasses import replace
from typing import Any

import pytest

from sim.scoring.evidence import Answer, SearchLog, TimedChoice
from sim.scoring.metric import MetricValue
from sim.tasks.screening.judge import make_screening_card, make_screening_case
from tests.support.alarm_tables import make_eight_alarms

NOT, DONE, OPEN = "not-complete", "complete", "cannot-tell"
LOG = SearchLog(used_s=100.0, finished=True, limit_s=300.0)


def judge(*verdicts: str, log: SearchLog | None = LOG) -> dict[str, Any]:
    answer = Answer(choices={f"alarm-{n}": verdict for n, verdict in enumerate(verdicts, start=1) if verdict})
    card = make_screening_card(make_screening_case(make_eight_alarms(), answer, log=log))
    return {**card.values, "passed": card.passed, "missing": [c.key for c in card.criteria if not c.met]}


def test_three_of_four_noticed_and_no_false_alarm() -> None:
    values = judge(NOT, NOT, NOT, DONE, DONE, DONE, DONE, DONE)
    assert (values["hit_rate"], values["false_alarm_rate"], values["share_right"]) == (0.75, 0.0, 0.875)
    assert values["d_prime"] == pytest.approx(1.8060, abs=5e-5)
    assert values["criterion"] == pytest.approx(0.3786, abs=5e-5)
    assert (values["checks_not_complete"], values["checks_complete"], values["undecided"]) == (4, 4, 0)
    assert values["passed"] is False


def test_cannot_tell_and_no_verdict_flag_nothing_and_are_counted() -> None:
    values = judge(NOT, NOT, OPEN, "", OPEN, "", DONE, NOT)
    assert (values["hit_rate"], values["false_alarm_rate"]) == (0.5, 0.25)
    assert (values["share_right"], values["undecided"]) == (0.375, 4)
    assert judge(NOT, NOT, DONE, DONE, DONE, DONE, DONE, NOT)["d_prime"] == values["d_prime"]


def test_a_text_that_is_no_verdict_is_none() -> None:
    assert judge("maybe", NOT, NOT, NOT, DONE, DONE, DONE, DONE)["undecided"] == 1


def test_passing_takes_four_in_five_of_both() -> None:
    assert judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, DONE)["passed"] is True
    assert judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, NOT)["passed"] is False
    assert judge(*[NOT] * 8)["passed"] is False
    late = replace(LOG, finished=False)
    assert judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, DONE, log=late)["passed"] is False


def test_an_alarm_left_open_or_blank_does_not_pass() -> None:
    """Every incomplete check caught and no false alarm: the others still have to be decided."""
    for last in (OPEN, ""):
        card = judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, last)
        assert (card["hit_rate"], card["false_alarm_rate"], card["undecided"]) == (1.0, 0.0, 1)
        assert (card["missing"], card["passed"]) == (["undecided"], False)


def test_a_criterion_of_nothing_is_never_minus_zero() -> None:
    perfect = judge(NOT, NOT, NOT, NOT, DONE, DONE, DONE, DONE)["criterion"]
    assert str(perfect) == "0.0"


def test_seconds_per_alarm_run_from_verdict_to_verdict() -> None:
    def measure(*made: tuple[str, str, float]) -> MetricValue:
        choices = tuple(TimedChoice(key=key, value=value, at_s=at_s) for key, value, at_s in made)
        return judge(NOT, log=replace(LOG, choices=choices))["seconds_per_alarm"]

    three = (("alarm-1", NOT, 20.0), ("alarm-2", DONE, 50.0), ("alarm-3", OPEN, 60.0))
    assert measure(*three) == 20.0
    assert measure(*three, ("alarm-1", DONE, 90.0), ("alarm-4", DONE, 96.0)) == 15.0  # of 20, 30, 10 and 6 s
    assert measure(*three, ("alarm-2", "", 70.0), ("other", DONE, 71.0)) == 20.0
    assert measure() is None
    assert "seconds_per_alarm" not in judge(NOT, log=None)
