"""Programme: plan one, then see its steps, reminders and calendar, and change it."""

import streamlit as st

from sim.services.programme.programme_view import ProgrammeCard, list_programmes
from sim.ui.page.page_state import get_app, get_programme_id, get_team_id, go_to_programme, remember_team
from sim.ui.parts.blocks import draw_lead, draw_list
from sim.ui.programme import wording
from sim.ui.programme.one_programme import draw_programme
from sim.ui.programme.wizard import draw_wizard, list_teams_to_plan

NEW = "new"


def draw() -> None:
    """Draw the page."""
    cards = list_programmes(get_app())
    running = {card.programme_id: card for card in cards if not card.is_closed}
    plannable = list_teams_to_plan({card.team_id for card in running.values()})
    current = _choose(running, can_plan=bool(plannable))
    if current != NEW:
        remember_team(running[current].team_id)
        draw_programme(current)
    elif plannable:
        draw_wizard(plannable, made=len(cards))
    else:
        draw_lead(wording.LEAD)
        st.info(wording.NO_TEAM)
        st.page_link("screens/team.py", label=wording.TO_TEAM)
    closed = [card for card in cards if card.is_closed]
    if closed and current == NEW:
        with st.expander(wording.CLOSED, key="closed"):
            draw_list(f"{card.team}: {wording.CLOSED_LINE.format(aim=card.aim, day=card.training)}" for card in closed)


def _choose(running: dict[str, ProgrammeCard], *, can_plan: bool) -> str:
    """Draw title and choice; return the programme to show, or NEW."""
    wanted = get_programme_id()
    first = next(iter(running), NEW)
    if get_team_id() is not None:
        first = next((card.programme_id for card in running.values() if card.team_id == get_team_id()), NEW)
    current = wanted if wanted in running or (wanted == NEW and can_plan) else first
    if not running:
        st.title(wording.TITLE, anchor=False)
        return NEW
    title, choice = st.columns([3, 2], vertical_alignment="center")
    title.title(wording.TITLE, anchor=False)
    options = [*running, *([NEW] if can_plan or current == NEW else [])]
    chosen = choice.selectbox(
        wording.PLAN,
        options,
        index=options.index(current),
        format_func=lambda each: running[each].team if each in running else wording.PLAN_NEW,
        key=f"programme-{current}",
    )
    if chosen != current:
        go_to_programme(chosen)
    return current if current is not None else NEW


draw()
