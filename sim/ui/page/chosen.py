"""What is chosen and stands in the address: the team that is looked at, and the part of a page that is shown."""

from collections.abc import Collection
from typing import Final

import streamlit as st

from sim.ui.page.page_state import TEAM_PARAM, get_param

ALL_TEAMS: Final = "all"
"""In the address in place of a team where all are looked at."""
_TEAM = "chosen_team"
_WRITTEN = "written"


def get_kept_team() -> str | None:
    """Return the team that the address names, else the one looked at last in this browser tab, if any."""
    kept = st.session_state.get(_TEAM)
    return get_team_id() or (kept if isinstance(kept, str) else None)


def get_team_id() -> str | None:
    """Return the team that the address names, if any; `ALL_TEAMS` where all are looked at.

    On a page of a team it is one that there is, see `sim.ui.parts.header`; None there means that there is no team.
    """
    return st.query_params.get(TEAM_PARAM) or None


def remember_team(team_id: str) -> None:
    """Put a team into the address, and keep it for the pages that follow.

    Another team than the last is written even where the address has it here: Streamlit's link to the page that is open
    tells this side of another address, and not the browser.
    """
    if st.query_params.get(TEAM_PARAM) != team_id or st.session_state.get(_TEAM) != team_id:
        st.query_params[TEAM_PARAM] = team_id
    st.session_state[_TEAM] = team_id


def forget_team() -> None:
    """Look at no team in particular: where there is none, or the one that was looked at is gone."""
    st.session_state.pop(_TEAM, None)
    st.query_params.pop(TEAM_PARAM, None)


def follow_address(param: str, key: str, *, names: Collection[str], first: str) -> None:
    """Have a choice that stands in the address begin with what that says, or follow it where it names another one.

    A press counts more than the address: pressed soon after another one, it comes with the address from before both.
    """
    wanted, written, chosen = get_param(param), st.session_state.get(f"{_WRITTEN}-{key}"), st.session_state.get(key)
    is_pressed = written is not None and chosen in names and chosen != written
    if wanted in names and (wanted != written or chosen is None) and not is_pressed:
        st.session_state[key] = wanted
    elif chosen not in names:
        st.session_state[key] = first


def write_choice(param: str, key: str, chosen: str) -> None:
    """Put what was chosen into the address."""
    st.session_state[f"{_WRITTEN}-{key}"] = chosen
    if get_param(param) != chosen:
        st.query_params[param] = chosen


def go_to_team(team_id: str | None) -> None:
    """Show a team, or the first one when None; ends the script run."""
    if team_id is None:
        forget_team()
    else:
        remember_team(team_id)
    st.rerun()
