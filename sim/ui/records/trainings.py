"""The trainings of a team's record: a card each, and the way to plan or enter one."""

import streamlit as st

from sim.services.accounts.viewer import may_change
from sim.services.ledger.trainings import Training
from sim.services.training_event.view import list_lacking, write_begin, write_came, write_state
from sim.services.training_record.view import TeamRecordView
from sim.ui.page.page_state import TEAM_PARAM, TRAINING_PARAM, find_zone, get_app, get_viewer
from sim.ui.parts.blocks import draw_quiet
from sim.ui.parts.plain_text import escape_markdown
from sim.ui.records import wording


def draw_trainings(view: TeamRecordView) -> None:
    """Draw them, the latest first."""
    if not view.record.trainings:
        st.info(wording.TRAININGS_NONE)
    if may_change(get_viewer()):
        st.page_link(
            "screens/training.py",
            label=wording.TRAINING_NEW,
            icon=":material/add:",
            query_params={TEAM_PARAM: view.team_id},
        )
    for training in sorted(view.record.trainings, key=lambda each: each.begins_at, reverse=True):
        with st.container(border=True, key=f"training-{training.training_id}"):
            _draw_card(training)


def _draw_card(training: Training) -> None:
    said, go = st.columns([5, 2], vertical_alignment="center")
    title, begin = escape_markdown(training.title), write_begin(training, find_zone())
    state = write_state(training, get_app().clock.read().wall)
    with said:
        st.markdown(wording.SESSION.format(title=title, day=begin))
        draw_quiet(wording.TRAINING_LINE.format(state=state, came=write_came(training)))
        lacking = list_lacking(training)
        if lacking:
            draw_quiet(wording.LACKS.format(lacks=", ".join(lacking)))
    with go:
        st.page_link(
            "screens/training.py",
            label=wording.TRAINING_OPEN,
            icon=":material/chevron_right:",
            query_params={TRAINING_PARAM: training.training_id},
        )
