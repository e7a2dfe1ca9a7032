"""What the district requires, and who has not done it: of a team, of a school, or of all."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from sim.app.wiring import App
from sim.db.programs import Requirement
from sim.features.program.mail import mail_again
from sim.features.requirements.requirements import (
    FARTHEST,
    MOST_SOURCE,
    MOST_TIMES,
    MOST_TITLE,
    STAGES,
    TO_PRINCIPAL,
    Standing,
    end_requirement,
    list_requirements,
    list_standings,
    list_told,
    make_lacking_table,
    make_school_table,
    state_requirement,
    write_until,
    write_what,
)
from sim.program.plan import add_months
from sim.rules.viewer import Duty, Role, may
from sim.text.times import write_date
from sim.ui.page.page_state import find_zone, get_app, get_viewer
from sim.ui.parts.account_wording import SHORT_ROLES
from sim.ui.parts.actions import draw_flash, run_and_redraw
from sim.ui.parts.blocks import (
    choose_shown,
    draw_download,
    draw_print_button,
    draw_quiet,
    draw_table,
    draw_text_table,
    escape_markdown,
)

COUNTS = (
    "Drills are recorded ones that count, trainings those that were held with the person there, in the twelve months "
    "up to the day. What is done late counts for the day that has passed."
)
SCHOOL_YEAR = (6, 30)  # when a school year ends, month and day: what a new requirement begins with


def draw_requirements(*, team_id: str | None = None, school: str | None = None) -> None:
    app, stated = get_app(), list_requirements(get_app())
    may_state = may(get_viewer(), Duty.STATE_REQUIREMENTS)
    draw_flash()
    if not stated:
        st.info("Nothing is required yet, so nobody is overdue.")
    else:
        draw_quiet(COUNTS)
        standings = list_standings(app, team_id=team_id, school=school)
        _draw_standings(standings, is_of_team=team_id is not None)
        st.subheader("What is required", anchor=False)
        asked = {each.requirement.requirement_id for each in standings}
        for each in stated:
            _draw_stated(each, is_asked=each.requirement_id in asked, may_state=may_state)
    if may_state:
        with st.expander("State a requirement", expanded=not stated, key="state-requirement"):
            _draw_form(None, mark=f"new-{len(stated)}")
        if stated:
            _draw_told(app)


def _draw_standings(standings: Sequence[Standing], *, is_of_team: bool) -> None:
    lacking = [each for each in standings if each.lacks]
    schools = make_school_table(standings)
    shown = choose_shown(schools.rows, lambda row: row[0], key="required-schools")
    if shown:
        draw_table(schools.header, shown, label="By school")
        draw_download(schools, "records")
    if not lacking:
        st.success("Nobody here has anything left to do.")
        return
    st.subheader("Who has not done it", anchor=False)
    people = choose_shown(lacking, lambda each: each.person.name, key="required-people")
    if people:
        draw_text_table(make_lacking_table(people, is_of_team=is_of_team), label="Who has not done it")
    with st.container(horizontal=True):
        draw_download(make_lacking_table(lacking), "records")
        draw_print_button("Print", key="print-requirements")


def _draw_stated(requirement: Requirement, *, is_asked: bool, may_state: bool) -> None:
    mark = requirement.requirement_id
    roles = " or ".join(SHORT_ROLES[role] for role in Role if role in requirement.roles) or "everyone"
    by = f" by {requirement.stated_by}" if requirement.stated_by else ""
    card = st.container(border=True, key=f"requirement-{mark}")
    said, change = card.columns([5, 2], vertical_alignment="center")
    with said:
        st.markdown(f"**{escape_markdown(requirement.title)}**")
        told = (
            f"{write_what(requirement)}, {write_until(requirement)}. For: {roles}.",
            f"{requirement.source}." if requirement.source else "",
            f"Stated{by} on {write_date(requirement.stated_at, find_zone())}.",
            "" if is_asked else "Nobody here is asked for it.",
        )
        draw_quiet(" ".join(filter(None, told)))
    if may_state:
        with change.popover("Change", width="stretch", key=f"change-{mark}"):
            _draw_form(requirement, mark=f"{mark}-{requirement.number}")
            if st.button("End this requirement", key=f"end-{mark}"):
                run_and_redraw(lambda: end_requirement(get_app(), get_viewer(), requirement), said="Ended.")


def _draw_form(before: Requirement | None, *, mark: str) -> None:
    today = get_app().clock.read().wall.astimezone(find_zone()).date()
    ends = today.replace(month=SCHOOL_YEAR[0], day=SCHOOL_YEAR[1])
    due = (ends if today <= ends else add_months(ends, 12)) if before is None else before.due_on
    with st.form(f"requirement-form-{mark}", border=False):
        title = st.text_input(
            "Name",
            value=before.title if before else "",
            placeholder="for example: Camera search, each school year",
            max_chars=MOST_TITLE,
            key=f"required-title-{mark}",
        )
        left, right = st.columns(2)
        drills = left.number_input(
            "Drills", 0, MOST_TIMES, value=before.drills if before else 2, key=f"required-drills-{mark}"
        )
        trainings = right.number_input(
            "Trainings", 0, MOST_TIMES, value=before.trainings if before else 1, key=f"required-trainings-{mark}"
        )
        due_on = st.date_input(
            "Done by",
            value=due,
            min_value=min(due, today),
            max_value=max(due, today + FARTHEST),
            format="MM/DD/YYYY",
            key=f"required-due-{mark}",
        )
        is_yearly = st.checkbox(
            "Again every year", value=before is None or before.is_yearly, key=f"required-yearly-{mark}"
        )
        roles = st.multiselect(
            "Of whom",
            list(Role),
            default=[role for role in Role if before and role in before.roles],
            format_func=lambda role: SHORT_ROLES[role.value],
            placeholder="Everyone",
            key=f"required-roles-{mark}",
        )
        source = st.text_input(
            "Law or policy (may be left empty)",
            value=before.source if before else "",
            max_chars=MOST_SOURCE,
            key=f"required-source-{mark}",
        )
        draw_quiet("It holds for all schools.")
        pressed = st.form_submit_button("Save", type="primary", key=f"required-save-{mark}")
    if pressed:
        typed = Requirement(
            requirement_id="",
            number=0,
            title=title,
            source=source,
            drills=int(drills),
            trainings=int(trainings),
            roles=frozenset(role.value for role in roles),
            due_on=due_on,
            is_yearly=is_yearly,
            time_zone=before.time_zone if before else str(find_zone()),
            stated_at=get_app().clock.read().wall,
            stated_by="",
        )
        run_and_redraw(lambda: state_requirement(get_app(), get_viewer(), typed, before=before), said="Saved.")


def _draw_told(app: App) -> None:
    if app.settings.mail is None or not app.settings.address:
        draw_quiet("Mail is not set up, so nobody is told of what is overdue. It stands here.")
        return
    found = list_told(app)
    lines = []
    for role in STAGES:
        own = [each for each in found if each.role is role]
        why_not = {False: "", True: " (no mail address)"}
        names = (
            each.account.display_name + (" (wants no mail)" if each.is_stopped else why_not[not each.address])
            for each in own
        )
        lines.append(f"{SHORT_ROLES[role]}s: {', '.join(names) or 'none'}.")
    draw_quiet(
        f"Once it is overdue, trainers of the school are told by mail, and principals {TO_PRINCIPAL.days} days after "
        f"them, each once. {' '.join(lines)} Mail goes to the address of the person, or to a sign-in name that is one."
    )
    for account in dict.fromkeys(each.account for each in found if each.is_stopped):
        if st.button(f"Mail {escape_markdown(account.display_name)} again", key=f"mail-again-{account.account_id}"):
            run_and_redraw(partial(mail_again, app, account.person_id or account.account_id))
