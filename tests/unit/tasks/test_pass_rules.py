import pytest

from sim.tasks import TASK_TYPES, absent
from sim.tasks.counts import TASK_COUNTS
from sim.tasks.pass_rules import PASS_RULES


def test_every_task_type_has_its_rule_and_tells_of_the_limit() -> None:
    assert set(PASS_RULES) == set(TASK_TYPES) == set(TASK_COUNTS)
    assert all(rule.startswith("Pass: ") and "in time." in rule for rule in PASS_RULES.values())


def test_the_numbers_are_those_judged_by() -> None:
    assert PASS_RULES["trace"].startswith(
        "Pass: at least 80% of appearances (glimpses don't count), no one else, last location correct, in time."
    )
    assert "within 5 seconds" in PASS_RULES["locate"]
    assert "within 10 seconds" in PASS_RULES["encounter"]
    assert "at least 60% on average, at most 25% of the footage" in PASS_RULES["export"]
    assert "at least 90% of the calls" in PASS_RULES["pull-up"]
    assert "at most 20% false alarms, every alarm decided" in PASS_RULES["screening"]


@pytest.mark.parametrize("name", sorted(TASK_TYPES))
def test_only_types_that_may_ask_for_someone_who_never_appears_say_so(name: str) -> None:
    assert ("doesn't appear on any camera" in PASS_RULES[name]) is (name in absent.ABSENT_TYPES)
