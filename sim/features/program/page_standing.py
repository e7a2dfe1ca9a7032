"""Who has done which step, who is due, who is late; from here the drills are given."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from html import escape
from urllib.parse import urlencode

import streamlit as st

from sim.features.program.board import Board, BoardPerson, Cell, get_board, give_step
from sim.features.team.choosing_forms import find_step_wait, list_free_forms
from sim.features.team.page_giving import CAUTION, draw_wait
from sim.program.plan import BoardState
from sim.rules.counts import foresee_steps, list_unfamiliar
from sim.rules.readiness import Readiness
from sim.rules.viewer import Duty, may
from sim.text.tables import TextTable
from sim.ui.page.page_state import (
    ALL_TEAMS,
    ATTEMPT_PARAM,
    PERSON_PARAM,
    PROGRAM_PARAM,
    STEP_PARAM,
    TEAM_PARAM,
    get_app,
    get_param,
    get_viewer,
    make_attempt_address,
)
from sim.ui.page.pages import find_script
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.address_card import draw_send
from sim.ui.parts.blocks import choose_shown, draw_download, draw_drill_link, draw_facts, draw_quiet, escape_markdown

SCHOOL = "School"
COUNTS = "By school"
EVERYONE = "Everybody"
PERSON = "Person"
MARKS = {
    BoardState.DONE: "✓",
    BoardState.DUE: "●",
    BoardState.OVERDUE: "▲",
    BoardState.PLANNED: "○",
    BoardState.NOT_SCHEDULED: "–",
}
NOT_COUNTED_MARK = "✕"
CLASSES = {
    BoardState.DONE: "done",
    BoardState.DUE: "due",
    BoardState.OVERDUE: "overdue",
    BoardState.PLANNED: "planned",
    BoardState.NOT_SCHEDULED: "none",
}
_DAY = re.compile(r"([A-Z][a-z]{2}) (\d)")
_ORDER = (BoardState.OVERDUE, BoardState.DUE, BoardState.DONE, BoardState.PLANNED, BoardState.NOT_SCHEDULED)
MOST_TODO = 8
ALL = ""
Todo = tuple[BoardPerson, str, Cell]


def draw_standing(board: Board, team_id: str) -> bool:
    """Draw it on the page of a team, or of all of them; return whether anything is planned there."""
    if not board.people or not board.is_planned:
        return False
    school = ALL
    if len(board.schools) > 1:
        school = st.selectbox(
            SCHOOL, [ALL, *board.schools], format_func=lambda each: each or "All schools", key="board-school"
        )
    if school != ALL:
        team_ids = None if team_id == ALL_TEAMS else tuple({person.team_id for person in board.people})
        board = get_board(get_app(), school=school, team_id=team_ids)
    may_give = may(get_viewer(), Duty.TRAIN)
    asked = _find_asked(board) if may_give else None
    if asked is not None:
        _draw_boxes([asked])
    facts = [
        (due.value.capitalize(), f"{MARKS[due]} {board.count(due)}")
        for due in (BoardState.OVERDUE, BoardState.DUE, BoardState.DONE, BoardState.PLANNED)
    ]
    if board.count_not_counted():
        facts.insert(3, ("Done, not counted", f"{NOT_COUNTED_MARK} {board.count_not_counted()}"))
    draw_facts(facts)
    if school == ALL and len(board.schools) > 1:
        st.subheader(COUNTS, anchor=False)
        draw_school_counts(board)
    if may_give:
        st.subheader("To do now", anchor=False)
        todo = board.list_todo()
        if not todo:
            draw_quiet("Nothing is due today.")
        _draw_boxes([each for each in todo[:MOST_TODO] if each != asked])
        if len(todo) > MOST_TODO:
            draw_quiet(
                f"Shown are the first of {len(todo)} people with something to do; the others are in the table below."
            )
    st.subheader(EVERYONE, anchor=False)
    shown = choose_shown(board.people, lambda person: f"{person.name} {person.team}", key=f"board-{team_id}-{school}")
    draw_board(board, shown, team_id=team_id if may_give else None)
    draw_download(
        TextTable(
            name="board",
            header=(SCHOOL, "Team", PERSON, *board.titles),
            rows=tuple(
                (person.school, person.team, person.name, *(_write_text(cell) for cell in person.cells))
                for person in board.people
            ),
        ),
        "program",
    )
    return True


def draw_board(board: Board, people: Sequence[BoardPerson], *, team_id: str | None) -> None:
    with_team = len({person.team_id for person in board.people}) > 1
    rows = [_write_row(person, board.titles, with_team=with_team, team_id=team_id) for person in people]
    _draw(PERSON, board.titles, rows, label=EVERYONE)


def draw_school_counts(board: Board) -> None:
    rows = []
    for school in sorted({person.school for person in board.people}, key=str.casefold):
        cells = ""
        for place, title in enumerate(board.titles):
            counts = Counter(person.cells[place].state for person in board.people if person.school == school)
            marks = (_write_mark(state, f"{counts[state]} {state.value}") for state in _ORDER if counts[state])
            cells += f'<td data-label="{escape(title)}"><div>{"".join(marks)}</div></td>'
        rows.append(f'<tr><th scope="row">{escape(school)}</th>{cells}</tr>')
    _draw(SCHOOL, board.titles, rows, label=COUNTS)


def make_cell_address(person: BoardPerson, cell: Cell, *, team_id: str | None) -> str:
    """Return where a cell leads, from the board's own address: "" where there is nothing to do.

    A drill that was given: that drill. One that was not: the plan with this person's step on top, where a press gives
    it. The training: where it is recorded.
    """
    if team_id is None or cell.step_id is None or cell.state not in (BoardState.DUE, BoardState.OVERDUE):
        return ""
    if cell.attempt_id is not None:
        return f"drill?{urlencode({ATTEMPT_PARAM: cell.attempt_id})}"
    if not cell.is_drill:
        asked = {TEAM_PARAM: person.team_id, PROGRAM_PARAM: person.program_id or ""}
        return f"training?{urlencode(asked)}"
    asked = {PERSON_PARAM: person.person_id, STEP_PARAM: cell.step_id, TEAM_PARAM: team_id}
    return f"plan?{urlencode(asked)}"


def _write_text(cell: Cell) -> str:
    return f"{cell.text}. {cell.not_counted}" if cell.not_counted else cell.text


def _write_row(person: BoardPerson, titles: Sequence[str], *, with_team: bool, team_id: str | None) -> str:
    written = "".join(
        f'<td data-label="{escape(title)}">{_write_cell(person, title, cell, team_id=team_id)}</td>'
        for title, cell in zip(titles, person.cells, strict=True)
    )
    school = "" if person.team == person.school else f"{person.school}, "
    below = f"<small>{escape(school + person.team)}</small>" if with_team else ""
    return f'<tr><th scope="row">{escape(person.name)}{below}</th>{written}</tr>'


def _write_cell(person: BoardPerson, title: str, cell: Cell, *, team_id: str | None) -> str:
    """Return a cell; as a link it says besides its text what it leads to, for anyone who hears it without the table."""
    mark = _write_mark(cell.state, cell.text)
    if cell.not_counted:
        mark += f'<span class="sl-due none"><i aria-hidden="true">{NOT_COUNTED_MARK}</i>'
        mark += f"<span>{escape(cell.not_counted)}</span></span>"
    address = make_cell_address(person, cell, team_id=team_id)
    if not address:
        return mark
    words = (
        "Record {step} of {name}"
        if not cell.is_drill
        else "Give {step} to {name}"
        if not cell.attempt_id
        else "Open {step} of {name}"
    )
    spoken = f"{_write_text(cell)}. {words.format(step=title, name=person.name)}"
    return f'<a href="{escape(address)}" target="_self" aria-label="{escape(spoken)}">{mark}</a>'


def _write_mark(state: BoardState, text: str) -> str:
    whole = _DAY.sub("\\1&nbsp;\\2", escape(text))
    return f'<span class="sl-due {CLASSES[state]}"><i aria-hidden="true">{MARKS[state]}</i><span>{whole}</span></span>'


def _draw(first: str, titles: Sequence[str], rows: Sequence[str], *, label: str) -> None:
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in (first, *titles))
    st.html(
        f'<div class="sl-steps-board" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def draw_training_link(team_id: str, program_id: str) -> None:
    st.page_link(
        find_script("training"),
        label="Plan or record the training",
        icon=":material/how_to_reg:",
        query_params={TEAM_PARAM: team_id, PROGRAM_PARAM: program_id},
    )


def _find_asked(board: Board) -> Todo | None:
    for person in board.people:
        for title, cell in zip(board.titles, person.cells, strict=True):
            is_asked = (person.person_id, cell.step_id) == (get_param(PERSON_PARAM), get_param(STEP_PARAM))
            if is_asked and cell.step_id is not None and cell.state in (BoardState.OVERDUE, BoardState.DUE):
                return person, title, cell
    return None


def _draw_boxes(todo: Sequence[Todo]) -> None:
    asked = [(cell.step_id, person.person_id) for person, _, cell in todo if cell.step_id and cell.is_measured]
    will_not = foresee_steps(get_app(), asked)
    waits = {step_id: find_step_wait(get_app(), step_id) for step_id in dict(asked)}
    for person, title, cell in todo:
        with st.container(border=True, key=f"todo-{person.person_id}-{cell.step_id}"):
            why_not = will_not.get((cell.step_id or "", person.person_id), "")
            _draw_one(person, title, cell, why_not, waits.get(cell.step_id or ""))


def _draw_one(person: BoardPerson, title: str, cell: Cell, why_not: str, wait: Readiness | None) -> None:
    key = f"{person.person_id}-{cell.step_id}"
    words, first, second = st.columns([4, 2, 2], vertical_alignment="center")
    words.markdown(f"**{escape_markdown(person.name)}** · {escape_markdown(title)} · {MARKS[cell.state]} {cell.text}")
    if cell.not_counted:
        words.markdown(f"{NOT_COUNTED_MARK} {escape_markdown(cell.not_counted)}")
    if cell.step_id is None:
        return
    if not cell.is_drill:
        with words:
            draw_training_link(person.team_id, person.program_id or "")
        return
    if why_not:
        words.warning(escape_markdown(why_not), icon=":material/block:")
    if cell.is_measured and list_unfamiliar(get_app(), person.team_id, [person.person_id]):
        words.info(CAUTION, icon=":material/school:")
    if cell.attempt_id is None:
        with words:
            st.page_link(
                find_script("session"),
                label="Do it together in a session",
                icon=":material/groups:",
                query_params={TEAM_PARAM: person.team_id, STEP_PARAM: cell.step_id},
            )
    if cell.attempt_id is not None:
        with first:
            draw_drill_link(cell.attempt_id, "Open the drill", is_open=True)
        with second:
            draw_send(
                "Send the link",
                f"Send this link to {escape_markdown(person.name)}. It opens this drill and nothing else.",
                partial(make_attempt_address, cell.attempt_id, person.person_id),
                key=f"send-{key}",
                width="stretch",
            )
        return
    with words:
        draw_wait(wait)
    if first.button("Give the drill", key=f"give-{key}", width="stretch", disabled=wait is not None):
        _give(cell.step_id, person.person_id)
    if not cell.is_measured or wait is not None:
        return
    with second, st.popover("Choose another drill", key=f"other-{key}", width="stretch"):
        _draw_other(person, cell.step_id, key)


def _draw_other(person: BoardPerson, step_id: str, key: str) -> None:
    titles = {form.form_id: form.title for form in list_free_forms(get_app(), step_id, person.person_id)}
    draw_quiet(
        "Drills are handed out so that each is done as often before as after. Choose another one only with a reason."
    )
    if not titles:
        draw_quiet("There is no other drill that this person has not seen.")
        return
    with st.form(f"other-form-{key}", border=False):
        form_id = st.selectbox("Drill", list(titles), format_func=lambda each: titles[each], key=f"form-{key}")
        reason = st.text_input("Why", key=f"reason-{key}")
        pressed = st.form_submit_button("Give this one", key=f"choose-{key}")
    if pressed:
        _give(step_id, person.person_id, form_id=form_id, reason=reason)


def _give(step_id: str, person_id: str, *, form_id: str | None = None, reason: str = "") -> None:
    run_and_redraw(partial(give_step, get_app(), step_id, person_id, form_id=form_id, reason=reason))
