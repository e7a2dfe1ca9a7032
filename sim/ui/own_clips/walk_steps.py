"""The steps Clips, Blurring and Walker of a walk."""

import streamlit as st

from sim.clips.keyframes import TrackFormat
from sim.clips.model import BlurMode, Neighbor, Walk
from sim.services.own_clips import aligning, annotating, folder
from sim.ui.own_clips import wording
from sim.ui.own_clips.align_progress import draw_align
from sim.ui.own_clips.component import draw_annotator, draw_imports
from sim.ui.page.page_state import get_app, keep_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet
from sim.ui.parts.plain_text import escape_markdown

_TAKEN = "own-clips-tracks-taken"


def draw_clips_step(walk: Walk) -> None:
    """Draw the clips and their import, and how far apart the cameras are."""
    draw_imports(walk.walk_id)
    if walk.site_id is None and len(walk.cameras) > 1:
        _draw_neighbors(walk)


def draw_blur_step(walk: Walk) -> None:
    """Draw the footage, to look through its blurring."""
    if walk.blur is BlurMode.NONE:
        st.info(wording.NOTHING_TO_BLUR)
    elif _is_ready(walk):
        draw_lead(wording.BLUR_LEAD)
        if walk.recording_id:
            st.info(wording.DRILLS_GO)
        draw_annotator(walk.walk_id, kind="blur")
        draw_quiet(wording.BLUR_NOTE)


def draw_walker_step(walk: Walk) -> None:
    """Draw the footage, to mark the walker."""
    if not _is_ready(walk):
        return
    draw_lead(wording.WALKER_LEAD)
    taken = st.session_state.get(_TAKEN, 0)
    draw_annotator(walk.walk_id, kind="walker", times=taken)
    gaps = run_action(lambda: annotating.list_gaps(get_app(), walk.walk_id))
    if gaps:
        st.warning(wording.GAPS)
        draw_list(gaps)
    _draw_tracks(walk)


def _is_ready(walk: Walk) -> bool:
    """Say what comes first where there is no recording to draw on."""
    if draw_align(walk.walk_id):
        return False
    if aligning.is_aligned(get_app(), walk.walk_id):
        return True
    st.info(wording.FIRST_ALIGN if walk.clips else wording.FIRST_CLIPS)
    return False


def _draw_neighbors(walk: Walk) -> None:
    st.header(wording.NEIGHBORS, anchor=False)
    draw_quiet(wording.NEIGHBORS_NOTE)
    names = {camera.camera_id: camera.name for camera in walk.cameras}
    for number, each in enumerate(walk.neighbors):
        line, button = st.columns([5, 1], vertical_alignment="center")
        a, b = escape_markdown(names[each.a]), escape_markdown(names[each.b])
        line.write(wording.APART.format(a=a, b=b, meters=each.meters))
        if button.button(wording.REMOVE, key=f"drop-neighbor-{number}"):
            _set_neighbors(walk, tuple(other for other in walk.neighbors if other != each))
    with st.form(f"neighbor-{walk.walk_id}", border=False):
        first, second, third = st.columns(3, vertical_alignment="bottom")
        a = first.selectbox(wording.FROM, list(names), format_func=lambda each: names[each], key="neighbor-a")
        b = second.selectbox(wording.TO, list(names), index=1, format_func=lambda each: names[each], key="neighbor-b")
        meters = third.number_input(wording.METERS, min_value=0.0, max_value=500.0, value=10.0, step=1.0, key="meters")
        if st.form_submit_button(wording.ADD):
            if a == b:
                draw_error(wording.SAME_CAMERA)
            else:
                kept = tuple(each for each in walk.neighbors if {each.a, each.b} != {a, b})
                _set_neighbors(walk, (*kept, Neighbor(a=a, b=b, meters=meters)))


def _set_neighbors(walk: Walk, neighbors: tuple[Neighbor, ...]) -> None:
    if run_action(lambda: folder.set_neighbors(get_app(), walk.walk_id, neighbors)) is not None:
        st.rerun()


def _draw_tracks(walk: Walk) -> None:
    with st.expander(wording.TRACKS, key=f"tracks-{walk.walk_id}"):
        draw_quiet(wording.TRACKS_NOTE)
        names = {clip.clip_id: clip.file_name for clip in walk.clips}
        clip_id = st.selectbox(wording.TRACK_CLIP, list(names), format_func=lambda each: names[each], key="track-clip")
        sent = st.file_uploader(wording.TRACK_FILE, type=["txt", "csv", "xml"], key="track-file")
        track = st.text_input(wording.TRACK_ID, max_chars=60, key="track-id")
        if sent is not None and st.button(wording.TRACK_TAKE, key="track-take"):
            kind = TrackFormat.CVAT if sent.name.lower().endswith(".xml") else TrackFormat.MOT
            text, base = sent.getvalue(), run_action(lambda: annotating.get_track(get_app(), walk.walk_id))
            taken = base and run_action(
                lambda: annotating.import_tracks(
                    get_app(),
                    walk.walk_id,
                    clip_id=clip_id,
                    text=text,
                    kind=kind,
                    track=track.strip() or None,
                    base=base.revision,
                )
            )
            if taken:
                st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1
                keep_flash(wording.TRACK_TAKEN)
                st.rerun()
