"""What the trainer's page shows to the room: the code to join, the board, results, and the projector's own view."""

from base64 import b64encode
from html import escape
from math import ceil

import streamlit as st

from sim.attempt.attempt import ENDED, AttemptState
from sim.errors import RecordingError
from sim.features.debrief.page_plan_svg import find_floors, write_plan
from sim.features.session.board import Board, BoardRow, Stage, get_board, get_spoken_code, list_results
from sim.features.session.group_debrief import EACH, GroupDebrief, MissedPlace, get_group_debrief, load_missed_still
from sim.features.session.joining import find_device_of, make_join_token, make_screen_code
from sim.features.session.opening import renew_link, start_due
from sim.features.session.page_people import ATTENDANCES
from sim.features.team.given_drills import PASSED_WORDS, AttemptCard
from sim.features.team.page_giving import DEVICES, draw_will_not_count
from sim.program.session_day import Attendance, SessionKind
from sim.rules.counts import USUAL_DEVICE, foresee_attempts
from sim.rules.held import list_held
from sim.text.tables import TextTable, write_time
from sim.text.words import shorten_names, write_count
from sim.ui.page import theme
from sim.ui.page.page_state import ATTEMPT_PARAM, JOIN_PARAM, SESSION_PARAM, get_app, make_address
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import fragment, run_and_redraw
from sim.ui.parts.address_card import draw_join_card, draw_projector_link
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet, draw_text_table, escape_markdown

PAUSED_BOARD = "Paused"
STAGES = {
    "away": "Not here yet",
    "waiting": "In the waiting room",
    "briefing": "Reading the briefing",
    "drill": "In the drill",
    "finished": "Finished",
    "timed out": "Time is up",
    "given up": "Given up",
}
LOOK_EVERY_S = 1.0
DEBRIEF = "debrief"
ENDINGS = {
    AttemptState.SUBMITTED: STAGES["finished"],
    AttemptState.TIMED_OUT: "Time ran out",
    AttemptState.ABANDONED: STAGES["given up"],
}


def draw_join_screen(board: Board, *, is_projected: bool = False) -> None:
    """Draw it, with nothing to press, as it draws itself again; of a session that is over, nothing."""
    if board.is_over:
        return
    app = get_app()
    code = make_screen_code(app, board.session.session_id)
    wanted = find_device_of(app, board.session)
    shown = shorten_names({row.person_id: row.name for row in board.rows})
    draw_join_card(
        code,
        path="join",
        scan="Scan this with your phone or tablet",
        told=[f"Join on {DEVICES[wanted]}: a drill on anything else does not count"] if wanted else [],
        came=f"{len(board.rows) - board.count(Stage.AWAY)} of {len(board.rows)} have joined",
        names=[shown[row.person_id] for row in board.rows if row.stage is not Stage.AWAY],
        is_projected=is_projected,
        is_scanned=wanted != USUAL_DEVICE,  # a code to scan invites phones, on which a drill would not count
    )


def draw_join_link(board: Board) -> None:
    app = get_app()
    link = make_address(f"join?{JOIN_PARAM}={make_join_token(app, board.session.session_id)}")
    with st.expander("Link to send", key="link"):
        st.code(link, language=None, wrap_lines=True)
        draw_quiet(
            f"For invitations, also as the code {get_spoken_code(app, board.session.session_id)}. It leads to this "
            "session's page, which asks for the code that the screen shows, or the person's PIN."
        )
        draw_quiet("Old links stop working. People who already joined stay in.")
        if st.button("Make a new link and code", key="renew"):
            run_and_redraw(lambda: renew_link(app, board.session.session_id))


def draw_board(board: Board, *, is_projected: bool = False) -> None:
    """Draw where everybody is; to the room it does not say whose drill will not count."""
    given = [row.attempt_id for row in board.rows if row.attempt_id and not is_projected]
    will_not = foresee_attempts(get_app(), *given) if given else {}
    counts = (
        len(board.rows) - board.count(Stage.AWAY),
        board.count(Stage.WAITING, Stage.BRIEFING),
        board.count(Stage.DRILL),
        board.count(Stage.FINISHED, Stage.TIMED_OUT, Stage.GIVEN_UP),
    )
    draw_facts(
        (name, f"{count} of {len(board.rows)}")
        for name, count in zip(("Joined", "Waiting or reading", "In the drill", "Ended"), counts, strict=True)
    )
    cards = "".join(
        _write_card(row, is_over=board.is_over, counts=row.attempt_id not in will_not, is_projected=is_projected)
        for row in board.rows
    )
    draw_will_not_count(will_not, people=len(given))
    st.html(f'<ul class="sl-board">{cards}</ul>')


def draw_results(board: Board) -> None:
    if board.session.day.kind is SessionKind.FAMILIARIZATION:
        st.info("Getting to know the console is not scored.")
        return
    if not board.all_ended:
        st.info("Results are shown when everybody has ended, so that nobody is hurried by them.")
        if not st.toggle("Show what there is now", key=f"results-now-{board.session.session_id}"):
            return
    ended = [card for card in list_results(get_app(), board.session.session_id) if card.row.state in ENDED]
    if not ended:
        st.info("Nobody has ended a drill in this session yet.")
    held = list_held(get_app(), [card.row for card in ended])
    for card in sorted(ended, key=lambda each: each.person_name.casefold()):
        _draw_line(card, is_held=card.row.timing.attempt_id in held)
    if ended:
        label = "Open the group debrief for the projector"
        draw_projector_link("session", DEBRIEF, label=label, **{SESSION_PARAM: board.session.session_id})
        draw_quiet("Times, and what changed since the training, are under Team, Results.")


