"""What is stored about people, in plain words."""

import streamlit as st

from sim.services.privacy.stored import list_impersonal, list_stored
from sim.ui.page.page_state import get_app
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet
from sim.ui.team import privacy_wording as wording


def draw() -> None:
    st.title(wording.TITLE, anchor=False)
    draw_lead(wording.LEAD)
    draw_list(f"{name}: {sentence}" for name, sentence in wording.FACTS)
    for stored, kept in list_stored(practice_days=get_app().settings.practice_days):
        st.subheader(stored.title, anchor=False)
        st.write(stored.what)
        draw_quiet(wording.STORED.format(words="; ".join(dict.fromkeys(stored.told.values()))))
        draw_quiet(wording.KEPT.format(kept=kept))
    draw_quiet(wording.BESIDES.format(titles=", ".join(title.lower() for title in list_impersonal())))
    draw_quiet(wording.BACKUPS)


draw()
