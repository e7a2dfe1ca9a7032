"""Our school: draw the building and its cameras, and make drills in them."""

import streamlit as st

from sim.services.accounts import school_rights as rights
from sim.services.own_school import example, folder, ready, removing
from sim.text.counts import write_count
from sim.ui.own_school import wording
from sim.ui.own_school.component import draw_editor
from sim.ui.own_school.traced import draw_traced
from sim.ui.page.page_state import SCHOOL_PARAM, get_app, get_param, get_viewer, go_to_page, keep_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.parts.flash import draw_flash
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.school_rights import draw_rights, draw_turn_off

PAGE = "own_school"


def draw() -> None:
    st.title(wording.TITLE, anchor=False)
    draw_flash()
    schools = {school.school_id: school for school in folder.list_schools(get_app().settings.data)}
    chosen = schools.get(get_param(SCHOOL_PARAM) or "")
    if chosen is None:
        draw_lead(wording.LEAD)
        _draw_list(list(schools.values()))
        with st.expander(wording.STORED_TITLE):
            draw_list(wording.STORED)
        draw_turn_off()
        return
    st.subheader(escape_markdown(chosen.name), anchor=False)
    if chosen.name == example.NAME:
        draw_quiet(wording.EXAMPLE_NOTE)
    if rights.is_closed(get_app(), chosen.school_id):
        st.warning(wording.CLOSED)
        _draw_delete(chosen)
        return
    draw_editor(chosen.school_id)
    draw_traced(chosen.school_id)
    _draw_ready(chosen)
    with st.expander(wording.STEPS_TITLE):
        draw_list(wording.STEPS)
    _draw_delete(chosen)


def _draw_list(schools: list[folder.OwnSchool]) -> None:
    for school in schools:
        if st.button(escape_markdown(school.name), key=f"open-{school.school_id}", width="stretch"):
            go_to_page(PAGE, **{SCHOOL_PARAM: school.school_id})
    if not schools:
        draw_quiet(wording.NONE)
    if st.button(wording.EXAMPLE, key="example", type="secondary" if schools else "primary"):
        _open(run_action(lambda: example.make_example(get_app())))
    if draw_rights():
        _draw_new()


def _draw_new() -> None:
    st.header(wording.NEW, anchor=False)
    name = st.text_input(wording.NAME, max_chars=60, key="name")
    agreed = st.checkbox(rights.SCHOOL_STATEMENT, key="agreed")
    if st.button(wording.MAKE, key="make", type="primary"):
        if not name.strip():
            st.error(wording.NEED_NAME)
        elif not agreed:
            st.error(wording.NEED_AGREED)
        else:
            _open(run_action(lambda: _begin(" ".join(name.split()))))


def _begin(name: str) -> str:
    rights.require_confirmed(get_app())
    school_id = folder.make_school(get_app().settings.data, name)
    rights.note_school(get_app(), get_viewer(), school_id)
    return school_id


def _open(school_id: str | None) -> None:
    if school_id is not None:
        go_to_page(PAGE, **{SCHOOL_PARAM: school_id})


def _draw_ready(school: folder.OwnSchool) -> None:
    st.header(wording.READY_TITLE, anchor=False)
    draw_quiet(wording.READY_NOTE)
    chosen = ready.get_ages(get_app(), school.school_id)
    names = wording.AGES_NAMES | {
        chosen: wording.AGES_NAMES.get(chosen, wording.AGES_OTHER.format(low=chosen[0], high=chosen[1]))
    }
    ages = st.selectbox(
        wording.AGES, list(names), index=list(names).index(chosen), format_func=names.__getitem__, key="ages"
    )
    if st.button(wording.READY, key="ready", type="primary"):
        bar = st.progress(0.0)

        def show(camera: str, share: float) -> None:
            bar.progress(share, text=wording.WORKING.format(camera=escape_markdown(camera)))

        made = run_action(lambda: ready.make_ready(get_app(), school.school_id, ages=ages, on_step=show))
        bar.empty()
        if made is not None:
            _draw_made(school.school_id, made)
    elif school.is_ready:
        st.success(wording.IS_READY)
        _draw_link(school.school_id)


def _draw_made(school_id: str, made: ready.MadeReady) -> None:
    if made.problems:
        st.error(wording.MEND)
        draw_list(problem.text for problem in made.problems)
        return
    st.success(wording.DONE.format(cameras=write_count(len(made.cameras), "camera")))
    if made.left_out:
        st.warning(wording.LEFT_OUT.format(cameras=escape_markdown(", ".join(made.left_out))))
    _draw_link(school_id)


def _draw_link(school_id: str) -> None:
    """Draw the way to a drill on this very school."""
    st.page_link("screens/new_drill.py", label=wording.NEW_DRILL, query_params={SCHOOL_PARAM: school_id})


def _draw_delete(school: folder.OwnSchool) -> None:
    with st.popover(wording.DELETE, key="delete"):
        st.write(wording.DELETE_NOTE)
        if st.button(wording.DELETE_SURE, key="delete-sure"):
            by = get_viewer().name
            gone = run_action(lambda: removing.delete_school(get_app(), school.school_id, by=by))
            if gone is not None:
                recordings = write_count(gone.recordings, "recording")
                keep_flash(wording.DELETED.format(recordings=recordings, attempts=write_count(gone.attempts, "drill")))
                go_to_page(PAGE)


draw()
