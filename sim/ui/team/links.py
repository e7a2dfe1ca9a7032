"""The links of a team's people that work now, on the page Team, and the way to end them."""

from functools import partial

import streamlit as st

from sim.services.accounts.link_ending import end_all_of, end_one
from sim.services.accounts.link_listing import LinkLine, list_links
from sim.services.team.team_view import TeamView
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import draw_quiet, draw_table
from sim.ui.parts.flash import draw_flash
from sim.ui.parts.local_time import write_day
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import link_wording as wording


def draw_links(view: TeamView) -> None:
    """Draw the list; it is read once it is opened."""
    people = {person.person_id: person.name for person in view.people}
    if not people:
        return
    opened = st.expander(wording.LINKS, key=f"links-{view.team_id}", on_change="rerun")
    with opened:
        if opened.open:
            draw_flash()
            _draw(view.team_id, people)


def _draw(team_id: str, people: dict[str, str]) -> None:
    lines = list_links(get_app(), get_viewer(), team_id)
    draw_quiet(wording.LINKS_NOTE)
    if not lines:
        draw_quiet(wording.NONE)
        return
    rows = [
        (line.who, line.what, line.issued_by or wording.UNKNOWN, write_day(line.issued_at), write_day(line.expires_at))
        for line in lines
    ]
    draw_table(wording.HEADER, rows, label=wording.LINKS)
    _draw_one(team_id, [line for line in lines if line.link_id is not None])
    _draw_person(team_id, {line.person_id: people.get(line.person_id, line.who) for line in lines if line.person_id})


def _draw_one(team_id: str, lines: list[LinkLine]) -> None:
    names = {line.link_id or "": f"{line.who} · {line.what} · {write_day(line.issued_at)}" for line in lines}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            wording.ONE, list(names), index=None, format_func=lambda each: names.get(each, ""), key=f"link-{team_id}"
        )
        pressed = st.button(wording.END_ONE, key=f"end-link-{team_id}", disabled=chosen is None)
    if pressed and chosen is not None:
        run_and_redraw(partial(end_one, get_app(), get_viewer(), chosen), said=wording.ENDED_ONE)


def _draw_person(team_id: str, names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            wording.WHO,
            list(names),
            index=None,
            format_func=lambda each: names.get(each, ""),
            key=f"links-who-{team_id}",
        )
        pressed = st.button(wording.END_ALL, key=f"end-links-{team_id}", disabled=chosen is None)
    if pressed and chosen is not None:
        run_and_redraw(
            partial(end_all_of, get_app(), get_viewer(), chosen),
            said=wording.ENDED_ALL.format(name=escape_markdown(names[chosen])),
        )
