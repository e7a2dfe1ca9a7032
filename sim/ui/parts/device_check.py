"""The device of who looks: whether it can play the footage, how fast its link is, and of what kind it is."""

from functools import cache
from pathlib import Path

import streamlit as st

from sim.attempt.events import Open
from sim.attempt.options import find_device
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.console.component import join_modules, read_texts

_HERE = Path(__file__).parent


@cache
def read_script() -> str:
    console = read_texts(CONSOLE / "js", suffix=".js")
    return join_modules({**console, "check.js": (_HERE / "check.js").read_text(encoding="utf-8")}, entry="check.js")


_component = st.components.v2.component(
    "sightline_device_check",
    html=(_HERE / "check.html").read_text(encoding="utf-8"),
    css=(_HERE / "check.css").read_text(encoding="utf-8"),
    js=read_script(),
)


def draw_device_check(probe_url: str = "") -> bool:
    """Draw the check; return False once the browser has told that it cannot play the footage."""
    told = _component(key="device_check", data={"probe_url": probe_url}, on_unplayable_change=lambda: None)
    return not told.get("unplayable")


_kind = st.components.v2.component(
    "sightline_device_kind", html="<span hidden></span>", js=(_HERE / "kind.js").read_text(encoding="utf-8")
)


def read_device() -> str:
    """Return the kind of device this page is open on, a name of `sim.attempt.options.Device`; "" until it has told."""
    told = _kind(key="device-kind", on_opened_change=lambda: None).get("opened")
    found = find_device(Open.model_validate(told)) if told else None
    return found.value if found else ""
