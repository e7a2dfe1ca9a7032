"""Who has done which step, who is due, who is late; from here the drills are given."""

from functools import partial

import streamlit as st

from sim.drill.board_state import BoardState
from sim.services.accounts.viewer import Duty, may
from sim.services.program.board import Board, BoardPerson, Cell, get_board
from sim.services.program.give import foresee_step, give_step
from sim.services.team.choosing_forms import list_free_forms
from sim.services.team.counting import list_unfamiliar
from sim.services.team.footage_wait import find_step_wait
from sim.ui.page.chosen import ALL_TEAMS
from sim.ui.page.page_state import (
    PROGRAM_PARAM,
    STEP_PARAM,
    TEAM_PARAM,
    get_app,
    get_param,
    get_person_id,
    get_viewer,
    make_attempt_address,
)
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import draw_drill_link, draw_facts, draw_quiet
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.long_list import choose_shown
from sim.ui.parts.not_counted import CAUTION
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download
from sim.ui.program import wording
from sim.ui.program.board_table import MARKS, NOT_COUNTED_MARK, draw_board, draw_school_counts, make_board_table

MOST_TODO = 8
ALL = ""
Todo = tuple[BoardPerson, str, Cell]


def draw_standing(team_id: str) -> bool:
    """Draw it for a team, or for all of them with `ALL_TEAMS`; return whether anything is planned there."""
    is_all = team_id == ALL_TEAMS
    board = get_board(get_app(), team_id=None if is_all else team_id)
    if not board.people or not board.is_planned:
        return False
    school = _choose_school(board) if is_all else ALL
    if school != ALL:
        board = get_board(get_app(), school=school)
    may_give = may(get_viewer(), Duty.TRAIN)
    asked = _find_asked(board) if may_give else None
    if asked is not None:
        _draw_box(*asked)
    facts = [
        (due.value.capitalize(), f"{MARKS[due]} {board.count(due)}")
        for due in (BoardState.OVERDUE, BoardState.DUE, BoardState.DONE, BoardState.PLANNED)
    ]
    if board.count_not_counted():
        facts.insert(3, (wording.NOT_COUNTED, f"{NOT_COUNTED_MARK} {board.count_not_counted()}"))
    draw_facts(facts)
    if is_all and school == ALL and len(board.schools) > 1:
        st.subheader(wording.COUNTS, anchor=False)
        draw_school_counts(board)
    if may_give:
        st.subheader(wording.TODO_TITLE, anchor=False)
        _draw_todo(board, without=asked)
    st.subheader(wording.EVERYONE, anchor=False)
    shown = choose_shown(board.people, lambda person: f"{person.name} {person.team}", key=f"board-{team_id}-{school}")
    draw_board(board, shown, team_id=team_id if may_give else None)
    draw_download(make_board_table(board), "program")
    return True


def _choose_school(board: Board) -> str:
    """Draw the choice of a school where there are several; return it, or ALL."""
    if len(board.schools) == 1:
        return ALL
    return st.selectbox(
        wording.SCHOOL, [ALL, *board.schools], format_func=lambda each: each or wording.ALL_SCHOOLS, key="board-school"
    )


def _find_asked(board: Board) -> Todo | None:
    """Return what the address asks for, where it is still to be done: a cell of the table below leads here."""
    for person in board.people:
        for title, cell in zip(board.titles, person.cells, strict=True):
            is_asked = (person.person_id, cell.step_id) == (get_person_id(), get_param(STEP_PARAM))
            if is_asked and cell.step_id is not None and cell.state in (BoardState.OVERDUE, BoardState.DUE):
                return person, title, cell
    return None


def _draw_todo(board: Board, *, without: Todo | None) -> None:
    """Draw what is to do, but for what stands above already."""
    todo = board.list_todo()
    if not todo:
        draw_quiet(wording.TODO_NONE)
    for each in todo[:MOST_TODO]:
        if each != without:
            _draw_box(*each)
    if len(todo) > MOST_TODO:
        draw_quiet(wording.TODO_MORE.format(all=len(todo)))


def _draw_box(person: BoardPerson, title: str, cell: Cell) -> None:
    with st.container(border=True, key=f"todo-{person.person_id}-{cell.step_id}"):
        _draw_one(person, title, cell)


def _draw_one(person: BoardPerson, title: str, cell: Cell) -> None:
    key = f"{person.person_id}-{cell.step_id}"
    words, first, second = st.columns([4, 2, 2], vertical_alignment="center")
    words.markdown(f"**{escape_markdown(person.name)}** · {escape_markdown(title)} · {MARKS[cell.state]} {cell.text}")
    if cell.not_counted:
        words.markdown(f"{NOT_COUNTED_MARK} {escape_markdown(cell.not_counted)}")
    if cell.step_id is None:
        return
    if not cell.is_drill:
        with words:
            st.page_link(
                "screens/training.py",
                label=wording.RECORD_TRAINING,
                icon=":material/how_to_reg:",
                query_params={TEAM_PARAM: person.team_id, PROGRAM_PARAM: person.program_id or ""},
            )
        return
    why_not = foresee_step(get_app(), cell.step_id, person.person_id) if cell.is_measured else ""
    if why_not:
        words.warning(escape_markdown(why_not), icon=":material/block:")
    if cell.is_measured and list_unfamiliar(get_app(), person.team_id, [person.person_id]):
        words.info(CAUTION, icon=":material/school:")
    if cell.attempt_id is None:
        with words:
            st.page_link(
                "screens/session.py",
                label=wording.OPEN_SESSION,
                icon=":material/groups:",
                query_params={TEAM_PARAM: person.team_id, STEP_PARAM: cell.step_id},
            )
    if cell.attempt_id is not None:
        with first:
            draw_drill_link(cell.attempt_id, wording.OPEN, is_open=True)
        with second:
            draw_send(
                wording.SEND,
                wording.SEND_NOTE.format(name=escape_markdown(person.name)),
                partial(make_attempt_address, cell.attempt_id, person.person_id),
                key=f"send-{key}",
                width="stretch",
            )
        return
    wait = find_step_wait(get_app(), cell.step_id) if cell.is_measured else None
    with words:
        draw_wait(wait)
    if first.button(wording.GIVE, key=f"give-{key}", width="stretch", disabled=wait is not None):
        _give(cell.step_id, person.person_id)
    if not cell.is_measured or wait is not None:
        return
    with second, st.popover(wording.OTHER, key=f"other-{key}", width="stretch"):
        _draw_other(person, cell.step_id, key)


def _draw_other(person: BoardPerson, step_id: str, key: str) -> None:
    """Draw the choice of a drill by hand; it needs a reason."""
    titles = {form.form_id: form.title for form in list_free_forms(get_app(), step_id, person.person_id)}
    draw_quiet(wording.OTHER_NOTE)
    if not titles:
        draw_quiet(wording.OTHER_NONE)
        return
    with st.form(f"other-form-{key}", border=False):
        form_id = st.selectbox(
            wording.OTHER_FORM, list(titles), format_func=lambda each: titles[each], key=f"form-{key}"
        )
        reason = st.text_input(wording.OTHER_REASON, key=f"reason-{key}")
        pressed = st.form_submit_button(wording.OTHER_GIVE, key=f"choose-{key}")
    if pressed:
        _give(step_id, person.person_id, form_id=form_id, reason=reason)


def _give(step_id: str, person_id: str, *, form_id: str | None = None, reason: str = "") -> None:
    give = partial(give_step, get_app(), step_id, person_id, form_id=form_id, reason=reason)
    if run_action(give) is not None:
        st.rerun()
