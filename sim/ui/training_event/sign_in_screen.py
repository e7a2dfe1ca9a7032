"""Signing in as the trainer runs it: the code on the screen, the list, closing and canceling."""

from functools import partial
from html import escape

import streamlit as st

from sim.services.ledger.trainings import CAME, Training, TrainingState
from sim.services.session_day.opening import draw_qr
from sim.services.training_event.events import (
    MOST_MINUTES,
    cancel_training,
    close_training,
    count_clock_minutes,
    expect_more,
    get_training,
)
from sim.services.training_event.sign_in import close_sign_in, make_sign_in_code, open_sign_in, tick_off
from sim.services.training_event.view import write_came
from sim.ui.page.page_state import JOIN_PARAM, get_app, get_picked, get_viewer, make_address
from sim.ui.parts.actions import fragment, run_action, run_and_redraw
from sim.ui.parts.address_card import ONLY_HERE, is_local
from sim.ui.parts.blocks import draw_quiet, escape_markdown
from sim.ui.training_event import training_wording as wording

LOOK_EVERY_S = 2.0


def draw_sign_in(training: Training) -> None:
    if training.state is TrainingState.OPEN:
        _draw_code(training.training_id)
        again, close = st.columns(2)
        if again.button("Start sign-in again (codes shown so far stop working)", key="sign-in-again", width="stretch"):
            run_and_redraw(lambda: open_sign_in(get_app(), training.training_id, by=get_viewer().name))
        if close.button("Close sign-in", key="sign-in-close", width="stretch"):
            run_and_redraw(lambda: close_sign_in(get_app(), training.training_id, by=get_viewer().name))
        return
    if st.button("Open sign-in", key="sign-in-open", type="primary"):
        run_and_redraw(lambda: open_sign_in(get_app(), training.training_id, by=get_viewer().name))
    draw_quiet(wording.OPEN_NOTE)


@fragment(run_every=LOOK_EVERY_S)
def _draw_code(training_id: str) -> None:
    app = get_app()
    training = get_training(app, training_id)
    if training.state is not TrainingState.OPEN:
        st.rerun()
    code = make_sign_in_code(app, training)
    link = make_address(f"training-sign-in?{JOIN_PARAM}={code.token}")
    signed = wording.SIGNED.format(came=len(training.list_who(*CAME)), expected=len(training.attendees))
    st.html(
        f'<div class="sl-join"><div class="sl-join-scan">'
        f'<img src="{escape(draw_qr(link))}" alt="{escape(wording.SCAN)}"></div>'
        f'<div class="sl-join-words"><p class="sl-join-small">{escape(wording.SCAN)}</p>'
        f'<p class="sl-join-small">{escape(wording.OR_TYPE.format(address=make_address("join")))}</p>'
        f'<p class="sl-join-code">{escape(code.typed)}</p>'
        f'<p class="sl-join-small">{escape(wording.CHANGES)}</p>'
        f'<p class="sl-join-count" role="status">{escape(signed)}</p></div></div>'
    )
    if is_local(link):
        st.warning(ONLY_HERE)


def draw_list(training: Training, others: dict[str, str]) -> None:
    """Draw ticking people off, adding some (`others` are not expected yet), closing and canceling."""
    key = f"{training.training_id}-{len(training.list_who(*CAME))}"
    free = {each.person_id: each.name for each in training.attendees if each.attendance not in CAME}
    if free:
        with st.form(f"tick-{key}", border=True):
            st.pills(
                "Who is here",
                list(free),
                format_func=lambda person_id: escape_markdown(free[person_id]),
                selection_mode="multi",
                wrap=True,
                key=f"tick-who-{key}",
            )
            draw_quiet(wording.LIST_NOTE)
            st.form_submit_button(
                "Mark as present",
                key=f"tick-go-{key}",
                on_click=partial(_tick, training.training_id, f"tick-who-{key}"),
            )
    if others:
        with st.expander("Add people to the list", key=f"more-{key}"):
            more = st.multiselect(
                "Who else is expected",
                list(others),
                format_func=lambda person_id: others[person_id],
                key=f"more-who-{key}",
            )
            if st.button("Add to the list", key=f"more-go-{key}", disabled=not more):
                run_and_redraw(lambda: expect_more(get_app(), training.training_id, more, by=get_viewer().name))


def _tick(training_id: str, field: str) -> None:
    """Mark those picked as present before the page is drawn: whoever signs in meanwhile makes it another form."""
    run_action(lambda: tick_off(get_app(), training_id, get_picked(field), by=get_viewer().name))


def draw_close(training: Training) -> None:
    with st.container(border=True, key=f"close-{training.training_id}"):
        draw_quiet(wording.CLOSE_NOTE.format(came=write_came(training)))
        minutes = st.number_input(
            "How many minutes it took",
            value=training.minutes,
            min_value=1,
            max_value=MOST_MINUTES,
            step=5,
            key=f"held-minutes-{training.number}",
        )
        passed = count_clock_minutes(training, get_app().clock.read().wall)
        why = ""
        if minutes > passed:
            st.warning(wording.LONGER.format(minutes=f"{int(minutes):,}", passed=f"{passed:,}"))
            why = st.text_input(
                "Why it was longer than that",
                placeholder="for example: first part was held the day before",
                key="longer-why",
            )
        if st.button("Close: it was held", type="primary", key="close-go"):
            run_and_redraw(
                lambda: close_training(
                    get_app(), training.training_id, minutes=int(minutes), by=get_viewer().name, why_longer=why
                )
            )
    if training.list_who(*CAME):
        draw_quiet(wording.CANCEL_NOT)
        return
    with st.expander("Cancel it", key="cancel"), st.form("cancel-form", border=False):
        reason = st.text_input("Reason", key="cancel-why")
        if st.form_submit_button("Cancel the training", key="cancel-go"):
            run_and_redraw(
                lambda: cancel_training(get_app(), training.training_id, reason=reason, by=get_viewer().name)
            )
