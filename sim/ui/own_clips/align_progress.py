"""How far the clips are that are blurred more and put on one clock: it goes on when the page is left."""

import streamlit as st

from sim.services.own_clips.align_jobs import AlignState, get_align
from sim.ui.own_clips import wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error
from sim.ui.parts.fragment import fragment
from sim.ui.parts.plain_text import escape_markdown

LOOK_EVERY_S = 1


def draw_align(walk_id: str) -> bool:
    """Draw how far it is and return True while it is under way; say why it failed or that it was stopped."""
    found = run_action(lambda: get_align(get_app(), walk_id))
    if found is None:
        return False
    if found.state is AlignState.RUNNING:
        _draw_running(walk_id)
        return True
    if found.state is AlignState.FAILED:
        draw_error(found.problem)
    elif found.state is AlignState.STOPPED:
        st.info(wording.ALIGN_STOPPED)
    return False


@fragment(run_every=LOOK_EVERY_S)
def _draw_running(walk_id: str) -> None:
    found = run_action(lambda: get_align(get_app(), walk_id))
    if found is None or found.state is not AlignState.RUNNING:
        st.rerun()
        return
    text = wording.ALIGNING.format(what=escape_markdown(found.what)) if found.what else wording.ALIGN_BEGINS
    st.progress(found.share, text=text)
    st.caption(wording.ALIGN_GOES_ON)
