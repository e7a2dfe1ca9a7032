"""Parts of a page that draw themselves again without the rest, and whose failures are put into words as a page's are.

Streamlit shows what fails in such a part itself, before the page around it hears of it: a red box of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

import streamlit as st

from sim.errors import AccessError
from sim.ui.parts.failure import draw_failure

P = ParamSpec("P")


@dataclass(slots=True)
class _Drawing:
    """One drawing of the page around a part, and of the part alone from then on."""

    is_of_page: bool = True  # the page is being drawn; else the part alone
    refused: AccessError | None = None  # the part was closed to the person who looks, and the page was drawn as closed


def fragment(*, run_every: float | None = None) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a function draw a part of a page, alone from then on: when something in it is used, or every few seconds.

    With `run_every` in seconds it is written `@fragment(run_every=2.0)`, else `@fragment()`. A part that is closed to
    the person who looks closes the page, in the same words; other failures are said in its place, until it is drawn
    again.
    """

    def make(draw: Callable[P, None]) -> Callable[P, None]:
        @wraps(draw)
        def draw_safely(drawing: _Drawing, /, *args: P.args, **kwargs: P.kwargs) -> None:
            if drawing.refused is not None:
                return
            try:
                draw(*args, **kwargs)
            except AccessError as error:
                if not drawing.is_of_page:
                    st.rerun(scope="app")
                drawing.refused = error
            except Exception as error:
                draw_failure(error)

        alone = st.fragment(draw_safely, run_every=run_every)

        @wraps(draw)
        def draw_part(*args: P.args, **kwargs: P.kwargs) -> None:
            drawing = _Drawing()
            try:
                alone(drawing, *args, **kwargs)
            finally:
                drawing.is_of_page = False
            if drawing.refused is not None:
                raise drawing.refused

        return draw_part

    return make
