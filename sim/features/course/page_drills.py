"""Drills: every drill as a card that starts it; for trainers also, closed, how long people took."""

import streamlit as st

from sim.features.course.home import get_home
from sim.features.course.page_home import draw_wall, find_today
from sim.features.library.form_library import get_form_library
from sim.features.library.page_own_drills import draw_own_drills, draw_walk_drills
from sim.rules.viewer import Duty, may
from sim.text.tables import TextTable
from sim.ui.page.page_state import find_zone, get_app, get_last_attempt_id, get_learner, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.page.wording import HOME
from sim.ui.parts.blocks import draw_download, draw_lead, draw_quiet, draw_text_table, escape_markdown

FIGURES = {
    "Drill": "Drill",
    "Done": "Done",
    "In time": "In time",
    "Time taken": "Average time",
    "Index": "Difficulty by the footage",
    "Measured difficulty": "Difficulty by people's times",
    "Limit": "Limit",
}
"""The columns of the library that are shown where they hold something, each by its name here."""


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    st.title("Drills", anchor=False)
    view = get_home(app, get_learner(), today=find_today(), zone=find_zone(), last_attempt_id=get_last_attempt_id())
    if view.problem:
        draw_quiet(view.problem)
    elif view.cards:
        draw_lead("Practice: none of these counts toward a result.")
        draw_wall(view.cards)
    else:
        st.info(
            "There is no drill to practice on here yet. Your trainer gives you drills; they appear under My results."
        )
    if may(viewer, Duty.SEE_OWN):
        if not view.problem:
            draw_own_drills()
        draw_walk_drills()
    if may(viewer, Duty.TRAIN):
        _draw_figures()
    st.page_link(find_script("start"), label=HOME)


def _draw_figures() -> None:
    library = get_form_library(get_app())
    if library.damaged:
        st.warning(escape_markdown(library.damaged))
    if not library.done:
        return
    with st.expander("How long people took", key="figures"):
        titles = {name: title for name, title in library.choices.items() if not title.endswith(": 0 done")}
        if len(titles) > 1:
            chosen = st.selectbox("Drills counted", list(titles), format_func=lambda name: titles[name], key="counted")
            library = get_form_library(get_app(), chosen=chosen)
        draw_quiet(
            "Each person's first one. Who ran out of time counts with the whole limit. In brackets: where the average "
            "would lie with other people like these, 19 times in 20."
        )
        for recording in library.recordings:
            rows = [dict(zip(recording.table.header, row, strict=True)) for row in recording.table.rows]
            done = [row for row in rows if row["Done"] != "0"]
            for row in done:
                if not row["Measured difficulty"][:1].isdigit():  # too few people yet
                    row["Measured difficulty"] = ""
            if not done:
                continue
            name = f"{recording.title}, {recording.place}"
            filled = [head for head in FIGURES if any(row[head] for row in done)]
            table = TextTable(
                name=recording.table.name,
                header=tuple(FIGURES[head] for head in filled),
                rows=tuple(tuple(row[head] for head in filled) for row in done),
            )
            st.subheader(escape_markdown(name), anchor=False)
            draw_text_table(table, label=name)
            draw_download(table, "library")


draw()
