"""An address to hand to somebody: to copy, or to scan with a phone or tablet."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

import streamlit as st

from sim.app.signed import ScreenCode
from sim.ui.page.page_state import JOIN_PARAM, PROJECTED_PARAM, make_address
from sim.ui.parts.blocks import draw_quiet

ONLY_HERE: Final = (
    "This link works on this computer only. For other computers, ask the person who set Sightline up to let the "
    "school's network reach it, and open it here by that address."
)


def draw_send(
    label: str,
    note: str,
    make_address: Callable[[], str],
    *,
    key: str,
    width: Literal["content", "stretch"] = "content",
) -> None:
    opened = st.popover(label, key=key, width=width, on_change="rerun")
    with opened:
        if opened.open:
            st.write(note)
            draw_address(make_address())


def draw_address(address: str) -> None:
    st.code(address, language=None, wrap_lines=True)
    if is_local(address):
        draw_quiet(ONLY_HERE)
        return
    draw_quiet("Or scan this with the camera of the phone or tablet.")
    draw_code(address)


def draw_code(address: str) -> None:
    st.html(f'<img class="sl-scan" src="{escape(draw_qr(address))}" alt="{escape("QR code of the address above")}">')


def draw_join_card(
    code: ScreenCode,
    *,
    path: str,
    scan: str,
    told: Sequence[str] = (),
    came: str,
    names: Iterable[str],
    is_projected: bool,
    is_scanned: bool = True,
) -> None:
    link, short = make_address(f"{path}?{JOIN_PARAM}={code.token}"), make_address("join")
    picture = f'<div class="sl-join-scan"><img src="{escape(draw_qr(link))}" alt="{escape(scan)}"></div>'
    lines = (*told, scan, "or open") if is_scanned else (*told, "Open")
    words = "".join(f'<p class="sl-join-small">{escape(line)}</p>' for line in lines)
    listed = "".join(f"<li>{escape(name)}</li>" for name in names)
    st.html(
        f'<div class="sl-join">{picture if is_scanned else ""}<div class="sl-join-words">{words}'
        f'<p class="sl-join-address">{escape(short.removeprefix("http://"))}</p>'
        '<p class="sl-join-small">and type</p>'
        f'<p class="sl-join-code">{escape(code.typed)}</p>'
        '<p class="sl-join-small">The code changes every minute</p>'
        f'<p class="sl-join-count" role="status">{escape(came)}</p></div></div>'
        + (f'<ul class="sl-join-names">{listed}</ul>' if listed else "")
    )
    if not is_projected and is_local(short):
        st.warning(ONLY_HERE)


def draw_projector_link(page: str, what: str = "room", *, label: str = "Open for the projector", **query: str) -> None:
    st.link_button(
        label,
        make_address(f"{page}?{urlencode({**query, PROJECTED_PARAM: what})}"),
        icon=":material/present_to_all:",
        help="A view of its own for the room: no calls for help, no buttons.",
    )


def is_local(address: str) -> bool:
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1", "0.0.0.0")


def draw_qr(address: str) -> str:
    """Return the code as an SVG picture in a `data:` address, black on white with its quiet margin."""
    import segno  # noqa: PLC0415 - only where a code is drawn

    code = segno.make_qr(address, error="m", boost_error=False)
    return code.svg_data_uri(border=4, dark="#000000", light="#ffffff", omitsize=True, encode_minimal=True)
