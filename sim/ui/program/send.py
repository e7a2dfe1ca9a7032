"""Giving a step to everybody and sending it: the links as a list and a file, and mail where a mail server is set."""

from functools import partial

import streamlit as st

from sim.drill.steps import StepKind
from sim.services.program.giving_to_all import GivenLine, give_to_all, list_to_do, mail_again
from sim.services.program.mail import get_status
from sim.services.program.program_view import ProgramView
from sim.services.program.reminder_mail import queue_now
from sim.services.team.footage_wait import find_step_wait
from sim.text.tables import TextTable
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import find_zone, get_app, make_attempt_address
from sim.ui.parts.actions import run_action
from sim.ui.parts.blocks import draw_list, draw_quiet
from sim.ui.parts.footage_wait import draw_wait
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.program import wording


def draw_send_to_all(view: ProgramView) -> None:
    """Draw it: which step, give it to all, the list of links, and mail."""
    steps = {step.step_id: step.name for step in view.steps if step.kind is not StepKind.TRAINING}
    if not steps:
        return
    draw_quiet(wording.SEND_ALL_NOTE)
    step_id = st.selectbox(
        wording.STEP, list(steps), format_func=lambda each: steps[each], key=f"send-step-{view.program_id}"
    )
    app = get_app()
    lines = list_to_do(app, view.program_id, step_id)
    without = sum(not line.attempt_id for line in lines)
    wait = find_step_wait(app, step_id) if without else None
    draw_wait(wait)
    if not lines:
        draw_quiet(wording.SEND_NOBODY)
    elif without and st.button(
        wording.GIVE_ALL.format(count=without), key=f"give-all-{step_id}", type="primary", disabled=wait is not None
    ):
        given = run_action(lambda: give_to_all(app, view.program_id, step_id))
        if given is not None:
            lines = given
            if not any(line.why_not for line in given):
                st.rerun()
            draw_list(f"{line.name}: {line.why_not}" for line in given if line.why_not)
    _draw_links([line for line in lines if line.attempt_id], step_id)
    _draw_mail(view.program_id, step_id, lines)


def _draw_links(lines: list[GivenLine], step_id: str) -> None:
    """Draw the links, which are made once they are asked for: each counts as given out from then on."""
    if not lines:
        return
    opened = st.expander(page_wording.count(len(lines), wording.SEND_LINKS), key=f"links-{step_id}", on_change="rerun")
    with opened:
        if not opened.open:
            return
        rows = tuple((line.name, line.email, make_attempt_address(line.attempt_id, line.person_id)) for line in lines)
        table = TextTable(name="links", header=wording.SEND_HEADER, rows=rows)
        draw_text_table(table, label=wording.SEND_HEADER[2])
        draw_download(table, "drill")


def _draw_mail(program_id: str, step_id: str, lines: tuple[GivenLine, ...]) -> None:
    app = get_app()
    status = get_status(app, zone=find_zone())
    st.subheader(wording.MAIL_TITLE, anchor=False)
    if status is None:
        draw_quiet(wording.MAIL_NONE)
        return
    if not status.has_address:
        st.warning(wording.MAIL_NO_ADDRESS)
        return
    if status.failure:
        st.warning(escape_markdown(wording.MAIL_DOWN.format(waiting=status.waiting, failure=status.failure)))
    draw_quiet(wording.MAIL_LINE.format(server=status.server, sent=f"{status.sent:,}", waiting=f"{status.waiting:,}"))
    without = [f"{line.name}: {line.mail}" for line in lines if line.mail]
    if without:
        draw_quiet(wording.MAIL_WITHOUT)
        draw_list(without)
    for line in lines:
        if line.is_stopped and st.button(wording.MAIL_AGAIN.format(name=line.name), key=f"mail-again-{line.person_id}"):
            mail_again(app, line.person_id)
            st.rerun()
    reached = frozenset(line.person_id for line in lines if not line.mail)
    label = wording.MAIL_NOW.format(count=len(reached))
    if st.button(label, key=f"mail-{step_id}", disabled=not reached):
        queued = run_action(partial(queue_now, app, program_id, step_id, reached))
        if queued is not None:
            st.success(wording.MAIL_QUEUED.format(count=queued) if queued else wording.MAIL_TODAY)
