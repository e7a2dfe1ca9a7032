"""Our footage: real clips of a walk that staff act, from the import to a practice drill."""

import streamlit as st

from sim.clips.model import BlurMode, Rights, Walk
from sim.features.library.sites import find_sites
from sim.features.own_clips import folder, removing
from sim.features.own_clips.page_clock import draw_clock_step
from sim.features.own_clips.page_steps import (
    BLUR_NOTE,
    draw_blur_step,
    draw_clips_step,
    draw_drill_step,
    draw_walker_step,
)
from sim.features.own_school.folder import list_schools
from sim.text.words import write_count
from sim.ui.page.page_state import get_app, get_param, get_viewer, go_to_page, keep_flash
from sim.ui.page.pages import find_script
from sim.ui.parts.access import choose_whose
from sim.ui.parts.actions import draw_flash, run_action
from sim.ui.parts.blocks import choose_view, draw_error, draw_lead, draw_quiet, escape_markdown

BLUR_OFF = "No blurring: everyone who can be seen has signed"
STEPS = {"clips": "Clips", "clocks": "Clocks", "blur": "Blurring", "walker": "Walker", "drill": "Drill"}

PAGE = "our-clips"
WALK_PARAM = "walk"
DRAWN = {
    "clips": draw_clips_step,
    "clocks": draw_clock_step,
    "blur": draw_blur_step,
    "walker": draw_walker_step,
    "drill": draw_drill_step,
}


def draw() -> None:
    st.title("Our footage", anchor=False)
    draw_flash()
    walk_id = get_param(WALK_PARAM)
    walk = run_action(lambda: folder.load_walk(get_app(), walk_id)) if walk_id else None
    if walk is None:
        draw_lead(
            "Staff walk a route, you export the clips from your video system, and colleagues trace the "
            "walker in your own cameras. Practice only: the footage is real, only the walker is known, and "
            "results never measure anyone."
        )
        _draw_list()
        _draw_new()
        draw_quiet(
            "Stored in this installation's data folder: the blurred clips, the clocks and marks you enter, "
            "and the drills you make. The files you send are never stored as they are. Only people who may "
            "make drills see this page."
        )
        return
    _draw_walk(walk)


def _draw_list() -> None:
    walks = folder.list_walks(get_app())
    for walk in walks:
        label = f"{escape_markdown(walk.name)} · {write_count(len(walk.clips), 'clip')}"
        if st.button(label, key=f"open-{walk.walk_id}", width="stretch"):
            go_to_page(PAGE, **{WALK_PARAM: walk.walk_id})
    if not walks:
        draw_quiet("No clips have been imported here yet.")


def _draw_new() -> None:
    st.header("Import a walk", anchor=False)
    name = st.text_input(
        "Name of the walk", max_chars=60, key="name", placeholder="For example: Walk from the side entrance to the gym"
    )
    site_id = _choose_site()
    whose = choose_whose()
    may_use = st.checkbox("The school may use this footage for training", key="may-use")
    agreed = st.checkbox("Everyone who acts in the walk agreed to be filmed for it", key="agreed")
    has_detector = folder.get_detector() is not None
    blurs = (
        "Blur heads before anything is stored"
        if has_detector
        else "Blur everything that moves before anything is stored"
    )
    chosen = st.radio("Blurring", [blurs, BLUR_OFF], key="blur")
    none_here = (
        "The person detector is not installed here, so everything that moves is blurred. "
        "The person who runs the server can add it. "
    )
    draw_quiet(BLUR_NOTE if has_detector else none_here + BLUR_NOTE)
    if not st.button("Begin", key="begin", type="primary"):
        return
    if not name.strip():
        draw_error("Enter a name for the walk (1 to 60 characters).")
    elif not (may_use and agreed):
        draw_error("Check both boxes first: real footage needs both.")
    else:
        rights = Rights(may_use=True, everyone_agreed=True, all_signed=chosen == BLUR_OFF)
        blur = folder.find_blur_mode(get_app(), rights, blurs=chosen != BLUR_OFF)
        by = get_viewer().name
        made = run_action(
            lambda: folder.make_walk(
                whose, " ".join(name.split()), rights=rights, blur=BlurMode(blur), site_id=site_id, by=by
            )
        )
        if made is not None:
            go_to_page(PAGE, **{WALK_PARAM: made})


def _choose_site() -> str | None:
    ready = find_sites(get_app().settings.data)
    names = {school.school_id: school.name for school in list_schools(get_app()) if school.school_id in ready}
    if not names:
        return None
    titles = {"": "Enter the cameras by name"} | {key: f"Cameras of {name}" for key, name in names.items()}
    chosen = st.selectbox(
        "Cameras",
        list(titles),
        format_func=lambda each: titles[each],
        help="A school drawn under Our school gives the plan and the links between cameras.",
        key="site",
    )
    return chosen or None


def _draw_walk(walk: Walk) -> None:
    st.subheader(escape_markdown(walk.name), anchor=False)
    step = choose_view("Step", STEPS, first="clips", key=f"step-{walk.walk_id}")
    DRAWN[step](walk)
    st.divider()
    left, right = st.columns(2)
    with left:
        st.page_link(find_script("our-clips"), label="All walks")
    with right:
        _draw_delete(walk)


def _draw_delete(walk: Walk) -> None:
    if not st.toggle("Delete this walk", key="delete"):
        return
    st.write(
        "All clips, clocks, marks, the photo, and all drills and practice made of this walk are deleted. "
        "The ledger keeps one line that says so."
    )
    if st.button("Delete everything", key="delete-sure"):
        by = get_viewer().name
        gone = run_action(lambda: removing.delete_walk(get_app(), walk.walk_id, by=by))
        if gone is not None:
            recordings = write_count(gone.recordings, "recording")
            attempts = write_count(gone.attempts, "practice drill")
            keep_flash(f"The walk was deleted, with {recordings} and {attempts}.")
            go_to_page(PAGE)


draw()
