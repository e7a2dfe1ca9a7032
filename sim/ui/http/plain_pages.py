"""Pages without Streamlit, made from the template beside this file; what browsers may do with them."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from sim.ui.page import theme, wording

_HERE: Final = Path(__file__).parent
_CSS: Final = theme.write_variables() + (_HERE / "plain_page.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
STYLE_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'"
HTML_POLICY: Final = f"{STYLE_POLICY}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": HTML_POLICY,
    "Cache-Control": "no-store",
}


def show_page(page: str, status: int = 200, /, **facts: Any) -> Response:
    return HTMLResponse(format_page(page, **facts), status, headers=HEADERS)


def format_page(page: str, /, **facts: Any) -> str:
    return str(getattr(_read_pages(), page)(**facts))


@cache
def _read_pages() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - not needed for a start

    pages = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    named = {"app": wording.APP, "home": wording.HOME, "css": _CSS}
    return pages.get_template("plain_pages.html").make_module(named)
