"""Who was trained in what: a line a person, and the drills recorded."""

import streamlit as st

from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import PERSON_PARAM, go_to_page
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.parts.long_list import choose_shown
from sim.ui.parts.tables import draw_text_table
from sim.ui.records import wording as words


def draw_people(view: TeamRecordView) -> None:
    """Draw the people, the way to one person's record, and the drills."""
    draw_table(
        words.PEOPLE_HEADER,
        [
            (
                line.name,
                line.trained or words.NOTHING,
                words.CAME.format(attended=line.attended, invited=line.invited),
                line.latest or words.NOTHING,
                ", ".join(line.gaps) or words.NOTHING,
                line.refresher or words.NOTHING,
                line.acknowledged or words.NOTHING,
            )
            for line in choose_shown(view.people, lambda line: line.name, key=f"record-people-{view.team_id}")
        ],
        label=words.PEOPLE,
    )
    if view.former:
        st.subheader(words.FORMER, anchor=False)
        draw_quiet(words.FORMER_NOTE)
        _draw_former(view)
    names = {line.person_id: line.name for line in view.people}
    names |= {line.person_id: words.FORMER_NAME.format(name=line.name, standing=line.standing) for line in view.former}
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
        draw_quiet(ON_TIME)
        draw_text_table(view.results, label=words.DRILLS)
    else:
        draw_quiet(words.DRILLS_NONE)
    for title, table in ((words.UNSCORED, view.unscored), (words.NOTES, view.notes)):
        if table.rows:
            st.subheader(title, anchor=False)
            draw_text_table(table, label=title)


def _draw_former(view: TeamRecordView) -> None:
    draw_table(
        words.FORMER_HEADER,
        [
            (
                line.name,
                line.standing,
                line.trained or words.NOTHING,
                words.CAME.format(attended=line.attended, invited=line.invited),
                line.latest or words.NOTHING,
                ", ".join(line.gaps) or words.NOTHING,
            )
            for line in view.former
        ],
        label=words.FORMER,
    )
