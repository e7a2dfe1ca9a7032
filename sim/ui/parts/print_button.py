"""Registers the print button with Streamlit and draws it."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sightline_print_button",
    html=(_HERE / "button.html").read_text(encoding="utf-8"),
    css=(_HERE / "button.css").read_text(encoding="utf-8"),
    js=(_HERE / "button.js").read_text(encoding="utf-8"),
)


def draw_print_button(label: str, *, key: str) -> None:
    _component(key=key, data={"label": label})
