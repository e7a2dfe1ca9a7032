"""Cameras without a picture: have their pictures drawn from the plan, see how far that is, cancel it."""

import streamlit as st

from sim.services.own_school import traced
from sim.services.own_school.editing import get_drawing
from sim.ui.own_school import wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.fragment import fragment
from sim.ui.parts.plain_text import escape_markdown

EVERY_S = 5


def draw_traced(school_id: str) -> None:
    """Draw the section; nothing where every camera has a picture."""
    drawing = get_drawing(get_app(), school_id)
    wanted = traced.list_without_picture(drawing)
    tracing = traced.find_tracing(get_app(), school_id)
    if not wanted:
        return
    st.header(wording.TRACED_TITLE, anchor=False)
    names = ", ".join(drawing["cameras"][camera_id]["name"] for camera_id in wanted)
    draw_quiet(wording.TRACED_WHICH.format(cameras=escape_markdown(names)))
    if not traced.is_installed():
        draw_quiet(wording.TRACED_NOT_HERE)
    elif tracing is not None and tracing.state is traced.TracingState.RUNNING:
        _draw_running(school_id)
    else:
        _draw_offer(school_id, tracing, len(wanted))


def _draw_offer(school_id: str, tracing: traced.Tracing | None, count: int) -> None:
    usable = len(traced.find_usable(get_app(), school_id)) if tracing is not None else 0
    if usable == count:
        st.success(wording.TRACED_DONE)
        return
    if tracing is not None and tracing.state is traced.TracingState.DONE:
        draw_quiet(wording.TRACED_OLD)
    if tracing is not None and tracing.problem:
        st.error(escape_markdown(tracing.problem))
    draw_quiet(wording.TRACED_WHY.format(minutes=max(1, round((count - usable) * traced.SECONDS_A_CAMERA / 60))))
    is_cut = tracing is not None and tracing.state is traced.TracingState.STOPPED
    if st.button(wording.TRACED_GO_ON if is_cut else wording.TRACED_START, key="traced-start"):
        run_and_redraw(lambda: traced.start(get_app(), school_id))


@fragment(run_every=EVERY_S)
def _draw_running(school_id: str) -> None:
    tracing = traced.find_tracing(get_app(), school_id)
    if tracing is None or tracing.state is not traced.TracingState.RUNNING:
        st.rerun()
        return
    done, count = len(tracing.done), len(tracing.cameras)
    st.progress(done / count, text=wording.TRACED_PROGRESS.format(done=done, count=count))
    if st.button(wording.TRACED_CANCEL, key="traced-cancel"):
        run_and_redraw(lambda: traced.cancel(get_app(), school_id), is_live=True)
