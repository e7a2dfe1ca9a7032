"""Said wherever a measured drill would be given or begun: that its footage is not ready, and until when."""

from typing import Final

import streamlit as st

from sim.services.library.readiness import Readiness, write_wait
from sim.ui.page.page_state import find_zone
from sim.ui.parts.plain_text import escape_markdown

TELL: Final = "The footage of this drill is not there. Tell the trainer."


def draw_wait(wait: Readiness | None, *, for_trainee: bool = False) -> None:
    """Draw it, for a trainee without what only a trainer can do about it; nothing where nothing is waited for."""
    if wait is None:
        return
    words = write_wait(wait, find_zone())
    if for_trainee and not wait.is_under_way:
        words = TELL
    st.warning(escape_markdown(words), icon=":material/hourglass_top:")
