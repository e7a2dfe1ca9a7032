"""One program: where it stands, its reminders and calendar, and what can be changed."""

from collections.abc import Callable

import streamlit as st

from sim.drill.steps import StepKind
from sim.services.accounts.viewer import Duty, may
from sim.services.program import calendar, change
from sim.services.program.change import Days
from sim.services.program.chosen import list_chosen_of_program
from sim.services.program.program_view import ProgramView, get_program_view
from sim.services.program.reminders import list_reminders
from sim.services.program.zones import read_time
from sim.ui.page.page_state import (
    PROGRAM_PARAM,
    TEAM_PARAM,
    forget_shown,
    get_app,
    get_viewer,
    keep_shown,
    make_address,
    make_own_address,
)
from sim.ui.parts.actions import run_action
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import draw_facts, draw_list, draw_quiet, draw_table
from sim.ui.parts.tables import draw_text_table
from sim.ui.program import wording
from sim.ui.program.chosen import draw_chosen
from sim.ui.program.copy import draw_copy
from sim.ui.program.school_calendar import draw_school_calendar
from sim.ui.program.send import draw_send_to_all


def draw_program(program_id: str) -> None:
    view = get_program_view(get_app(), program_id)
    draw_facts(view.facts)
    if not may(get_viewer(), Duty.TRAIN):
        _draw_steps(view)
        draw_text_table(view.changes)
        return
    st.page_link(
        "screens/training.py",
        label=wording.RECORD_TRAINING,
        icon=":material/how_to_reg:",
        query_params={TEAM_PARAM: view.team_id, PROGRAM_PARAM: program_id},
    )
    tabs = (
        wording.TAB_STEPS,
        wording.TAB_SEND,
        wording.TAB_REMIND,
        wording.TAB_CALENDAR,
        wording.TAB_CHANGE,
        wording.TAB_COPY,
        wording.TAB_NOTED,
    )
    steps, send, remind, dates, alter, copied, noted = st.tabs(
        tabs,
        key=f"program-tabs-{program_id}",
    )
    with steps:
        _draw_steps(view)
    with send:
        draw_send_to_all(view)
    with remind:
        _draw_reminders(program_id)
    with dates:
        _draw_calendar(program_id)
    with alter:
        _draw_changes(view)
    with copied:
        draw_copy(view)
    with noted:
        draw_text_table(view.changes)
        draw_chosen(list_chosen_of_program(get_app(), program_id))


def _draw_steps(view: ProgramView) -> None:
    rows = [(step.name, step.days, step.standing) for step in view.steps]
    draw_table((wording.STEP, wording.DAYS, wording.STANDING), rows, label=wording.TAB_STEPS)


def _draw_reminders(program_id: str) -> None:
    home = make_address("start")
    reminders = list_reminders(get_app(), program_id, address="" if is_local(home) else home)
    if not reminders:
        draw_quiet(wording.REMIND_NOTHING)
        return
    draw_quiet(wording.REMIND_NOTE)
    titles = {reminder.step_id: reminder.title for reminder in reminders}
    chosen = st.selectbox(
        wording.STEP, list(titles), format_func=lambda step_id: titles[step_id], key=f"remind-{program_id}"
    )
    text = next((reminder.text for reminder in reminders if reminder.step_id == chosen), "")
    st.code(text, language=None, wrap_lines=True)


def _draw_calendar(program_id: str) -> None:
    app = get_app()
    draw_quiet(wording.CALENDAR_NOTE)
    made = calendar.make_calendar(app, program_id)
    st.download_button(
        wording.CALENDAR_FILE,
        data=made.body,
        file_name=made.name,
        mime="text/calendar",
        key="calendar-file",
        on_click="ignore",
    )
    shown = st.container()
    if st.button(wording.CALENDAR_RENEW, key="calendar-renew"):
        change.renew_calendar(app, program_id)
        st.info(wording.CALENDAR_RENEWED)
    with shown:
        st.write(wording.CALENDAR_ADDRESS)
        st.code(make_own_address(calendar.make_feed_path(app, program_id)), language=None, wrap_lines=True)


