"""The text and the calendar file that invite to a session."""

from typing import Final

import streamlit as st

from sim.features.session.invitations import make_session_calendar, write_invitation
from sim.ui.page.page_state import (
    find_zone,
    get_app,
    make_address,
)
from sim.ui.parts.address_card import is_local
from sim.ui.parts.blocks import draw_quiet

INVITE_NOTE: Final = "Send this text, with the calendar file, to those invited. It names nobody."


REMIND_NOTE: Final = "Send this a day before. The calendar file reminds automatically an hour before."


def draw_invitation(session_id: str, *, with_reminder: bool) -> None:
    app, zone = get_app(), find_zone()
    draw_quiet(INVITE_NOTE)
    join = make_address("join")
    address = "" if is_local(join) else join
    st.code(write_invitation(app, session_id, zone=zone, address=address), language=None, wrap_lines=True)
    file = make_session_calendar(app, session_id, zone=zone)
    st.download_button(
        "Calendar file",
        data=file.body,
        file_name=file.name,
        mime="text/calendar",
        key=f"calendar-{session_id}",
        on_click="ignore",
    )
    if with_reminder:
        with st.expander("Reminder", key=f"reminder-{session_id}"):
            draw_quiet(REMIND_NOTE)
            text = write_invitation(app, session_id, zone=zone, is_reminder=True, address=address)
            st.code(text, language=None, wrap_lines=True)
