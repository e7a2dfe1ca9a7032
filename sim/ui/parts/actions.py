"""What a button does, with a failure put into words on the page."""

from collections.abc import Callable
from typing import TypeVar

from sim.errors import SimError
from sim.ui.parts.blocks import draw_error

T = TypeVar("T")


def run_action(action: Callable[[], T]) -> T | None:
    """Return what the action returns, or show why it could not be done and return None."""
    try:
        return action()
    except SimError as error:
        draw_error(error.on_screen)
        return None
