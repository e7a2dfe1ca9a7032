"""What kind of device a drill was done on, from the window and pointer that the console tells when it opens."""

from enum import StrEnum

from sim.attempt.events import Open

PHONE_BELOW_PX = 600.0
"""Shorter side of the window, CSS pixels, below which something touched is a phone: no tablet on the market is as
narrow, no phone as wide."""


class Device(StrEnum):
    """Kinds that are never compared with each other, by the names of `sim.columns.DEVICES`."""

    COMPUTER = "computer"
    TABLET = "tablet"
    PHONE = "phone"
    MIXED = "mixed"


def find_device(opened: Open) -> Device | None:
    """Return the kind that an `open` event tells of; None when it does not tell.

    Whatever is not worked by touch first of all is a computer, however small its window. A tablet that shows the
    console in a narrow half of its screen counts as a phone, whose room it has.
    A phone that asks for the site of computers gives its window the width of one, and its screen stays as narrow as it
    is: `screen` is the shorter side of that, which not every browser tells.
    Worked: 390 x 844 touched is a phone, held either way; 820 x 1180 touched a tablet; 1366 x 768 by mouse a computer;
    980 x 2120 touched on a screen 390 wide a phone.
    """
    if opened.width is None or opened.height is None or opened.touch is None:
        return None
    if not opened.touch:
        return Device.COMPUTER
    sides = [side for side in (opened.width, opened.height, opened.screen) if side is not None]
    return Device.PHONE if min(sides) < PHONE_BELOW_PX else Device.TABLET


def join_devices(before: Device | None, new: Device | None) -> Device | None:
    """Return what a drill was done on once it was opened again: MIXED when on different kinds."""
    if before is None or new is None or before is new:
        return before or new
    return Device.MIXED
