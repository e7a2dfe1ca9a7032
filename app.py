"""The application: Streamlit's pages and the routes beside them. Serve it with `python -m sim serve`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from sim.ui.headers import SafeHeaders
from sim.ui.routes import make_routes
from sim.ui.server import lifespan
from sim.ui.session import get_app

app = st.App(
    Path(__file__).parent / "sim" / "ui" / "main.py",
    routes=make_routes(get_app),
    lifespan=lifespan,
    middleware=[Middleware(SafeHeaders)],
)
