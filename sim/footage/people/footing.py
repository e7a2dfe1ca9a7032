"""Feet that stay where they are put: what is left of sliding between baked poses is taken out, or becomes a step.

Poses that change into one another, and bodies that turn on the spot, drag their feet. Here each foot on the ground is
held at its place in the world, as far as `HOLD_M` from where the poses would have it; before it is further off, it is
lifted and set down again, one foot after the other. After L. Kovar, J. Schreiner and M. Gleicher, "Footskate cleanup
for motion capture editing" (2002), doi:10.1145/545261.545277, with shifted legs in place of their inverse kinematics.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TOUCHES_M = 0.015
HOLD_M = 0.09
_STEP_S = 0.3
_LIFT_M = 0.045
_AHEAD_S = 0.7
_EASE = 0.45
_LATE = 1.6


Soles = tuple[FloatArray, FloatArray]
"""Points of the left and the right sole row by row, [n, k, 3], body axes: x forward, y left, z up from the ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How the poses alone move one foot over the ground."""

    touches: NDArray[np.bool_]  # [n], whether the foot is on the ground
    # [n, 2], how far the points that touch in both frames have moved since the frame before, site axes
    slide_m: FloatArray


def compute_contacts(soles: Soles, *, xy_m: FloatArray, heading_rad: FloatArray) -> tuple[Contact, Contact]:
    """Return how both feet of a body at points [n, 2], facing [n], touch and slide."""
    left, right = (_compute_contact(sole, xy_m, heading_rad) for sole in soles)
    return left, right


def _compute_contact(sole: FloatArray, xy_m: FloatArray, heading_rad: FloatArray) -> Contact:
    c, s = np.cos(heading_rad)[:, None], np.sin(heading_rad)[:, None]
    x, y = sole[..., 0], sole[..., 1]
    placed = np.stack([xy_m[:, :1] + c * x - s * y, xy_m[:, 1:] + s * x + c * y], axis=-1)
    low = sole[..., 2] < TOUCHES_M
    both = (low[1:] & low[:-1])[..., None]
    count = np.maximum(both.sum(axis=1), 1)
    slide = np.zeros((len(sole), 2))
    slide[1:] = (np.diff(placed, axis=0) * both).sum(axis=1) / count
    return Contact(touches=np.asarray(low.any(axis=1)), slide_m=slide)


def plan_feet(contacts: tuple[Contact, Contact], *, fps: float) -> FloatArray:
    """Return how far each foot is moved from where the poses have it: [n, 2, 3] meters, site axes, left foot first."""
    count = len(contacts[0].touches)
    feet = np.zeros((count, 2, 3))
    step = max(2, round(_STEP_S * fps))
    ahead = max(2, round(_AHEAD_S * fps))
    starts = np.zeros((2, 2))
    targets = np.zeros((2, 2))
    due = np.zeros(2, dtype=np.int64)
    for row in range(1, count):
        order = sorted((0, 1), key=lambda foot: -float(np.hypot(*feet[row - 1, foot, :2])))
        for foot in order:
            contact = contacts[foot]
            here = feet[row - 1, foot, :2]
            if due[foot] >= row:
                share = 1 - (due[foot] - row) / step
                eased = share * share * (3 - 2 * share)
                feet[row, foot, :2] = starts[foot] + eased * (targets[foot] - starts[foot])
                feet[row, foot, 2] = _LIFT_M * 4 * share * (1 - share)
                continue
            if not contact.touches[row]:
                feet[row, foot, :2] = here + _EASE * (_find_start(contact, row, ahead) - here)
                continue
            if contact.touches[row - 1]:
                here = here - contact.slide_m[row]
            off_m = float(np.hypot(*here))
            is_other_down = due[1 - foot] < row and contacts[1 - foot].touches[row]
            if off_m > HOLD_M and (is_other_down or off_m > _LATE * HOLD_M):
                starts[foot], due[foot] = feet[row - 1, foot, :2], row + step - 1
                targets[foot] = _find_start(contact, row + step - 1, ahead)
                share = 1 / step
                eased = share * share * (3 - 2 * share)
                feet[row, foot, :2] = starts[foot] + eased * (targets[foot] - starts[foot])
                feet[row, foot, 2] = _LIFT_M * 4 * share * (1 - share)
            else:
                feet[row, foot, :2] = here
    return feet


def _find_start(contact: Contact, row: int, ahead: int) -> FloatArray:
    """Return where to set a foot down: ahead of the ground that it will lose while it stands, by half of it."""
    lost = np.zeros(2)
    total = np.zeros(2)
    seen = 0
    started = False
    for later in range(row + 1, min(row + 1 + 2 * ahead, len(contact.touches))):
        if not contact.touches[later]:
            if started:
                break
            continue
        if started:
            lost = lost + contact.slide_m[later]
        started = True
        total = total + lost
        seen += 1
        if seen > ahead:
            break
    wanted = total / max(seen, 1)
    far = float(np.hypot(*wanted))
    return wanted * min(1.0, HOLD_M / far) if far > 1e-9 else wanted


def compute_leg_shares(standing_m: NDArray[np.float32], *, hip_m: float) -> NDArray[np.float32]:
    """Return how far each vertex [v, 3] of a standing body goes with its left and its right foot, [v, 2], 0..1.

    1 at the soles, nothing above three quarters of the hip's height, where hands hang; between the legs both have half.
    """
    up = np.clip(1 - (standing_m[:, 2] - 0.1) / (0.72 * hip_m - 0.1), 0, 1)
    fall = up * up * (3 - 2 * up)
    left = np.clip(0.5 + standing_m[:, 1] / 0.06, 0, 1)
    return np.stack([fall * left, fall * (1 - left)], axis=1).astype(np.float32)
