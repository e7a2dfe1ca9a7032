"""One person's ended drills: over time, what may be said of their change, and the table."""

import streamlit as st

from sim.services.team.person_view import PersonDrills
from sim.ui.parts.blocks import draw_facts, draw_quiet
from sim.ui.parts.charts import show_chart
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.team import person_wording as wording
from sim.ui.team.person_charts import draw_own_accuracy, draw_own_times


def draw_person_drills(view: PersonDrills) -> None:
    draw_quiet(wording.TIMES_NOTE)
    time, accuracy = st.columns(2, gap="large")
    with time:
        st.subheader(wording.TIMES, anchor=False)
        show_chart(draw_own_times(view.drills), key="chart-own-times", alt_text=wording.TIMES_NOTE)
    if any(drill.accuracy is not None for drill in view.drills):
        with accuracy:
            st.subheader(wording.ACCURACY, anchor=False)
            show_chart(draw_own_accuracy(view.drills), key="chart-own-accuracy", alt_text=wording.ACCURACY)
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
