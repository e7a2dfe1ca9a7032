"""Registers what Our clips draws in the browser: the list of imports, and footage in the console's player."""

from functools import cache
from pathlib import Path
from typing import Literal

import streamlit as st

from sim.ui.console.bundle import join_modules, make_icon_module, read_texts
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.own_school.component import FOLDER as SCHOOL

FOLDER = Path(__file__).parent
CONSOLE_STYLES = ("tokens.css", "timeline.css")


@cache
def read_script(entry: str) -> str:
    """Return the JavaScript from an entry on, one module: what is imported of the console is the console's own."""
    icons = make_icon_module(read_texts(CONSOLE / "icons", suffix=".svg"))
    console = read_texts(CONSOLE / "js", suffix=".js")
    own = read_texts(FOLDER / "js", suffix=".js")
    return join_modules({**console, "icon_shapes.js": icons, **own}, entry=entry)


def _read_style(*paths: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


_mount_imports = st.components.v2.component(
    "sightline_clip_imports",
    html=(FOLDER / "imports.html").read_text(encoding="utf-8"),
    css=_read_style(SCHOOL / "editor.css", FOLDER / "imports.css"),
    js=read_script("imports.js"),
    isolate_styles=True,
)
_mount_annotator = st.components.v2.component(
    "sightline_walk",
    html=(FOLDER / "annotator.html").read_text(encoding="utf-8"),
    css=_read_style(*(CONSOLE / "css" / name for name in CONSOLE_STYLES), FOLDER / "annotator.css"),
    js=read_script("index.js"),
    isolate_styles=True,
)


def draw_imports(walk_id: str) -> None:
    """Draw the clips of a walk and their import. The page is drawn again once a clip is there or has gone."""
    _mount_imports(key=f"clips-{walk_id}", data={"walk_id": walk_id}, on_refresh_change=_note_refresh)


def _note_refresh() -> None:
    """Make `refresh` a trigger that reruns the page; the rerun itself is all that is wanted."""


def draw_annotator(walk_id: str, *, kind: Literal["walker", "blur"], times: int = 0) -> None:
    """Draw the footage of a walk to mark the walker, or to look through its blurring.

    It keeps what it loaded over reruns of the page; another number of `times` makes it load the marks again.
    """
    _mount_annotator(key=f"{kind}-{walk_id}-{times}", data={"walk_id": walk_id, "kind": kind})