def draw_projected(session_id: str, *, is_debrief: bool) -> None:
    st.html(theme.PROJECTOR_CSS)
    if is_debrief:
        _draw_debrief(session_id)
    else:
        _draw_course(session_id)


def _write_card(row: BoardRow, *, is_over: bool, counts: bool, is_projected: bool) -> str:
    stage, kind = STAGES[row.stage.value], row.stage
    if row.partly:
        stage, kind = f"Partly done: {row.partly}", Stage.GIVEN_UP
    elif row.stage is Stage.AWAY and row.attendance is Attendance.MADE_UP:
        stage = "Made up later"
    elif row.stage is Stage.AWAY and row.attendance is Attendance.PRESENT:
        stage = "Present, no drill"
    elif row.stage is Stage.AWAY and is_over:
        stage = "Absent" if row.attendance is Attendance.ABSENT else ATTENDANCES[row.attendance.value]
    told = _list_lines(row, counts=counts, is_projected=is_projected)
    lines = "".join(f"<span>{escape(line)}</span>" for line in told)
    return (
        f'<li data-stage="{escape(kind.value)}"><strong>{escape(row.name)}</strong><em>{escape(stage)}</em>{lines}</li>'
    )


def _list_lines(row: BoardRow, *, counts: bool, is_projected: bool) -> list[str]:
    lines = [PAUSED_BOARD] if row.is_paused else []
    lines += [f"Joined {row.late_min} min late"] if row.late_min and not is_projected else []
    lines += [] if counts else ["Will not count"]
    if row.used_s is not None:
        lines.append(f"{write_time(row.used_s)} so far")
    if row.quiet_s is not None and not row.is_there:
        ago = f"{int(row.quiet_s)} s" if row.quiet_s < 60 else f"{int(row.quiet_s // 60)} min"
        lines.append(f"Page not seen for {ago}")
    return lines


@fragment(run_every=LOOK_EVERY_S)
def _draw_course(session_id: str) -> None:
    start_due(get_app(), session_id)
    board = get_board(get_app(), session_id)
    if board.session.day.paused_at is not None:
        st.html(f'<p class="sl-announce" role="status">{escape(PAUSED_BOARD)}</p>')
    elif board.starts_in_s is not None:
        said = f"Starts in {ceil(board.starts_in_s)}"
        st.html(f'<p class="sl-announce" role="timer">{escape(said)}</p>')
    elif not (board.is_over or board.is_briefed or board.is_started):
        draw_join_screen(board, is_projected=True)
    else:
        draw_board(board, is_projected=True)


def _draw_debrief(session_id: str) -> None:
    view = get_group_debrief(get_app(), session_id)
    st.title("What the room missed most", anchor=False)
    if view.held_until:
        st.info(
            "The answers stay closed until everyone on the team has finished these drills, or until "
            f"{view.held_until} at the latest. Shown before, they would tell the others where to look."
        )
        return
    if not view.drills:
        st.info("Nobody has finished a drill in this session yet.")
        return
    draw_lead(f"{write_count(view.drills, 'drill')}, no names. {view.passed} passed.")
    if not view.missed:
        st.success("The room found every appearance of the students. Well done.")
    else:
        _draw_missed(view)
    if view.each:
        st.header("Each drill", anchor=False)
        draw_text_table(TextTable(name="each", header=EACH, rows=view.each), label="Each drill")
    if view.rule:
        st.header("One rule for next time", anchor=False)
        st.html(f'<p class="sl-rule">{escape(view.rule)}</p>')


def _draw_missed(view: GroupDebrief) -> None:
    plan, pictures = st.columns(2, gap="medium")
    with plan:
        for floor, name in find_floors(view.plan, view.marks):
            title = f"Map of {name} with the cameras that were missed most"
            svg = write_plan(view.plan, floor=floor, true_path=(), marks=view.marks, title=title)
            picture = b64encode(svg.encode()).decode()
            st.html(f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(title, quote=True)}" width="100%">')
        for number, each in enumerate(view.missed, start=1):
            st.html(f'<p class="sl-missed"><strong>{number}</strong> {escape(_write(each))}</p>')
    with pictures:
        for each in view.missed:
            _draw_still(view, each)


def _draw_still(view: GroupDebrief, each: MissedPlace) -> None:
    try:
        jpeg = load_missed_still(get_app(), view, each)
    except RecordingError as error:
        draw_quiet(error.on_screen)
        return
    if jpeg is not None:
        picture = f"data:image/jpeg;base64,{b64encode(jpeg).decode('ascii')}"
        st.image(picture, width="stretch", caption=escape_markdown(_write(each)), alt=_write(each))


def _write(each: MissedPlace) -> str:
    form = (
        "{camera}, {time}: missed {missed} of {all} times" if each.clock else "{camera}: missed {missed} of {all} times"
    )
    return form.format(camera=each.camera, time=each.clock, missed=each.missed, all=each.of)


def _draw_line(card: AttemptCard, *, is_held: bool) -> None:
    name = escape_markdown(card.person_name)
    with st.container(border=True, key=f"result-{card.row.attempt_id}"):
        said, way = st.columns([5, 3], vertical_alignment="center")
        told = [ENDINGS[card.row.state], PASSED_WORDS[card.passed]]
        if not is_held:
            told.append("" if card.told_s is None else write_time(card.told_s))
            told.append("" if card.appearance_recall is None else f"{card.appearance_recall:.0%} of appearances found")
        said.markdown(" · ".join((f"**{name}**", *filter(None, told))))
        notes = [each for each in (card.not_counted, *card.remarks) if each]
        if notes:
            with said:
                draw_quiet(" ".join(notes))
        if card.row.state is not AttemptState.ABANDONED:
            query = {ATTEMPT_PARAM: card.row.attempt_id}
            way.page_link(find_script("drill"), label=f"Debrief of {name}", query_params=query)
