"""The comparison of one team, kept while its drills are the same."""

from functools import partial

import pandas as pd
import streamlit as st

from sim.compare.data.conditions import Conditions
from sim.errors import ComparisonError
from sim.services.comparison.handover import Compared, compare_table, make_key
from sim.services.team.given_drills import export_attempts
from sim.services.team.team import TeamCard
from sim.ui.page.page_state import get_app
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.team import team_wording as wording
from sim.ui.team.compared import draw_compared

MOST_KEPT = 8
# names may be in what is kept
KEPT_S = 3600


def draw_team_results(card: TeamCard) -> None:
    """Draw it, people by pseudonym unless names are asked for."""
    shown = st.container()
    by_name = st.toggle(wording.SHOW_NAMES, key="by-name", value=False)
    table = export_attempts(get_app(), card.team_id, by_name=by_name)
    compare = partial(_compare, table, make_key(table), card.name, by_name)
    try:
        draw_compared(compare, shown=shown, key=card.team_id, file_stem="before-after")
    except ComparisonError as error:
        shown.error(escape_markdown(error.on_screen))


@st.cache_resource(show_spinner=False, max_entries=MOST_KEPT, ttl=KEPT_S)
def _compare(
    _table: pd.DataFrame,
    fingerprint: str,
    title: str,
    by_name: bool,
    *,
    conditions: Conditions | None = None,
    are_different: bool = False,
) -> Compared:
    """Return the comparison, kept while the drills are the same: a press elsewhere on the page computes nothing."""
    del fingerprint
    return compare_table(_table, title=title, by_name=by_name, conditions=conditions, are_different=are_different)
