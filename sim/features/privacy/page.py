"""What is stored about people, in plain words."""

import streamlit as st

from sim.features.privacy.person_data import list_impersonal, list_stored
from sim.ui.page.page_state import get_app
from sim.ui.parts.blocks import draw_lead, draw_list, draw_quiet

FACTS = (
    ("Footage", "The people in the footage are drawn by computer. None of them exists."),
    ("Where", "In one database on your school's or district's own server."),
    (
        "Who sees it",
        "Your results: you and your trainers. Training records: also the records owner. Not your colleagues.",
    ),
    ("Your rights", "Ask your trainer or records owner for a copy of everything about you, or to have it deleted."),
)


def draw() -> None:
    st.title("What is stored", anchor=False)
    draw_lead("Everything that this server keeps about people, in plain words. Nothing is sent anywhere.")
    draw_list(f"{name}: {sentence}" for name, sentence in FACTS)
    for stored, kept in list_stored(practice_days=get_app().settings.practice_days):
        st.subheader(stored.title, anchor=False)
        st.write(stored.what)
        draw_quiet(f"Stored: {'; '.join(dict.fromkeys(stored.told.values()))}.")
        draw_quiet(f"Kept: {kept}.")
    draw_quiet(
        "Besides, the database holds what says nothing about anybody: "
        f"{', '.join(title.lower() for title in list_impersonal())}."
    )
    draw_quiet(
        "Backups are copies that your IT department makes; what is deleted here is in them until they "
        "are deleted. Logs of the server hold no names."
    )


draw()
