"""The people of a session one by one: attendance, time, their own link, help. For the trainer's eyes."""

from html import escape

import streamlit as st

from sim.drill.attempt import ENDED
from sim.drill.session_day import EXTRA_TIMES, Attendance
from sim.services.attempt import attempts
from sim.services.session_day.attendance import MAX_REASON, correct, list_changes, list_known
from sim.services.session_day.board import Board
from sim.services.session_day.extra_time import set_extra_time
from sim.services.session_day.joining import free_name
from sim.services.session_day.opening import invite
from sim.services.session_day.sessions import Details, get_details, get_invitation
from sim.text.tables import TextTable
from sim.text.tables import write_time as write_span
from sim.ui.page.page_state import SEAT_PARAM, get_app, get_viewer, make_address
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_facts, draw_list, draw_quiet
from sim.ui.parts.local_time import write_day, write_time
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.session_day import session_wording as wording


def draw_people(board: Board) -> None:
    """Draw one person's details, then the list of attendance with its corrections."""
    st.html(f'<p class="sl-note">{escape(wording.PEOPLE_NOTE)}</p>')
    names = {row.person_id: row.name for row in board.rows}
    chosen = st.selectbox(
        wording.PERSON,
        list(names),
        index=None,
        placeholder=wording.CHOOSE_PERSON,
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"person-{board.session_id}",
    )
    if chosen is not None:
        with st.container(border=True, key=f"details-{chosen}"):
            _draw_details(board.session_id, get_details(get_app(), board.session_id, chosen))
    _draw_attendance(board)
    if not board.is_over:
        _draw_invite(board)


def _draw_details(session_id: str, details: Details) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_correction(session_id, details)
        _draw_time(session_id, details)
    with right:
        _draw_way_in(session_id, details)
        if details.calls:
            st.subheader(wording.CALLS, anchor=False)
            draw_list(
                wording.CALL.format(
                    asked=write_time(call.asked_at),
                    into=write_span(call.elapsed_s),
                    answer=wording.CALL_ANSWERED.format(time=write_time(call.answered_at))
                    if call.answered_at is not None
                    else wording.CALL_OPEN,
                )
                for call in details.calls
            )


def _draw_correction(session_id: str, details: Details) -> None:
    mark = f"{session_id}-{details.person_id}-{details.attendance.value}"
    became = st.segmented_control(
        wording.ATTENDANCE,
        [each.value for each in Attendance if each is not Attendance.INVITED],
        default=details.attendance.value if details.attendance is not Attendance.INVITED else None,
        format_func=lambda name: wording.ATTENDANCES[name],
        wrap=True,
        key=f"attendance-{mark}",
    )
    if became is None or became == details.attendance.value:
        return
    reason = st.text_input(wording.REASON, placeholder=wording.REASON_HINT, max_chars=MAX_REASON, key=f"reason-{mark}")
    if st.button(wording.CORRECT, key=f"correct-{mark}", type="primary"):
        app = get_app()
        if run_action(
            lambda: correct(app, session_id, details.person_id, Attendance(became), reason=reason, by=get_viewer().name)
        ):
            st.rerun()


def _draw_time(session_id: str, details: Details) -> None:
    factor = st.segmented_control(
        wording.EXTRA,
        list(EXTRA_TIMES),
        default=details.extra_time,
        format_func=lambda each: wording.EXTRA_FACTORS[each],
        required=True,
        wrap=True,
        disabled=not details.can_change_time,
        key=f"extra-{session_id}-{details.person_id}-{details.extra_time}",
    )
    draw_quiet(wording.EXTRA_NOTE if details.can_change_time else wording.TIME_LOCKED)
    if factor is not None and factor != details.extra_time:
        app = get_app()
        if run_action(lambda: set_extra_time(app, session_id, details.person_id, factor)):
            st.rerun()
    facts = [(wording.LIMIT, details.limit_s), (wording.USED, details.used_s)]
    known = [(name, write_span(value)) for name, value in facts if value is not None]
    if known:
        draw_facts(known)


def _draw_way_in(session_id: str, details: Details) -> None:
    app = get_app()
    if details.seat_token is None:
        draw_quiet(wording.NOT_JOINED)
    else:
        draw_quiet(wording.OWN_LINK)
        st.code(make_address(f"join?{SEAT_PARAM}={details.seat_token}"), language=None, wrap_lines=True)
        with st.popover(wording.FREE, key=f"free-{details.person_id}"):
            st.write(wording.FREE_NOTE)
            if st.button(wording.FREE_SURE, key=f"free-sure-{details.person_id}"):
                run_and_redraw(lambda: free_name(app, session_id, details.person_id, by=get_viewer().name))
    attempt_id = details.attempt_id
    if attempt_id is not None and details.attempt not in ENDED:
        with st.popover(wording.GIVE_UP, key=f"give-up-{details.person_id}"):
            st.write(wording.GIVE_UP_NOTE)
            if st.button(wording.GIVE_UP_SURE, key=f"give-up-sure-{details.person_id}"):
                run_and_redraw(lambda: attempts.abandon(app, attempt_id))


def _draw_attendance(board: Board) -> None:
    st.header(wording.ALL_PEOPLE, anchor=False)
    known = list_known(get_app(), board.session_id)
    rows = tuple(
        (row.name, wording.ATTENDANCES[row.attendance.value], known.get(row.person_id) or "-") for row in board.rows
    )
    table = TextTable(name="attendance", header=wording.PEOPLE_HEADER, rows=rows)
    draw_text_table(table, label=wording.ALL_PEOPLE)
    draw_download(table, "session")
    changes = list_changes(get_app(), board.session_id)
    if changes:
        st.subheader(wording.CORRECTIONS, anchor=False)
        lines = tuple(
            (
                each.name,
                wording.ATTENDANCES[each.was.value],
                wording.ATTENDANCES[each.became.value],
                each.reason,
                write_day(each.changed_at),
            )
            for each in changes
        )
        draw_text_table(TextTable(name="corrections", header=wording.CORRECTION, rows=lines), label=wording.CORRECTIONS)


def _draw_invite(board: Board) -> None:
    known = {row.person_id for row in board.rows}
    people = get_invitation(get_app(), board.team_id).people
    more = {person_id: name for person_id, name in people if person_id not in known}
    if not more:
        return
    with st.expander(wording.INVITE, key="invite"):
        chosen = st.multiselect(
            wording.WHO, list(more), format_func=lambda person_id: more[person_id], key=f"invite-{len(known)}"
        )
        if st.button(wording.INVITE_GO, key="invite-go", disabled=not chosen):
            run_and_redraw(lambda: invite(get_app(), board.session_id, chosen, by=get_viewer().name))
