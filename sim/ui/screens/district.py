"""The district: every school together, as far as its teams have done drills."""

from functools import partial

import streamlit as st

from sim.compare.conditions import Conditions
from sim.services.compared import Compared
from sim.services.district_view import DistrictView, compare_district, get_district_view
from sim.services.report.fingerprint import make_key
from sim.ui import district_wording as wording
from sim.ui.blocks import draw_facts, draw_lead, draw_quiet
from sim.ui.compared import draw_compared
from sim.ui.session import get_app
from sim.ui.tables import draw_download, draw_text_table

MOST_KEPT = 4


def draw() -> None:
    """Draw the page."""
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.LEAD)
    view = get_district_view(get_app())
    if view.attempts.empty:
        st.info(wording.EMPTY)
        draw_quiet(wording.EMPTY_DEMO)
        st.page_link("screens/team.py", label=wording.TO_TEAMS, icon=":material/group:")
        return
    draw_facts(view.facts)
    if view.has_results:
        _draw_comparison(view)
    else:
        st.info(wording.COMPARE_FIRST)
    st.subheader(wording.SCHOOLS, anchor=False)
    draw_quiet(wording.SCHOOLS_NOTE)
    draw_text_table(view.schools)
    draw_download(view.schools, "district")


def _draw_comparison(view: DistrictView) -> None:
    shown = st.container()
    by_school = st.toggle(wording.SHOW_SCHOOLS, key="by-school", value=False)
    draw_quiet(wording.PEOPLE_NOTE)
    compare = partial(_compare, view, make_key(view.attempts), by_school)
    draw_compared(compare, shown=shown, key="district", file_stem="district")


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT)
def _compare(
    _view: DistrictView, fingerprint: str, by_school: bool, *, conditions: Conditions | None = None
) -> Compared:
    """Return the comparison, kept for as long as the drills are the same: a change of a chart computes nothing anew."""
    del fingerprint
    return compare_district(_view.attempts, by_school=by_school, conditions=conditions)


draw()
