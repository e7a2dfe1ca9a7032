"""Parts rounded so that they still add up to their rounded sum."""

import math
from collections.abc import Sequence


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
