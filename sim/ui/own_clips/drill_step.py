"""The step Drill: what the walker wears, what is asked, and making the practice drill."""

import tempfile
from pathlib import Path

import streamlit as st

from sim.clips.model import Clothes, DrillWish, Walk
from sim.services.own_clips import making
from sim.tasks import get_task_type
from sim.ui.drill.walk_drills import draw_walk_drills
from sim.ui.own_clips import wording
from sim.ui.page.page_state import get_app, get_viewer, keep_flash
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet


def draw_drill_step(walk: Walk) -> None:
    draw_lead(wording.DRILL_LEAD)
    missing = run_action(lambda: making.check_drill(get_app(), walk.walk_id))
    if missing:
        st.warning(wording.MISSING)
        draw_list(missing)
    _draw_photo(walk)
    title = st.text_input(wording.DRILL_TITLE, value=walk.name, max_chars=60, key=f"title-{walk.walk_id}")
    titles = {name: get_task_type(name).title for name in making.TASKS}
    tasks = st.multiselect(
        wording.TASKS,
        list(titles),
        default=["trace"],
        format_func=lambda each: titles[each],
        key=f"tasks-{walk.walk_id}",
    )
    clothes = _choose_clothes(walk)
    if st.button(wording.MAKE, key="make-drill", type="primary", disabled=missing is None or bool(missing)):
        _make(walk, " ".join(title.split()), tuple(tasks), clothes)
    elif walk.recording_id:
        st.info(wording.MADE_BEFORE)
    if walk.recording_id:
        draw_walk_drills(recording_id=walk.recording_id)


def _make(walk: Walk, title: str, tasks: tuple[str, ...], clothes: Clothes) -> None:
    if not title:
        draw_error(wording.NEED_TITLE)
        return
    if not tasks:
        draw_error(wording.NEED_TASK)
        return
    wish = DrillWish(title=title, tasks=tasks, clothes=clothes)
    made = run_action(lambda: making.make_drill(get_app(), walk.walk_id, wish, by=get_viewer().name))
    if made:
        keep_flash(wording.MADE)
        st.rerun()


def _choose_clothes(walk: Walk) -> Clothes:
    st.header(wording.CLOTHES, anchor=False)
    columns = st.columns(2)
    chosen = {}
    for place, (name, label, options) in enumerate(wording.PARTS):
        chosen[name] = columns[place % 2].selectbox(
            label, options, accept_new_options=True, key=f"{name}-{walk.walk_id}"
        )
    return Clothes.model_validate({name: str(value or "none")[:60] for name, value in chosen.items()})


def _draw_photo(walk: Walk) -> None:
    with st.expander(wording.PHOTO, key=f"photo-{walk.walk_id}"):
        draw_quiet(wording.PHOTO_NOTE)
        sent = st.file_uploader(wording.PHOTO, type=["png", "jpg", "jpeg", "webp"], key=f"photo-file-{walk.walk_id}")
        if sent is not None and st.button(wording.PHOTO_SEND, key="photo-send"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "photo"
                path.write_bytes(sent.getvalue())
                changed = run_action(lambda: making.set_photo(get_app(), walk.walk_id, path))
            if changed is not None:
                st.rerun()
        if walk.has_photo:
            draw_quiet(wording.PHOTO_KEPT)
            is_dropped = st.button(wording.PHOTO_DROP, key="photo-drop")
            if is_dropped and run_action(lambda: making.set_photo(get_app(), walk.walk_id, None)) is not None:
                st.rerun()
