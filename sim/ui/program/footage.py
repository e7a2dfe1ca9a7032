"""The footage that a program measures on: what there is, how far it is, and the button that has it made."""

import streamlit as st

from sim.services.library.generate import generate
from sim.services.library.generate.making import Making, find_making, is_other_being_made
from sim.services.library.readiness import find_readiness, write_wait
from sim.services.program import footage, plan
from sim.ui.page.page_state import find_zone, get_app
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_quiet
from sim.ui.parts.fragment import fragment
from sim.ui.program import wording

LOOK_EVERY_S = 3.0


def draw_footage(team_id: str) -> bool:
    """Draw what a team's program will measure on; return whether a program can be made now."""
    app = get_app()
    supply = plan.check_supply(app, team_id, needed=1)
    making = find_making(app)
    if supply.forms:
        draw_quiet(wording.FOOTAGE_THERE)
    if making is not None:
        _watch(making.recording_id)
    elif not supply.is_enough:
        _draw_make(is_first=not supply.forms)
    return bool(supply.recording_id)


def draw_making_of(program_id: str) -> None:
    """Draw how far the footage of a program is while it is made, and the way to continue it where that has stopped."""
    making = footage.find_making_of(get_app(), program_id)
    if making is not None:
        _watch(making.recording_id)


@fragment(run_every=LOOK_EVERY_S)
def _watch(recording_id: str) -> None:
    making = find_making(get_app())
    if making is None or making.recording_id != recording_id:
        st.rerun()
        return
    if making.is_stopped:
        _draw_stopped(making)
        return
    st.progress(making.share, text=write_wait(find_readiness(get_app(), recording_id), find_zone()))
    draw_quiet(wording.FOOTAGE_MEANWHILE)


def _draw_stopped(making: Making) -> None:
    st.warning(wording.FOOTAGE_STOPPED)
    if making.problem:
        draw_error(making.problem)
    again, away = st.columns(2)
    if again.button(wording.FOOTAGE_GO_ON, key="footage-go-on", type="primary", width="stretch"):
        run_and_redraw(lambda: generate.go_on(get_app()), is_live=True)
    if away.button(wording.FOOTAGE_CANCEL, key="footage-cancel", width="stretch"):
        run_and_redraw(lambda: generate.cancel(get_app()), is_live=True)


def _draw_make(*, is_first: bool) -> None:
    """Draw the offer to make some: a school, how long it takes, and one button."""
    app = get_app()
    st.info(wording.FOOTAGE_NONE if is_first else wording.FOOTAGE_SPENT)
    schools = dict(footage.list_schools(app))
    if not schools:
        draw_error(wording.FOOTAGE_NO_SCHOOL)
        return
    school, button = st.columns([3, 2], vertical_alignment="bottom")
    site = school.selectbox(
        wording.FOOTAGE_SCHOOL, list(schools), format_func=lambda name: schools[name], key="footage-school"
    )
    price = footage.estimate(app, site=site)
    is_busy = is_other_being_made(app)
    if button.button(wording.FOOTAGE_MAKE, key="footage-make", type="primary", width="stretch", disabled=is_busy):
        run_and_redraw(lambda: footage.start_making(get_app(), site=site))
    draw_quiet(
        wording.FOOTAGE_BUSY if is_busy else wording.FOOTAGE_PRICE.format(time=price.time, disk=price.disk_after)
    )
