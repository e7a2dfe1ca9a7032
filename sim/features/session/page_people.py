"""The people of a session one by one: attendance, time, their own link, help. For the trainer's eyes."""

import streamlit as st

from sim.attempt.attempt import ENDED
from sim.console import attempts
from sim.console.questions import answer_help
from sim.features.session.attendance import MOST_REASON, correct, list_changes, list_known, write_late
from sim.features.session.board import Board, BoardRow, Details, Stage, get_details, list_invitable, set_extra_time
from sim.features.session.joining import free_name
from sim.features.session.opening import invite
from sim.program.session_day import EXTRA_TIMES, Attendance
from sim.rules.held import write_paused
from sim.text.tables import TextTable
from sim.text.tables import write_time as write_span
from sim.ui.page.page_state import SEAT_PARAM, get_app, get_viewer, make_address
from sim.ui.parts.actions import draw_flash, run_action, run_and_redraw
from sim.ui.parts.blocks import (
    draw_download,
    draw_facts,
    draw_list,
    draw_quiet,
    draw_text_table,
    escape_markdown,
    write_day,
    write_time,
)

EXTRA_NOTE = (
    "Only this page and the person's details show it: no board, no screen of the others. "
    "Drills with extended time are kept out of all times that are compared."
)
EXTRA_FACTORS = {1.0: "None", 1.25: "1¼ times", 1.5: "1½ times", 2.0: "Twice"}
ATTENDANCES = {"invited": "Not known yet", "present": "Present", "absent": "Absent", "made_up": "Made up"}
CORRECTIONS = "Corrections"
ALL_PEOPLE = "Everybody invited"


def draw_people(board: Board) -> None:
    st.html('<p class="sl-note">For your eyes: do not show this on a projector.</p>')
    names = {row.person_id: row.name for row in board.rows}
    chosen = st.selectbox(
        "Person",
        list(names),
        index=None,
        placeholder="Choose someone",
        format_func=lambda person_id: names.get(person_id, ""),
        key=f"person-{board.session.session_id}",
    )
    if chosen is not None:
        with st.container(border=True, key=f"details-{chosen}"):
            _draw_details(board.session.session_id, get_details(get_app(), board.session.session_id, chosen))
    _draw_attendance(board)
    if not board.is_over:
        _draw_invite(board)


def draw_calls(board: Board) -> None:
    for row in board.rows:
        _draw_call(board, row)
    for row in board.rows:
        if row.paused_actions:
            st.warning(
                f"**{escape_markdown(row.name)}** · {write_paused(row.paused_actions)} Nothing was shown, and nothing "
                "counted then. Often it is a device that had lost its connection.",
                icon=":material/pause_circle:",
            )


def _draw_details(session_id: str, details: Details) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_correction(session_id, details)
        _draw_time(session_id, details)
    with right:
        _draw_way_in(session_id, details)
        if details.calls:
            st.subheader("Help", anchor=False)
            draw_list(
                "Asked at {asked}, {into} into the drill: {answer}".format(
                    asked=write_time(call.asked_at),
                    into=write_span(call.elapsed_s),
                    answer=f"answered at {write_time(call.answered_at)}"
                    if call.answered_at is not None
                    else "not answered yet",
                )
                for call in details.calls
            )


def _draw_correction(session_id: str, details: Details) -> None:
    mark = f"{session_id}-{details.invited.person_id}-{details.invited.attendance.value}"
    became = st.segmented_control(
        "Attendance",
        [each.value for each in Attendance if each is not Attendance.INVITED],
        default=details.invited.attendance.value if details.invited.attendance is not Attendance.INVITED else None,
        format_func=lambda name: ATTENDANCES[name],
        wrap=True,
        key=f"attendance-{mark}",
    )
    if became is None or became == details.invited.attendance.value:
        return
    reason = st.text_input(
        "Why it is corrected",
        placeholder="for example: came without a device",
        max_chars=MOST_REASON,
        key=f"reason-{mark}",
    )
    if st.button("Save the correction", key=f"correct-{mark}", type="primary"):
        app = get_app()
        if run_action(
            lambda: correct(
                app, session_id, details.invited.person_id, Attendance(became), reason=reason, by=get_viewer().name
            )
        ):
            st.rerun()


def _draw_time(session_id: str, details: Details) -> None:
    factor = st.segmented_control(
        "Extended time",
        list(EXTRA_TIMES),
        default=details.invited.extra_time,
        format_func=lambda each: EXTRA_FACTORS[each],
        required=True,
        wrap=True,
        disabled=not details.can_change_time,
        key=f"extra-{session_id}-{details.invited.person_id}-{details.invited.extra_time}",
    )
    draw_quiet(
        EXTRA_NOTE if details.can_change_time else "The clock has started: this can be set for the next session only."
    )
    if factor is not None and factor != details.invited.extra_time:
        run_and_redraw(lambda: set_extra_time(get_app(), session_id, details.invited.person_id, factor))
    if details.attempt is not None:
        facts = [("Limit", details.attempt.limit_s), ("Used", details.attempt.used_s)]
        draw_facts([(name, write_span(value)) for name, value in facts if value is not None])


