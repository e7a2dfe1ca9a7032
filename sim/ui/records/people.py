"""Who was trained in what: a line a person, and the drills recorded."""

import streamlit as st

from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import PERSON_PARAM, go_to_page
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.parts.long_list import choose_shown
from sim.ui.parts.tables import draw_text_table
from sim.ui.records import wording


def draw_people(view: TeamRecordView) -> None:
    """Draw the people, the way to one person's record, and the drills."""
    draw_table(
        wording.PEOPLE_HEADER,
        [
            (
                line.name,
                line.trained or wording.NOTHING,
                wording.CAME.format(attended=line.attended, invited=line.invited),
                line.latest or wording.NOTHING,
                ", ".join(line.gaps) or wording.NOTHING,
                line.refresher or wording.NOTHING,
                line.acknowledged or wording.NOTHING,
            )
            for line in choose_shown(view.people, lambda line: line.name, key=f"record-people-{view.team_id}")
        ],
        label=wording.PEOPLE,
    )
    if view.former:
        st.subheader(wording.FORMER, anchor=False)
        draw_quiet(wording.FORMER_NOTE)
        _draw_former(view)
    names = {line.person_id: line.name for line in view.people}
    names |= {
        line.person_id: wording.FORMER_NAME.format(name=line.name, standing=line.standing) for line in view.former
    }
    chosen = st.selectbox(
        wording.OPEN_PERSON,
        list(names),
        index=None,
        placeholder=wording.CHOOSE_PERSON,
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"record-person-{view.team_id}",
    )
    if chosen is not None:
        go_to_page("record", **{PERSON_PARAM: chosen})
    st.subheader(wording.DRILLS, anchor=False)
    if view.results.rows:
        draw_quiet(ON_TIME)
        draw_text_table(view.results, label=wording.DRILLS)
    else:
        draw_quiet(wording.DRILLS_NONE)
    for title, table in ((wording.UNSCORED, view.unscored), (wording.NOTES, view.notes)):
        if table.rows:
            st.subheader(title, anchor=False)
            draw_text_table(table, label=title)


def _draw_former(view: TeamRecordView) -> None:
    draw_table(
        wording.FORMER_HEADER,
        [
            (
                line.name,
                line.standing,
                line.trained or wording.NOTHING,
                wording.CAME.format(attended=line.attended, invited=line.invited),
                line.latest or wording.NOTHING,
                ", ".join(line.gaps) or wording.NOTHING,
            )
            for line in view.former
        ],
        label=wording.FORMER,
    )
