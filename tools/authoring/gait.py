"""Joint angles over one cycle, as published: walking and slow running.

Walking: sagittal-plane hip, knee and ankle curves of D. A. Winter, "Biomechanics and Motor Control of Human Movement",
4th ed., 2009, doi:10.1002/9780470549148, unhurried adult walking. Running: T. F. Novacheck, "The biomechanics of
running", Gait & Posture 7, 1998, doi:10.1016/S0966-6362(97)00038-6, the slowest of the speeds shown. Both are read off
at the points below. Degrees; hip and knee flexion and ankle dorsiflexion are positive; phase 0 is the heel strike of
the leg concerned. Worked number: the walking knee bends by 60 degrees at phase 0.72, the highest point of the swing.
"""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

HIP = (
    (0.00, 28),
    (0.10, 23),
    (0.20, 14),
    (0.30, 5),
    (0.40, -4),
    (0.50, -10),
    (0.60, -3),
    (0.70, 12),
    (0.80, 24),
    (0.90, 29),
)
KNEE = (
    (0.00, 5), (0.05, 11), (0.12, 17), (0.20, 14), (0.30, 7), (0.40, 6), (0.50, 15),
    (0.60, 38), (0.66, 53), (0.72, 60), (0.80, 47), (0.88, 22), (0.95, 6),
)  # fmt: skip
ANKLE = (
    (0.00, 0), (0.06, -6), (0.15, 0), (0.30, 6), (0.45, 10), (0.52, 7), (0.60, -14),
    (0.65, -17), (0.75, -3), (0.85, 1), (0.95, 1),
)  # fmt: skip

RUN_HIP = (
    (0.00, 38), (0.10, 31), (0.20, 13), (0.30, -5), (0.37, -12), (0.48, 2), (0.60, 24), (0.70, 40), (0.80, 48),
    (0.90, 45),
)  # fmt: skip
RUN_KNEE = (
    (0.00, 16), (0.09, 36), (0.17, 42), (0.27, 30), (0.35, 17), (0.44, 46), (0.55, 80), (0.64, 94), (0.73, 86),
    (0.83, 54), (0.92, 20),
)  # fmt: skip
RUN_ANKLE = (
    (0.00, 4), (0.10, 17), (0.18, 23), (0.28, 6), (0.36, -20), (0.45, -8), (0.60, -2), (0.80, 4), (0.94, 6),
)  # fmt: skip
RUN_STANCE = 0.36


def compute_joint_angle(curve: tuple[tuple[float, float], ...], phase: FloatArray) -> FloatArray:
    """Return the angle in degrees at each phase 0..1 of a periodic cubic (Catmull-Rom) curve through the points."""
    knots = np.array([p for p, _ in curve])
    values = np.array([v for _, v in curve], dtype=np.float64)
    count = len(knots)
    wrapped = np.mod(phase, 1.0)
    left = np.searchsorted(knots, wrapped, side="right") - 1
    right = (left + 1) % count
    span = np.mod(knots[right] - knots[left], 1.0)
    share = (wrapped - knots[left]) / span

    def slope(i: NDArray[np.int64]) -> FloatArray:
        before, after = (i - 1) % count, (i + 1) % count
        return np.asarray((values[after] - values[before]) / np.mod(knots[after] - knots[before], 1.0))

    square, cube = share**2, share**3
    return np.asarray(
        (2 * cube - 3 * square + 1) * values[left]
        + (cube - 2 * square + share) * span * slope(left)
        + (3 * square - 2 * cube) * values[right]
        + (cube - square) * span * slope(right)
    )
