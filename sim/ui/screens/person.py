"""One person: their own drills over time, and what may be said of their change."""

import streamlit as st

from sim.services.person_view import PersonDrills, get_person_drills
from sim.ui import person_wording as wording
from sim.ui.blocks import draw_facts, draw_lead, draw_quiet
from sim.ui.person_charts import draw_own_accuracy, draw_own_times
from sim.ui.person_data import draw_person_data
from sim.ui.plain_text import escape_markdown
from sim.ui.session import TEAM_PARAM, find_zone, get_app, get_person_id
from sim.ui.tables import draw_download, draw_text_table


def draw() -> None:
    """Draw the page."""
    person_id = get_person_id()
    if person_id is None:
        st.info(wording.NOBODY)
        st.page_link("screens/team.py", label=wording.BACK.format(team="the team"), icon=":material/arrow_back:")
        return
    view = get_person_drills(get_app(), person_id, zone=find_zone())
    st.page_link(
        "screens/team.py",
        label=wording.BACK.format(team=escape_markdown(view.team_name)),
        icon=":material/arrow_back:",
        query_params={TEAM_PARAM: view.team_id},
    )
    st.title(escape_markdown(view.name), anchor=False)
    draw_lead(wording.LEAD.format(name=view.name))
    draw_facts(view.facts)
    if view.drills:
        _draw_drills(view)
    else:
        st.info(wording.NONE_YET)
    draw_person_data(person_id, view.name)


def _draw_drills(view: PersonDrills) -> None:
    draw_quiet(wording.TIMES_NOTE)
    time, accuracy = st.columns(2, gap="large")
    with time:
        st.subheader(wording.TIMES, anchor=False)
        st.altair_chart(
            draw_own_times(view.drills), width="stretch", theme=None, key="chart-own-times", alt=wording.TIMES_NOTE
        )
    if any(drill.accuracy is not None for drill in view.drills):
        with accuracy:
            st.subheader(wording.ACCURACY, anchor=False)
            st.altair_chart(
                draw_own_accuracy(view.drills),
                width="stretch",
                theme=None,
                key="chart-own-accuracy",
                alt=wording.ACCURACY,
            )
    st.subheader(wording.CHANGE, anchor=False)
    if view.change:
        draw_facts(view.change)
        draw_quiet(view.change_note)
    else:
        st.write(wording.CHANGE_NONE)
    draw_quiet(wording.NO_RANKING)
    st.subheader(wording.TABLE, anchor=False)
    draw_text_table(view.table, label=wording.TABLE)
    draw_download(view.table, "drills")


draw()
