"""The head of a page that is about one team: its title, and which team."""

from collections.abc import Mapping

import streamlit as st

from sim.services.team import team
from sim.services.team.team import TeamCard
from sim.ui.page.page_state import TEAM_PARAM, get_app, get_team_id, go_to_page, remember_team
from sim.ui.team.team_wording import CHOOSE_TEAM


def choose_current(cards: Mapping[str, TeamCard]) -> str:
    """Return the team that a page is about, and keep it: the one in the address, else the first of those there are."""
    wanted = get_team_id()
    current = wanted if wanted is not None and wanted in cards else next(iter(cards))
    remember_team(current)
    return current


def draw_team_choice(page: str, *, title: str, no_team: str, to_team: str) -> TeamCard | None:
    """Draw title and choice; return the team that the address names, else the first, or None where there is none.

    Args:
        page: of `screens`, to come back to with another team.
        title: of the page.
        no_team: what to do first where there is no team.
        to_team: the link to the page that makes one.
    """
    cards = {card.team_id: card for card in team.list_teams(get_app())}
    head, choice = st.columns([3, 2], vertical_alignment="center")
    head.title(title, anchor=False)
    if not cards:
        st.info(no_team)
        st.page_link("screens/team.py", label=to_team)
        return None
    current = choose_current(cards)
    chosen = choice.selectbox(
        CHOOSE_TEAM,
        list(cards),
        index=list(cards).index(current),
        format_func=lambda team_id: cards[team_id].name,
        key=f"{page}-team-{current}",
    )
    if chosen != current:
        go_to_page(page, **{TEAM_PARAM: chosen})
    return cards[current]
