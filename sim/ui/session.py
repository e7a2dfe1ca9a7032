"""The only file that touches `st.session_state`, the query string and the app object."""

import os

import streamlit as st

from sim.services.wiring import App, open_app, read_settings, system_clock

ATTEMPT_PARAM = "attempt"
_LAST_ATTEMPT = "last_attempt_id"


@st.cache_resource(show_spinner=False)
def get_app() -> App:
    """Return the services, opened once a process."""
    return open_app(read_settings(os.environ), system_clock())


def get_attempt_id() -> str | None:
    """Return the attempt that the address names, if any."""
    value = st.query_params.get(ATTEMPT_PARAM)
    if value:
        st.session_state[_LAST_ATTEMPT] = value
    return value or None


def get_last_attempt_id() -> str | None:
    """Return the attempt this browser tab had open last, if any."""
    value = st.session_state.get(_LAST_ATTEMPT)
    return value if isinstance(value, str) else None


def go_to_attempt(attempt_id: str) -> None:
    """Leave for the drill page of an attempt; ends the script run."""
    st.switch_page("pages/drill.py", query_params={ATTEMPT_PARAM: attempt_id})
