"""Rounding that says nothing false: parts that still add up to their sum, a measure that is not yet at its goal."""

import math
from collections.abc import Sequence
from typing import Final

MOST_DECIMALS: Final = 4


def round_to_sum(parts: Sequence[float]) -> tuple[int, ...]:
    """Return whole numbers, each a part rounded down or up, whose sum is the rounded sum (largest remainders go up).

    1.4, 1.4 and 1.4 give 2, 1 and 1: their sum is 4.2, so 4.
    """
    whole = [math.floor(part) for part in parts]
    missing = math.floor(sum(parts) + 0.5) - sum(whole)
    by_rest = sorted(range(len(parts)), key=lambda n: (whole[n] - parts[n], n))
    for n in by_rest[: max(0, missing)]:
        whole[n] += 1
    return tuple(whole)


def round_beside(value: float, goal: float) -> str:
    """Return a measure as a whole number, with decimals where that alone would be the goal and the measure is not.

    Beside a goal of 5, 4.2 gives "4", 5.3 gives "5.3", 5.04 gives "5.04" and 5.0 gives "5".
    """
    texts = [f"{value:.{digits}f}" for digits in range(MOST_DECIMALS + 1)]
    is_at_goal = math.isclose(value, goal, abs_tol=1e-9)
    return next((text for text in texts if is_at_goal or float(text) != goal), texts[-1])
