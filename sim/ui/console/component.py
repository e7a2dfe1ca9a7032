"""Registers the search console with Streamlit and draws it."""

from functools import cache
from pathlib import Path

import streamlit as st

from sim.services.attempt.views import ConsoleView
from sim.ui.console.bundle import join_modules, join_styles, make_icon_module, read_texts

FOLDER = Path(__file__).parent
STYLE_ORDER = (
    "tokens.css",
    "layout.css",
    "task.css",
    "stage.css",
    "links.css",
    "similar.css",
    "controls.css",
    "wall.css",
    "plan.css",
    "found.css",
    "bookmarks_and_faults.css",
    "timeline.css",
    "sheets.css",
    "finder.css",
    "replay.css",
    "answers.css",
    "views.css",
    "coach.css",
    "interruptions.css",
    "hints.css",
    "exercise.css",
    "help.css",
    "player.css",
    "forced.css",
)


@cache
def read_markup() -> str:
    """Return the console's HTML."""
    return (FOLDER / "console.html").read_text(encoding="utf-8")


@cache
def read_style() -> str:
    """Return the console's CSS, one text."""
    return join_styles(read_texts(FOLDER / "css", suffix=".css"), order=STYLE_ORDER)


@cache
def read_script() -> str:
    """Return the console's JavaScript, one module."""
    modules = read_texts(FOLDER / "js", suffix=".js")
    icons = make_icon_module(read_texts(FOLDER / "icons", suffix=".svg"))
    return join_modules({**modules, "icon_shapes.js": icons}, entry="index.js")


_mount = st.components.v2.component(
    "sightline_console", html=read_markup(), css=read_style(), js=read_script(), isolate_styles=True
)


def draw_console(view: ConsoleView) -> None:
    """Draw the console of a running attempt.

    Call it on every run of the page, at the same place of a fixed skeleton: keyed by the attempt, the component
    survives reruns, lost connections and server restarts without touching its videos. The component only ever says
    that the attempt has ended on the server; that reruns the page, which then reads the state and shows what follows.
    """
    _mount(key=make_key(view.attempt_id), data=view.data, on_refresh_change=_note_refresh)


def draw_replay(view: ConsoleView) -> None:
    """Draw the console of an ended attempt, driven by the attempt's own event log."""
    _mount(key=f"{make_key(view.attempt_id)}-replay", data=view.data, on_refresh_change=_note_refresh)


def make_key(attempt_id: str) -> str:
    """Return the component's key, one for each attempt.

    Attempt ids hold underscores, and Streamlit refuses a key with two of them in a row; in hexadecimal there are none.
    """
    return f"console-{attempt_id.encode().hex()}"


def _note_refresh() -> None:
    """Make `refresh` a trigger that reruns the page; the rerun itself is all that is wanted."""