def _draw_way_in(session_id: str, details: Details) -> None:
    app = get_app()
    if details.seat_token is None:
        draw_quiet("Has not joined yet.")
    else:
        draw_quiet("Own link, to come back from any device")
        st.code(make_address(f"join?{SEAT_PARAM}={details.seat_token}"), language=None, wrap_lines=True)
        with st.popover("Free the name", key=f"free-{details.invited.person_id}"):
            st.write(
                "Someone else took this name by mistake? Free it, and it can be chosen again. A drill already "
                "started stays with it; before the start, the person is no longer marked present. A PIN chosen "
                "through it is taken back."
            )
            if st.button("Yes, free it", key=f"free-sure-{details.invited.person_id}"):
                run_and_redraw(lambda: free_name(app, session_id, details.invited.person_id, by=get_viewer().name))
    if details.attempt is not None and details.attempt.state not in ENDED:
        attempt_id = details.attempt.attempt_id
        with st.popover("End this drill", key=f"give-up-{details.invited.person_id}"):
            st.write("The drill counts as given up, and its form as seen.")
            if st.button("Yes, end it", key=f"give-up-sure-{details.invited.person_id}"):
                run_and_redraw(lambda: attempts.abandon(app, attempt_id))


def _draw_attendance(board: Board) -> None:
    st.header(ALL_PEOPLE, anchor=False)
    draw_flash()
    _draw_without_device(board)
    known = list_known(get_app(), board.session.session_id)
    rows = tuple((row.name, _write_attendance(row), known.get(row.person_id) or "-") for row in board.rows)
    table = TextTable(name="attendance", header=("Person", "Attendance", "How known"), rows=rows)
    draw_text_table(table, label=ALL_PEOPLE)
    draw_download(table, "session")
    changes = list_changes(get_app(), board.session.session_id)
    if changes:
        st.subheader(CORRECTIONS, anchor=False)
        lines = tuple(
            (
                each.name,
                ATTENDANCES[each.was.value],
                ATTENDANCES[each.became.value],
                each.reason,
                write_day(each.changed_at),
            )
            for each in changes
        )
        draw_text_table(
            TextTable(name="corrections", header=("Person", "Was", "Became", "Why", "When"), rows=lines),
            label=CORRECTIONS,
        )


def _draw_without_device(board: Board) -> None:
    is_away = (Attendance.INVITED, Attendance.ABSENT)
    away = {row.person_id: row.name for row in board.rows if row.stage is Stage.AWAY and row.attendance in is_away}
    if board.is_ahead or board.session.void_reason or not away:
        return
    pressed = st.pills(
        "Here, no device: press a name",
        list(away),
        format_func=lambda person_id: escape_markdown(away[person_id]),
        wrap=True,
        key=f"here-{board.session.session_id}-{len(away)}",
        help="Marks them as present, without a drill. If they find a device, they can still join.",
    )
    if pressed is not None:
        said = f"{escape_markdown(away[pressed])} is marked as present, without a drill."
        by = get_viewer().name
        run_and_redraw(
            lambda: correct(
                get_app(), board.session.session_id, pressed, Attendance.PRESENT, reason="here without a device", by=by
            ),
            said=said,
        )


def _write_attendance(row: BoardRow) -> str:
    if row.stage is Stage.AWAY and row.attendance is Attendance.PRESENT:
        return "Present, no drill"
    return write_late(ATTENDANCES[row.attendance.value], row.late_min)


def _draw_invite(board: Board) -> None:
    known = {row.person_id for row in board.rows}
    people = list_invitable(get_app(), board.session.team_id)
    more = {person_id: name for person_id, (name, _) in people.items() if person_id not in known}
    if not more:
        return
    with st.expander("Invite more people", key="invite"):
        chosen = st.multiselect(
            "Who is invited", list(more), format_func=lambda person_id: more[person_id], key=f"invite-{len(known)}"
        )
        if st.button("Invite", key="invite-go", disabled=not chosen):
            run_and_redraw(lambda: invite(get_app(), board.session.session_id, chosen, by=get_viewer().name))


def _draw_call(board: Board, row: BoardRow) -> None:
    if row.help_at is None:
        return
    with st.container(key=f"call-{row.person_id}"):
        said, done = st.columns([5, 2], vertical_alignment="center")
        said.warning(f"**{escape_markdown(row.name)}** · Asked for help at {write_time(row.help_at)}")
        if done.button("Answered", key=f"answered-{row.person_id}", width="stretch"):
            run_and_redraw(lambda: answer_help(get_app(), board.session.session_id, row.person_id), is_live=True)
