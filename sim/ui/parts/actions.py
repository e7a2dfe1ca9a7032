"""What a button does, with a failure put into words on the page."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from sim.errors import AccessError, SimError
from sim.ui.page import wording
from sim.ui.page.page_state import get_app, keep_flash, take_flash
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import draw_error, escape_markdown

T = TypeVar("T")


def run_action(action: Callable[[], T]) -> T | None:
    try:
        return action()
    except SimError as error:
        draw_error(error.on_screen)
        return None


def run_and_redraw(action: Callable[[], object], *, said: str = "", is_live: bool = False) -> None:
    try:
        action()
    except SimError as error:
        if is_live:
            st.toast(escape_markdown(error.on_screen), icon=":material/error:", duration="infinite")
        else:
            draw_error(error.on_screen)
        return
    if said:
        keep_flash(said)
    st.rerun()


def draw_failure(error: Exception) -> None:
    """Say what went wrong, and lead Home; of what nobody expected say only that it did, with its kind in the log."""
    say_failure(error)
    st.page_link(find_script("start"), label=wording.HOME)


def say_failure(error: Exception) -> bool:
    """Say it without a link, for what fails outside every page, such as what a button does first; return True: said."""
    if isinstance(error, SimError):
        draw_error(error.on_screen)
    else:
        logging.getLogger("sightline").error("a page failed", exc_info=error)
        st.error(f"**{wording.TROUBLE}.** Your work so far is stored. Reload the page to continue.")
    return True


P = ParamSpec("P")


@dataclass(slots=True)
class _Drawing:
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
                get_app()  # a part drawn alone is judged as its page is
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


def flash(text: str) -> None:
    """Draw the page again, with what was done at its top; ends the script run."""
    keep_flash(text)
    st.rerun()


def draw_flash() -> bool:
    text = take_flash()
    if text:
        st.success(text)
    return bool(text)


_busy = threading.Lock()


def load_ahead(work: Callable[[], object]) -> None:
    """Do some work beside the page, unless some is being done; what fails there fails again where it is needed."""
    if not _busy.acquire(blocking=False):
        return
    thread = threading.Thread(target=_do, args=(work,), name="load-ahead", daemon=True)
    add_script_run_ctx(thread)
    thread.start()


def _do(work: Callable[[], object]) -> None:
    try:
        work()
    except SimError:
        pass
    finally:
        _busy.release()
