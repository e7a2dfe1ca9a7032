"""The briefing's device check: can this browser play the footage, and how fast is the link."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sightline_device_check",
    html=(_HERE / "check.html").read_text(encoding="utf-8"),
    css=(_HERE / "check.css").read_text(encoding="utf-8"),
    js=(_HERE / "check.js").read_text(encoding="utf-8"),
)


def draw_device_check(probe_url: str) -> None:
    """Draw the check; `probe_url` is a clip of the recording that this attempt may read."""
    _component(key="device_check", data={"probe_url": probe_url})
