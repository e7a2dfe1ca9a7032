"""Below a briefing whose start is the trainer's: the page goes on by itself."""

import streamlit as st

from sim.services.attempt import attempts
from sim.services.session_day import running
from sim.ui.page.page_state import get_app
from sim.ui.parts.fragment import fragment
from sim.ui.session_day.waiting import draw_announced

LOOK_EVERY_S = 1.0
"""How late the console may come after the trainer's start, beside the time that it takes to load."""


def draw_waiting_for_start(attempt_id: str) -> None:
    st.info(
        "Read everything. The trainer starts everybody together. The clock runs from then, and this page "
        "continues automatically."
    )
    _watch(attempt_id, attempts.get_state(get_app(), attempt_id))


@fragment(run_every=LOOK_EVERY_S)
def _watch(attempt_id: str, drawn: str) -> None:
    app = get_app()
    running.note_seen(app, attempt_id)
    hold = running.find_hold(app, attempt_id)
    if hold is None or attempts.get_state(app, attempt_id) != drawn:
        st.rerun()
    else:
        draw_announced(is_paused=hold.is_paused, starts_in_s=hold.starts_in_s)
