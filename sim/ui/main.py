"""The script Streamlit runs for every page: theme, navigation, and the one place where a failure is put into words."""

import logging

import streamlit as st

from sim.errors import SimError
from sim.ui import theme, wording

PAGES = (
    st.Page("screens/start.py", title="Start", url_path="start", default=True),
    st.Page("screens/team.py", title="Team", url_path="team"),
    st.Page("screens/programme.py", title="Programme", url_path="programme"),
    st.Page("screens/board.py", title="Board", url_path="board"),
    st.Page("screens/session.py", title="Session", url_path="session"),
    st.Page("screens/district.py", title="District", url_path="district"),
    st.Page("screens/library.py", title="Library", url_path="library"),
    st.Page("screens/new_drill.py", title="New drill", url_path="new-drill"),
    st.Page("screens/join.py", title="Join", url_path="join", visibility="hidden"),
    st.Page("screens/import_people.py", title="Import people", url_path="import-people", visibility="hidden"),
    st.Page("screens/stored.py", title="What is stored", url_path="stored", visibility="hidden"),
    st.Page("screens/person.py", title="Person", url_path="person", visibility="hidden"),
    st.Page("screens/drill.py", title="Drill", url_path="drill", visibility="hidden"),
    st.Page("screens/team_drill.py", title="Team drill", url_path="team-drill", visibility="hidden"),
)


def main() -> None:
    """Draw the page the address names."""
    st.set_page_config(page_title=wording.APP, layout="wide", initial_sidebar_state="collapsed")
    page = st.navigation(list(PAGES), position="top")
    st.html(theme.PAGE_CSS)
    try:
        page.run()
    except SimError as error:
        st.error(f"{error}")
        st.page_link(PAGES[0], label=wording.HOME)
    except Exception:
        logging.getLogger("sightline").exception("a page failed")
        st.error(f"**{wording.TROUBLE}.** {wording.TROUBLE_NEXT}")
        st.page_link(PAGES[0], label=wording.HOME)


main()
