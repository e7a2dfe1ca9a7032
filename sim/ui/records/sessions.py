"""The sessions of a record: who came, who did not, what is not entered yet, and the invitation."""

from dataclasses import replace
from functools import partial

import streamlit as st

from sim.services.accounts.viewer import Duty, may, may_change
from sim.services.ledger.trainings import Training
from sim.services.team.given_drills import give_redrill
from sim.services.team.redrill import GapCard, list_gap_cards
from sim.services.training_event.view import list_lacking, write_begin, write_came, write_state
from sim.services.training_record.invitations import make_session_calendar, write_invitation
from sim.services.training_record.notes import MOST_WORDS, Details, note_details, note_remediation, read_hours
from sim.services.training_record.view import SessionLine, TeamRecordView
from sim.ui.page.page_state import (
    MAKES_UP_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    find_zone,
    get_app,
    get_viewer,
    make_address,
    make_attempt_address,
)
from sim.ui.page.wording import count
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import draw_send, is_local
from sim.ui.parts.blocks import draw_download, draw_drill_link, draw_list, draw_quiet, draw_text_table, escape_markdown
from sim.ui.parts.void_session import draw_void
from sim.ui.records import wording


def draw_invitation(session_id: str, *, with_reminder: bool) -> None:
    app, zone = get_app(), find_zone()
    draw_quiet(wording.INVITE_NOTE)
    join = make_address("join")
    address = "" if is_local(join) else join
    st.code(write_invitation(app, session_id, zone=zone, address=address), language=None, wrap_lines=True)
    file = make_session_calendar(app, session_id, zone=zone)
    st.download_button(
        "Calendar file",
        data=file.body,
        file_name=file.name,
        mime="text/calendar",
        key=f"calendar-{session_id}",
        on_click="ignore",
    )
    if with_reminder:
        with st.expander("Reminder", key=f"reminder-{session_id}"):
            draw_quiet(wording.REMIND_NOTE)
            text = write_invitation(app, session_id, zone=zone, is_reminder=True, address=address)
            st.code(text, language=None, wrap_lines=True)


def draw_sessions(view: TeamRecordView) -> None:
    if view.session_table.rows:
        draw_text_table(view.session_table, label="Who was invited and who came")
        draw_download(view.session_table, "records")
    for line in view.sessions:
        with st.container(border=True, key=f"record-session-{line.session_id}"):
            _draw_session(view.team_id, line)


def _draw_session(team_id: str, line: SessionLine) -> None:
    st.markdown(f"{wording.SESSION.format(title=line.title, day=line.day)} · {_write_state(line)}")
    if line.absent:
        st.write("Did not come: {names}.".format(names=escape_markdown(", ".join(line.absent))))
        if line.made_up_by:
            draw_quiet(wording.OFFERED.format(day=line.made_up_by))
        elif may(get_viewer(), Duty.TRAIN):
            query = {TEAM_PARAM: team_id, MAKES_UP_PARAM: line.session_id}
            st.page_link("screens/session.py", label="Offer another day", query_params=query)
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
        with invitation.popover("Invitation", width="stretch", key=f"invite-{line.session_id}"):
            draw_invitation(line.session_id, with_reminder=line.record.planned_at is not None)
    elif line.record.is_canceled:
        with invitation.popover("Tell them", width="stretch", key=f"canceled-{line.session_id}"):
            draw_invitation(line.session_id, with_reminder=False)
    else:
        with invitation:
            draw_void(line.session_id, is_live=False)


def _write_state(line: SessionLine) -> str:
    if line.record.is_canceled:
        return wording.CANCELED
    if line.is_ahead:
        return f"Planned. {len(line.record.guests)} invited."
    hours = "Still open." if line.record.ended_at is None else f"{line.hours}." if line.hours else ""
    return f"{line.came} took part. {hours}"


