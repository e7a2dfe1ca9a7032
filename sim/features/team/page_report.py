"""The results of one team, and of all schools together: comparisons are kept while the drills are the same."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from sim.app.wiring import App
from sim.compare.counting import Conditions
from sim.compare.facts import is_drawn, is_one_scheme
from sim.compare.result import Plan
from sim.errors import ComparisonError
from sim.features.comparison.handover import ReportExport, compare_table, make_key
from sim.features.team.attempts_table import export_team, load_plan
from sim.features.team.page_compared import draw_chosen_by_of, draw_compared
from sim.features.team.team import TeamCard, list_teams
from sim.features.team.team_view import DistrictView, compare_district, get_district_view, hide_schools, mark_district
from sim.rules.viewer import Duty, may
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.page.pages import find_script
from sim.ui.parts.blocks import (
    choose_shown,
    draw_download,
    draw_facts,
    draw_lead,
    draw_quiet,
    draw_text_table,
    escape_markdown,
)

KEPT_S = 3600  # names may be in what is kept
MOST_KEPT = 8
MOST_DISTRICT = 4


def draw_team_results(card: TeamCard, together: Mapping[str, str]) -> None:
    chosen = len(together) > 1 and st.selectbox(
        "People compared",
        ["", *together],
        format_func=lambda each: together.get(each, f"All {len(together)} schools of the plan"),
        help="The plan is about all of them. Each further comparison asks for a larger gain.",
        key=f"compared-people-{card.team_id}",
    )
    team_ids = (chosen,) if chosen else tuple(together)
    shown = st.container()
    by_name = st.toggle("Show names in charts, tables and the file", key="by-name", value=False)
    table = export_team(get_app(), team_ids, by_name=by_name)
    # hand-set groups differ from team to team; lots are drawn for all teams of a plan
    if len(team_ids) > 1 and not (is_drawn(table) or is_one_scheme(table)):
        table = table.assign(group="")
    if len(team_ids) > 1 and not by_name:
        table = hide_schools(table)
    plan = load_plan(get_app(), team_ids, table)
    title = ", ".join(together[each] for each in team_ids)
    compare = partial(_compare_team, table, make_key(table), title, by_name, plan)
    try:
        draw_compared(compare, shown=shown, key=card.team_id, file_stem="before-after")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


def draw_district() -> None:
    st.title("Results of all schools", anchor=False)
    draw_lead(
        "Every school's teams together: what was done, and what changed. Schools are never put in order by result."
    )
    view, fingerprint = _read_district(get_app())
    if view.attempts.empty:
        st.info("No drill of a team has ended yet. Make teams, give each its school, and their drills appear here.")
        draw_quiet("Demo teams are left aside.")
        st.page_link(find_script("team"), label="Go to the teams", icon=":material/group:")
        return
    draw_facts(view.facts)
    if view.has_results:
        if may(get_viewer(), Duty.TRAIN):
            _draw_chosen_by()
        _draw_comparison(view, fingerprint)
    else:
        st.info(
            "A comparison appears here as soon as someone has finished a drill before the training and "
            "another one after it."
        )
    st.subheader("Schools", anchor=False)
    draw_quiet("In the order of names. A team without a school stands under its own name.")
    draw_text_table(view.schools)
    draw_download(view.schools, "district")


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT, ttl=KEPT_S)
def _compare_team(
    _table: pd.DataFrame,
    fingerprint: str,
    title: str,
    by_name: bool,
    plan: Plan,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> ReportExport:
    """Return the comparison, kept while the drills are the same: a press elsewhere on the page computes nothing."""
    del fingerprint
    return compare_table(
        _table, title=title, by_name=by_name, conditions=conditions, are_different=are_different, plan=plan
    )


def _read_district(app: App) -> tuple[DistrictView, str]:
    return _view_district(app, mark_district(app))


def prepare_district(app: App) -> None:
    """Read and compare all schools, which is kept for whoever opens their results next."""
    view, fingerprint = _read_district(app)
    if view.has_results:
        _compare_district(view, fingerprint, False)


def _draw_chosen_by() -> None:
    not_told = [card for card in list_teams(get_app()) if not card.is_demo and not card.chosen_by]
    if not not_told:
        return
    with st.expander("How people were chosen", expanded=len(not_told) <= 3):
        draw_quiet("Teams for which nobody has said so yet. The comparison needs it before it can say improved.")
        for card in choose_shown(not_told, lambda card: card.name, key="chosen-by", page=10):
            draw_chosen_by_of(card, is_named=True)


def _draw_comparison(view: DistrictView, fingerprint: str) -> None:
    shown = st.container()
    by_school = st.toggle("Show the names of schools in charts, tables and files", key="by-school", value=False)
    draw_quiet("People always go by pseudonyms here.")
    if view.ignores_groups:
        draw_quiet(
            "Trained and waiting groups are not compared here, because not every school has both in the same "
            "way. People who waited count like everyone else. Each team's own results compare its groups."
        )
    compare = partial(_compare_district, view, fingerprint, by_school)
    try:
        draw_compared(compare, shown=shown, key="district", file_stem="district")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


@st.cache_resource(show_spinner=False, max_entries=2, ttl=KEPT_S)
def _view_district(_app: App, mark: str) -> tuple[DistrictView, str]:
    """Return all schools and the fingerprint of their drills: reading 40,000 drills takes most of a second."""
    del mark
    view = get_district_view(_app)
    return view, make_key(view.attempts)


@st.cache_resource(show_spinner=False, max_entries=MOST_DISTRICT)
def _compare_district(
    _view: DistrictView,
    fingerprint: str,
    by_school: bool,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> ReportExport:
    """Return the comparison, kept for as long as the drills are the same: a change of a chart computes nothing."""
    del fingerprint
    return compare_district(_view.attempts, by_school=by_school, conditions=conditions, are_different=are_different)
