"""The sessions of a record: who came, who did not, what is not entered yet, and the invitation."""

from datetime import datetime, tzinfo
from functools import partial

import streamlit as st

from sim.db.sessions import SessionRow, Training
from sim.features.record.load import MOST_WORDS, note_details, note_remediation
from sim.features.record.tables import make_session_table, write_hours, write_planned
from sim.features.record.view import TeamRecordView
from sim.features.session.page_steps import draw_invitation, draw_void
from sim.features.team.given_drills import GapCard, give_redrill, list_gap_cards
from sim.features.training.view import list_lacking, write_came, write_state
from sim.ledger.record import Record
from sim.program.session_day import KIND_WORDS, Attendance
from sim.rules.viewer import Duty, may, may_change
from sim.text.times import write_date, write_date_and_time
from sim.ui.page.page_state import (
    MAKES_UP_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    find_zone,
    get_app,
    get_viewer,
    make_attempt_address,
)
from sim.ui.page.pages import find_script
from sim.ui.page.wording import count
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import draw_download, draw_drill_link, draw_list, draw_quiet, draw_text_table, escape_markdown


def draw_sessions(view: TeamRecordView) -> None:
    table = make_session_table(view.record.sessions, find_zone())
    if table.rows:
        draw_text_table(table, label="Who was invited and who came")
        draw_download(table, "records")
    for session in reversed(view.record.sessions):
        with st.container(border=True, key=f"record-session-{session.session_id}"):
            _draw_session(view.record, session)


def _draw_session(record: Record, session: SessionRow) -> None:
    zone, now = find_zone(), get_app().clock.read().wall
    title = f"**{KIND_WORDS[session.kind]}**, {write_planned(session, zone)}"
    st.markdown(f"{title} · {_write_state(session, now)}")
    absent = [guest.name for guest in session.list_who(Attendance.ABSENT)]
    if absent:
        st.write("Did not come: {names}.".format(names=escape_markdown(", ".join(absent))))
        offered = find_other_day(record, session, zone)
        if offered:
            draw_quiet(f"Another day was offered on {offered}.")
        elif may(get_viewer(), Duty.TRAIN):
            query = {TEAM_PARAM: session.team_id, MAKES_UP_PARAM: session.session_id}
            st.page_link(find_script("session"), label="Offer another day", query_params=query)
    without = len(session.list_without_drill())
    if without:
        draw_quiet(
            count(without, ("1 more was present and did no drill.", "{count} more were present and did no drill."))
        )
    lacks = list_lacks(session, now)
    if lacks:
        draw_quiet(f"Not entered yet: {', '.join(lacks)}.")
    if not may_change(get_viewer()):
        return
    details, invitation = st.columns(2)
    with details.popover("Details", width="stretch", key=f"details-{session.session_id}"):
        _draw_details(session)
    if session.ended_at is None:
        with invitation.popover("Invitation", width="stretch", key=f"invite-{session.session_id}"):
            draw_invitation(session.session_id, with_reminder=session.planned_at is not None)
    elif session.is_canceled:
        with invitation.popover("Tell them", width="stretch", key=f"canceled-{session.session_id}"):
            draw_invitation(session.session_id, with_reminder=False)
    else:
        with invitation:
            draw_void(session.session_id, is_live=False)


def is_to_come(session: SessionRow, now: datetime) -> bool:
    return session.day.ended_at is None and session.day.planned_at is not None and now < session.day.planned_at


def list_lacks(session: SessionRow, now: datetime) -> tuple[str, ...]:
    """Return what nobody has entered yet of a session: of one that was canceled or is to come nothing."""
    if session.is_canceled or is_to_come(session, now):
        return ()
    wanted = {
        "need": session.need,
        "instructor": session.instructor,
        "qualification": session.qualification,
        "hours": session.hours or session.day.ended_at is None,
    }
    return tuple(name for name, value in wanted.items() if not value)


def find_other_day(record: Record, session: SessionRow, zone: tzinfo) -> str:
    offers = (each for each in record.sessions if each.makes_up == session.session_id and not each.is_canceled)
    return next((write_date(each.begins_at, zone) for each in offers), "")


def _write_state(session: SessionRow, now: datetime) -> str:
    if session.is_canceled:
        return "Canceled."
    if is_to_come(session, now):
        return f"Planned. {len(session.guests)} invited."
    hours = write_hours(session)
    length = "Still open." if session.ended_at is None else f"{hours}." if hours else ""
    came = sum(session.is_done_by(guest) for guest in session.guests)
    return f"{came} of {len(session.guests)} took part. {length}"


