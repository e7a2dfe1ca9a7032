import pytest

from sim.tasks import get_task_type

NUMBERS = [
    ("trace", "at least 80% of appearances (glimpses don't count), no one else, last location correct, in time."),
    ("locate", "within 5 seconds"),
    ("encounter", "within 10 seconds"),
    ("export", "at least 60% on average, at most 25% of the footage"),
    ("pull-up", "at least 90% of the calls"),
    ("screening", "at most 20% false alarms, every alarm decided"),
]


@pytest.mark.parametrize(("name", "said"), NUMBERS)
def test_the_numbers_are_those_judged_by(name: str, said: str) -> None:
    assert said in get_task_type(name).pass_rule
