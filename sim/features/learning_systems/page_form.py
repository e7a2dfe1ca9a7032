"""The fields of a learning system, for a new one and for one that is changed."""

from typing import Final

import streamlit as st

from sim.db.lti import PlatformRow
from sim.features.learning_systems.platforms import PlatformForm as Wish
from sim.features.learning_systems.platforms import remove_platform, save_platform
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import flash, run_action
from sim.ui.parts.blocks import escape_markdown

COURSE_NOTE: Final = "Choose a course that someone has opened a drill from"
"""On the page Import people."""


def draw_form(row: PlatformRow | None, *, mark: str) -> None:
    with st.form(f"lti-form-{mark}", border=False):
        name = _draw_text("Name", row.name if row else "", f"lti-name-{mark}")
        issuer = _draw_text("Issuer", row.issuer if row else "", f"lti-issuer-{mark}")
        client_id = _draw_text("Client ID", row.client_id if row else "", f"lti-client-{mark}")
        deployments = st.text_area(
            "Deployment IDs, one per line",
            "\n".join(row.deployments) if row else "",
            key=f"lti-deployments-{mark}",
            height=80,
        )
        auth_url = _draw_text(
            "Sign-in address (authentication request)", row.auth_url if row else "", f"lti-auth-{mark}"
        )
        token_url = _draw_text("Token address", row.token_url if row else "", f"lti-token-{mark}")
        keys_url = _draw_text("Address of its public keys (JWKS)", row.keys_url if row else "", f"lti-keys-{mark}")
        audience = _draw_text(
            "Token audience",
            row.token_audience if row else "",
            f"lti-audience-{mark}",
            note="Only where the learning system names one that is not its token address.",
        )
        trusts = st.checkbox(
            "People are known by the email address and ID that it tells",
            row.trusts_email if row else False,
            key=f"lti-trusts-{mark}",
            help="Only if nobody can change their own address there. It counts the first time a person comes in.",
        )
        takes_in = st.checkbox(
            "Anyone on no list here joins the team of the course",
            row.takes_in if row else False,
            key=f"lti-takes-in-{mark}",
        )
        school = _draw_text("School of these teams", row.school if row else "", f"lti-school-{mark}")
        pressed = st.form_submit_button("Save", type="primary", key=f"lti-save-{mark}")
    if not pressed:
        return
    wish = Wish(
        name=name,
        issuer=issuer,
        client_id=client_id,
        deployments=deployments.splitlines(),
        auth_url=auth_url,
        token_url=token_url,
        keys_url=keys_url,
        token_audience=audience,
        trusts_email=trusts,
        takes_in=takes_in,
        school=school,
    )
    platform_id = row.platform_id if row else ""
    if run_action(lambda: save_platform(get_app(), get_viewer(), wish, platform_id=platform_id)) is not None:
        flash("Saved.")


def draw_remove(row: PlatformRow) -> None:
    pressed = st.button(
        "Disconnect",
        key=f"lti-remove-{row.platform_id}",
        help="Nobody comes in from it anymore. People and their drills stay.",
    )
    if pressed and run_action(lambda: remove_platform(get_app(), get_viewer(), row.platform_id)) is not None:
        flash(f"{escape_markdown(row.name)} is disconnected.")


def _draw_text(label: str, value: str, key: str, *, note: str | None = None) -> str:
    return st.text_input(label, value, key=key, max_chars=1000, help=note)
