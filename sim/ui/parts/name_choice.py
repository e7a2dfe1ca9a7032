"""Which of some people somebody is: their names to press."""

from collections.abc import Mapping

import streamlit as st

from sim.ui.parts.plain_text import escape_markdown


def choose_name(question: str, names: Mapping[str, str]) -> str | None:
    """Draw the names by person_id; return whose was pressed, None as long as none was."""
    return st.pills(
        question, list(names), format_func=lambda person_id: escape_markdown(names[person_id]), wrap=True, key="name"
    )