def _draw_details(line: SessionLine) -> None:
    record = line.record
    with st.form(f"details-form-{line.session_id}", border=False):
        need = st.text_input(
            "Why it was held",
            value=record.need,
            placeholder="for example: new cameras since August",
            key=f"need-{record.session_id}",
        )
        content = st.text_input("Content", value=record.content, key=f"content-{record.session_id}")
        version = st.text_input(
            "Version of the content", value=record.content_version, key=f"version-{record.session_id}"
        )
        instructor = st.text_input(
            "Instructor",
            value=record.instructor or get_viewer().name,
            key=f"instructor-{record.session_id}",
        )
        qualification = st.text_input(
            "Qualification of the instructor",
            value=record.qualification,
            key=f"qualification-{record.session_id}",
        )
        hours = st.text_input(
            "Hours (empty: as measured)",
            placeholder="for example: 1.5. The record then says that you entered it.",
            key=f"hours-{record.session_id}",
        )
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


def draw_trainings(view: TeamRecordView) -> None:
    if not view.record.trainings:
        st.info(wording.TRAININGS_NONE)
    if may_change(get_viewer()):
        st.page_link(
            "screens/training.py",
            label="Plan or record a training",
            icon=":material/add:",
            query_params={TEAM_PARAM: view.team_id},
        )
    for training in sorted(view.record.trainings, key=lambda each: each.begins_at, reverse=True):
        with st.container(border=True, key=f"training-{training.training_id}"):
            _draw_training(training)


def _draw_training(training: Training) -> None:
    said, go = st.columns([5, 2], vertical_alignment="center")
    title, begin = escape_markdown(training.title), write_begin(training, find_zone())
    state = write_state(training, get_app().clock.read().wall)
    with said:
        st.markdown(wording.SESSION.format(title=title, day=begin))
        draw_quiet(f"{state}. {write_came(training)} came.")
        lacking = list_lacking(training)
        if lacking:
            draw_quiet(wording.LACKS.format(lacks=", ".join(lacking)))
    with go:
        st.page_link(
            "screens/training.py",
            label="Open the training",
            icon=":material/chevron_right:",
            query_params={TRAINING_PARAM: training.training_id},
        )


def draw_gaps(view: TeamRecordView) -> None:
    draw_quiet(wording.GAPS_NOTE)
    cards = list_gap_cards(get_app(), view.record.gaps, zone=find_zone())
    if not cards:
        st.info("No gaps are open.")
        return
    for card in cards:
        with st.container(border=True, key=f"gaps-{card.person_id}"):
            _draw_gap(card)
    names = {line.person_id: line.name for line in view.people if line.gaps}
    if names and may_change(get_viewer()):
        with st.form(f"remedy-{view.team_id}", border=False, clear_on_submit=True):
            chosen = st.selectbox(
                "Whose", list(names), format_func=lambda person_id: names[person_id], key="remedy-who"
            )
            said = st.text_input(
                "What was done about it",
                placeholder="for example: went through the debrief together",
                max_chars=MOST_WORDS,
                key="remedy-words",
            )
            pressed = st.form_submit_button(wording.SAVE, key="remedy-save")
        if pressed and chosen:
            run_action(lambda: note_remediation(get_app(), chosen, words=said, by=get_viewer().name))


def _draw_gap(card: GapCard) -> None:
    said, redrill = st.columns([3, 2], vertical_alignment="center")
    with said:
        st.markdown(f"**{escape_markdown(card.name)}**")
        draw_list(card.lines)
    with redrill:
        _draw_redrill(card)


def _draw_redrill(card: GapCard) -> None:
    is_trainer = may(get_viewer(), Duty.TRAIN)
    if card.waiting is not None and not is_trainer:
        draw_quiet(wording.REDRILL_WAITS.format(day=card.waiting.day))
    elif card.waiting is not None:
        draw_drill_link(card.waiting.attempt_id, wording.OPEN_REDRILL.format(day=card.waiting.day), is_open=True)
        draw_send(
            "Send",
            f"Open it on this computer, or send {escape_markdown(card.name)} this address.",
            partial(make_attempt_address, card.waiting.attempt_id, card.person_id),
            key=f"send-redrill-{card.person_id}",
        )
    elif card.why_not:
        draw_quiet(f"No re-drill can be given: {card.why_not}.")
    elif is_trainer and st.button("Give a re-drill", key=f"redrill-{card.person_id}"):
        give = partial(give_redrill, get_app(), card.person_id, after=card.after, by=get_viewer().name)
        if run_action(give) is not None:
            st.rerun()
