"""The debrief's section about losses: where the student went next, and what was opened instead."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from sim.services.debrief_losses import LossView
from sim.ui import wording
from sim.ui.blocks import draw_list, draw_quiet
from sim.ui.plain_text import escape_markdown


def draw_losses(losses: Sequence[LossView]) -> None:
    """Draw a sentence for each loss, and the same as a table."""
    st.header(wording.DEBRIEF_LOSSES, anchor=False)
    draw_quiet(wording.LOSSES_NOTE)
    draw_list(loss.sentence for loss in losses)
    with st.expander(wording.LOSSES_TABLE, key="losses-table"):
        st.table(_make_table(losses), hide_index=True)


def _make_table(losses: Sequence[LossView]) -> pd.DataFrame:
    columns = {
        "After": [f"{loss.after}, {loss.after_clock}" for loss in losses],
        "On no camera": [loss.unseen for loss in losses],
        "Then at": [f"{loss.then}, {loss.then_clock}" for loss in losses],
        "You opened first": [loss.opened or "none else" for loss in losses],
        "Nearest by the plan": [loss.offered or "none" for loss in losses],
        "Marked there": [loss.outcome for loss in losses],
    }
    return pd.DataFrame({name: [escape_markdown(text) for text in texts] for name, texts in columns.items()})
