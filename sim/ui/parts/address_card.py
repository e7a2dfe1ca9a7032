"""An address to hand to somebody: to copy, or to scan with a phone or tablet."""

from collections.abc import Callable
from html import escape
from typing import Final, Literal
from urllib.parse import urlsplit

import streamlit as st

from sim.ui.parts.blocks import draw_quiet

Width = Literal["content", "stretch"]
LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})
SCAN_PICTURE: Final = "QR code of the address above"
ONLY_HERE: Final = (
    "This link works on this computer only. For other computers, ask the person who set Sightline up to let the "
    "school's network reach it, and open it here by that address."
)


def draw_send(label: str, note: str, make_address: Callable[[], str], *, key: str, width: Width = "content") -> None:
    """Draw the button behind which an address is; it is made once that is pressed, and not before.

    A link counts as given out from then on.
    """
    opened = st.popover(label, key=key, width=width, on_change="rerun")
    with opened:
        if opened.open:
            st.write(note)
            draw_address(make_address())


def draw_address(address: str) -> None:
    """Draw an address to copy and its code to scan; says so where another device cannot reach it."""
    st.code(address, language=None, wrap_lines=True)
    if is_local(address):
        draw_quiet(ONLY_HERE)
        return
    draw_quiet("Or scan this with the camera of the phone or tablet.")
    draw_code(address)


def draw_code(address: str) -> None:
    st.html(f'<img class="sl-scan" src="{escape(draw_qr(address))}" alt="{escape(SCAN_PICTURE)}">')


def is_local(address: str) -> bool:
    return urlsplit(address).hostname in LOCAL_HOSTS


QUIET_MODULES = 4


def draw_qr(address: str) -> str:
    """Return the code as an SVG picture in a `data:` address, black on white with its quiet margin."""
    import segno  # noqa: PLC0415 - only where a code is drawn

    code = segno.make_qr(address, error="m", boost_error=False)
    return code.svg_data_uri(border=QUIET_MODULES, dark="#000000", light="#ffffff", omitsize=True, encode_minimal=True)
