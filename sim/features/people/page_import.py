"""People from a list: what it would change, and changing it."""

from dataclasses import replace

import streamlit as st

from sim.features.learning_systems import page_form as courses_wording
from sim.features.learning_systems.services import list_courses, read_course
from sim.features.people.apply import (
    apply_roster,
    list_facts,
    make_change_table,
    make_wrong_table,
    preview_roster,
    write_applied,
)
from sim.features.people.plan import ChangeKind, RosterPlan
from sim.features.people.read import read_roster
from sim.features.team import team
from sim.features.team.entry import Roster, RosterSource
from sim.text.words import write_count
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import draw_flash, flash, run_action
from sim.ui.parts.blocks import (
    draw_download,
    draw_facts,
    draw_file,
    draw_lead,
    draw_quiet,
    draw_steps,
    draw_text_table,
    escape_markdown,
)

WHAT = (
    (
        "A list, Excel or CSV",
        "Columns: name, email, school, team, group, role, external id. Only the name must be there.",
    ),
    ("Or OneRoster 1.2 CSV", "The ZIP as the system exports it. Only staff is read; students and parents never are."),
    ("Look, then apply", "Nobody is deleted. Anyone missing is marked as having left and keeps all results."),
)
TO_TEAM = "To the teams"


def draw() -> None:
    st.title("Import people", anchor=False)
    if draw_flash():
        # alone on the page: below a list the press stayed where it was, and what came of it was out of sight
        st.page_link(find_script("team"), label=TO_TEAM, icon=":material/group:")
        st.button("Import another file", key="roster-another")
        return
    draw_lead(
        "Take in a list of the school or an export of the student information system. You see first what would change."
    )
    draw_steps(WHAT)
    file = st.file_uploader(
        "Excel or CSV file, or OneRoster 1.2 CSV as ZIP",
        type=["xlsx", "csv", "txt", "zip"],
        max_upload_size=5,
        key="roster-file",
    )
    if file is None:
        if _draw_courses():
            return
        example = (
            "name,email,school,team,group,role,external id\r\nSample Person,sample.person@school.example,Maple "
            "Ridge,Front office,,trainee,1001\r\nAnother Person,another.person@school.example,Maple "
            "Ridge,Front office,,trainer,1002\r\n"
        )
        draw_file("Download an example (CSV)", example.encode("utf-8-sig"), "people.csv", key="roster-example")
        st.page_link(find_script("team"), label=TO_TEAM, icon=":material/group:")
        return
    is_list = not file.name.lower().endswith(".zip")
    is_whole = is_list and st.checkbox(
        "This is the complete list. Mark anyone missing as having left.", key="roster-whole"
    )
    name = (
        st.text_input("Put people without a team or school in", key="roster-team", max_chars=team.MAX_NAME)
        if is_list
        else ""
    )
    data, today = file.getvalue(), get_app().clock.read().wall.date()
    roster = run_action(
        lambda: read_roster(data, name=file.name, today=today, is_whole=is_whole, team=" ".join(name.split()))
    )
    if roster is not None:
        _draw_plan(roster)


def _draw_courses() -> bool:
    courses = {course.course_id: course.title for course in list_courses(get_app(), get_viewer())}
    if not courses:
        return False
    chosen = st.selectbox(
        "Or bring in the people of a course",
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
        st.subheader("Rows that cannot be used", anchor=False)
        draw_quiet("Correct them in the file and choose it again, or continue without them.")
        draw_text_table(make_wrong_table(plan))
        draw_download(make_wrong_table(plan), "roster")
    if plan.is_empty:
        st.info(
            "Nothing would change: no row of this file can be used. The reasons are in the list above."
            if plan.wrong and not plan.unchanged
            else "Nothing would change: everybody in this file is here already, as the file says."
        )
        st.page_link(find_script("team"), label=TO_TEAM, icon=":material/group:")
        return
    st.subheader("What would change", anchor=False)
    draw_text_table(make_change_table(plan))
    draw_download(make_change_table(plan), "roster")
    _draw_apply(roster, plan)


def _choose_people(roster: Roster) -> Roster:
    """Draw who of the new people comes in, and whether the others stay where they are; return the roster so chosen.

    A safety team is a selection: of an export of all staff nobody is taken in unasked.
    """
    is_export = roster.source is RosterSource.ONE_ROSTER
    if is_export:
        roster = replace(
            roster,
            keeps_teams=st.checkbox(
                "Keep everyone who is here already in their team", value=True, key="roster-keep-teams"
            ),
        )
    changes = preview_roster(get_app(), get_viewer(), roster).changes
    added = {change.place: change for change in changes if change.kind is ChangeKind.ADDED}
    if not added or st.checkbox(f"Bring in all new people ({len(added)})", value=not is_export, key="roster-all"):
        return roster
    chosen = st.multiselect(
        "New people to bring in",
        list(added),
        format_func=lambda place: f"{added[place].name} ({added[place].team.name})",
        key="roster-some",
    )
    return replace(roster, left_out=frozenset(added) - frozenset(chosen))


def _draw_apply(roster: Roster, plan: RosterPlan) -> None:
    is_ready = True
    if plan.wrong:
        is_ready = st.checkbox("Continue without the rows that cannot be used", key="roster-skip")
    if plan.caution:
        st.warning(escape_markdown(plan.caution))
        is_ready = st.checkbox("Yes, this is the whole list", key="roster-sure") and is_ready
    refused = st.container()
    if st.button("Apply these changes", type="primary", key="roster-apply", disabled=not is_ready):
        with refused, st.spinner(f"Taking in {write_count(len(plan.changes), 'change')} ..."):
            done = run_action(
                lambda: apply_roster(
                    get_app(), get_viewer(), roster, expected=plan.fingerprint, skip_wrong=bool(plan.wrong)
                )
            )
        if done is not None:
            flash(write_applied(done))


draw()
