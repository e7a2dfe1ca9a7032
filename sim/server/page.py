"""The script Streamlit runs for every page: theme, navigation, and the one place where a failure is put into words."""

import streamlit as st

from sim.errors import AccessError, SimError
from sim.rules.viewer import NOBODY, Viewer
from sim.server.page_header import draw_header
from sim.ui.page import pages, theme, wording
from sim.ui.page.page_state import enter_page, get_viewer, note_visit
from sim.ui.parts.access import draw_closed, draw_open_mode
from sim.ui.parts.actions import draw_failure
from sim.ui.parts.blocks import draw_error


def main() -> None:
    st.set_page_config(page_title=wording.APP, layout="wide", initial_sidebar_state="collapsed")
    try:
        viewer = get_viewer()
        note_visit()
    except SimError as error:
        st.navigation(make_navigation(NOBODY), position="hidden")
        draw_error(error.on_screen)
        return
    page = st.navigation(make_navigation(viewer), position="top")
    st.html(theme.PAGE_CSS)
    draw_open_mode()
    path = page.url_path or pages.PAGES[0].path
    enter_page(path)
    this = pages.find_page(path)
    if this is None or not pages.is_open(this, viewer):
        draw_closed(viewer, page.title)
        return
    try:
        draw_header(viewer, this)
        page.run()
    except AccessError as error:
        draw_closed(viewer, page.title, error.on_screen)
    except Exception as error:
        draw_failure(error)


def make_navigation(viewer: Viewer) -> list[st.Page]:
    """Return every page; those that are not for the viewer are there, but not shown.

    In one row: on a phone Streamlit puts the entries of a section into a list that is none to a screen reader.
    """
    return [
        st.Page(
            page.script,
            title=page.title,
            url_path=page.path,
            default=page is pages.PAGES[0],
            visibility="visible" if pages.is_shown(page, viewer) else "hidden",
        )
        for page in pages.PAGES
    ]


main()
