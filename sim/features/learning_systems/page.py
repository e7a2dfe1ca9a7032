"""Learning systems, for the administrator: what they need of us, who they are, and how telling them results goes."""

from typing import Final
from urllib.parse import urlencode

import streamlit as st

from sim.features.learning_systems.page_form import draw_form, draw_remove
from sim.features.learning_systems.platforms import REGISTER_PATH, PlatformCard, list_platforms, make_code
from sim.rules.sessions import is_set_up
from sim.ui.page.page_state import get_app, get_viewer, make_address
from sim.ui.parts.actions import draw_flash, run_action
from sim.ui.parts.blocks import draw_details, draw_lead, draw_quiet, draw_table, write_day

TITLE: Final = "Learning systems"
ADDRESSES: Final = (
    ("Sign-in address (OpenID Connect initiation)", "/lti/login"),
    ("Redirect address and target link", "/lti/launch"),
    ("Choosing a drill (deep linking)", "/lti/select"),
    ("Public keys (JWKS)", "/lti/keys"),
    ("Canvas settings (JSON)", "/lti/config.json"),
)
COLUMNS: Final = ("Name", "Issuer", "Results told", "Waiting", "Refused", "Last trouble")

LINK_KEY = "lti-link-made"  # the registration link stays while other parts of the page are drawn again


def draw() -> None:
    app = get_app()
    st.title(TITLE, anchor=False)
    draw_lead(
        "Canvas, Moodle, Schoology and others (LTI 1.3): people open a drill from a course, and the course is told."
    )
    draw_flash()
    if not is_set_up(app):
        st.info("Set up sign-in first. People who come from a learning system are signed in here.")
        return
    cards = list_platforms(app, get_viewer())
    if cards:
        draw_table(COLUMNS, [_write_row(card) for card in cards], label=TITLE)
        draw_quiet(
            "Practice is told as passed or not passed, and the best counts. A measured drill is told as done, without "
            "a result. What a learning system does not take is tried again for a month."
        )
        with st.expander("Change a learning system", key="lti-change"):
            rows = {card.row.platform_id: card.row for card in cards}
            chosen = st.selectbox(
                "Learning system", list(rows), format_func=lambda platform_id: rows[platform_id].name, key="lti-chosen"
            )
            if chosen in rows:
                draw_form(rows[chosen], mark=chosen)
                draw_remove(rows[chosen])
    else:
        draw_quiet("No learning system is connected yet.")
    with st.expander("What the learning system asks for", key="lti-ours", expanded=not cards):
        _draw_ours()
    with st.expander("Connect a learning system", key=f"lti-add-{len(cards)}"):
        draw_form(None, mark=f"new-{len(cards)}")


def _write_row(card: PlatformCard) -> tuple[str, ...]:
    row = card.row
    failure = ""
    if row.failure and row.failed_at is not None:
        failure = f"{row.failure} ({write_day(row.failed_at)})"
    return (row.name, row.issuer, f"{row.sent_count:,}", f"{card.waiting:,}", f"{card.refused:,}", failure)


def _draw_ours() -> None:
    draw_quiet("Copy these into the learning system, or use a registration link if it can register automatically.")
    base = get_app().settings.address or make_address("").rstrip("/")
    if not base.startswith("https://"):
        st.warning(
            "This page was opened without https. Learning systems need an https address: open this page by it, then "
            "copy these."
        )
    draw_details((label, f"{base}{path}") for label, path in ADDRESSES)
    if st.button(
        "Make a registration link",
        key="lti-link",
        help="For learning systems with dynamic registration. It works once, within one hour.",
    ):
        code = run_action(lambda: make_code(get_app(), get_viewer()))
        if code is not None:
            st.session_state[LINK_KEY] = f"{base}{REGISTER_PATH}?{urlencode({'code': code})}"
    if link := st.session_state.get(LINK_KEY):
        draw_quiet("Paste this into the learning system within an hour:")
        st.code(link, language=None, wrap_lines=True)


draw()
