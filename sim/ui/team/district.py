"""The results of all schools together, as far as their teams have done drills."""

from functools import partial

import streamlit as st

from sim.compare.data.conditions import Conditions
from sim.errors import ComparisonError
from sim.services.accounts.viewer import Duty, may
from sim.services.app.wiring import App
from sim.services.comparison.handover import Compared, make_key
from sim.services.team.district_view import DistrictView, compare_district, get_district_view, mark_district
from sim.services.team.team import list_teams
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.blocks import draw_facts, draw_lead, draw_quiet
from sim.ui.parts.long_list import choose_shown
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.parts.tables import draw_download, draw_text_table
from sim.ui.program.chosen_by import draw_chosen_by_of
from sim.ui.team import district_wording as wording
from sim.ui.team.compared import draw_compared

MOST_KEPT = 4
MOST_ASKED = 3
MOST_ON_PAGE = 10
MOST_VIEWS = 2
KEPT_S = 3600


def draw_district() -> None:
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.LEAD)
    view, fingerprint = _read_district(get_app())
    if view.attempts.empty:
        st.info(wording.EMPTY)
        draw_quiet(wording.EMPTY_DEMO)
        st.page_link("screens/team.py", label=wording.TO_TEAMS, icon=":material/group:")
        return
    draw_facts(view.facts)
    if view.has_results:
        if may(get_viewer(), Duty.TRAIN):
            _draw_chosen_by()
        _draw_comparison(view, fingerprint)
    else:
        st.info(wording.COMPARE_FIRST)
    st.subheader(wording.SCHOOLS, anchor=False)
    draw_quiet(wording.SCHOOLS_NOTE)
    draw_text_table(view.schools)
    draw_download(view.schools, "district")


def _read_district(app: App) -> tuple[DistrictView, str]:
    """Return all schools and the fingerprint of their drills. Raises StoreError: the database cannot be read."""
    return _view(app, mark_district(app))


def prepare_district(app: App) -> None:
    """Read and compare all schools, which is kept for whoever opens their results next."""
    view, fingerprint = _read_district(app)
    if view.has_results:
        _compare(view, fingerprint, False)


def _draw_chosen_by() -> None:
    """Ask of each team for which nobody has said how its people were chosen; without it no word is given."""
    not_told = [card for card in list_teams(get_app()) if not card.is_demo and not card.chosen_by]
    if not not_told:
        return
    with st.expander(wording.CHOSEN_BY, expanded=len(not_told) <= MOST_ASKED):
        draw_quiet(wording.CHOSEN_BY_NOTE)
        for card in choose_shown(not_told, lambda card: card.name, key="chosen-by", page=MOST_ON_PAGE):
            draw_chosen_by_of(card, is_named=True)


def _draw_comparison(view: DistrictView, fingerprint: str) -> None:
    shown = st.container()
    by_school = st.toggle(wording.SHOW_SCHOOLS, key="by-school", value=False)
    draw_quiet(wording.PEOPLE_NOTE)
    if view.ignores_groups:
        draw_quiet(wording.GROUPS_NOTE)
    compare = partial(_compare, view, fingerprint, by_school)
    try:
        draw_compared(compare, shown=shown, key="district", file_stem="district")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


@st.cache_resource(show_spinner=False, max_entries=MOST_VIEWS, ttl=KEPT_S)
def _view(_app: App, mark: str) -> tuple[DistrictView, str]:
    """Return all schools and the fingerprint of their drills, kept for as long as nothing in the database changes.

    Reading 40,000 drills takes most of a second.
    """
    del mark
    view = get_district_view(_app)
    return view, make_key(view.attempts)


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT)
def _compare(
    _view: DistrictView,
    fingerprint: str,
    by_school: bool,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> Compared:
    """Return the comparison, kept for as long as the drills are the same: a change of a chart computes nothing."""
    del fingerprint
    return compare_district(_view.attempts, by_school=by_school, conditions=conditions, are_different=are_different)
