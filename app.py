"""The application: Streamlit's pages and the routes beside them. Serve it with `python -m sim serve`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from sim.ui.headers import SafeHeaders
from sim.ui.routes import make_routes
from sim.ui.server import lifespan
from sim.ui.session import get_app

# Until st.navigation has run once, Streamlit takes sim/ui/pages for its old kind of pages and would draw the first page
# that is asked for by its address, such as a drill reloaded after a restart, without main.py around it.
PagesManager.uses_pages_directory = False

app = st.App(
    Path(__file__).parent / "sim" / "ui" / "main.py",
    routes=make_routes(get_app),
    lifespan=lifespan,
    middleware=[Middleware(SafeHeaders)],
)
