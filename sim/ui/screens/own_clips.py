"""Our clips: real clips of a walk that staff act, from the import to a practice drill."""

import streamlit as st

from sim.clips.model import BlurMode, Rights, Walk
from sim.services.library.generate.generate import find_sites
from sim.services.own_clips import folder, removing
from sim.services.own_school.folder import list_schools
from sim.text.counts import write_count
from sim.ui.own_clips import wording
from sim.ui.own_clips.clock_step import draw_clock_step
from sim.ui.own_clips.drill_step import draw_drill_step
from sim.ui.own_clips.walk_steps import draw_blur_step, draw_clips_step, draw_walker_step
from sim.ui.page.page_state import get_app, get_param, get_viewer, go_to_page, keep_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import choose_view, draw_error, draw_lead, draw_quiet
from sim.ui.parts.flash import draw_flash
from sim.ui.parts.plain_text import escape_markdown

PAGE = "own_clips"
WALK_PARAM = "walk"
DRAWN = {
    "clips": draw_clips_step,
    "clocks": draw_clock_step,
    "blur": draw_blur_step,
    "walker": draw_walker_step,
    "drill": draw_drill_step,
}


def draw() -> None:
    st.title(wording.TITLE, anchor=False)
    draw_flash()
    walk_id = get_param(WALK_PARAM)
    walk = run_action(lambda: folder.load_walk(get_app(), walk_id)) if walk_id else None
    if walk is None:
        draw_lead(wording.LEAD)
        _draw_list()
        _draw_new()
        draw_quiet(wording.PRIVATE)
        return
    _draw_walk(walk)


def _draw_list() -> None:
    cards = folder.list_walks(get_app())
    for card in cards:
        label = f"{escape_markdown(card.name)} · {write_count(card.clips, 'clip')}"
        if st.button(label, key=f"open-{card.walk_id}", width="stretch"):
            go_to_page(PAGE, **{WALK_PARAM: card.walk_id})
    if not cards:
        draw_quiet(wording.NONE)


def _draw_new() -> None:
    st.header(wording.NEW, anchor=False)
    name = st.text_input(wording.NAME, max_chars=60, key="name", placeholder=wording.NAME_HINT)
    site_id = _choose_site()
    may_use = st.checkbox(wording.MAY_USE, key="may-use")
    agreed = st.checkbox(wording.AGREED, key="agreed")
    has_detector = folder.get_detector() is not None
    blurs = wording.BLUR_ON if has_detector else wording.BLUR_MOVING
    chosen = st.radio(wording.BLUR, [blurs, wording.BLUR_OFF], key="blur")
    draw_quiet(wording.BLUR_NOTE if has_detector else f"{wording.NO_DETECTOR} {wording.BLUR_NOTE}")
    if not st.button(wording.BEGIN, key="begin", type="primary"):
        return
    if not name.strip():
        draw_error(wording.NEED_NAME)
    elif not (may_use and agreed):
        draw_error(wording.NEED_RIGHTS)
    else:
        rights = Rights(may_use=True, everyone_agreed=True, all_signed=chosen == wording.BLUR_OFF)
        blur = folder.find_blur_mode(get_app(), rights, blurs=chosen != wording.BLUR_OFF)
        by = get_viewer().name
        made = run_action(
            lambda: folder.make_walk(
                get_app(), " ".join(name.split()), rights=rights, blur=BlurMode(blur), site_id=site_id, by=by
            )
        )
        if made is not None:
            go_to_page(PAGE, **{WALK_PARAM: made})


def _choose_site() -> str | None:
    """Draw the choice of an own school, where one was drawn; None for cameras that are typed."""
    data = get_app().settings.data
    ready = find_sites(data)
    names = {school.school_id: school.name for school in list_schools(data) if school.school_id in ready}
    if not names:
        return None
    titles = {"": wording.NO_SITE} | {key: wording.SITE_OF.format(site=name) for key, name in names.items()}
    chosen = st.selectbox(
        wording.SITE, list(titles), format_func=lambda each: titles[each], help=wording.SITE_NOTE, key="site"
    )
    return chosen or None


def _draw_walk(walk: Walk) -> None:
    st.subheader(escape_markdown(walk.name), anchor=False)
    step = choose_view(wording.STEP, wording.STEPS, first="clips", key=f"step-{walk.walk_id}")
    DRAWN[step](walk)
    st.divider()
    left, right = st.columns(2)
    with left:
        st.page_link("screens/own_clips.py", label=wording.BACK)
    with right:
        _draw_delete(walk)


def _draw_delete(walk: Walk) -> None:
    if not st.toggle(wording.DELETE, key="delete"):
        return
    st.write(wording.DELETE_NOTE)
    if st.button(wording.DELETE_SURE, key="delete-sure"):
        by = get_viewer().name
        gone = run_action(lambda: removing.delete_walk(get_app(), walk.walk_id, by=by))
        if gone is not None:
            recordings = write_count(gone.recordings, "recording")
            attempts = write_count(gone.attempts, "practice drill")
            keep_flash(wording.DELETED.format(recordings=recordings, attempts=attempts))
            go_to_page(PAGE)


draw()
