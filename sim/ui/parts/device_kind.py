"""Registers what tells the kind of device, and asks it: by the same rule as the console's log."""

from pathlib import Path

import streamlit as st

from sim.attempt.events import Open
from sim.attempt.options import find_device

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sightline_device_kind",
    html="<span hidden></span>",
    js=(_HERE / "kind.js").read_text(encoding="utf-8"),
)


def read_device() -> str:
    """Return the kind of device this page is open on, a name of `sim.attempt.options.Device`; "" until it has told."""
    told = _component(key="device-kind", on_opened_change=lambda: None).get("opened")
    found = find_device(Open.model_validate(told)) if told else None
    return found.value if found else ""
