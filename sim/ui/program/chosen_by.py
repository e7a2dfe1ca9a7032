"""How a team's people were chosen: asked when a program is planned, and beside the comparison."""

import streamlit as st

from sim.columns import CHOSEN_BY
from sim.compare.checks.people_checks import LOW_RESULTS
from sim.services.team import team
from sim.services.team.team import TeamCard
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.program import wording


def draw_chosen_by(said: str, *, key: str, team_name: str = "") -> str:
    """Draw the question with what was said so far, behind a team's name if any; return the answer, "" if none yet."""
    options = list(CHOSEN_BY)
    answer = st.selectbox(
        f"{escape_markdown(team_name)}: {wording.CHOSEN_BY}" if team_name else wording.CHOSEN_BY,
        options,
        index=options.index(said) if said in options else None,
        format_func=lambda each: wording.CHOSEN_BY_WORDS[each],
        placeholder=wording.CHOSEN_BY_OPEN,
        help=wording.CHOSEN_BY_HELP,
        key=key,
    )
    if answer == LOW_RESULTS:
        st.warning(wording.CHOSEN_LOW)
    return answer or ""


def draw_chosen_by_of(card: TeamCard, *, is_named: bool = False) -> None:
    """Draw the question for a team that is there, and store another answer at once."""
    name = card.name if is_named else ""
    answer = draw_chosen_by(card.chosen_by, key=f"chosen-by-{card.team_id}", team_name=name)
    if answer != card.chosen_by and run_action(lambda: _save(card.team_id, answer)):
        st.rerun()


def _save(team_id: str, answer: str) -> bool:
    team.set_chosen_by(get_app(), team_id, answer)
    return True