def _draw_changes(fresh: ProgramView) -> None:
    """Draw what can be changed, on what was seen first: a change by somebody else is told, and takes nothing away."""
    view = keep_shown(fresh.program_id, fresh)
    others = fresh.seen - view.seen
    if others > 0:
        st.warning(wording.CHANGED_ELSEWHERE, icon=":material/sync_problem:")
        draw_list(words for _, words in fresh.changes.rows[:others])
        if st.button(wording.SHOW_NOW, key="show-now", type="primary"):
            forget_shown(fresh.program_id)
            st.rerun()
    _draw_shift(view)
    _draw_move(view)
    _draw_add(view)
    draw_school_calendar(view.program_id)
    is_sure = st.checkbox(wording.CLOSE_SURE, key="close-sure")
    if st.button(wording.CLOSE, key="close", disabled=not is_sure):
        _act(view, lambda: _close(view))


def _close(view: ProgramView) -> int:
    change.close_program(get_app(), view.program_id, seen=view.seen)
    return 1


def _draw_shift(view: ProgramView) -> None:
    if view.training_on is None:
        return
    with st.expander(wording.SHIFT_TITLE, key="shift"):
        draw_quiet(wording.SHIFT_NOTE)
        left, right = st.columns(2)
        day = left.date_input(
            wording.TRAINING_ON, value=view.training_on, key=f"shift-{view.training_on}", format="MM/DD/YYYY"
        )
        at = right.time_input(
            wording.TRAINING_AT,
            value=read_time(view.training_at) if view.training_at else None,
            format="12h",
            help=wording.AT_HELP,
            key=f"training-at-{view.training_at}",
        )
        # a time that was set cannot be emptied in the field itself
        if view.training_at and st.checkbox(wording.AT_OPEN, key=f"training-open-{view.training_at}"):
            at = None
        if st.button(wording.SHIFT, key="shift-button"):
            _act(
                view,
                lambda: change.set_training(
                    get_app(), view.program_id, day, f"{at:%H:%M}" if at else "", seen=view.seen
                ),
            )


def _draw_move(view: ProgramView) -> None:
    steps = {step.step_id: step for step in view.steps}
    with st.expander(wording.MOVE_TITLE, key="move"):
        step_id = st.selectbox(
            wording.MOVE_STEP, list(steps), format_func=lambda each: steps[each].name, key="move-step"
        )
        step = steps[step_id]
        left, right = st.columns(2)
        first = left.date_input(
            wording.MOVE_FROM, value=step.due_from, key=f"from-{step_id}-{step.due_from}", format="MM/DD/YYYY"
        )
        last = right.date_input(
            wording.MOVE_TO, value=step.due_to, key=f"to-{step_id}-{step.due_to}", format="MM/DD/YYYY"
        )
        if st.button(wording.MOVE, key="move-button"):
            days = {step_id: Days(due_from=first, due_to=last)}
            _act(view, lambda: change.move_steps(get_app(), view.program_id, days, seen=view.seen))
        if step.kind is StepKind.TRAINING:
            return
        is_sure = st.checkbox(wording.DROP_SURE, key=f"drop-sure-{step_id}")
        if st.button(wording.DROP, key="drop", disabled=not is_sure):
            _act(view, lambda: _drop(view, step_id))


def _drop(view: ProgramView, step_id: str) -> int:
    change.drop_step(get_app(), view.program_id, step_id, seen=view.seen)
    return 1


def _draw_add(view: ProgramView) -> None:
    sides: dict[str, tuple[StepKind, int]] = {}
    if view.training_on is not None and view.training_on > view.today:
        sides[wording.ADD_BEFORE] = (StepKind.BEFORE, 0)
    sides[wording.ADD_AFTER] = (StepKind.AFTER, 0)
    sides |= {words: (StepKind.RETENTION, number) for number, words in view.free_retention}
    with st.expander(wording.ADD_TITLE, key="add-drill"):
        chosen = st.selectbox(wording.ADD_WHICH, list(sides), key="add-which")
        if st.button(wording.ADD, key="add-button"):
            kind, number = sides[chosen]
            _act(
                view,
                lambda: len(change.add_drill(get_app(), view.program_id, kind, retention=number, seen=view.seen)),
            )


def _act(view: ProgramView, action: Callable[[], int]) -> None:
    """Do it and draw the page again; say so when nothing was different."""
    changed = run_action(action)
    if changed:
        forget_shown(view.program_id)
        st.rerun()
    if changed == 0:
        st.info(wording.NOTHING)