def _draw_details(record: SessionRow) -> None:
    asked = {
        "need": ("Why it was held", record.need),
        "content": ("Content", record.content),
        "content_version": ("Version of the content", record.content_version),
        "instructor": ("Instructor", record.instructor or get_viewer().name),
        "qualification": ("Qualification of the instructor", record.qualification),
    }
    with st.form(f"details-form-{record.session_id}", border=False):
        texts = {
            name: st.text_input(
                label,
                value=known,
                placeholder="for example: new cameras since August" if name == "need" else None,
                key=f"{name}-{record.session_id}",
            )
            for name, (label, known) in asked.items()
        }
        hours = st.text_input(
            "Hours (empty: as measured)",
            placeholder="for example: 1.5. The record then says that you entered it.",
            key=f"hours-{record.session_id}",
        )
        pressed = st.form_submit_button("Add to the record", type="primary", key=f"save-{record.session_id}")
    if pressed:
        run_and_redraw(partial(note_details, get_app(), record.session_id, texts, hours=hours, by=get_viewer().name))


def draw_trainings(view: TeamRecordView) -> None:
    if not view.record.trainings:
        st.info("No training is recorded. Sessions and drills test a training; record the training itself here.")
    if may_change(get_viewer()):
        st.page_link(
            find_script("training"),
            label="Plan or record a training",
            icon=":material/add:",
            query_params={TEAM_PARAM: view.who.team_id},
        )
    for training in sorted(view.record.trainings, key=lambda each: each.begins_at, reverse=True):
        with st.container(border=True, key=f"training-{training.training_id}"):
            _draw_training(training)


def _draw_training(training: Training) -> None:
    said, go = st.columns([5, 2], vertical_alignment="center")
    title, begin = escape_markdown(training.title), write_date_and_time(training.begins_at, find_zone())
    state = write_state(training, get_app().clock.read().wall)
    with said:
        st.markdown(f"**{title}**, {begin}")
        draw_quiet(f"{state}. {write_came(training)} came.")
        lacking = list_lacking(training)
        if lacking:
            draw_quiet(f"Not entered yet: {', '.join(lacking)}.")
    with go:
        st.page_link(
            find_script("training"),
            label="Open the training",
            icon=":material/chevron_right:",
            query_params={TRAINING_PARAM: training.training_id},
        )


def draw_gaps(view: TeamRecordView) -> None:
    draw_quiet(
        "A part of a drill that was not passed stays here until a later drill passes it. Practice does not close it. A "
        "re-drill is another drill of the same kind; it is recorded, and compared with nothing."
    )
    cards = list_gap_cards(get_app(), view.record.gaps, zone=find_zone())
    if not cards:
        st.info("No gaps are open.")
        return
    for card in cards:
        with st.container(border=True, key=f"gaps-{card.person_id}"):
            gaps, redrill = st.columns([3, 2], vertical_alignment="center")
            with gaps:
                st.markdown(f"**{escape_markdown(card.name)}**")
                draw_list(card.lines)
            with redrill:
                _draw_redrill(card)
    names = {line.person_id: line.name for line in view.people if line.gaps}
    if names and may_change(get_viewer()):
        with st.form(f"remedy-{view.who.team_id}", border=False, clear_on_submit=True):
            chosen = st.selectbox(
                "Whose", list(names), format_func=lambda person_id: names[person_id], key="remedy-who"
            )
            said = st.text_input(
                "What was done about it",
                placeholder="for example: went through the debrief together",
                max_chars=MOST_WORDS,
                key="remedy-words",
            )
            pressed = st.form_submit_button("Add to the record", key="remedy-save")
        if pressed and chosen:
            run_action(lambda: note_remediation(get_app(), chosen, words=said, by=get_viewer().name))


def _draw_redrill(card: GapCard) -> None:
    is_trainer = may(get_viewer(), Duty.TRAIN)
    if card.waiting is not None and not is_trainer:
        draw_quiet(f"Re-drill given on {card.waiting.day}, not done yet.")
    elif card.waiting is not None:
        draw_drill_link(card.waiting.attempt_id, f"Re-drill given on {card.waiting.day}: open it", is_open=True)
        draw_send(
            "Send",
            f"Open it on this computer, or send {escape_markdown(card.name)} this address.",
            partial(make_attempt_address, card.waiting.attempt_id, card.person_id),
            key=f"send-redrill-{card.person_id}",
        )
    elif card.why_not:
        draw_quiet(f"No re-drill can be given: {card.why_not}.")
    elif is_trainer and st.button("Give a re-drill", key=f"redrill-{card.person_id}"):
        run_and_redraw(partial(give_redrill, get_app(), card.person_id, after=card.after, by=get_viewer().name))
