"""People from a list: what it would change, and changing it."""

from dataclasses import replace

import streamlit as st

from sim.services.learning_systems.names_roles import list_courses, read_course
from sim.services.roster.apply import apply_roster, preview_roster
from sim.services.roster.entry import Roster, RosterSource
from sim.services.roster.plan import ChangeKind, RosterPlan
from sim.services.roster.read import read_roster
from sim.services.roster.words import list_facts, make_change_table, make_wrong_table, write_applied
from sim.services.team import team
from sim.ui.learning_systems import wording as courses_wording
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet, draw_steps
from sim.ui.parts.flash import draw_flash, flash
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.team import roster_wording as wording


def draw() -> None:
    st.title(wording.TITLE, anchor=False)
    if draw_flash():
        # alone on the page: below a list the press stayed where it was, and what came of it was out of sight
        st.page_link("screens/team.py", label=wording.TO_TEAM, icon=":material/group:")
        st.button(wording.ANOTHER, key="roster-another")
        return
    draw_lead(wording.LEAD)
    draw_steps(wording.WHAT)
    file = st.file_uploader(wording.FILE, type=["csv", "txt", "zip"], key="roster-file")
    if file is None:
        if _draw_courses():
            return
        st.download_button(
            wording.EXAMPLE,
            data=wording.EXAMPLE_CSV.encode("utf-8-sig"),
            file_name="people.csv",
            mime="text/csv",
            key="roster-example",
            on_click="ignore",
        )
        st.page_link("screens/team.py", label=wording.TO_TEAM, icon=":material/group:")
        return
    is_csv = not file.name.lower().endswith(".zip")
    is_whole = is_csv and st.checkbox(wording.WHOLE, key="roster-whole")
    name = st.text_input(wording.TEAM, key="roster-team", max_chars=team.MAX_NAME) if is_csv else ""
    data, today = file.getvalue(), get_app().clock.read().wall.date()
    roster = run_action(
        lambda: read_roster(data, name=file.name, today=today, is_whole=is_whole, team=" ".join(name.split()))
    )
    if roster is not None:
        _draw_plan(roster)


def _draw_courses() -> bool:
    """Draw the courses of learning systems that people can be read from; return whether one was chosen."""
    courses = {course.course_id: course.title for course in list_courses(get_app(), get_viewer())}
    if not courses:
        return False
    chosen = st.selectbox(
        courses_wording.COURSE,
        list(courses),
        index=None,
        placeholder=courses_wording.COURSE_NOTE,
        format_func=lambda course_id: courses[course_id],
        key="roster-course",
    )
    if chosen is None:
        return False
    roster = run_action(lambda: read_course(get_app(), get_viewer(), chosen))
    if roster is not None:
        _draw_plan(roster)
    return True


def _draw_plan(roster: Roster) -> None:
    roster = _choose_people(roster)
    plan = preview_roster(get_app(), get_viewer(), roster)
    draw_facts(list_facts(plan))
    for note in plan.notes:
        draw_quiet(note)
    if plan.wrong:
        st.subheader(wording.WRONG, anchor=False)
        draw_quiet(wording.WRONG_NOTE)
        draw_text_table(make_wrong_table(plan))
        draw_download(make_wrong_table(plan), "roster")
    if plan.is_empty:
        st.info(wording.NOTHING_LEFT if plan.wrong and not plan.unchanged else wording.NOTHING)
        st.page_link("screens/team.py", label=wording.TO_TEAM, icon=":material/group:")
        return
    st.subheader(wording.CHANGES, anchor=False)
    draw_text_table(make_change_table(plan))
    draw_download(make_change_table(plan), "roster")
    _draw_apply(roster, plan)


def _choose_people(roster: Roster) -> Roster:
    """Draw who of the new people comes in, and whether the others stay where they are; return the roster so chosen.

    A safety team is a selection: of an export of all staff nobody is taken in unasked.
    """
    is_export = roster.source is RosterSource.ONE_ROSTER
    if is_export:
        roster = replace(roster, keeps_teams=st.checkbox(wording.KEEP_TEAMS, value=True, key="roster-keep-teams"))
    changes = preview_roster(get_app(), get_viewer(), roster).changes
    added = {change.place: change for change in changes if change.kind is ChangeKind.ADDED}
    if not added or st.checkbox(wording.BRING_ALL.format(count=len(added)), value=not is_export, key="roster-all"):
        return roster
    chosen = st.multiselect(
        wording.BRING_SOME,
        list(added),
        format_func=lambda place: f"{added[place].name} ({added[place].team.name})",
        key="roster-some",
    )
    return replace(roster, left_out=frozenset(added) - frozenset(chosen))


def _draw_apply(roster: Roster, plan: RosterPlan) -> None:
    is_ready = True
    if plan.wrong:
        is_ready = st.checkbox(wording.SKIP, key="roster-skip")
    if plan.caution:
        st.warning(escape_markdown(plan.caution))
        is_ready = st.checkbox(wording.SURE, key="roster-sure") and is_ready
    refused = st.container()
    if st.button(wording.APPLY, type="primary", key="roster-apply", disabled=not is_ready):
        with refused:
            done = run_action(
                lambda: apply_roster(
                    get_app(), get_viewer(), roster, expected=plan.fingerprint, skip_wrong=bool(plan.wrong)
                )
            )
        if done is not None:
            flash(write_applied(done))


draw()
