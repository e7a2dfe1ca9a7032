"""Said before it is too late: that a drill will not count before and after training, and what to do."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import streamlit as st

from sim.ui.parts.plain_text import escape_markdown

SOME: Final = "{count} of {people}: {words}"
UNFAMILIAR_ONE: Final = (
    "{count} of {people} has not gone through getting to know the console. Do that first: otherwise part of any change "
    "is getting used to it."
)
UNFAMILIAR: Final = (
    "{count} of {people} have not gone through getting to know the console. Do that first: otherwise part of any "
    "change is getting used to it."
)
CAUTION: Final = (
    "Has not gone through getting to know the console. Do that first: otherwise part of any change is getting used to "
    "it."
)
ON_COMPUTER: Final = "Join on {device}: what is done on another kind of device is not compared."
WRONG_DEVICE: Final = (
    "This is {here}. This team's drills are done on {wanted}, and a drill on {here} will not count. "
    "Open this page on {wanted} before you begin."
)
DEVICES: Final = {"computer": "a computer", "tablet": "a tablet", "phone": "a phone"}


def draw_will_not_count(found: Mapping[str, str], *, people: int) -> None:
    """Draw why drills of some people would not count: each reason once, with how many it is true of."""
    for words, count in Counter(found.values()).items():
        said = words if count == people else SOME.format(count=count, people=people, words=words)
        st.warning(escape_markdown(said), icon=":material/block:")


def draw_unfamiliar(count: int, *, people: int) -> None:
    """Draw that some have not got to know the console, where there are any."""
    if count:
        said = UNFAMILIAR_ONE if count == 1 else UNFAMILIAR
        st.info(said.format(count=count, people=people), icon=":material/school:")


def draw_device_note(here: str, *, wanted: str) -> None:
    """Draw what a drill that is compared has to be done on, as a warning where this device (`here`) is another one."""
    if here in DEVICES and here != wanted:
        said = WRONG_DEVICE.format(here=DEVICES[here], wanted=DEVICES[wanted])
        st.warning(said, icon=":material/block:")
    else:
        st.info(ON_COMPUTER.format(device=DEVICES[wanted]), icon=":material/computer:")
