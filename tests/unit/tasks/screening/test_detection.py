"""d' and criterion against a printed table of the normal distribution, and against scipy."""

import pytest
from scipy.stats import norm

from sim.tasks.screening.judge import compute_criterion, compute_d_prime

# z of 0.7 and 0.9 as tables of the normal distribution print them; of 4, a corrected 0 is 0.1, a corrected 3 is 0.7
Z_70, Z_90 = 0.5244, 1.2816


@pytest.mark.parametrize(
    ("hits", "false_alarms", "d_prime", "criterion"),
    [
        (3, 0, Z_70 + Z_90, -(Z_70 - Z_90) / 2),
        (4, 0, 2 * Z_90, 0.0),
        (4, 4, 0.0, -Z_90),
        (0, 4, -2 * Z_90, 0.0),
        (2, 2, 0.0, 0.0),
    ],
)
def test_four_of_each_by_a_printed_table(hits: int, false_alarms: int, d_prime: float, criterion: float) -> None:
    counts = {"hits": hits, "signals": 4, "false_alarms": false_alarms, "others": 4}
    assert compute_d_prime(**counts) == pytest.approx(d_prime, abs=2e-4)
    assert compute_criterion(**counts) == pytest.approx(criterion, abs=2e-4)


def test_worked_numbers_of_the_docstrings() -> None:
    counts = {"hits": 8, "signals": 10, "false_alarms": 3, "others": 10}
    assert compute_d_prime(**counts) == pytest.approx(1.2206, abs=5e-5)
    assert compute_criterion(**counts) == pytest.approx(-0.1375, abs=5e-5)
    assert compute_d_prime(hits=2, signals=2, false_alarms=0, others=2) == pytest.approx(1.93, abs=5e-3)
    assert compute_d_prime(hits=1, signals=2, false_alarms=0, others=2) == pytest.approx(0.97, abs=5e-3)


def test_equals_scipy_for_all_small_counts() -> None:
    for signals in range(1, 9):
        for others in range(1, 9):
            for hits in range(signals + 1):
                for false_alarms in range(others + 1):
                    z_hit = norm.ppf((hits + 0.5) / (signals + 1))
                    z_false = norm.ppf((false_alarms + 0.5) / (others + 1))
                    counts = {"hits": hits, "signals": signals, "false_alarms": false_alarms, "others": others}
                    assert compute_d_prime(**counts) == pytest.approx(z_hit - z_false, abs=1e-9)
                    assert compute_criterion(**counts) == pytest.approx(-(z_hit + z_false) / 2, abs=1e-9)


def test_one_kind_alone_has_no_value() -> None:
    for counts in (
        {"hits": 0, "signals": 0, "false_alarms": 1, "others": 3},
        {"hits": 1, "signals": 3, "false_alarms": 0, "others": 0},
    ):
        assert compute_d_prime(**counts) is None
        assert compute_criterion(**counts) is None
