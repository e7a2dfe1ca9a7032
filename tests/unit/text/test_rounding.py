import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.text.rounding import round_beside


@pytest.mark.parametrize(
    ("value", "goal", "text"),
    [
        (5.3, 5.0, "5.3"),
        (5.04, 5.0, "5.04"),
        (5.0, 5.0, "5"),
        (4.7, 5.0, "4.7"),
        (5.6, 5.0, "6"),
        (59.6, 60.0, "59.6"),
        (59.4, 60.0, "59"),
        (25.4, 25.0, "25.4"),
        (0.0, 5.0, "0"),
    ],
)
def test_a_measure_beside_its_goal_is_not_rounded_onto_it(value: float, goal: float, text: str) -> None:
    assert round_beside(value, goal) == text


@given(st.floats(0, 200), st.sampled_from([5.0, 10.0, 20.0, 25.0, 60.0, 80.0, 90.0, 100.0]))
def test_what_is_printed_is_at_the_goal_only_where_the_measure_is(value: float, goal: float) -> None:
    printed = float(round_beside(value, goal))
    assert abs(printed - value) <= 0.5
    if abs(value - goal) >= 1e-4:
        assert printed != goal
