"""Who was trained in what: a line a person, and the drills recorded."""

from functools import partial

import streamlit as st

from sim.services.training_record.parts import ON_TIME
from sim.services.training_record.school_lists import PAGE_ROWS, ListKind, SchoolList, get_school_list, list_schools
from sim.services.training_record.view import TeamRecordView
from sim.text.tables import write_table_csv
from sim.ui.page.page_state import PERSON_PARAM, TEAM_PARAM, find_zone, get_app, go_to_page, make_file
from sim.ui.parts.blocks import choose_shown, choose_view, draw_quiet, draw_table, draw_text_table
from sim.ui.records import wording


def draw_people(view: TeamRecordView) -> None:
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
        label="People",
    )
    if view.former:
        st.subheader(wording.FORMER, anchor=False)
        draw_quiet(wording.FORMER_NOTE)
        _draw_former(view)
    names = {line.person_id: line.name for line in view.people}
    names |= {line.person_id: f"{line.name} ({line.standing})" for line in view.former}
    chosen = st.selectbox(
        "Open one person's record",
        list(names),
        index=None,
        placeholder="Choose a name",
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
        draw_quiet("No drill is recorded yet. Practice is never recorded.")
    for title, table in (
        ("Team exercises and getting to know the console", view.unscored),
        ("What was done and remarked", view.notes),
    ):
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


ALL = ""


def draw_school_lists() -> None:
    app, zone = get_app(), find_zone()
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    school = left.selectbox(
        wording.SCHOOL,
        [ALL, *list_schools(app)],
        format_func=lambda each: each or "All schools",
        key="records-school",
    )
    with right:
        kind = ListKind(choose_view(wording.VIEW, wording.LISTS, first="sessions", key="records-list"))
    get = partial(get_school_list, app, kind, school=school or None, zone=zone)
    page = get()
    if page.pages > 1:
        number = st.number_input(
            f"Page of {page.pages}",
            min_value=1,
            max_value=page.pages,
            value=1,
            key=f"records-page-{kind.value}-{school}",
        )
        page = page if number == 1 else get(page=int(number) - 1)
        first = (int(number) - 1) * PAGE_ROWS
        draw_quiet(
            "{first} to {last} of {total}.".format(
                first=first + 1, last=first + len(page.table.rows), total=f"{page.total:,}"
            )
        )
    _draw_page(page, kind)
    if page.total:
        st.download_button(
            "All rows (CSV)",
            data=make_file(lambda _, __: write_table_csv(get(size=None).table)),
            file_name=f"records-{kind.value}.csv",
            mime="text/csv",
            key="records-list-file",
            on_click="ignore",
        )


def _draw_page(page: SchoolList, kind: ListKind) -> None:
    if not page.table.rows:
        st.info(wording.LIST_NONE[kind.value])
        return
    draw_table(page.table.header, page.table.rows, label=wording.LISTS[kind.value])
    names = dict(page.teams)
    chosen = st.selectbox(
        "Open a team's records",
        list(names),
        index=None,
        placeholder="Choose a team of this page",
        format_func=lambda team_id: names.get(team_id, ""),
        key="records-open-team",
    )
    if chosen is not None:
        go_to_page("records", **{TEAM_PARAM: chosen})
