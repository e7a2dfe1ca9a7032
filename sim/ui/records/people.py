"""Who was trained in what: a line a person, and the drills recorded."""

import streamlit as st

from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import PERSON_PARAM, go_to_page
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.parts.tables import draw_text_table
from sim.ui.records import wording as words


def draw_people(view: TeamRecordView) -> None:
    """Draw the people, the way to one person's record, and the drills."""
    draw_table(
        words.PEOPLE_HEADER,
        [
            (
                line.name,
                words.CAME.format(attended=line.attended, invited=line.invited),
                line.latest or words.NOTHING,
                ", ".join(line.gaps) or words.NOTHING,
                line.refresher or words.NOTHING,
                line.acknowledged or words.NOTHING,
            )
            for line in view.people
        ],
        label=words.PEOPLE,
    )
    names = {line.person_id: line.name for line in view.people}
    chosen = st.selectbox(
        words.OPEN_PERSON,
        list(names),
        index=None,
        placeholder=words.CHOOSE_PERSON,
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"record-person-{view.team_id}",
    )
    if chosen is not None:
        go_to_page("record", **{PERSON_PARAM: chosen})
    st.subheader(words.DRILLS, anchor=False)
    if view.results.rows:
        draw_text_table(view.results, label=words.DRILLS)
    else:
        draw_quiet(words.DRILLS_NONE)
