"""How a team's people were chosen: asked when a program is planned, and beside the comparison."""

import streamlit as st

from sim.columns import CHOSEN_BY
from sim.compare.checks import LOW_RESULTS
from sim.features.team import team
from sim.features.team.team import TeamCard
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_and_redraw
from sim.ui.parts.blocks import escape_markdown

QUESTION = "How were these people chosen?"


CHOSEN_BY_WORDS = {
    "all": "Everyone on the staff who should know this",
    "volunteers": "They volunteered",
    "low results": "For low results in drills of this team",
    "low results earlier": "For low results somewhere else, before these drills",
}


def draw_chosen_by(said: str, *, key: str, team_name: str = "") -> str:
    """Draw the question with what was said so far, behind a team's name if any; return the answer, "" if none yet."""
    options = list(CHOSEN_BY)
    answer = st.selectbox(
        f"{escape_markdown(team_name)}: {QUESTION}" if team_name else QUESTION,
        options,
        index=options.index(said) if said in options else None,
        format_func=lambda each: CHOSEN_BY_WORDS[each],
        placeholder="Choose an answer",
        help="The comparison says so. Without an answer it cannot say that the team improved.",
        key=key,
    )
    if answer == LOW_RESULTS:
        st.warning(
            "Then the comparison will give no word: the slowest quarter of a team is 23 to 34% faster the "
            "next time anyway. Put these people on a new team, so that only new drills are compared, and "
            "choose the last answer there."
        )
    return answer or ""


def draw_chosen_by_of(card: TeamCard, *, is_named: bool = False) -> None:
    """Draw the question for a team that is there, and store another answer at once."""
    name = card.name if is_named else ""
    answer = draw_chosen_by(card.chosen_by, key=f"chosen-by-{card.team_id}", team_name=name)
    if answer != card.chosen_by:
        run_and_redraw(lambda: team.set_chosen_by(get_app(), card.team_id, answer))
