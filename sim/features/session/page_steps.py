"""What the trainer does next in a session: one button at a time, voiding it, and the text and calendar that invite."""

from datetime import UTC, timedelta, tzinfo
from math import ceil

import streamlit as st
from icalendar import Alarm

from sim.app.signed import write_code
from sim.app.wiring import App
from sim.db.ledger import LedgerKind, Subjects
from sim.db.sessions import SessionRow
from sim.features.program.school_days import CalendarFile, make_event, start_calendar
from sim.features.session.attendance import MOST_REASON, find_why_not_void, pause, resume, void
from sim.features.session.board import Board, Stage
from sim.features.session.opening import count_down, end, reopen, show_briefing
from sim.features.team.page_giving import draw_wait
from sim.program.session_day import KIND_WORDS, SessionKind, Starting, is_canceled
from sim.text.times import write_day, write_time_of_day
from sim.ui.page.page_state import find_zone, get_app, get_viewer, make_address
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import draw_file, draw_quiet, escape_markdown, write_time


def draw_void(session_id: str, *, is_live: bool) -> None:
    """Draw it; `is_live` where this part of the page draws itself again every few seconds."""
    with st.popover("Void this session", key=f"void-{session_id}"):
        why_not = find_why_not_void(get_app(), session_id)
        if why_not:
            st.write(escape_markdown(why_not))
            return
        st.write(
            "Nobody began a drill here. A voided session is in no record, drill log or export, and nobody was absent "
            "from it. The ledger keeps that it was voided, by whom and why. This cannot be undone."
        )
        reason = st.text_input(
            "Why it is voided",
            placeholder="for example: the footage was not ready",
            max_chars=MOST_REASON,
            key=f"void-reason-{session_id}",
        )
        if st.button("Yes, void it", key=f"void-sure-{session_id}"):
            run_and_redraw(lambda: void(get_app(), get_viewer(), session_id, reason=reason), is_live=is_live)


