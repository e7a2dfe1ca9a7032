"""The sessions of a record: who came, who did not, what is not entered yet, and the invitation."""

import streamlit as st

from sim.services.ledger.invitations import make_session_calendar, write_invitation
from sim.services.ledger.notes import MOST_WORDS, Details, note_details
from sim.services.ledger.view import SessionLine, TeamRecordView
from sim.ui.blocks import draw_quiet
from sim.ui.plain_text import escape_markdown
from sim.ui.records import wording as words
from sim.ui.roster import run_action
from sim.ui.session import MAKES_UP_PARAM, TEAM_PARAM, find_zone, get_app, get_viewer


def draw_sessions(view: TeamRecordView) -> None:
    """Draw a card a session, the latest first."""
    for line in view.sessions:
        with st.container(border=True, key=f"record-session-{line.session_id}"):
            _draw_session(view.team_id, line)


def _draw_session(team_id: str, line: SessionLine) -> None:
    hours = words.HOURS_OPEN if line.record.ended_at is None else f"{line.hours}." if line.hours else ""
    st.markdown(
        f"{words.SESSION.format(title=line.title, day=line.day)} · "
        + words.SESSION_LINE.format(came=line.came, hours=hours)
    )
    if line.absent:
        st.write(words.ABSENT.format(names=escape_markdown(", ".join(line.absent))))
        if line.made_up_by:
            draw_quiet(words.OFFERED.format(day=line.made_up_by))
        else:
            query = {TEAM_PARAM: team_id, MAKES_UP_PARAM: line.session_id}
            st.page_link("screens/session.py", label=words.MAKE_UP, query_params=query)
    if line.lacks:
        draw_quiet(words.LACKS.format(lacks=", ".join(line.lacks)))
    details, invitation = st.columns(2)
    with details.popover(words.DETAILS, width="stretch", key=f"details-{line.session_id}"):
        _draw_details(line)
    if line.record.ended_at is None:
        with invitation.popover(words.INVITE, width="stretch", key=f"invite-{line.session_id}"):
            _draw_invitation(line)


def _draw_details(line: SessionLine) -> None:
    record = line.record
    with st.form(f"details-form-{line.session_id}", border=False):
        need = st.text_input(
            words.NEED,
            value=record.need,
            placeholder=words.NEED_HINT,
            max_chars=MOST_WORDS,
            key=f"need-{record.session_id}",
        )
        content = st.text_input(
            words.CONTENT, value=record.content, max_chars=MOST_WORDS, key=f"content-{record.session_id}"
        )
        version = st.text_input(
            words.VERSION, value=record.content_version, max_chars=MOST_WORDS, key=f"version-{record.session_id}"
        )
        instructor = st.text_input(
            words.INSTRUCTOR,
            value=record.instructor or get_viewer().name,
            max_chars=MOST_WORDS,
            key=f"instructor-{record.session_id}",
        )
        qualification = st.text_input(
            words.QUALIFICATION,
            value=record.qualification,
            max_chars=MOST_WORDS,
            key=f"qualification-{record.session_id}",
        )
        hours = st.number_input(
            words.HOURS, value=None, min_value=0.01, max_value=24.0, step=0.25, key=f"hours-{record.session_id}"
        )
        pressed = st.form_submit_button(words.SAVE, type="primary", key=f"save-{record.session_id}")
    if pressed:
        details = Details(
            need=need,
            content=content,
            content_version=version,
            instructor=instructor,
            qualification=qualification,
            hours=hours,
        )
        if run_action(lambda: _save(record.session_id, details)):
            st.rerun()


def _save(session_id: str, details: Details) -> bool:
    note_details(get_app(), session_id, details, by=get_viewer().name)
    return True


def _draw_invitation(line: SessionLine) -> None:
    draw_quiet(words.INVITE_NOTE)
    st.code(write_invitation(get_app(), line.session_id, zone=find_zone()), language=None, wrap_lines=True)
    file = make_session_calendar(get_app(), line.session_id)
    st.download_button(
        words.CALENDAR,
        data=file.body,
        file_name=file.name,
        mime="text/calendar",
        key=f"calendar-{line.session_id}",
        on_click="ignore",
    )
