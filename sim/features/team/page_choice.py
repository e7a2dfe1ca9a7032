"""What a page of one team shows at its top: its title, and where no one team is looked at, the way to one."""

from collections.abc import Iterable

import streamlit as st

from sim.features.team import team
from sim.features.team.team import TeamCard
from sim.ui.page import wording as page_wording
from sim.ui.page.page_state import TEAM_PARAM, get_app, get_team_id
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import choose_shown, escape_markdown

DEMO = "This is a demo team. Its people are invented and their drills were done by a simulated searcher."


def draw_chosen_team(page: str, *, title: str, no_team: str, to_team: str) -> TeamCard | None:
    """Draw the title; return the team at the top of the page, or None where another thing is to be done first."""
    st.title(title, anchor=False)
    cards = {card.team_id: card for card in team.list_teams(get_app())}
    if not cards:
        st.info(no_team)
        st.page_link(find_script("team"), label=to_team, icon=":material/group:")
        return None
    chosen = cards.get(get_team_id() or "")
    if chosen is None:
        draw_team_list(page, cards.values())
    return chosen


def draw_team_list(page: str, cards: Iterable[TeamCard]) -> None:
    """Draw the teams as links to a page of `screens` about each, with a field to find one and pages where many are."""
    st.subheader("Choose a team", anchor=False)
    shown = choose_shown(tuple(cards), lambda each: f"{each.name} {each.school}", key=f"teams-{page}")
    with st.container(gap="xsmall", key=f"team-list-{page}"):
        for card in shown:
            school = "" if card.school == card.name else f"{card.school}, "
            label = f"{card.name} · {school}{page_wording.count(card.people, ('1 person', '{count} people'))}"
            st.page_link(find_script(page), label=escape_markdown(label), query_params={TEAM_PARAM: card.team_id})
