"""Registers the editor of a school with Streamlit and draws it."""

from functools import cache
from pathlib import Path

import streamlit as st

from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.console.component import join_modules, read_texts

FOLDER = Path(__file__).parent
SHARED = ("dom.js", "plan_view.js", "refused.js")
"""Modules of the console that the editor is built on."""


@cache
def read_script(entry: str = "index.js") -> str:
    own = read_texts(FOLDER / "js", suffix=".js")
    shared = {name: (CONSOLE / "js" / name).read_text(encoding="utf-8") for name in SHARED}
    return join_modules({**own, **shared}, entry=entry)


_mount = st.components.v2.component(
    "sightline_own_school",
    html=(FOLDER / "editor.html").read_text(encoding="utf-8"),
    css="\n".join((FOLDER / name).read_text(encoding="utf-8") for name in ("editor.css", "help.css")),
    js=read_script(),
    isolate_styles=True,
)


def draw_editor(school_id: str) -> None:
    """Draw the editor. It talks to the server's own routes: drawing never reruns the page."""
    _mount(key=f"own-school-{school_id}", data={"school_id": school_id})
