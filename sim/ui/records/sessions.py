"""The sessions of a record: who came, who did not, what is not entered yet, and the invitation."""

from dataclasses import replace

import streamlit as st

from sim.services.accounts.viewer import Duty, may, may_change
from sim.services.training_record.notes import Details, note_details, read_hours
from sim.services.training_record.view import SessionLine, TeamRecordView
from sim.ui.page.page_state import MAKES_UP_PARAM, TEAM_PARAM, get_app, get_viewer
from sim.ui.page.wording import count
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.parts.void_session import draw_void
from sim.ui.records import wording
from sim.ui.records.invitation import draw_invitation


def draw_sessions(view: TeamRecordView) -> None:
    """Draw how many were invited and came, then a card a session, the latest first."""
    if view.session_table.rows:
        draw_text_table(view.session_table, label=wording.OVERVIEW)
        draw_download(view.session_table, "records")
    for line in view.sessions:
        with st.container(border=True, key=f"record-session-{line.session_id}"):
            _draw_session(view.team_id, line)


def _draw_session(team_id: str, line: SessionLine) -> None:
    st.markdown(f"{wording.SESSION.format(title=line.title, day=line.day)} · {_write_state(line)}")
    if line.absent:
        st.write(wording.ABSENT.format(names=escape_markdown(", ".join(line.absent))))
        if line.made_up_by:
            draw_quiet(wording.OFFERED.format(day=line.made_up_by))
        elif may(get_viewer(), Duty.TRAIN):
            query = {TEAM_PARAM: team_id, MAKES_UP_PARAM: line.session_id}
            st.page_link("screens/session.py", label=wording.MAKE_UP, query_params=query)
    if line.without_drill:
        draw_quiet(count(line.without_drill, wording.WITHOUT_DRILL))
    if line.lacks:
        draw_quiet(wording.LACKS.format(lacks=", ".join(line.lacks)))
    if not may_change(get_viewer()):
        return
    details, invitation = st.columns(2)
    with details.popover(wording.DETAILS, width="stretch", key=f"details-{line.session_id}"):
        _draw_details(line)
    if line.record.ended_at is None:
        with invitation.popover(wording.INVITE, width="stretch", key=f"invite-{line.session_id}"):
            draw_invitation(line.session_id, with_reminder=line.record.planned_at is not None)
    elif line.record.is_canceled:
        with invitation.popover(wording.CANCEL_WORD, width="stretch", key=f"canceled-{line.session_id}"):
            draw_invitation(line.session_id, with_reminder=False)
    else:
        with invitation:
            draw_void(line.session_id, is_live=False)


def _write_state(line: SessionLine) -> str:
    if line.record.is_canceled:
        return wording.CANCELED
    if line.is_ahead:
        return wording.AHEAD.format(invited=len(line.record.guests))
    hours = wording.HOURS_OPEN if line.record.ended_at is None else f"{line.hours}." if line.hours else ""
    return wording.SESSION_LINE.format(came=line.came, hours=hours)


def _draw_details(line: SessionLine) -> None:
    record = line.record
    with st.form(f"details-form-{line.session_id}", border=False):
        need = st.text_input(
            wording.NEED,
            value=record.need,
            placeholder=wording.NEED_HINT,
            key=f"need-{record.session_id}",
        )
        content = st.text_input(wording.CONTENT, value=record.content, key=f"content-{record.session_id}")
        version = st.text_input(wording.VERSION, value=record.content_version, key=f"version-{record.session_id}")
        instructor = st.text_input(
            wording.INSTRUCTOR,
            value=record.instructor or get_viewer().name,
            key=f"instructor-{record.session_id}",
        )
        qualification = st.text_input(
            wording.QUALIFICATION,
            value=record.qualification,
            key=f"qualification-{record.session_id}",
        )
        hours = st.text_input(wording.HOURS, placeholder=wording.HOURS_HINT, key=f"hours-{record.session_id}")
        pressed = st.form_submit_button(wording.SAVE, type="primary", key=f"save-{record.session_id}")
    if pressed:
        details = Details(
            need=need,
            content=content,
            content_version=version,
            instructor=instructor,
            qualification=qualification,
        )
        if run_action(lambda: _save(record.session_id, details, hours)):
            st.rerun()


def _save(session_id: str, details: Details, hours: str) -> bool:
    details = replace(details, hours=read_hours(hours))
    note_details(get_app(), session_id, details, by=get_viewer().name)
    return True
