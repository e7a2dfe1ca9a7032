"""The application: Streamlit's pages and the routes beside them. Serve it with `python -m sim serve`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from sim.features.accounts.page_school import make_proxy_routes, make_school_routes
from sim.features.accounts.routes import make_account_routes
from sim.features.drill.routes import ShortWay, make_routes
from sim.features.learning_systems.routes import make_lti_routes
from sim.features.own_clips.routes import make_own_clips_routes, make_own_school_routes
from sim.features.program.routes import make_mail_routes
from sim.server.lifespan import lifespan
from sim.server.metrics import RequestLog, make_metrics_routes, read_meter
from sim.ui.http.guards import OnlyThisMachine, SafeRequests, StreamlitGuard
from sim.ui.http.page_head import PageFiles, make_installable_routes
from sim.ui.page.page_state import get_services
from sim.ui.parts.actions import say_failure

meter = read_meter()
drill_routes = make_routes(get_services)

app = st.App(
    Path(__file__).parent / "sim" / "server" / "page.py",
    routes=[
        *drill_routes,
        *make_account_routes(get_services),
        *make_school_routes(get_services),
        *make_proxy_routes(get_services),
        *make_mail_routes(get_services),
        *make_lti_routes(get_services),
        *make_own_school_routes(get_services),
        *make_own_clips_routes(get_services),
        *make_installable_routes(),
        *make_metrics_routes(get_services, meter),
    ],
    lifespan=lifespan,
    on_script_error=say_failure,
    middleware=[
        Middleware(SafeRequests),
        Middleware(RequestLog, meter=meter),
        Middleware(OnlyThisMachine, get_app=get_services),
        Middleware(ShortWay, routes=drill_routes),
        Middleware(PageFiles, get_app=get_services),
        Middleware(StreamlitGuard, get_app=get_services),
    ],
)
