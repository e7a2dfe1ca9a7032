"""The top of a page: which team it is about, the person who is signed in, and the pages of its place."""

from collections.abc import Mapping

import streamlit as st

from sim.errors import SimError
from sim.features.team.team import TeamCard, find_team_of, list_teams
from sim.features.training.events import get_training
from sim.rules.sessions import is_set_up
from sim.rules.viewer import Duty, Viewer, may
from sim.ui.page import pages
from sim.ui.page.page_state import (
    ALL_TEAMS,
    PERSON_PARAM,
    PROGRAM_PARAM,
    SEAT_PARAM,
    SESSION_PARAM,
    TEAM_PARAM,
    TRAINING_PARAM,
    VIEW_PARAM,
    forget_joined,
    forget_team,
    get_app,
    get_joined,
    get_kept_team,
    get_limited_app,
    get_param,
    get_team_id,
    go_to_page,
    remember_team,
)
from sim.ui.page.pages import Page, Place
from sim.ui.parts import account_wording as wording
from sim.ui.parts.access import draw_link
from sim.ui.parts.blocks import escape_markdown

WITHOUT = frozenset({"drill", "team-drill", "join", "training-sign-in"})
"""Pages that need all the room there is."""


def draw_header(viewer: Viewer, page: Page) -> None:
    """Draw it; where another team is chosen, the page is drawn again for that one.

    A page that is about a team has one in its address afterwards, or `ALL_TEAMS`, unless there is no team at all.
    """
    if page.path in WITHOUT:
        return
    has_team = page.of_team or (page.place is Place.RECORDS and may(viewer, Duty.READ_RECORD))
    is_somebody = viewer.account_id is not None or viewer.role is not None
    is_out = not is_somebody and is_set_up(get_app())
    joined = None if is_somebody or is_out else get_joined()
    if not (has_team or is_somebody or is_out or joined):
        return
    cards = {card.team_id: card for card in list_teams(get_limited_app())} if has_team else {}
    if has_team and not cards:
        forget_team()
    with st.container(
        horizontal=True,
        wrap=False,
        vertical_alignment="center",
        horizontal_alignment="distribute" if cards else "right",
        key="header",
    ):
        if cards:
            _draw_team(page, cards)
        if is_somebody:
            _draw_name(viewer)
        elif is_out:
            draw_link("account/sign-in", wording.SIGN_IN)
        elif joined:
            label = "Back to my drill" if joined[0] == "join" else "Back to my sign-in"
            st.page_link(pages.find_script(joined[0]), label=label, query_params={SEAT_PARAM: joined[1]})
            st.button("I am the trainer", key="trainer", type="tertiary", on_click=forget_joined)
    _mark_place(page)
    tabs = pages.list_tabs(page, viewer)
    if tabs:
        team_id = get_team_id()
        query = {} if team_id is None else {TEAM_PARAM: team_id}
        with st.container(horizontal=True, gap="small", key="place-tabs"):
            for tab in tabs:
                st.page_link(tab.script, label=tab.tab, query_params=query if tab.of_team else None)


def _draw_team(page: Page, cards: Mapping[str, TeamCard]) -> None:
    options = [ALL_TEAMS, *cards] if sum(not card.is_demo for card in cards.values()) > 1 else list(cards)
    wanted = _find_team_of_address(page) or get_kept_team()
    current = wanted if wanted in options else next(iter(cards))
    chosen = st.selectbox(
        wording.TEAM_CHOICE,
        options,
        index=options.index(current),
        format_func=lambda team_id: "All schools" if team_id == ALL_TEAMS else _name(cards[team_id]),
        label_visibility="collapsed",
        key=f"header-team-{current}",
    )
    if chosen != current:
        entry, view = pages.find_entry(page.place), get_param(VIEW_PARAM)
        kept = {} if view is None else {VIEW_PARAM: view}
        go_to_page(page.path if page.of_team or entry is None else entry.path, **{TEAM_PARAM: chosen}, **kept)
    remember_team(current)


def _name(card: TeamCard) -> str:
    return card.name if card.school == card.name else f"{card.name} ({card.school})"


def _find_team_of_address(page: Page) -> str | None:
    """Return the team of the person, session, program or training that the address names, if it names one.

    On a page about a team, the person is one among others: a team that is named goes before theirs.
    """
    is_person = not page.of_team or get_team_id() is None
    found = find_team_of(
        get_limited_app(),
        person_id=get_param(PERSON_PARAM) if is_person else None,
        session_id=get_param(SESSION_PARAM),
        program_id=get_param(PROGRAM_PARAM),
    )
    training_id = get_param(TRAINING_PARAM)
    if found is None and training_id is not None:
        try:
            return get_training(get_limited_app(), training_id).team_id
        except SimError:
            return None
    return found


def _draw_name(viewer: Viewer) -> None:
    label = escape_markdown(viewer.name) if viewer.account_id is not None else "Settings"
    with st.popover(label, icon=":material/account_circle:", key="name-menu"):
        if viewer.account_id is not None:
            st.caption(f"Signed in as {escape_markdown(viewer.name)}")
        for page in pages.list_under_name(viewer):
            st.page_link(page.script, label=page.title, width="stretch")
        if viewer.account_id is not None:
            draw_link("account/secret", "PIN or passphrase")
            draw_link("account/sign-out", wording.SIGN_OUT)
        elif not is_set_up(get_app()):
            draw_link("account/set-up", wording.SET_UP)


def _mark_place(page: Page) -> None:
    entry = pages.find_entry(page.place)
    if entry is None or entry is page:
        return
    st.html(
        f'<style>[data-testid="stTopNavLink"][href$="/{entry.path}"], '
        f'[data-testid="stSidebarNavLink"][href$="/{entry.path}"] '
        "{ background: var(--sl-field); font-weight: 600; }</style>"
    )
