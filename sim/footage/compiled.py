"""Functions that are compiled when first called, by Numba; the machine code is kept for the next process."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(function: Loop) -> Loop:
    """Compile a function of arrays and numbers.

    The code is cached beside the source, or in the user's cache folder where that cannot be written; where neither
    can, each process compiles for itself. Floating-point results are those of the written order of operations, so they
    are the same on every machine.
    """
    try:
        return cast(Loop, njit(cache=True)(function))
    except RuntimeError:
        return cast(Loop, njit(function))
