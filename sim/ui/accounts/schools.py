"""Which schools an account is for."""

from collections.abc import Collection

import streamlit as st

from sim.services.training_record.school_lists import list_schools
from sim.ui.page.page_state import get_app
from sim.ui.parts import account_wording as wording


def choose_schools(chosen: Collection[str] | None, *, key: str) -> frozenset[str] | None:
    """Draw the choice; return the schools, None for all. `chosen` are those of now, also where no team has one."""
    known = sorted({*list_schools(get_app()), *(chosen or ())}, key=str.casefold)
    picked = st.multiselect(
        wording.SCHOOLS,
        known,
        default=sorted(chosen or ()),
        placeholder=wording.SCHOOLS_ALL,
        help=wording.SCHOOLS_NOTE,
        key=key,
    )
    return frozenset(picked) or None