def draw_steps(board: Board) -> None:
    if board.is_over:
        if board.session.void_reason:
            st.info(
                escape_markdown(f"This session was voided and is in no record. Reason: {board.session.void_reason}")
            )
            return
        st.info("This session has ended.")
        if board.can_reopen:
            draw_quiet("People can join again with the code. Anyone marked absent stays absent until they join.")
            if st.button("Reopen the session", key="reopen"):
                run_and_redraw(lambda: reopen(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)
        draw_void(board.session.session_id, is_live=True)
        return
    in_pause = sum(row.paused_actions > 0 for row in board.rows)
    if in_pause:
        st.warning(
            "Actions by someone came while the drill was paused. Their name is on the tab People."
            if in_pause == 1
            else f"Actions by {in_pause} people came while the drill was paused. Their names are on the tab People.",
            icon=":material/pause_circle:",
        )
    asking = sum(row.help_at is not None for row in board.rows)
    if asking:
        st.warning(
            "Someone is asking for help. Their name is on the tab People."
            if asking == 1
            else f"{asking} people are asking for help. Their names are on the tab People.",
            icon=":material/back_hand:",
        )
    step, pausing, close = st.columns([6, 2, 2], vertical_alignment="center")
    with step:
        _draw_next(board)
    if board.session.day.paused_at is None and not board.all_ended:
        with pausing:
            _draw_pause(board)
    with close, st.popover("End the session", key="end", width="stretch"):
        st.write(
            "Nobody can join after that. Running drills continue to their end. Anyone who has not joined is "
            "marked absent."
        )
        if st.button("Yes, end it", key="end-sure"):
            run_and_redraw(lambda: end(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)


def _draw_pause(board: Board) -> None:
    with st.popover("Pause for everyone", key="pause", width="stretch"):
        st.write("All clocks stop, as for a fire alarm, and nobody can begin. The record keeps when and for how long.")
        reason = st.text_input(
            "Why (may be left empty)",
            placeholder="for example: fire alarm",
            max_chars=MOST_REASON,
            key=f"pause-{board.session.session_id}",
        )
        if st.button("Stop the clocks", key="pause-sure", type="primary"):
            app = get_app()
            run_and_redraw(
                lambda: pause(app, board.session.session_id, reason=reason, by=get_viewer().name), is_live=True
            )


def _draw_next(board: Board) -> None:
    joined = len(board.rows) - board.count(Stage.AWAY)
    draw_wait(board.wait)
    if board.session.day.paused_at is not None:
        st.warning(
            f"Paused since {write_time(board.session.day.paused_at)}. All clocks stand still; nobody loses time.",
            icon=":material/pause_circle:",
        )
        if st.button("Continue for everyone", key="continue", type="primary"):
            run_and_redraw(lambda: resume(get_app(), board.session.session_id, by=get_viewer().name), is_live=True)
    elif board.starts_in_s is not None:
        st.info(f"Everyone starts in {ceil(board.starts_in_s)} s.", icon=":material/timer:")
    elif board.all_ended:
        draw_quiet("Everybody who joined has ended. End the session when nobody else is coming.")
    elif board.session.day.starting is Starting.EACH:
        draw_quiet("Everybody begins alone as soon as they have joined. There is nothing for you to start.")
    elif board.is_started:
        draw_quiet("Started. Anyone who joins now reads the briefing and begins alone.")
    elif board.session.day.kind is SessionKind.FAMILIARIZATION:
        if _press(
            "Start", f"{joined} of {len(board.rows)} have joined. Anyone who joins later begins at once.", joined
        ):
            run_and_redraw(lambda: count_down(get_app(), board.session.session_id), is_live=True)
    elif not board.is_briefed:
        if _press(
            "Show the briefing",
            f"{joined} of {len(board.rows)} have joined. Anyone who joins later gets the briefing at once.",
            joined if board.wait is None else 0,
        ):
            run_and_redraw(lambda: show_briefing(get_app(), board.session.session_id), is_live=True)
    else:
        ready = sum(row.stage is Stage.BRIEFING and row.is_there for row in board.rows)
        if _press(
            "Start the clocks",
            f"{ready} of {joined} have the briefing open. Anyone else starts alone when they open it.",
            ready,
        ):
            run_and_redraw(lambda: count_down(get_app(), board.session.session_id), is_live=True)


def _press(label: str, note: str, count: int) -> bool:
    button, said = st.columns([3, 5], vertical_alignment="center")
    with said:
        draw_quiet(note)
    return button.button(label, key=label, type="primary", width="stretch", disabled=count == 0)


TAKES = {SessionKind.FAMILIARIZATION: "about 3 minutes"}
USUAL = "up to half an hour"
LASTS = timedelta(hours=1)
MISSED = "You missed the camera search session. Here is another one."
CANCELED = "The session on {when} will not take place. There is nothing to do."


def write_invitation(app: App, session_id: str, *, zone: tzinfo, is_reminder: bool = False, address: str = "") -> str:
    """Return the text for everybody invited, or absent before: what, where, when, how to join. It names nobody."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get(row.team_id)
    title = f"Camera search: {KIND_WORDS[row.day.kind.value].lower()}, {team.name}"
    if is_canceled(row.day):
        return "\n".join((title, "", CANCELED.format(when=_write_when(row, zone))))
    first = (
        "A reminder of your camera search session." if is_reminder else MISSED if row.makes_up else "You are invited."
    )
    where = f" Where: {row.place}." if row.place else ""
    return "\n".join(
        (
            title,
            "",
            f"{first} On {_write_when(row, zone)}.{where}",
            f"It takes {TAKES.get(row.day.kind, USUAL)} at a computer. There is nothing to install.",
            f"Open {address or 'the join page'} and type the code {write_code(row.code)}. Then type the code that the "
            "trainer's screen shows, or sign in with your PIN.",
            "If you can't attend, tell your trainer to arrange another day.",
        )
    )


def make_session_calendar(app: App, session_id: str, *, zone: tzinfo) -> CalendarFile:
    """Return the session as a calendar file (RFC 5545), with an alarm an hour before a planned one. It names nobody."""
    with app.store.read() as work:
        row = work.sessions.get(session_id)
        team = work.teams.get(row.team_id)
        plans = work.ledger.list_of(Subjects(session_id=session_id), kinds=[LedgerKind.SESSION_PLANNED])
    begins = row.begins_at.astimezone(UTC).replace(microsecond=0)
    ends = begins + LASTS if row.day.planned_at else row.day.expires_at.astimezone(UTC).replace(microsecond=0)
    title = f"Camera search, {KIND_WORDS[row.day.kind.value].lower()}: {team.name}"
    event = make_event(
        f"session-{session_id}",
        at=app.clock.read().wall,
        sequence=max(0, len(plans) - 1),
        title=title,
        text=write_invitation(app, session_id, zone=zone),
        is_off=row.day.ended_at is not None,
    )
    event.add("dtstart", begins)
    event.add("dtend", ends)
    if row.place:
        event.add("location", row.place)
    if row.day.planned_at is not None and row.day.ended_at is None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", -timedelta(hours=1))
        event.add_component(alarm)
    calendar = start_calendar()
    calendar.add_component(event)
    return CalendarFile(name="camera-search-session.ics", body=bytes(calendar.to_ical()))


def _write_when(row: SessionRow, zone: tzinfo) -> str:
    """Return the planned day and hour, or the day of one opened for at once, and until when it can be joined."""
    begins, ends = row.begins_at.astimezone(zone), row.day.expires_at.astimezone(zone)
    if row.day.planned_at is None:
        return f"{write_day(begins.date())}, until {write_time_of_day(ends)}"
    return f"{write_day(begins.date())}, at {write_time_of_day(begins)}"


def draw_invitation(session_id: str, *, with_reminder: bool) -> None:
    app, zone = get_app(), find_zone()
    draw_quiet("Send this text, with the calendar file, to those invited. It names nobody.")
    join = make_address("join")
    address = "" if is_local(join) else join
    st.code(write_invitation(app, session_id, zone=zone, address=address), language=None, wrap_lines=True)
    file = make_session_calendar(app, session_id, zone=zone)
    draw_file("Calendar file", file.body, file.name, key=f"calendar-{session_id}")
    if with_reminder:
        with st.expander("Reminder", key=f"reminder-{session_id}"):
            draw_quiet("Send this a day before. The calendar file reminds automatically an hour before.")
            text = write_invitation(app, session_id, zone=zone, is_reminder=True, address=address)
            st.code(text, language=None, wrap_lines=True)
